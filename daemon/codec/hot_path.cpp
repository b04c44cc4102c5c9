#include "codec/hot_path.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/timestamp.pb.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_reader.hpp"
#include "codec/field_rule.hpp"
#include "codec/proto_io.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace v1 = accountwatch::v1;

constexpr std::uint32_t varint_tag(int number) { return static_cast<std::uint32_t>(number) << 3; }
constexpr std::uint32_t bytes_tag(int number) { return varint_tag(number) | 2; }

// The fields of one message, one after the other.
class Fields {
public:
    explicit Fields(std::string_view bytes)
        : size_(static_cast<int>(bytes.size())), in_(reinterpret_cast<const std::uint8_t*>(bytes.data()), size_) {}

    [[nodiscard]] bool more() { return in_.CurrentPosition() < size_; }
    // 0 for a field that was there before, one with a number past 31, and a tag written longer than need be.
    [[nodiscard]] std::uint32_t tag() {
        const int at = in_.CurrentPosition();
        const std::uint32_t tag = in_.ReadTag();
        const std::uint32_t bit = 1U << (tag >> 3 & 31);
        if (tag >= 256 || (seen_ & bit) != 0 || in_.CurrentPosition() - at != (tag < 128 ? 1 : 2)) return 0;
        seen_ |= bit;
        return tag;
    }
    [[nodiscard]] bool has(int number) const { return (seen_ & 1U << number) != 0; }
    [[nodiscard]] bool number(std::int64_t& value) {
        std::uint64_t raw = 0;
        const bool fine = in_.ReadVarint64(&raw);
        value = static_cast<std::int64_t>(raw);
        return fine;
    }
    [[nodiscard]] bool bytes(std::string_view& value) {
        std::uint64_t length = 0;
        if (!in_.ReadVarint64(&length) || length > static_cast<std::uint64_t>(size_ - in_.CurrentPosition())) {
            return false;
        }
        const void* data = nullptr;
        int available = 0;
        if (length > 0) in_.GetDirectBufferPointerInline(&data, &available);
        value = {static_cast<const char*>(data), length};
        return in_.Skip(static_cast<int>(length));
    }
    // A short name or id, or nothing.
    [[nodiscard]] bool name(std::string_view& value) {
        return bytes(value) && value.size() <= kMaxIdBytes && valid_utf8(value);
    }

private:
    int size_;
    std::uint32_t seen_ = 0;
    google::protobuf::io::CodedInputStream in_;
};

bool read_time(std::string_view bytes, Timestamp& instant) {
    using Message = google::protobuf::Timestamp;
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    Fields fields(bytes);
    while (fields.more()) {
        switch (fields.tag()) {
            case varint_tag(Message::kSecondsFieldNumber):
                if (!fields.number(seconds)) return false;
                break;
            case varint_tag(Message::kNanosFieldNumber):
                if (!fields.number(nanos)) return false;
                break;
            default:
                return false;
        }
    }
    constexpr std::int64_t kFarSeconds = 1'000'000'000'000;  // keeps the product below from overflowing
    if (seconds < 0 || seconds > kFarSeconds || nanos < 0 || nanos > 999'999'999) return false;
    instant = {seconds * 1000 + nanos / 1'000'000};
    return in_time_range(instant);
}

bool read_money(std::string_view bytes, Money& money) {
    std::string_view currency;
    money = {};
    Fields fields(bytes);
    while (fields.more()) {
        switch (fields.tag()) {
            case bytes_tag(v1::Money::kCurrencyFieldNumber):
                if (!fields.bytes(currency)) return false;
                break;
            case varint_tag(v1::Money::kMinorFieldNumber):
                if (!fields.number(money.minor)) return false;
                break;
            default:
                return false;
        }
    }
    return currency == "CNY" && money.minor <= kMaxAmountMinor && money.minor >= -kMaxAmountMinor;
}

