#include "chaos/door.hpp"

#include <array>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace aw::test {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

struct Pair {
    Pair(tcp::socket from, tcp::socket to) : client(std::move(from)), broker(std::move(to)) {}

    tcp::socket client;
    tcp::socket broker;

    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        broker.close(ignored);
    }
};

}  // namespace

class Door::Carrier {
public:
    Carrier(std::uint16_t clients, std::uint16_t broker)
        : broker_(broker), acceptor_(context_, loopback(clients)), change_(context_) {
        change_.expires_at(asio::steady_timer::time_point::max());
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    ~Carrier() {
        context_.stop();
        thread_.join();
    }

    void set(DoorState state) {
        asio::post(context_, [this, state] {
            state_ = state;
            if (state == DoorState::cut) {
                for (Pair* const pair : pairs_) pair->close();
            }
            change_.cancel();  // whoever waits looks again
        });
    }

private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket client = co_await acceptor_.async_accept(use_awaitable);
            const auto pair = std::make_shared<Pair>(std::move(client), tcp::socket(context_));
            if (state_ != DoorState::cut) asio::co_spawn(context_, serve(pair), asio::detached);
        }
    }
    asio::awaitable<void> serve(std::shared_ptr<Pair> pair) {
        pairs_.insert(pair.get());
        try {
            co_await until_open();
            co_await pair->broker.async_connect(loopback(broker_), use_awaitable);
            asio::co_spawn(context_, carry(pair, pair->client, pair->broker), asio::detached);
            co_await carry(pair, pair->broker, pair->client);
        } catch (const std::exception&) {
            pair->close();
        }
        pairs_.erase(pair.get());
    }
    // Until one side ends; then both do.
    asio::awaitable<void> carry(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
        std::array<char, 65536> bytes;
        try {
            for (;;) {
                const std::size_t n = co_await from.async_read_some(asio::buffer(bytes), use_awaitable);
                co_await until_open();
                co_await asio::async_write(to, asio::buffer(bytes, n), use_awaitable);
            }
        } catch (const std::exception&) {
            pair->close();
        }
    }
    asio::awaitable<void> until_open() {
        while (state_ == DoorState::held) {
            boost::system::error_code woken;
            co_await change_.async_wait(asio::redirect_error(use_awaitable, woken));
        }
    }

    std::uint16_t broker_;
    asio::io_context context_;
    tcp::acceptor acceptor_;
    asio::steady_timer change_;  // never ends by itself
    DoorState state_ = DoorState::open;
    std::set<Pair*> pairs_;
    std::thread thread_;
};

Door::Door(std::uint16_t clients, std::uint16_t broker) : carrier_(std::make_unique<Carrier>(clients, broker)) {}
Door::~Door() = default;
Door::Door(Door&&) noexcept = default;
void Door::set(DoorState state) { carrier_->set(state); }

}  // namespace aw::test
