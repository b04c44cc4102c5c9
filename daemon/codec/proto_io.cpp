#include "codec/proto_io.hpp"

#include <fmt/format.h>
#include <google/protobuf/timestamp.pb.h>

namespace aw::codec {
namespace {

constexpr std::int64_t kYearOne = -62'135'596'800;     // 0001-01-01T00:00:00Z
constexpr std::int64_t kFirstSecond = 946'684'800;     // 2000-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z

}  // namespace

bool in_time_range(Timestamp instant) {
    return instant.ms >= kFirstSecond * 1000 && instant.ms < (kLastSecond + 1) * 1000;
}

std::optional<Timestamp> read_timestamp(const pbuf::Message& timestamp) {
    const auto& t = static_cast<const pbuf::Timestamp&>(timestamp);
    if (t.seconds() < kFirstSecond || t.seconds() > kLastSecond || t.nanos() < 0 || t.nanos() > 999'999'999) {
        return std::nullopt;
    }
    return Timestamp{t.seconds() * 1000 + t.nanos() / 1'000'000};
}

std::string show_timestamp(const pbuf::Message& timestamp) {
    const auto& t = static_cast<const pbuf::Timestamp&>(timestamp);
    if (t.seconds() < kYearOne || t.seconds() > kLastSecond || t.nanos() < 0 || t.nanos() > 999'999'999) {
        return fmt::format("{} s and {} ns since 1970", t.seconds(), t.nanos());
    }
    return format_utc(Timestamp{t.seconds() * 1000 + t.nanos() / 1'000'000});
}

void write_timestamp(Timestamp instant, pbuf::Message& timestamp) {
    auto& t = static_cast<pbuf::Timestamp&>(timestamp);
    std::int64_t seconds = instant.ms / 1000;
    std::int64_t ms = instant.ms % 1000;
    if (ms < 0) {
        ms += 1000;
        --seconds;
    }
    t.set_seconds(seconds);
    t.set_nanos(static_cast<std::int32_t>(ms * 1'000'000));
}

}  // namespace aw::codec