bool read_shipment(std::string_view bytes, ShipmentEvent& shipment) {
    using Message = v1::ShipmentEvent;
    Fields fields(bytes);
    while (fields.more()) {
        bool fine = false;
        switch (fields.tag()) {
            case bytes_tag(Message::kBusinessLineFieldNumber):
                fine = fields.name(shipment.business_line);
                break;
            case varint_tag(Message::kItemsFieldNumber):
                fine = fields.number(shipment.items);
                break;
            case varint_tag(Message::kWeightGFieldNumber):
                fine = fields.number(shipment.weight_g);
                break;
            case bytes_tag(Message::kOriginRegionFieldNumber):
                fine = fields.name(shipment.origin_region);
                break;
            case bytes_tag(Message::kDestinationRegionFieldNumber):
                fine = fields.name(shipment.destination_region);
                break;
            case bytes_tag(Message::kProductFieldNumber):
                fine = fields.name(shipment.product);
                break;
            default:
                return false;
        }
        if (!fine) return false;
    }
    return shipment.items >= kItems.min && shipment.items <= kItems.max && shipment.weight_g >= 0;
}

bool read_revenue(std::string_view bytes, RevenueEvent& revenue) {
    using Message = v1::RevenueEvent;
    std::string_view inside;
    Fields fields(bytes);
    while (fields.more()) {
        bool fine = false;
        switch (fields.tag()) {
            case bytes_tag(Message::kBusinessLineFieldNumber):
                fine = fields.name(revenue.business_line);
                break;
            case bytes_tag(Message::kAmountFieldNumber):
                fine = fields.bytes(inside) && read_money(inside, revenue.amount);
                break;
            case bytes_tag(Message::kInvoiceIdFieldNumber):
                fine = fields.name(revenue.invoice_id);
                break;
            case bytes_tag(Message::kDueOnFieldNumber):
                fine = fields.bytes(inside);
                if (fine) revenue.due_on = parse_day(inside);
                fine = fine && revenue.due_on && *revenue.due_on >= kFirstDay;
                break;
            default:
                return false;
        }
        if (!fine) return false;
    }
    return fields.has(Message::kAmountFieldNumber);
}

bool read_account_code(std::string_view text, CustomerCode& code) {
    const auto parsed = parse_customer_code(text);
    if (parsed) code = *parsed;
    return parsed.has_value();
}

}  // namespace

bool read_hot(std::string_view bytes, Event& event) {
    using Message = v1::Event;
    event.recorded_at = {};
    event.payload.emplace<std::monostate>();
    std::string_view inside;
    Fields fields(bytes);
    while (fields.more()) {
        const std::uint32_t tag = fields.tag();
        if (tag == 0 || !fields.bytes(inside)) return false;
        bool fine = false;
        switch (tag) {
            case bytes_tag(Message::kEventIdFieldNumber):
                event.event_id = inside;
                fine = valid_event_id(inside);
                break;
            case bytes_tag(Message::kAccountCodeFieldNumber):
                fine = read_account_code(inside, event.code);
                break;
            case bytes_tag(Message::kOccurredAtFieldNumber):
                fine = read_time(inside, event.occurred_at);
                break;
            case bytes_tag(Message::kRecordedAtFieldNumber):
                fine = read_time(inside, event.recorded_at);
                break;
            case bytes_tag(Message::kSourceFieldNumber):
                event.source = inside;
                fine = valid_source(inside);
                break;
            case bytes_tag(Message::kShipmentFieldNumber):
                fine = event.payload.index() == 0 && read_shipment(inside, event.payload.emplace<ShipmentEvent>());
                break;
            case bytes_tag(Message::kRevenueFieldNumber):
                fine = event.payload.index() == 0 && read_revenue(inside, event.payload.emplace<RevenueEvent>());
                break;
            default:
                break;
        }
        if (!fine) return false;
    }
    return fields.has(Message::kEventIdFieldNumber) && fields.has(Message::kAccountCodeFieldNumber) &&
           fields.has(Message::kOccurredAtFieldNumber) && fields.has(Message::kSourceFieldNumber) &&
           event.payload.index() != 0;
}

}  // namespace aw::codec
