// What a partition refuses because of where a record lies, and which time it takes a record for (design section 2):
// each refused record is one dead letter that holds what came, and what follows is read as if it had not been there.
#include "app/partition.hpp"

#include <deque>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/hash.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_decoder.hpp"
#include "core/shard/state_version.hpp"
#include "support/sample_rules.hpp"
#include "support/shard_state.hpp"

namespace aw::app {
namespace {

using eventlog::OutRecord;
using eventlog::Record;
using eventlog::Topic;
using test::shanghai;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kPartitions = 4;
constexpr std::string_view kRoot = "37140000012";
constexpr std::string_view kCode = "37140000012001";

// A partition, what it says, and a log that counts its offsets.
class Rig final : public PartitionObserver {
public:
    explicit Rig(int number = partition_of(kRoot, kPartitions), Format format = Format::protobuf)
        : partition(
              {number, kPartitions, format, "accountwatch.events"}, test::sample_rules(),
              [](std::string_view) -> Result<std::shared_ptr<const Rules>> { return fail_with("none"); }, *this) {}

    void read(std::string_view key, std::string_view value, Timestamp append_time,
              std::optional<Timestamp> declared = {}) {
        Record record;
        record.partition = partition.number();
        record.offset = next_offset_++;
        record.append_time = append_time;
        record.declared_time = declared;
        record.key = key;
        record.value = value;
        record.tombstone = value.data() == nullptr;
        partition.apply(record, outputs);
    }

    void on_event(std::string_view kind, Applied outcome) override { outcomes.emplace_back(kind, outcome); }
    void on_dead_letter(const DeadLetter& letter) override { reported.push_back(letter.reason); }

