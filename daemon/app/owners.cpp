#include "app/owners.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace aw::app {

Owners::Owners(eventlog::Log& log) : log_(log), thread_(std::make_unique<boost::asio::thread_pool>(1)) {}

Owners::~Owners() {
    thread_->stop();
    thread_->join();
}

void Owners::find(int partition, Found found) {
    boost::asio::post(*thread_, [this, partition, found = std::move(found)] { found(owner_of(partition)); });
}

const std::string& Owners::owner_of(int partition) {
    Known& known = known_[partition];
    if (std::chrono::steady_clock::now() - known.at >= kFresh) {
        known.url = log_.owner_of(partition, kPatience).value_or("");
        known.at = std::chrono::steady_clock::now();
    }
    return known.url;
}

}  // namespace aw::app
