// Event -> bytes -> Event keeps everything, in both formats.
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "codec/hot_path.hpp"
#include "unit/codec/filler.hpp"
#include "unit/codec/samples.hpp"

namespace aw {
namespace {

// The samples are written as we print: JSON -> Event -> JSON gives the same text, also by way of protobuf. This pins
// the names, the order and the format of every field.
TEST(EventRoundTrip, SamplesComeBackAsTheyWere) {
    EventDecoder decoder;
    for (const std::string& sample : test::event_samples()) {
        const auto event = decoder.decode(sample);
        ASSERT_TRUE(event) << sample << "\n" << event.error().detail;
        EXPECT_EQ(encode_event(**event, Format::json), sample);
        const std::string bytes = encode_event(**event, Format::protobuf);
        const auto again = decoder.decode(bytes);
        ASSERT_TRUE(again) << sample << "\n" << again.error().detail;
        EXPECT_EQ(encode_event(**again, Format::json), sample);
    }
}

void note_fields(const google::protobuf::Message& message, std::set<std::string>& seen) {
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
        seen.insert(field->full_name());
        if (field->message_type() == nullptr) continue;
        const auto& reflection = *message.GetReflection();
        if (!field->is_repeated()) {
            note_fields(reflection.GetMessage(message, field), seen);
            continue;
        }
        for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
            note_fields(reflection.GetRepeatedMessage(message, field, i), seen);
        }
    }
}

void all_fields(const google::protobuf::Descriptor& type, std::set<std::string>& all) {
    for (int i = 0; i < type.field_count(); ++i) {
        all.insert(type.field(i)->full_name());
        if (type.field(i)->message_type() != nullptr) all_fields(*type.field(i)->message_type(), all);
    }
}

// So a field that is forgotten on both sides is noticed.
TEST(EventRoundTrip, SamplesHaveEveryField) {
    EventDecoder decoder;
    std::set<std::string> seen;
    for (const std::string& sample : test::event_samples()) {
        const auto event = decoder.decode(sample);
        ASSERT_TRUE(event);
        accountwatch::v1::Event message;
        ASSERT_TRUE(message.ParseFromString(encode_event(**event, Format::protobuf)));
        note_fields(message, seen);
    }
    std::set<std::string> all;
    all_fields(*accountwatch::v1::Event::descriptor(), all);
    all.erase("google.protobuf.Timestamp.nanos");  // in one sample only, and not ours
    for (const std::string& field : all) EXPECT_TRUE(seen.contains(field)) << field;
}

TEST(EventRoundTrip, ValuesReachTheirFields) {
    EventDecoder decoder;
    const auto samples = test::account_samples();
    const auto event = decoder.decode(samples[0]);
    ASSERT_TRUE(event);
    EXPECT_EQ(format_utc((*event)->recorded_at), "2026-08-17T00:31:00.250Z");
    const auto& shipment = std::get<ShipmentEvent>((*event)->payload);
    EXPECT_EQ(shipment.origin_region, "371402");
    EXPECT_EQ(shipment.destination_region, "110100");
    EXPECT_EQ(shipment.product, "next-day");
    EXPECT_EQ(shipment.weight_g, 8400);
    ASSERT_TRUE(decoder.decode(samples[1]));
    const auto& revenue = std::get<RevenueEvent>((*event)->payload);
    EXPECT_EQ(revenue.amount.minor, -123'456);
    EXPECT_EQ(revenue.due_on, make_day(2026, 9, 30));
    ASSERT_TRUE(decoder.decode(samples[2]));
    const auto& account = std::get<AccountEvent>((*event)->payload);
    EXPECT_EQ(account.operation, AccountOperation::REGISTER);
    EXPECT_EQ(account.importance, Importance::STRATEGIC);
    EXPECT_EQ(account.resident_service, false);
    EXPECT_EQ(account.assignments.at(0).role, StaffRole::KEY_ACCOUNT_MANAGER);
    EXPECT_EQ(account.annual_revenue_hint, yuan(426'000));
    ASSERT_TRUE(decoder.decode(test::command(R"("done":{"task_id":"37140000012-t4"})")));
    const auto& command = std::get<CommandEvent>((*event)->payload);
    EXPECT_EQ(command.expected_version, 3);
    EXPECT_EQ(std::get<DoneAction>(command.action).task_id, "37140000012-t4");
}

Event random_event(test::Filler& filler, std::size_t payload) {
    Event event;
    event.event_id = filler.keep("e" + std::to_string(filler.below(1'000'000)));
    event.code = parse_customer_code(filler.digits(14)).value();
    event.occurred_at = filler.instant();
    if (filler.chance()) event.recorded_at = filler.instant();
    event.source = "sorting";
    filler.alternative(event.payload, payload);
    // What concerns no account, or names its own, has no code.
    const bool own = is_broadcast(event) || std::holds_alternative<CommandEvent>(event.payload);
    if (own && !is_reserved(event.payload)) event.code = {};
    if (auto* plan = std::get_if<PlanEvent>(&event.payload)) plan->staff_id = "s";
    if (auto* command = std::get_if<CommandEvent>(&event.payload)) command->case_id = "37140000012-1";
    if (auto* complaint = std::get_if<ComplaintEvent>(&event.payload); complaint != nullptr && complaint->claimed)
        complaint->claimed->minor = std::abs(complaint->claimed->minor);  // a claim is never negative
    return event;
}

TEST(EventRoundTrip, AnyEventOfAnyPayload) {
    const bool fine = rc::check("event -> bytes -> event -> bytes", [](std::uint64_t seed) {
        test::Filler filler(seed);
        EventDecoder decoder;
        for (std::size_t payload = 1; payload < std::variant_size_v<EventPayload>; ++payload) {
            const Event event = random_event(filler, payload);
            const std::string bytes = encode_event(event, Format::protobuf);
            const std::string json = encode_event(event, Format::json);
            for (const std::string& form : {bytes, json}) {
                const auto read = decoder.decode(form);
                if (!read) RC_FAIL(json + "\n" + read.error().detail);
                RC_ASSERT(encode_event(**read, Format::protobuf) == bytes);
                RC_ASSERT(encode_event(**read, Format::json) == json);
            }
        }
    });
    EXPECT_TRUE(fine);
}

}  // namespace
}  // namespace aw
