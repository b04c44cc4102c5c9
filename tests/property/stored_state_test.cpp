// State that earlier versions have stored: tests/property/stored_state/VERSION holds what a shard of that version wrote
// and what was in it. Every version that a release may have left behind is read for ever.
//
// A changed layout fails the first test: raise kStateVersion, teach restore() the older one, and store the new one with
// AW_STORE_STATE=1 build/dev/bin/property_shard --gtest_filter='StoredState*'.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/shard/state_version.hpp"
#include "property/random_log.hpp"

namespace aw {
namespace {

std::filesystem::path folder(std::uint32_t version) {
    return std::filesystem::path(AW_SOURCE_DIR "/tests/property/stored_state") / std::to_string(version);
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// What a cohort that is larger than these three accounts sent on some days, as other shards would say it.
void tell_cohort(Shard& shard) {
    const Calendar& calendar = shard.rules().calendar;
    const Day today = calendar.day_of(shard.clock());
    for (int back = 40; back > 0; --back) {
        const DaySums sums{30, 600'000'000, 550'000'000 + back * 1'000'000, 560'000'000, 580, 600};
        const auto numbers = sums.numbers();
        PartialEvent answer{"portfolio", "portfolio", calendar.zone().at(today - back, 0), 0,
                            {numbers.begin(), numbers.end()}, 1, {{"COHORT", "371400/P83", ""}}};
        const std::string id = "cohort-" + std::to_string(back);
        Event event;
        event.event_id = id;
        event.occurred_at = shard.clock();
        event.source = "accountwatch";
        event.payload = std::move(answer);
        Effects effects;
        shard.apply(event, {shard.clock(), true}, effects);
    }
}

// A shard in the middle of its work: three accounts, a year and what happened to them.
Shard busy_shard() {
    std::mt19937 random(20261127);
    std::vector<test::Choice> choices(400);
    for (test::Choice& choice : choices) {
        const auto bits = random();
        choice = {static_cast<std::uint8_t>(bits),
                  static_cast<std::uint8_t>(bits >> 8),
                  static_cast<std::uint8_t>(bits >> 16),
                  static_cast<std::uint8_t>(bits >> 24),
                  static_cast<std::uint16_t>(random() % 600),
                  random() % 20 == 0};
    }
    const test::RandomLog log = test::build_log(choices, true);
    Shard shard(test::random_rules());
    static_cast<void>(test::run(shard, log, 0, log.records.size() - 40));
    tell_cohort(shard);
    return shard;
}

// Length and bytes, of key and value in turn.
void put(std::ostream& out, const std::string& bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    for (int shift = 0; shift < 32; shift += 8) out.put(static_cast<char>(size >> shift));
    out << bytes;
}
std::string take(std::string_view& bytes) {
    std::uint32_t size = 0;
    for (int i = 3; i >= 0; --i) size = size << 8 | static_cast<unsigned char>(bytes.at(static_cast<std::size_t>(i)));
    bytes.remove_prefix(4);
    std::string taken(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return taken;
}

// What people would miss: figures of the accounts, cases, and what is owed until when.
std::string facts_of(const Shard& shard) {
    std::string text =
        fmt::format("clock {} tick {} next {}\n", format_utc(shard.clock()), format_utc(shard.last_tick()),
                    format_utc(shard.next_deadline().value_or(Timestamp{})));
    for (int account = 0; account < test::kAccounts; ++account) {
        const AccountRoot root = *parse_root(test::root_text(account));
        const auto view = shard.account(root);
        if (!view) continue;
        text += fmt::format("account {} \"{}\" grade {} t12m {} items {} revenue {} last {}\n", format_root(root),
                            view->account_name, view->grade, view->t12m_revenue.minor, view->items_28d,
                            view->revenue_28d.minor, format_utc(view->last_event_at));
        const CaseFile* const file = shard.case_file(root);
        if (file == nullptr) continue;
        for (const CaseRecord& record : file->cases)
            text += fmt::format("  case {} v{} {} {} signals {}\n", record.view.case_id.value, record.view.version,
                                name(record.view.state), name(record.view.severity), record.view.signals.size());
        for (const Obligation& owed : file->obligations)
            text += fmt::format("  owed {} {} {} {} due {}\n", owed.task.task_id.value, name(owed.task.kind),
                                name(owed.milestone), name(owed.task.state), format_utc(owed.task.due_at));
    }
    for (const Silence& silence : shard.silences()) text += fmt::format("silence {}\n", silence.silence_id);
    return text;
}

bool store() {
    const Shard shard = busy_shard();
    std::filesystem::create_directories(folder(kStateVersion));
    std::ofstream records(folder(kStateVersion) / "records", std::ios::binary);
    for (const StateRecord& record : test::snapshot_of(shard)) {
        put(records, record.key);
        put(records, record.value);
    }
    std::ofstream(folder(kStateVersion) / "facts") << facts_of(shard);
    return true;
}

std::vector<StateRecord> stored(std::uint32_t version) {
    static const bool asked = std::getenv("AW_STORE_STATE") != nullptr && store();
    (void)asked;
    const std::string bytes = read(folder(version) / "records");
    std::vector<StateRecord> records;
    for (std::string_view left = bytes; !left.empty();) {
        std::string key = take(left);
        records.push_back({std::move(key), take(left), false});
    }
    return records;
}

// The version with which some kinds of records grew last.
constexpr std::uint32_t kGrownIn = 10;

using StoredState = testing::TestWithParam<std::uint32_t>;

TEST_P(StoredState, IsReadAndMeansWhatItMeant) {
    const auto records = stored(GetParam());
    ASSERT_GT(records.size(), 20U);
    const Shard shard = test::restored(test::random_rules(), records, test::known_rules());
    EXPECT_EQ(facts_of(shard), read(folder(GetParam()) / "facts"));
}

// What is read is written anew in the layout of today, and lost nothing by that.
TEST_P(StoredState, IsWrittenInTheLayoutOfToday) {
    const auto records = stored(GetParam());
    const auto written = test::snapshot_of(test::restored(test::random_rules(), records, test::known_rules()));
    ASSERT_EQ(written.size(), records.size());
    const auto again = test::snapshot_of(test::restored(test::random_rules(), written, test::known_rules()));
    ASSERT_EQ(again.size(), records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        // Up to version 2 the ids seen had no version. What a client under the detectors does, what is known of its
        // episodes and cases, and how certain alarms are has grown since (state_version.hpp says by what).
        const bool bare = GetParam() == 1 && records[i].key.starts_with("d/");
        EXPECT_EQ(written[i].key, records[i].key);
        EXPECT_EQ(written[i].value.front(), static_cast<char>(kStateVersion));
        const bool has_grown =
            records[i].key.starts_with("s/") || records[i].key.starts_with("l/") || records[i].key == "certainty";
        if (GetParam() < kGrownIn && has_grown) {
            EXPECT_GT(written[i].value.size(), records[i].value.size()) << records[i].key;
            EXPECT_EQ(written[i].value, again[i].value) << records[i].key;
            // Four episodes that nobody has accepted, and no alarm of a comparison.
            if (GetParam() >= 8 && records[i].key.starts_with("l/")) {
                EXPECT_EQ(written[i].value.size(), records[i].value.size() + 5) << records[i].key;
            }
            continue;
        }
        EXPECT_EQ(written[i].value.substr(1), records[i].value.substr(bare ? 0 : 1))
            << "the layout of " << records[i].key << " has changed";
    }
    const Shard shard = test::restored(test::random_rules(), written, test::known_rules());
    EXPECT_EQ(facts_of(shard), read(folder(GetParam()) / "facts"));
}

INSTANTIATE_TEST_SUITE_P(OfVersion, StoredState, testing::Range(kOldestStateVersion, kStateVersion + 1),
                         [](const auto& version) { return std::to_string(version.param); });

TEST(StoredStateOfTheFuture, IsRefusedAndSaysItsVersion) {
    std::string value = stored(kStateVersion).front().value;
    ASSERT_EQ(stored(kStateVersion).front().key, "shard");
    value[0] = static_cast<char>(kStateVersion + 1);
    Shard shard(test::random_rules());
    EXPECT_FALSE(shard.restore("shard", value, test::reader_of(test::known_rules())));
    EXPECT_EQ(state_version_of(value), kStateVersion + 1);
}

}  // namespace
}  // namespace aw