    [[nodiscard]] std::vector<DeadLetter> letters() const {
        std::vector<DeadLetter> found;
        for (const OutRecord& output : outputs) {
            if (output.topic == Topic::dead_letters) found.push_back(decode_dead_letter(output.value).value());
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string> state() const {
        std::vector<std::string> records;
        for (const StateRecord& record : test::snapshot_of(partition.shard()))
            records.push_back(record.key + '=' + record.value);
        return records;
    }

    Partition partition;
    std::vector<OutRecord> outputs;
    std::vector<std::pair<std::string, Applied>> outcomes;
    std::vector<DeadLetterReason> reported;

private:
    std::int64_t next_offset_ = 100;
};

std::string shipment(std::string_view code, Timestamp when, std::string_view id = "s1") {
    Event event;
    event.event_id = id;
    event.code = *parse_customer_code(code);
    event.occurred_at = when;
    event.source = "sorting";
    event.payload = ShipmentEvent{"express", 12, 0, {}, {}, {}};
    return encode_event(event, Format::protobuf);
}

// The key of another root that has, or has not, the same partition.
std::string root_elsewhere(bool same_partition) {
    const int here = partition_of(kRoot, kPartitions);
    for (int n = 13;; ++n) {
        std::string root = "371400000" + std::to_string(n);
        if ((partition_of(root, kPartitions) == here) == same_partition) return root;
    }
}

const Timestamp kNow = shanghai("2026-08-17 10:00");

// `bad` was read as the first record: one dead letter with what came, and the good event behind it does what it does
// in a partition that never saw the bad one.
void expect_one_letter(Rig& rig, DeadLetterReason reason, std::string_view key, std::string_view payload,
                       std::string_view detail) {
    ASSERT_EQ(rig.letters().size(), 1U);
    EXPECT_EQ(rig.outputs.size(), 1U);
    const DeadLetter letter = rig.letters().front();
    EXPECT_EQ(letter.reason, reason) << letter.detail;
    EXPECT_THAT(letter.detail, HasSubstr(std::string(detail)));
    EXPECT_EQ(letter.source, "watch");
    EXPECT_EQ(letter.topic, "accountwatch.events");
    EXPECT_EQ(letter.partition, rig.partition.number());
    EXPECT_EQ(letter.offset, 100);
    EXPECT_EQ(letter.key, key);
    EXPECT_TRUE(letter.payload == payload) << letter.payload.size() << " bytes instead of " << payload.size();
    EXPECT_EQ(letter.received_at, kNow);
    EXPECT_THAT(rig.reported, ElementsAre(reason));
    ASSERT_EQ(rig.outcomes.size(), 1U);
    EXPECT_EQ(rig.outcomes.front().second, Applied::refused);

    Rig untouched;
    for (Rig* each : {&rig, &untouched}) {
        if (each == &rig && rig.partition.number() != untouched.partition.number()) continue;  // not the root's place
        each->read(kRoot, shipment(kCode, kNow), kNow);
        EXPECT_EQ(each->outcomes.back(), std::pair(std::string("shipment"), Applied::applied));
    }
    if (rig.partition.number() != untouched.partition.number()) return;
    EXPECT_EQ(rig.letters().size(), 1U);
    EXPECT_EQ(rig.state(), untouched.state());
}

// The largest record that the topic takes, random bytes, as every byte of it may be.
std::string noise(std::size_t size) {
    std::mt19937 random(1);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

constexpr std::size_t kTopicTakes = 8'388'608;

TEST(DeadLetterSize, FitsIntoItsTopicWhateverWasRefused) {
    for (const Format format : {Format::protobuf, Format::json}) {
        const std::string large = noise(kTopicTakes);
        Rig rig(partition_of(kRoot, kPartitions), format);
        rig.read(kRoot, large, kNow);
        rig.read(large, shipment(kCode, kNow), kNow);  // the key counts in the size of a record, too
        ASSERT_EQ(rig.outputs.size(), 2U);
        for (const OutRecord& output : rig.outputs) EXPECT_LT(output.value.size() + output.key.size(), 6U << 20);
        const DeadLetter letter = rig.letters().front();
        EXPECT_EQ(letter.reason, DeadLetterReason::TOO_LARGE);
        EXPECT_TRUE(letter.payload == large.substr(0, 4 << 20)) << letter.payload.size();
        EXPECT_THAT(letter.detail, HasSubstr("the first 4194304 of 8388608 bytes"));
        EXPECT_THAT(letter.detail, HasSubstr(sha256_hex(large)));
        const DeadLetter other = rig.letters().back();
        EXPECT_EQ(other.reason, DeadLetterReason::KEY_MISMATCH);
        EXPECT_EQ(other.payload, shipment(kCode, kNow));
        EXPECT_THAT(other.detail, HasSubstr("key cut: the first 4096 of 8388608 bytes"));
    }
}

TEST(DeadLetterSize, WhatIsNotTooLargeIsKeptWhole) {
    const std::string bytes = noise(4 << 20);
    Rig rig;
    rig.read(kRoot, bytes, kNow);
    ASSERT_EQ(rig.letters().size(), 1U);
    EXPECT_TRUE(rig.letters().front().payload == bytes);
    EXPECT_THAT(rig.letters().front().detail, Not(HasSubstr("cut")));
}

TEST(KeyMismatch, ForeignKey) {
    Rig rig;
    const std::string foreign = root_elsewhere(true);
    const std::string bytes = shipment(kCode, kNow);
    rig.read(foreign, bytes, kNow);
    expect_one_letter(rig, DeadLetterReason::KEY_MISMATCH, foreign, bytes, "account root is 37140000012");
}

TEST(KeyMismatch, EmptyKey) {
    Rig rig;
    const std::string bytes = shipment(kCode, kNow);
    rig.read("", bytes, kNow);
    expect_one_letter(rig, DeadLetterReason::KEY_MISMATCH, "", bytes, "the record's key is \"\"");
}

TEST(KeyMismatch, TheCodeOfABranchIsNoKey) {
    Rig rig;
    const std::string bytes = shipment(kCode, kNow);
    rig.read(kCode, bytes, kNow);
    expect_one_letter(rig, DeadLetterReason::KEY_MISMATCH, kCode, bytes, "account root is 37140000012");
}

TEST(WrongPartition, OfSeveral) {
    const int right = partition_of(kRoot, kPartitions);
    Rig rig((right + 1) % kPartitions);
    const std::string bytes = shipment(kCode, kNow);
    rig.read(kRoot, bytes, kNow);
    expect_one_letter(rig, DeadLetterReason::WRONG_PARTITION, kRoot, bytes, "gives " + std::to_string(right));
    EXPECT_EQ(rig.partition.shard().counts().accounts, 0U);
    // What belongs there is read.
    std::string own;
    for (int n = 10; own.empty(); ++n) {
        const std::string root = "371400000" + std::to_string(n);
        if (partition_of(root, kPartitions) == rig.partition.number()) own = root;
    }
    rig.read(own, shipment(own + "001", kNow, "s2"), kNow);
    EXPECT_EQ(rig.outcomes.back(), std::pair(std::string("shipment"), Applied::applied));
    EXPECT_EQ(rig.letters().size(), 1U);
    EXPECT_EQ(rig.partition.shard().counts().accounts, 1U);
}

TEST(WrongPartition, WhatGoesToEveryPartitionNeedsNoKey) {
    for (int number = 0; number < kPartitions; ++number) {
        Rig rig(number);
        Event event;
        event.event_id = "w1";
        event.occurred_at = kNow;
        event.source = "sorting";
        event.payload = WatermarkEvent{"sorting", {}, kNow};
        rig.read("sorting", encode_event(event, Format::protobuf), kNow);
        EXPECT_THAT(rig.letters(), IsEmpty()) << number;
        EXPECT_EQ(rig.outcomes.back().second, Applied::applied) << number;
    }
}

TEST(Undecodable, NoValue) {
    Rig rig;
    rig.read(kRoot, std::string_view{}, kNow);  // a tombstone, as a plain Kafka client may write one
    expect_one_letter(rig, DeadLetterReason::UNDECODABLE, kRoot, "", "empty");
}

TEST(TooLarge, TwoMegabytes) {
    Rig rig;
    std::string bytes = R"({"event_id":"s1","account_code":"37140000012001","occurred_at":"2026-08-17T02:00:00Z",)"
                        R"("source":"sorting","shipment":{"items":12}})";
    bytes.append((2U << 20) - bytes.size(), ' ');  // valid but for its size
    rig.read(kRoot, bytes, kNow);
    expect_one_letter(rig, DeadLetterReason::TOO_LARGE, kRoot, bytes, "2097152");
}

TEST(LogTime, OfALiveRecordIsItsAppendTime) {
    Rig rig;
    rig.read(kRoot, shipment(kCode, kNow), kNow);
    EXPECT_EQ(rig.partition.shard().clock(), kNow);
}

TEST(LogTime, OfHistoryIsTheDeclaredOne) {
    Rig rig;
    const Timestamp then = shanghai("2026-03-02 09:00");
    rig.read(kRoot, shipment(kCode, then), kNow, then);
    EXPECT_EQ(rig.partition.shard().clock(), then);
    EXPECT_EQ(rig.outcomes.back().second, Applied::applied);   // by its append time it would be months late
    rig.read(kRoot, shipment(kCode, then, "s2"), kNow, then);  // equal to the clock is not before it
    EXPECT_EQ(rig.partition.shard().clock(), then);
    EXPECT_THAT(rig.letters(), IsEmpty());
}

TEST(LogTime, DeclaredAheadOfTheAppendTimeDoesNotCount) {
    Rig rig;
    const Timestamp ahead = kNow + std::chrono::hours{24 * 30};
    rig.read(kRoot, shipment(kCode, kNow), kNow, ahead);
    EXPECT_EQ(rig.partition.shard().clock(), kNow);
    EXPECT_EQ(rig.outcomes.back().second, Applied::applied);
    // Nor does it let an event of the future pass.
    rig.read(kRoot, shipment(kCode, ahead, "s2"), kNow, ahead);
    ASSERT_EQ(rig.letters().size(), 1U);
    EXPECT_EQ(rig.letters().front().reason, DeadLetterReason::FUTURE);
    EXPECT_EQ(rig.partition.shard().clock(), kNow);
    rig.read(kRoot, shipment(kCode, kNow, "s3"), kNow);
    EXPECT_EQ(rig.outcomes.back().second, Applied::applied);
}

TEST(LogTime, DeclaredBeforeWhatWasReadDoesNotCount) {
    Rig rig;
    rig.read(kRoot, shipment(kCode, kNow), kNow);
    const Timestamp later = kNow + std::chrono::hours{1};
    const Timestamp before = shanghai("2026-03-02 09:00");
    rig.read(kRoot, shipment(kCode, before, "s2"), later, before);
    EXPECT_EQ(rig.partition.shard().clock(), later);  // its append time
    ASSERT_EQ(rig.letters().size(), 1U);              // by which it is months late
    EXPECT_EQ(rig.letters().front().reason, DeadLetterReason::TOO_LATE);
    rig.read(kRoot, shipment(kCode, later, "s3"), later);
    EXPECT_EQ(rig.outcomes.back().second, Applied::applied);
    EXPECT_EQ(rig.letters().size(), 1U);
}

std::vector<std::string> staged_places(Partition& partition) {
    eventlog::Commit commit;
    partition.stage_changes(commit);
    std::vector<std::string> values;
    for (const auto& change : commit.state) {
        EXPECT_EQ(change.partition, partition.number());
        if (change.key == "place") values.push_back(change.value.value());
    }
    return values;
}

// With another number of partitions an account's key leads elsewhere: its state says with how many it was made.
TEST(PartitionsPlace, IsStoredOnceAndComesBack) {
    Rig fresh;
    EXPECT_EQ(fresh.partition.made_with(), std::nullopt);
    const auto written = staged_places(fresh.partition);
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(state_version_of(written[0]), kStateVersion);
    // So since version 8: its position is not known, and there is no account.
    EXPECT_EQ(written[0].substr(1), std::string("\x04\x01\x00", 3));
    EXPECT_THAT(staged_places(fresh.partition), IsEmpty());

    Rig again;
    ASSERT_TRUE(again.partition.restore("place", written[0]));
    again.partition.finish_restore();
    EXPECT_EQ(again.partition.made_with(), kPartitions);
    EXPECT_THAT(staged_places(again.partition), IsEmpty());
}

// A state topic that was made anew under a running daemon holds what was written since: nobody would miss the rest.
TEST(PartitionsPlace, KnowsHowManyAccountsMustComeBackWhole) {
    Rig rig;
    rig.read(kRoot, shipment(kCode, kNow), kNow);
    eventlog::Commit commit;
    rig.partition.stage_changes(commit);
    const auto loss_without = [&](std::string_view prefix) {
        Rig again;
        for (const auto& change : commit.state) {
            if (!prefix.empty() && change.key.substr(0, prefix.size()) == prefix) continue;
            EXPECT_TRUE(again.partition.restore(change.key, *change.value)) << change.key;
        }
        return again.partition.loss();
    };
    EXPECT_FALSE(loss_without(""));
    EXPECT_FALSE(loss_without("place"));  // of before it was kept
    for (const char* part : {"h/", "c/"}) {
        const auto loss = loss_without(part);
        ASSERT_TRUE(loss) << part;
        EXPECT_EQ(loss->whole, 0U);
        EXPECT_EQ(loss->said, 1U);
    }
}

TEST(PartitionsPlace, IsWrittenForStateOfBeforeItWasKept) {
    Rig old;
    old.read(kRoot, shipment(kCode, kNow), kNow);
    eventlog::Commit commit;
    old.partition.stage_changes(commit);
    Rig now;
    for (const auto& change : commit.state) {
        if (change.key != "place") {
            ASSERT_TRUE(now.partition.restore(change.key, *change.value)) << change.key;
        }
    }
    now.partition.finish_restore();
    EXPECT_EQ(now.partition.made_with(), std::nullopt);
    EXPECT_EQ(staged_places(now.partition).size(), 1U);
}

TEST(PartitionsPlace, DamagedOrOfAVersionToComeIsRefused) {
    Rig rig;
    std::string value = staged_places(rig.partition).at(0);
    EXPECT_FALSE(rig.partition.restore("place", value + "x"));
    EXPECT_FALSE(rig.partition.restore("place", value.substr(0, 1)));
    value[0] = static_cast<char>(kStateVersion + 1);
    EXPECT_FALSE(rig.partition.restore("place", value));
}

}  // namespace
}  // namespace aw::app
