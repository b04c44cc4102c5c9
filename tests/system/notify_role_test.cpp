// The notify role on the embedded log, killed at every commit: no notice is lost, none is doubled that was recorded,
// and every held one stands in exactly one digest.
#include "app/notify_role.hpp"

#include <chrono>
#include <set>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "settings/loader.hpp"
#include "support/temporary_folder.hpp"
#include "system/dying_log.hpp"
#include "system/eventually.hpp"
#include "system/webhook_receiver.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class SetClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return {ms.load()}; }
    std::atomic<std::int64_t> ms{0};
};

// 2026-08-17 in Shanghai.
constexpr std::int64_t kNine = 1'786'928'400'000;
constexpr std::int64_t kHour = 3'600'000;

Notice task(int n, NoticeReason reason = NoticeReason::TASK_ASSIGNED) {
    Notice notice;
    notice.notice_id = "37140000012-n" + std::to_string(n);
    notice.recipient_staff_id = StaffId("dept-director-1");
    notice.reason = reason;
    notice.case_id = CaseId("37140000012-" + std::to_string(n));
    notice.case_class = CaseClass::EMERGENCY;
    notice.subject = "about n" + std::to_string(n);
    notice.text = notice.subject;
    notice.created_at = {kNine};
    return notice;
}

// One machine: its log, its clock, the people's inbox. Processes come and go.
class Machine {
public:
    explicit Machine(const std::vector<std::string>& more = {}) {
        std::vector<std::string> overrides{
            "log.embedded.path=" + folder_.file("log.db"),
            "notify.channels=[{id: desk, kind: webhook, url: \"" + inbox.url() + "\", retries: 3, backoff: 10ms}]",
            "policy.noise.attention_per_day=2"};
        overrides.insert(overrides.end(), more.begin(), more.end());
        loaded_ = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", overrides, make_day(2026, 8, 17));
        for (const auto& mistake : loaded_.mistakes) ADD_FAILURE() << to_text(mistake);
        clock.ms = kNine;
    }
    ~Machine() { stop(); }

    void start(int at_commit = 0, Fate fate = Fate::killed_before) {
        death_ = std::make_unique<Death>();
        death_->at_commit = at_commit;
        death_->fate = fate;
        auto opened = app::open_log(loaded_.settings, clock, [](eventlog::LogLevel, std::string_view) {});
        ASSERT_TRUE(opened) << opened.error().message;
        log_ = std::make_unique<DyingLog>(*std::move(opened), *death_);
        io_ = std::make_unique<boost::asio::io_context>();
        board_ = std::make_unique<app::Board>(*log_, telemetry_);
        const auto failed = [this](int code, const std::string&) { exit_ = code; };
        auto made = app::NotifyRole::make(
            {*log_, loaded_.settings, clock, telemetry_, *io_, *board_, loaded_.rules, "http://127.0.0.1:1", failed});
        ASSERT_TRUE(made) << made.error().message;
        role_ = *std::move(made);
        role_->start();
    }
    void stop() {
        if (role_ == nullptr) return;
        role_->stop();
        role_.reset();
        board_.reset();
        io_.reset();
        log_.reset();
    }
    void append(const std::vector<Notice>& notices) {
        std::vector<eventlog::OutRecord> records;
        for (const Notice& n : notices) {
            records.push_back({Topic::notices, n.recipient_staff_id.value, encode(n, Format::protobuf)});
        }
        auto appender = log_->open_appender();
        ASSERT_TRUE(appender);
        ASSERT_TRUE((*appender)->append(records).complete());
    }
    // The control thread is this one.
    template <class Done>
    [[nodiscard]] bool run_until(Done&& done) {
        const auto once = [&] {
            io_->restart();
            io_->poll();
            return done();
        };
        return eventually(once, std::chrono::seconds{20});
    }
    [[nodiscard]] Death& log() { return *death_; }
    [[nodiscard]] app::NotifyRole& role() { return *role_; }
    [[nodiscard]] std::string not_ready() const { return role_->not_ready(); }
    [[nodiscard]] auto last_round() const { return role_->last_round(); }
    // From now on its log gives nothing but fatal errors.
    void die() { death_->dead = true; }
    [[nodiscard]] bool dead() const { return death_->dead; }
    [[nodiscard]] int exit_code() const { return exit_; }  // with which it asked to be started again
    [[nodiscard]] int commits() const { return death_->commits; }
    [[nodiscard]] bool committed_another() const { return death_->another; }

