// "Do this later", so that tests decide when later is.
#pragma once

#include <functional>
#include <memory>

#include "base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace aw::notify {

// Thread: the control thread.
class Scheduler {
public:
    virtual ~Scheduler() = default;
    virtual void after(Duration delay, std::function<void()> work) = 0;
};

// Timers of an io_context. What is still waiting when it is destroyed is never done, and does not hold up run().
class AsioScheduler final : public Scheduler {
public:
    explicit AsioScheduler(boost::asio::io_context& io);
    ~AsioScheduler() override;
    void after(Duration delay, std::function<void()> work) override;

private:
    struct Timers;
    boost::asio::io_context& io_;
    std::shared_ptr<Timers> timers_;
};

}  // namespace aw::notify
