// Shares the partitions of a topic among the workers of one process: the embedded log's consumer group.
// A partition goes to a new owner only after its old one has let it go. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace aw::eventlog {

class Group {
public:
    explicit Group(int partitions);

    // `wake` is called, under the group's lock, when changes() may say something new.
    [[nodiscard]] int join(std::function<void()> wake);
    void leave(int member);

    struct Changes {
        std::vector<int> gained;    // now this member's
        std::vector<int> revoking;  // still this member's, wanted by another: let_go() them
    };
    [[nodiscard]] Changes changes(int member);
    void let_go(int member, const std::vector<int>& partitions);

private:
    [[nodiscard]] int wanted_owner(int partition) const;
    void wake_all();

    std::mutex mutex_;
    std::map<int, std::function<void()>> members_;
    std::vector<int> owners_;  // by partition; 0 = nobody
    int next_member_ = 1;
};

}  // namespace aw::eventlog
