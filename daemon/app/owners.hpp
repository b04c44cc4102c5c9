// Owners: where the owner of an account is reached, for an instance that is not it. The log is asked on a thread of its
// own; what it said is believed for kFresh.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "eventlog/log.hpp"

namespace aw::app {

class Owners {
public:
    static constexpr Duration kFresh = std::chrono::seconds{2};
    static constexpr Duration kPatience = std::chrono::seconds{5};

    explicit Owners(eventlog::Log& log);
    ~Owners();  // answers nobody any more
    Owners(const Owners&) = delete;
    Owners& operator=(const Owners&) = delete;

    // Calls `found` with the URL of the process that owns the partition, on the thread of this object; empty if nobody
    // does, or the log does not say.
    using Found = std::function<void(const std::string& url)>;
    void find(int partition, Found found);

private:
    struct Question {
        int partition = 0;
        Found found;
    };
    struct Known {
        std::string url;
        std::chrono::steady_clock::time_point at;
    };
    void run();

    eventlog::Log& log_;
    std::mutex mutex_;
    std::condition_variable asked_;
    std::vector<Question> questions_;
    bool stopping_ = false;
    std::map<int, Known> known_;  // of the thread
    std::thread thread_;
};

}  // namespace aw::app
