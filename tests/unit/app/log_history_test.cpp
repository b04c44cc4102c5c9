// The past, read again: the same log gives the same decisions byte for byte, and answers as of any instant.
#include "app/log_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/explain_text.hpp"
#include "app/partition.hpp"
#include "base/hash.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_encoder.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"
#include "settings/activation.hpp"
#include "support/sample_rules.hpp"
#include "support/temporary_folder.hpp"

namespace aw::app {
namespace {

using eventlog::OutRecord;
using eventlog::Topic;
using test::shanghai;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kPartitions = 2;
constexpr std::string_view kCode = "37140000012001";
constexpr std::string_view kOther = "37140000013001";

class NowClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return shanghai("2026-11-20 12:00"); }
};

class LogHistoryTest : public testing::Test {
protected:
    LogHistoryTest() {
        auto rules = test::sample_rules();
        rules->live_from = shanghai("2026-05-01 00:00");
        rules_ = rules;
        auto opened = eventlog::open_sqlite_log(
            {.path = folder_.file("log.db"), .partitions = kPartitions, .exclusive = true, .page_limit = nullptr},
            clock_);
        EXPECT_TRUE(opened);
        log_ = *std::move(opened);
    }

    void add(const char* local, std::string_view code, EventPayload payload) {
        Event event;
        const std::string id = "e" + std::to_string(events_.size());
        event.event_id = id;
        event.code = *parse_customer_code(code);
        event.occurred_at = shanghai(local);
        event.source = "test";
        event.payload = std::move(payload);
        OutRecord record{Topic::events, format_root(event.code.root), encode_event(event, Format::protobuf)};
        eventlog::declare_log_time(record, event.occurred_at);
        events_.push_back(std::move(record));
    }
    void weeks(std::string_view code, int first, int last, int items) {
        for (int n = first; n <= last; ++n) {
            for (int d = 0; d < 7; ++d) {
                const std::string noon = format_day(first_day(make_week(2026, n)) + d) + " 12:00";
                add(noon.c_str(), code, ShipmentEvent{"express", items / 7, 0, {}, {}, {}});
            }
        }
    }
    // Two accounts; one falls by two thirds in week 33 and complains before, the other goes on.
    void story() {
        for (const auto code : {kCode, kOther}) {
            AccountEvent account;
            account.operation = AccountOperation::REGISTER;
            account.name = code == kCode ? "A" : "B";
            account.annual_revenue_hint = yuan(182'000);
            add("2026-05-04 09:00", code, account);
        }
        for (int n = 22; n <= 34; ++n) {
            if (n == 33)
                add("2026-08-10 10:00", kCode,
                    ComplaintEvent{"CMP-1",
                                   ComplaintCategory::DELAY,
                                   ComplaintSeverity::MINOR,
                                   "be faster",
                                   {},
                                   {},
                                   false,
                                   false,
                                   false});
            weeks(kCode, n, n, n < 33 ? 1400 : 420);
            weeks(kOther, n, n, 700);
        }
        auto appender = log_->open_appender();
        ASSERT_TRUE(appender && (*appender)->append(events_).complete());
    }
    // What the daemon would write: every output of both partitions, in order.
    std::vector<OutRecord> worked() {
        std::vector<OutRecord> outputs;
        work(outputs);
        return outputs;
    }
    void work(std::vector<OutRecord>& outputs) {
        for (int number = 0; number < kPartitions; ++number) {
            PartitionObserver nobody;
            Partition partition({.partition = number, .partitions = kPartitions}, rules_, settings::rules_from_document,
                                nobody);
            auto reader = log_->open_reader_of(Topic::events, number);
            EXPECT_TRUE(reader);
            while (!(*reader)->caught_up()) {
                const auto records = (*reader)->poll(1'000, Duration{0});
                ASSERT_TRUE(records);
                for (const auto& record : *records) {
                    EXPECT_EQ(record.partition, number);
                    partition.apply(record, outputs);
                }
            }
        }
    }
    void publish(const std::vector<OutRecord>& outputs) {
        auto appender = log_->open_appender();
        ASSERT_TRUE(appender && (*appender)->append(outputs).complete());
    }
    std::optional<AccountExplanation> explained(std::optional<Timestamp> at, std::string_view code = kCode) {
        auto about = history().explain(parse_customer_code(code)->root, at);
        EXPECT_TRUE(about) << about.error().message;
        return about ? *about : std::nullopt;
    }
    LogHistory history() { return LogHistory(*log_, rules_); }

    test::TemporaryFolder folder_;
    NowClock clock_;
    std::shared_ptr<const Rules> rules_;
    std::unique_ptr<eventlog::Log> log_;
    std::vector<OutRecord> events_;
};

std::vector<std::string> bytes_of(const std::vector<OutRecord>& outputs, Topic topic) {
    std::vector<std::string> values;
    for (const OutRecord& output : outputs) {
        if (output.topic == topic) values.push_back(output.value);
    }
    return values;
}

TEST_F(LogHistoryTest, TheSameLogGivesTheSameDecisionsByteForByte) {
    story();
    const auto once = worked();
    const auto again = worked();
    EXPECT_THAT(bytes_of(once, Topic::decisions), Not(IsEmpty()));
    ASSERT_EQ(once.size(), again.size());
    for (std::size_t i = 0; i < once.size(); ++i) {
        EXPECT_EQ(once[i].topic, again[i].topic);
        EXPECT_EQ(once[i].key, again[i].key);
        EXPECT_EQ(once[i].value, again[i].value) << i;
    }
}

TEST_F(LogHistoryTest, AnExplanationShowsTheDecisionsThatWereWritten) {
    story();
    const auto outputs = worked();
    publish(outputs);
    const AccountRoot root = parse_customer_code(kCode)->root;
    const auto written = history().decisions(root);
    ASSERT_TRUE(written);
    const auto about = explained({});
    ASSERT_TRUE(about);
    std::vector<std::string> from_topic;
    std::vector<std::string> from_replay;
    for (const Decision& decision : *written) from_topic.push_back(encode(decision, Format::protobuf));
    for (const Decision& decision : about->decisions) from_replay.push_back(encode(decision, Format::protobuf));
    EXPECT_THAT(from_replay, Not(IsEmpty()));
    EXPECT_THAT(from_replay, ElementsAreArray(from_topic));
}

TEST_F(LogHistoryTest, AnswersAsOfAnInstant) {
    story();
    EXPECT_FALSE(explained(shanghai("2026-05-01 00:00"))) << "not known yet";
    const auto before = explained(shanghai("2026-08-17 08:29:59"));
    ASSERT_TRUE(before);
    EXPECT_FALSE(before->open_case);
    EXPECT_EQ(before->at, shanghai("2026-08-17 08:29:59"));
    // No record stands at 08:30: in loaded history everything fires when due.
    const auto then = explained(shanghai("2026-08-17 08:30"));
    ASSERT_TRUE(then);
    ASSERT_TRUE(then->open_case);
    EXPECT_EQ(then->open_case->opened_at, shanghai("2026-08-17 08:30"));
    EXPECT_EQ(then->explanations.front().outcome, DecisionOutcome::FIRED);
    EXPECT_FALSE(then->log_cut);
    EXPECT_EQ(then->log_from, shanghai("2026-05-04 09:00"));
    const auto other = explained({}, kOther);
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->open_case);
    EXPECT_EQ(other->explanations.front().code, "NORMAL");
}

TEST_F(LogHistoryTest, InWordsOfBothLanguages) {
    story();
    auto about = explained(shanghai("2026-08-17 08:30"));
    ASSERT_TRUE(about);
    const auto all = [&](Language language) {
        put_into_words(*about, language, rules_->calendar);
        std::string text;
        for (const std::string& line : about->text) text += line + "\n";
        return text;
    };
    const std::string english = all(Language::EN);
    EXPECT_THAT(english, HasSubstr("A (37140000012), unit city, grade G4"));
    EXPECT_THAT(english, HasSubstr("Watched: revenue of twelve months 129,643.83 (gate 10,000.00)"));
    EXPECT_THAT(english, HasSubstr("items-week (volume drop, 2026-W33): holds; its signal has been given; 420 items "
                                   "against 1,400 items expected, -70.0 %; change -70.0 % (gate -50.0 %), passed"));
    EXPECT_THAT(english,
                HasSubstr("; a fall of its own, passed; watched, passed; severity signalled in this fall: high; "));
    EXPECT_THAT(english, HasSubstr("Open case 37140000012-1: emergency, high, new, opened 2026-08-17 08:30"));
    EXPECT_THAT(english, HasSubstr("owed 37140000012-t"));
    EXPECT_THAT(english, HasSubstr("2026-08-17 08:30 FIRED VOLUME_DROP items-week"));
    EXPECT_LT(english.find("items-week (volume"), english.find("defection (defection)")) << "what holds comes first";
    const std::string chinese = all(Language::ZH);
    EXPECT_THAT(chinese,
                HasSubstr("items-week (业务量下滑,2026-W33):成立,信号已发出;实际 420 件,预期 1,400 件,-70.0 %"));
    EXPECT_THAT(chinese, HasSubstr("未结案件 37140000012-1"));
    EXPECT_THAT(chinese, HasSubstr("在监控范围内:近12个月收入 129,643.83(门槛 10,000.00)"));
}

TEST_F(LogHistoryTest, ATimelineOfTheAccountAndOfItsCase) {
    story();
    publish(worked());
    const AccountRoot root = parse_customer_code(kCode)->root;
    const auto all = history().timeline(root, {});
    ASSERT_TRUE(all);
    std::vector<std::string> sources;
    for (const TimelineEntry& entry : *all) sources.push_back(entry.source);
    for (const char* source : {"EVENT", "SIGNAL", "DECISION", "CASE", "TASK", "NOTICE"})
        EXPECT_THAT(sources, testing::Contains(source));
    EXPECT_TRUE(std::is_sorted(all->begin(), all->end(),
                               [](const TimelineEntry& a, const TimelineEntry& b) { return a.at < b.at; }));
    EXPECT_EQ(all->front().kind, "account");
    const auto count = [&](std::string_view kind) {
        return std::count_if(all->begin(), all->end(), [&](const TimelineEntry& e) { return e.kind == kind; });
    };
    EXPECT_EQ(count("shipment"), 0);
    EXPECT_EQ(count("complaint"), 1);
    EXPECT_EQ(count("OPENED"), 1);
    const auto of_case = history().timeline(root, CaseId("37140000012-1"));
    ASSERT_TRUE(of_case);
    EXPECT_LT(of_case->size(), all->size());
    for (const TimelineEntry& entry : *of_case) EXPECT_EQ(entry.case_id.value, "37140000012-1");
    const auto none = history().timeline(*parse_root("37140000099"), {});
    ASSERT_TRUE(none);
    EXPECT_THAT(*none, IsEmpty());
}

TEST_F(LogHistoryTest, CanBeGivenUp) {
    story();
    LogHistory impatient(*log_, rules_, [](std::uint64_t) { return false; });
    EXPECT_FALSE(impatient.explain(parse_customer_code(kCode)->root, {}));
}

}  // namespace
}  // namespace aw::app