    template <class Record, class Decode>
    [[nodiscard]] std::vector<Record> read(Topic topic, Decode decode) {
        std::vector<Record> list;
        auto reader = log_->open_reader(topic);
        while (reader) {
            const auto records = (*reader)->poll(1000, Duration{10});
            if (!records) break;
            for (const auto& record : *records) list.push_back(*decode(record.value));
            if ((*reader)->caught_up()) break;
        }
        return list;
    }
    [[nodiscard]] std::vector<Receipt> ledger() { return read<Receipt>(Topic::receipts, decode_receipt); }
    // The ids with such a receipt.
    [[nodiscard]] std::multiset<std::string> with(ReceiptOutcome outcome) {
        std::multiset<std::string> ids;
        for (const Receipt& receipt : ledger()) {
            if (receipt.outcome == outcome) ids.insert(receipt.notice_id);
        }
        return ids;
    }
    [[nodiscard]] std::uint64_t counted(const std::string& outcome, const std::string& channel = "digest") {
        return metrics_.notices_total.with({channel, outcome}).value();
    }
    [[nodiscard]] double waiting() { return metrics_.notice_lag_records.with({"0"}).value(); }
    [[nodiscard]] std::string exposed() const { return registry_.expose(); }
    [[nodiscard]] std::uint64_t happened(const std::string& what) {
        return metrics_.happenings_total.with({what}).value();
    }

    WebhookReceiver inbox;
    SetClock clock;

private:
    TemporaryFolder folder_;
    settings::Loaded loaded_;
    telemetry::Log lines_{{.level = telemetry::Level::critical}, clock};
    telemetry::Registry registry_;
    telemetry::Metrics metrics_{registry_};
    telemetry::Telemetry telemetry_{lines_, metrics_};
    std::unique_ptr<Death> death_;
    std::atomic<int> exit_{0};
    std::unique_ptr<DyingLog> log_;
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<app::Board> board_;
    std::unique_ptr<app::NotifyRole> role_;
};

const std::string kDigest = "dept-director-1-digest-2026-08-17-1700";

// In the morning an emergency, a task within the budget, and two over it; at 17:01 one task more, and the digest.
// False when the process died on the way.
bool a_day(Machine& machine, bool append) {
    if (append) machine.append({task(4, NoticeReason::CASE_OPENED), task(1), task(2), task(3)});
    const auto morning = [&] {
        return machine.with(ReceiptOutcome::SENT).size() >= 2 && machine.with(ReceiptOutcome::HELD).size() >= 2;
    };
    EXPECT_TRUE(machine.run_until([&] { return machine.dead() || morning(); }));
    if (machine.dead()) return false;
    machine.clock.ms = kNine + 8 * kHour + 60'000;
    machine.append({task(5)});
    EXPECT_TRUE(machine.run_until([&] {
        return machine.dead() ||
               (machine.with(ReceiptOutcome::SENT).contains(kDigest) && machine.with(ReceiptOutcome::HELD).size() == 3);
    }));
    return !machine.dead();
}

// Goes on where a_day() was interrupted.
void the_rest_of_the_day(Machine& machine) {
    machine.start();
    EXPECT_TRUE(machine.run_until([&] {
        return machine.with(ReceiptOutcome::SENT).size() >= 2 && machine.with(ReceiptOutcome::HELD).size() >= 2;
    }));
    if (machine.clock.ms == kNine) {
        machine.clock.ms = kNine + 8 * kHour + 60'000;
        machine.append({task(5)});
    }
    EXPECT_TRUE(machine.run_until([&] {
        return machine.with(ReceiptOutcome::SENT).contains(kDigest) && machine.with(ReceiptOutcome::HELD).size() == 3;
    }));
    machine.stop();
}

