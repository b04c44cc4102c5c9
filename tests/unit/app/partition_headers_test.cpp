// What a partition tells others of its records beside their bytes: what each one is, and the trace of the event that
// brought it. And what is refused in every partition is told once.
#include <algorithm>
#include <deque>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/dead_letter.hpp"
#include "app/partition.hpp"
#include "base/hash.hpp"
#include "base/trace_context.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_decoder.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using eventlog::Header;
using eventlog::HeaderView;
using eventlog::OutRecord;
using eventlog::Record;
using eventlog::Topic;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kRoot = "37140000012";
constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const Timestamp kNow = shanghai("2026-08-17 10:00");

class Log final : public PartitionObserver {
public:
    explicit Log(int partitions = 1) {
        for (int number = 0; number < partitions; ++number) {
            partitions_.emplace_back(
                PartitionOptions{number, partitions, Format::protobuf, "accountwatch.events"}, test::sample_rules(),
                [](std::string_view) -> Result<std::shared_ptr<const Rules>> { return fail_with("none"); }, *this);
        }
    }

    // In every partition: the same, at its own offset.
    void read(const Event& event, Timestamp at, std::vector<HeaderView> headers = {}, std::string_view key = {}) {
        const std::string value = encode_event(event, Format::protobuf);
        for (Partition& partition : partitions_) read_in(partition, value, at, headers, key);
    }
    void read_one(int number, const Event& event, Timestamp at, std::string_view key) {
        read_in(partitions_.at(static_cast<std::size_t>(number)), encode_event(event, Format::protobuf), at, {}, key);
    }
    void on_dead_letter(const DeadLetter&) override { ++reported; }
    void on_event(std::string_view, Applied outcome) override { refused += outcome == Applied::refused ? 1 : 0; }

    std::vector<OutRecord> outputs;
    int reported = 0;
    int refused = 0;

private:
    void read_in(Partition& partition, std::string_view value, Timestamp at, std::span<const HeaderView> headers,
                 std::string_view key) {
        Record record;
        record.partition = partition.number();
        record.offset = 100 + partition.number();
        record.append_time = at;
        record.key = key;
        record.value = value;
        record.headers = headers;
        partition.apply(record, outputs);
    }
    std::deque<Partition> partitions_;
};

Event complaint(std::string_view id, Timestamp at) {
    Event event;
    event.event_id = id;
    event.code = *parse_customer_code("37140000012001");
    event.occurred_at = at;
    event.source = "crm";
    ComplaintEvent complaint;
    complaint.complaint_id = id;
    complaint.category = ComplaintCategory::LOSS;
    complaint.severity = ComplaintSeverity::SERIOUS;
    complaint.demand = "pay";
    event.payload = complaint;
    return event;
}

