// The fast way reads what the general way reads, and allocates nothing.
#include "codec/hot_path.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include <gtest/gtest.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "codec/event_reader.hpp"
#include "codec/wire_check.hpp"
#include "unit/codec/samples.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;

}  // namespace

// Counts every allocation of this program.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace aw {
namespace {

std::string protobuf_of(const std::string& json) {
    EventDecoder decoder;
    const auto event = decoder.decode(json);
    EXPECT_TRUE(event) << json;
    return encode_event(**event, Format::protobuf);
}

std::string shipment() { return protobuf_of(test::account_samples()[0]); }
std::string revenue() { return protobuf_of(test::account_samples()[1]); }

// Reads by the general way only; nothing if it refuses.
std::optional<std::string> general(const std::string& bytes) {
    accountwatch::v1::Event message;
    Event event;
    if (codec::check_wire(bytes, *accountwatch::v1::Event::descriptor())) return std::nullopt;
    if (!message.ParseFromString(bytes) || codec::read_event(message, event)) return std::nullopt;
    return encode_event(event, Format::json);
}

TEST(HotPath, TakesShipmentsAndRevenue) {
    Event event;
    for (const std::string& bytes : {shipment(), revenue()}) {
        ASSERT_TRUE(codec::read_hot(bytes, event));
        EXPECT_EQ(encode_event(event, Format::json), general(bytes));
    }
    EXPECT_FALSE(codec::read_hot(protobuf_of(test::account_samples()[2]), event));
}

TEST(HotPath, AgreesWithTheGeneralWayOnDamagedRecords) {
    std::mt19937_64 random(7);
    const std::string originals[] = {shipment(), revenue()};
    int taken = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string bytes = originals[random() % 2];
        for (std::size_t n = random() % 3; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 4 == 0) bytes.resize(random() % bytes.size());
        Event event;
        if (!codec::read_hot(bytes, event)) continue;
        ++taken;
        ASSERT_EQ(encode_event(event, Format::json), general(bytes));
    }
    EXPECT_GT(taken, 10'000);
}

TEST(HotPath, AllocatesNothing) {
    EventDecoder decoder;
    const std::string records[] = {shipment(), revenue()};
    for (const std::string& bytes : records) ASSERT_TRUE(decoder.decode(bytes));
    const std::size_t before = allocations;
    int fine = 0;
    for (int i = 0; i < 1000; ++i) fine += decoder.decode(records[i % 2]) ? 1 : 0;
    EXPECT_EQ(allocations - before, 0U);
    EXPECT_EQ(fine, 1000);
}

}  // namespace
}  // namespace aw
