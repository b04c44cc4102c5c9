// Owners: where the owner of an account is reached, for an instance that is not it. The log is asked on a thread of its
// own; what it said is believed for kFresh.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "eventlog/log.hpp"

namespace boost::asio {
class thread_pool;
}

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
    struct Known {
        std::string url;
        std::chrono::steady_clock::time_point at;
    };
    [[nodiscard]] const std::string& owner_of(int partition);

    eventlog::Log& log_;
    std::map<int, Known> known_;                        // of the thread
    std::unique_ptr<boost::asio::thread_pool> thread_;  // one
};

}  // namespace aw::app