// A key account: what is found about it opens a case.
Event billed() {
    Event event;
    event.event_id = "r1";
    event.code = *parse_customer_code("37140000012001");
    event.occurred_at = kNow;
    event.source = "billing";
    event.payload = RevenueEvent{"express", yuan(200'000), {}, {}};
    return event;
}

Event watermark(Timestamp occurred_at) {
    Event event;
    event.event_id = "w1";
    event.occurred_at = occurred_at;
    event.source = "sorting";
    event.payload = WatermarkEvent{"sorting", {}, occurred_at};
    return event;
}

TEST(RecordsAbout, EveryOutputSaysWhatItIs) {
    Log log;
    log.read(billed(), kNow, {}, kRoot);
    log.read(complaint("c1", kNow), kNow, {}, kRoot);
    std::set<Topic> topics;
    std::set<std::pair<std::string, std::string>> names;
    for (const OutRecord& output : log.outputs) {
        ASSERT_TRUE(output.about) << topic_name(output.topic);
        topics.insert(output.topic);
        EXPECT_TRUE(names.emplace(output.about->type, output.about->id).second) << output.about->id;
        EXPECT_EQ(output.about->time, kNow);
        EXPECT_EQ(output.about->content_type, "application/protobuf");
    }
    EXPECT_THAT(topics, testing::IsSupersetOf({Topic::signals, Topic::cases, Topic::tasks, Topic::notices}));
}

TEST(RecordsAbout, AReplayOfTheLogGivesTheSame) {
    const auto once = [] {
        Log log;
        log.read(billed(), kNow, {}, kRoot);
        log.read(complaint("c1", kNow), kNow, {{kTraceparent, kTrace}}, kRoot);
        log.read(complaint("c2", kNow), kNow + std::chrono::hours{30}, {}, kRoot);
        std::vector<Header> all;
        for (const OutRecord& output : log.outputs) {
            eventlog::each_header(output.about ? &*output.about : nullptr, output.headers,
                                  [&](std::string_view name, std::string_view value) {
                                      all.push_back({std::string(name), std::string(value)});
                                  });
        }
        return all;
    };
    const auto first = once();
    EXPECT_GT(first.size(), 50U);
    EXPECT_EQ(once(), first);
}

TEST(Trace, GoesOnWithWhatTheEventBrings) {
    Log log;
    log.read(billed(), kNow, {}, kRoot);
    log.outputs.clear();
    log.read(complaint("c1", kNow), kNow, {{"other", "x"}, {kTraceparent, kTrace}, {kTracestate, "a=1"}}, kRoot);
    ASSERT_FALSE(log.outputs.empty());
    for (const OutRecord& output : log.outputs) {
        EXPECT_THAT(output.headers, ElementsAre(Header{std::string(kTraceparent), std::string(kTrace)},
                                                Header{std::string(kTracestate), "a=1"}));
    }
}

TEST(Trace, IsNotMadeUpAndNotPassedOnMalformed) {
    Log log;
    log.read(billed(), kNow, {}, kRoot);
    log.read(complaint("c1", kNow), kNow, {}, kRoot);
    log.read(complaint("c2", kNow), kNow, {{kTraceparent, "00-1"}, {kTracestate, "a=1"}}, kRoot);
    ASSERT_GT(log.outputs.size(), 2U);
    for (const OutRecord& output : log.outputs) EXPECT_THAT(output.headers, IsEmpty());
}

// What falls due before the event is read is nobody's doing.
TEST(Trace, IsNotTheDeadlinesThatFellDueBeforeTheEvent) {
    Log log;
    log.read(billed(), kNow, {}, kRoot);
    log.read(complaint("c1", kNow), kNow, {}, kRoot);
    log.outputs.clear();
    const Timestamp later = kNow + std::chrono::hours{30};  // the acknowledgement is overdue
    log.read(complaint("c2", later), later, {{kTraceparent, kTrace}}, kRoot);
    std::size_t of_deadlines = 0;
    std::size_t of_the_event = 0;
    for (const OutRecord& output : log.outputs) {
        (output.headers.empty() ? of_deadlines : of_the_event) += 1;
        if (output.headers.empty()) {
            EXPECT_EQ(of_the_event, 0U);
        }
        if (output.topic == Topic::signals) {
            EXPECT_FALSE(output.headers.empty());
        }
        const auto notice = output.topic == Topic::notices ? decode_notice(output.value) : fail_with("none");
        if (notice && notice->reason == NoticeReason::ACK_OVERDUE) {
            EXPECT_THAT(output.headers, IsEmpty());
        }
    }
    EXPECT_GT(of_deadlines, 0U);
    EXPECT_GT(of_the_event, 0U);
}

TEST(Trace, GoesOnWithADeadLetter) {
    Log log;
    log.read(complaint("c1", kNow), kNow, {{kTraceparent, kTrace}}, "another key");
    ASSERT_EQ(log.outputs.size(), 1U);
    EXPECT_EQ(log.outputs[0].topic, Topic::dead_letters);
    EXPECT_THAT(log.outputs[0].headers, Contains(Header{std::string(kTraceparent), std::string(kTrace)}));
    ASSERT_TRUE(log.outputs[0].about);
    EXPECT_EQ(log.outputs[0].about->id, "accountwatch.events/0/100");
}

TEST(RefusedEverywhere, IsOneDeadLetterWhateverTheNumberOfPartitions) {
    for (const int partitions : {1, 4}) {
        for (const std::string_view key : {"", "sorting"}) {
            Log log(partitions);
            log.read(watermark(kNow + std::chrono::hours{30}), kNow, {}, key);  // of the future
            EXPECT_EQ(log.refused, partitions);
            EXPECT_EQ(log.reported, 1);
            ASSERT_EQ(log.outputs.size(), 1U) << partitions << " partitions, key '" << key << "'";
            const auto letter = decode_dead_letter(log.outputs[0].value);
            ASSERT_TRUE(letter);
            EXPECT_EQ(letter->reason, DeadLetterReason::FUTURE);
            EXPECT_EQ(letter->partition, partition_of(key, partitions));
        }
    }
}

// Refused by itself, wherever it lies: nothing is dropped without a word.
TEST(RefusedEverywhere, WhatConcernsOneAccountIsToldWhereItLies) {
    Log log(4);
    log.read(complaint("c1", kNow + std::chrono::hours{30}), kNow, {}, kRoot);
    EXPECT_EQ(log.outputs.size(), 4U);  // WRONG_PARTITION three times
}

TEST(LettersHeaders, TheOriginalsStandBesideItsOwnAndComeBack) {
    const std::vector<HeaderView> headers = {{"ce_id", "7"},         {"Content-Type", "application/json"},
                                             {"tenant", "north"},    {"original-ce_id", "6"},
                                             {kTraceparent, kTrace}, {"CE_Type", "parcel"}};
    Record original;
    original.headers = headers;
    DeadLetter letter;
    letter.topic = "parcels";
    const OutRecord record = to_record(letter, original, Format::json);
    std::vector<HeaderView> read;
    std::vector<std::string> names;
    std::deque<std::string> kept;
    eventlog::each_header(&*record.about, record.headers, [&](std::string_view name, std::string_view value) {
        names.emplace_back(name);
        read.push_back({kept.emplace_back(name), kept.emplace_back(value)});
    });
    EXPECT_THAT(names, ElementsAre("content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time",
                                   "original-ce_id", "original-Content-Type", "tenant", "original-original-ce_id",
                                   "traceparent", "original-CE_Type"));
    std::vector<Header> expected;
    for (const HeaderView& header : headers) expected.push_back({std::string(header.name), std::string(header.value)});
    EXPECT_EQ(original_headers(read), expected);
}

TEST(LettersHeaders, OfALetterOfAVersionBeforeAreTheOriginals) {
    const std::vector<HeaderView> headers = {
        {"ce_id", "7"}, {"ce_type", "parcel"}, {"content-type", "application/json"}};
    EXPECT_EQ(original_headers(headers).size(), 3U);
}

}  // namespace
}  // namespace aw::app
