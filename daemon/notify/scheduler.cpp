#include "notify/scheduler.hpp"

#include <list>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace aw::notify {

struct AsioScheduler::Timers {
    std::list<boost::asio::steady_timer> list;
};

AsioScheduler::AsioScheduler(boost::asio::io_context& io) : io_(io), timers_(std::make_shared<Timers>()) {}
AsioScheduler::~AsioScheduler() = default;  // destroying the timers cancels them

void AsioScheduler::after(Duration delay, std::function<void()> work) {
    const auto timer = timers_->list.emplace(timers_->list.end(), io_);
    timer->expires_after(delay);
    timer->async_wait([weak = std::weak_ptr(timers_), timer, work = std::move(work)](boost::system::error_code error) {
        const auto timers = weak.lock();
        if (timers == nullptr) return;  // `timer` is gone, too
        timers->list.erase(timer);
        if (!error) work();
    });
}

}  // namespace aw::notify