// `recorded`: what the ledger knew as sent when the process died.
void check(Machine& machine, const std::multiset<std::string>& recorded) {
    machine.start();                              // once more: nothing is left to do
    machine.append({task(1), task(2), task(5)});  // and what comes twice in the topic is not sent or held twice
    EXPECT_TRUE(machine.run_until([&] { return machine.inbox.with("\"37140000012-n1\"").size() >= 1; }));
    machine.append({task(6, NoticeReason::ESCALATED)});
    EXPECT_TRUE(machine.run_until([&] { return machine.with(ReceiptOutcome::SENT).contains("37140000012-n6"); }));

    const auto sent = machine.with(ReceiptOutcome::SENT);
    EXPECT_EQ(sent, (std::multiset<std::string>{"37140000012-n1", "37140000012-n4", "37140000012-n6", kDigest}));
    EXPECT_EQ(machine.with(ReceiptOutcome::HELD),
              (std::multiset<std::string>{"37140000012-n2", "37140000012-n3", "37140000012-n5"}));
    EXPECT_EQ(machine.with(ReceiptOutcome::DIGESTED), (std::multiset<std::string>{"37140000012-n2", "37140000012-n3"}));
    std::size_t digests = 0;
    for (const Notice& notice : machine.read<Notice>(Topic::notices, decode_notice)) {
        if (notice.reason != NoticeReason::DIGEST) continue;
        ++digests;
        EXPECT_EQ(notice.notice_id, kDigest);
        EXPECT_THAT(notice.text, testing::AllOf(HasSubstr("about n2"), HasSubstr("about n3"), Not(HasSubstr("n5"))));
    }
    EXPECT_EQ(digests, 1U);
    for (const std::string& id : sent) {
        const std::size_t times = machine.inbox.with("\"notice_id\":\"" + id + "\"").size();
        EXPECT_GE(times, 1U) << id;
        // What was sent and could not be recorded any more goes out again, under the same id.
        EXPECT_LE(times, recorded.contains(id) ? 1U : 2U) << id;
    }
    for (const char* id : {"n2", "n3", "n5"}) {
        EXPECT_THAT(machine.inbox.with("\"notice_id\":\"37140000012-" + std::string(id) + "\""), SizeIs(0));
    }
    machine.stop();
}

// Every commit of a day meets that fate in turn.
void at_every_commit(Fate fate) {
    for (int commit = 1; !testing::Test::HasFailure(); ++commit) {
        SCOPED_TRACE(testing::Message() << "commit " << commit);
        Machine machine;
        machine.start(commit, fate);
        const bool whole = a_day(machine, true);
        const auto recorded = machine.with(ReceiptOutcome::SENT);
        const bool met = machine.commits() >= commit;
        machine.stop();
        if (!whole) the_rest_of_the_day(machine);
        check(machine, recorded);
        if (met) continue;
        EXPECT_GE(commit, 4);
        break;
    }
}

TEST(NotifyRole, KilledBeforeAnyCommitNothingIsLostAndNothingRecordedIsDoubled) {
    at_every_commit(Fate::killed_before);
}
TEST(NotifyRole, KilledAfterAnyCommitNothingIsLostAndNothingRecordedIsDoubled) { at_every_commit(Fate::killed_after); }
TEST(NotifyRole, WithAnyCommitAbortedNothingIsLostOrDoubled) { at_every_commit(Fate::aborted); }

// What came after it waits: the log would take it for the one that it has not decided.
TEST(NotifyRole, AStopCommitsNothingBehindAnUndecidedCommit) {
    Machine machine;
    machine.start(1, Fate::undecided);
    machine.append({task(4, NoticeReason::CASE_OPENED), task(1), task(2), task(3)});
    EXPECT_TRUE(machine.run_until([&] { return machine.commits() == 1 && machine.counted("sent", "desk") == 2; }));
    machine.stop();
    EXPECT_FALSE(machine.committed_another());
    the_rest_of_the_day(machine);
    check(machine, {});
}

TEST(NotifyRole, AStopTellsTheLogUntilWhen) {
    Machine machine;
    machine.start();
    ASSERT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{7};
    machine.role().ask_to_stop(deadline);
    EXPECT_EQ(machine.log().finish_by.load(), deadline);
    machine.role().stop();  // it is no respite
    EXPECT_EQ(machine.log().finish_by.load(), deadline);
}

// Or nobody would be told of anything, and nobody would know.
TEST(NotifyRole, WhatItCannotSurviveEndsTheProcess) {
    Machine machine;
    machine.start(1);
    machine.append({task(1)});
    EXPECT_TRUE(machine.run_until([&] { return machine.exit_code() == app::kExitStartAgain; }));
    machine.stop();
    Machine other;  // not in a commit, but while it reads
    other.start();
    other.append({task(1)});
    EXPECT_TRUE(other.run_until([&] { return other.with(ReceiptOutcome::SENT).size() == 1; }));
    EXPECT_EQ(other.exit_code(), 0);
    other.die();
    other.append({task(2)});
    EXPECT_TRUE(other.run_until([&] { return other.exit_code() == app::kExitStartAgain; }));
    other.stop();
}

TEST(NotifyRole, IsReadyOnceItHasJoinedThoughThereAreNoNotices) {
    Machine machine;
    machine.start();
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    EXPECT_EQ(machine.commits(), 0);
    machine.stop();
}

