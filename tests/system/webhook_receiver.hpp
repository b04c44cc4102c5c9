// What a customer's system would be: an HTTP server on loopback that keeps the notices it gets.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.hpp"

namespace aw::test {

class WebhookReceiver {
public:
    WebhookReceiver() {
        auto started = http::Server::start(
            io_, {}, [](const http::Request&) { return std::nullopt; },
            [this](const http::Request& request, const http::Responder& respond) {
                {
                    const std::lock_guard lock(mutex_);
                    bodies_.push_back(request.body);
                }
                respond({.status = 204, .body = {}});
            });
        server_ = *std::move(started);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~WebhookReceiver() {
        boost::asio::post(io_, [this] {
            server_.reset();
            io_.stop();
        });
        thread_.join();
    }
    [[nodiscard]] std::string url() const { return "http://" + server_->address() + "/notices"; }
    // The bodies received so far that hold `text`.
    [[nodiscard]] std::vector<std::string> with(const std::string& text) const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const std::string& body : bodies_) {
            if (body.find(text) != std::string::npos) found.push_back(body);
        }
        return found;
    }

private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<http::Server> server_;
    mutable std::mutex mutex_;
    std::vector<std::string> bodies_;
    std::thread thread_;
};

}  // namespace aw::test