// Everything is read well between two attempts, and delivered: only a commit shows that it can be recorded again.
TEST(NotifyRole, IsNotReadyFromADroppedCommitUntilOneGoesThrough) {
    Machine machine;
    machine.start();
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    machine.log().denied = true;
    machine.append({task(1)});
    EXPECT_TRUE(machine.run_until([&] { return !machine.not_ready().empty(); }));
    bool ready = false;
    EXPECT_TRUE(machine.run_until([&] {
        ready = ready || machine.not_ready() != "what became of notices cannot be written to the log";
        return machine.commits() == 5;
    }));
    EXPECT_FALSE(ready);
    EXPECT_THAT(machine.ledger(), SizeIs(0));
    machine.log().denied = false;
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    EXPECT_EQ(machine.with(ReceiptOutcome::SENT), (std::multiset<std::string>{"37140000012-n1"}));
    EXPECT_THAT(machine.inbox.with("\"37140000012-n1\""), SizeIs(1));
    machine.stop();
}

TEST(NotifyRole, IsNotReadyWhileACommitIsUndecidedAndGoesOnTurning) {
    Machine machine;
    machine.start(1, Fate::undecided);
    machine.append({task(1)});
    EXPECT_TRUE(machine.run_until([&] { return machine.commits() == 1 && !machine.not_ready().empty(); }));
    const auto then = std::chrono::steady_clock::now();
    EXPECT_TRUE(machine.run_until([&] { return machine.last_round() > then; }));
    EXPECT_THAT(machine.not_ready(), HasSubstr("cannot be written"));
    machine.stop();
}

TEST(NotifyRole, IsNotReadyWhileNoticesCannotBeRead) {
    Machine machine;
    machine.start();
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    machine.log().away = true;
    machine.append({task(1)});  // ends the poll that went well
    EXPECT_TRUE(machine.run_until([&] { return !machine.not_ready().empty(); }));
    const auto then = std::chrono::steady_clock::now();
    EXPECT_TRUE(machine.run_until([&] { return machine.last_round() > then; }));
    EXPECT_THAT(machine.not_ready(), HasSubstr("cannot be read"));
    machine.log().away = false;
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    EXPECT_EQ(machine.exit_code(), 0);
    machine.stop();
}

TEST(NotifyRole, CountsWhatIsHeldAndDigested) {
    Machine machine;
    machine.start();
    ASSERT_TRUE(a_day(machine, true));
    EXPECT_EQ(machine.counted("held"), 3U);
    EXPECT_EQ(machine.counted("digested"), 2U);
    machine.stop();
}

// Both in the log and in hand: while nobody delivers, all of them.
TEST(NotifyRole, TellsHowManyNoticesWait) {
    Machine machine({"policy.noise.attention_per_day=0", "log.partitions=1"});
    machine.start();
    EXPECT_TRUE(machine.run_until([&] { return machine.not_ready().empty(); }));
    machine.append({task(1), task(2), task(3)});
    EXPECT_TRUE(eventually([&] { return machine.waiting() == 3; }, std::chrono::seconds{20})) << machine.exposed();
    EXPECT_THAT(machine.inbox.with("37140000012"), SizeIs(0));
    EXPECT_TRUE(machine.run_until([&] { return machine.waiting() == 0; }));
    EXPECT_THAT(machine.with(ReceiptOutcome::SENT), SizeIs(3));
    machine.stop();
}

TEST(NotifyRole, WithoutABudgetEverythingGoesOut) {
    Machine machine({"policy.noise.attention_per_day=0"});
    machine.start();
    machine.append({task(1), task(2), task(3)});
    EXPECT_TRUE(machine.run_until([&] { return machine.with(ReceiptOutcome::SENT).size() == 3; }));
    EXPECT_THAT(machine.with(ReceiptOutcome::HELD), SizeIs(0));
    machine.stop();
}

TEST(NotifyRole, ABrokenTemplateSendsPlainTextAndCounts) {
    const TemporaryFolder words;
    for (const char* language : {"zh", "en"}) {
        words.write(std::string("notice.") + language + ".mustache",
                    "{{#TASK_ASSIGNED}}\n{{subjekt}}\nwords\n{{/TASK_ASSIGNED}}\n");
    }
    Machine machine({"notify.templates=" + words.path().string()});
    machine.start();
    machine.append({task(1)});
    EXPECT_TRUE(machine.run_until([&] { return machine.with(ReceiptOutcome::SENT).size() == 1; }));
    EXPECT_THAT(machine.inbox.with("\"text\":\"about n1\""), SizeIs(1));
    EXPECT_TRUE(machine.ledger().at(0).plain_text);
    EXPECT_EQ(machine.happened("template_broken"), 1U);
    machine.stop();
}

}  // namespace
}  // namespace aw::test
