// A configuration that changes under a running daemon: planned, refused, forced, rolled back, and across a restart.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "system/daemon_process.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
constexpr std::string_view kDirector = "dept-director-1";
constexpr auto kCase = "/api/v1/cases/37140000012-1";

std::string now() { return format_utc(SystemClock{}.now()); }

// A G4 account and a serious complaint of it: a HIGH case at once, led by the department's director.
std::string complaint() {
    const std::string head = R"(","account_code":")" + std::string(kCode) + R"(","occurred_at":")" + now() + R"(",)";
    return R"({"event_id":"r-1)" + head +
           R"("source":"crm","account":{"operation":"REGISTER","name":"A","annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})"
           "\n"
           R"({"event_id":"c-1)" +
           head +
           R"("source":"crm","complaint":{"complaint_id":"C1","category":"LOSS","severity":"SERIOUS","demand":"pay"}})"
           "\n";
}

// A daemon whose policy and organisation can be changed, with one case open.
class Reload : public testing::Test {
protected:
    void SetUp() override {
        write_policy("watch: KEY");
        write_organisation(false);
        start({"reload.min_affected=0"});
        EXPECT_EQ(daemon->post("/api/v1/events", complaint()).status, 200);
        daemon->get_until(kCase, "EMERGENCY");
    }
    void start(std::vector<std::string> settings) {
        settings.push_back("policy=" + policy);
        settings.push_back("organisation=" + organisation);
        daemon = std::make_unique<DaemonProcess>(folder.path(), settings);
        daemon->start();
        daemon->wait_until_ready();
    }
    void write_policy(const std::string& line) {
        std::ofstream(policy) << "id: local\nextends: " AW_SOURCE_DIR "/config/policies/dezhou.yaml\n" << line << "\n";
    }
    // The shipped one, or with another person in the director's post.
    void write_organisation(bool other_director) {
        std::ifstream in(AW_SOURCE_DIR "/config/organisation.yaml");
        std::ofstream out(organisation);
        for (std::string line; std::getline(in, line);) {
            for (std::size_t at = 0; other_director && (at = line.find(kDirector, at)) != std::string::npos;)
                line.replace(at, kDirector.size(), "dept-director-9");
            out << line << "\n";
        }
    }
    [[nodiscard]] std::string revision() const {
        const std::string metrics = daemon->get("/metrics").body;
        const std::size_t at = metrics.find("config_info{revision=\"");
        return at == std::string::npos ? std::string() : metrics.substr(at + 22, 12);
    }
    [[nodiscard]] cli::Answer reload(const std::string& query = {}, const std::string& body = {}) const {
        return daemon->post("/api/v1/reload" + query, body);
    }
    [[nodiscard]] Finished tool(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {AW_TOOL, "reload", "--url", daemon->url()});
        return run(arguments);
    }

    const TemporaryFolder folder;
    const std::string policy = folder.file("policy.yaml");
    const std::string organisation = folder.file("organisation.yaml");
    std::unique_ptr<DaemonProcess> daemon;
};

TEST_F(Reload, WhatDoesNotChangeIsNotActivated) {
    const std::string before = revision();
    const std::string state = daemon->get(kCase).body;
    EXPECT_THAT(reload().body, HasSubstr(R"("result":"UNCHANGED")"));
    daemon->signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return daemon->log().find("in force already") != std::string::npos; }));
    EXPECT_EQ(revision(), before);
    EXPECT_EQ(daemon->get(kCase).body, state);
    EXPECT_THAT(reload("?rollback=true").body, HasSubstr("NOTHING_TO_ROLL_BACK"));  // nothing was activated since
}

TEST_F(Reload, ThePlanShowsWhatWouldBeAndChangesNothing) {
    const std::string before = revision();
    write_organisation(true);
    const Finished plan = tool({"--plan"});
    EXPECT_EQ(plan.exit_code, 1) << plan.output;  // one of one case is more than 20 %
    EXPECT_THAT(plan.output, AllOf(HasSubstr("cases: 1 of 1 affected"), HasSubstr("OWNER 1"),
                                   HasSubstr("37140000012-1"), HasSubstr("dept-director-1"), HasSubstr("LEADER 1"),
                                   HasSubstr("dept-director-9"), HasSubstr("needs --force")));
    const Finished raw = tool({"--plan", "-o", "json"});
    EXPECT_THAT(raw.output, AllOf(HasSubstr(R"("result":"PLANNED")"), HasSubstr(R"("exceeds_limit":true)"),
                                  HasSubstr(R"("kind":"OWNER")")));
    EXPECT_EQ(revision(), before);
}

TEST_F(Reload, MistakesAreListedAndNothingChanges) {
    const std::string before = revision();
    write_policy("watch: SOME");
    const Finished refused = tool({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.output, AllOf(HasSubstr(policy + ":3:8: "), HasSubstr("SOME")));
    EXPECT_EQ(tool({"--plan"}).exit_code, 1);
    EXPECT_EQ(reload().status, 422);
    EXPECT_EQ(revision(), before);
}

TEST_F(Reload, RefusedThenForcedThenRolledBackAndKeptAcrossARestart) {
    const std::string first = revision();
    write_organisation(true);
    const auto refused = reload();
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body, AllOf(HasSubstr("LIMIT_EXCEEDED"), HasSubstr(R"("kind":"OWNER")")));
    daemon->signal(SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return daemon->log().find("the old configuration stays: 1 of 1 cases") != std::string::npos;
    })) << daemon->log();
    EXPECT_EQ(revision(), first);

    // A restart is no way around the limit.
    daemon->kill();
    start({"reload.min_affected=0"});
    EXPECT_TRUE(eventually([&] { return revision() == first; })) << daemon->log();
    EXPECT_THAT(tool({"--plan"}).output, HasSubstr("revision " + first + " -> "));

    const auto forced = reload("?force=true", R"({"actor_staff_id":"operations-1"})");
    EXPECT_EQ(forced.status, 200) << forced.body;
    EXPECT_THAT(forced.body, HasSubstr(R"("result":"ACTIVATED")"));
    const std::string second = revision();
    EXPECT_NE(second, first);
    EXPECT_THAT(reload("?plan=true").body, HasSubstr(R"("changes_nothing":true)"));

    const Finished back = tool({"--rollback", "--as", "operations-1"});
    EXPECT_EQ(back.exit_code, 0) << back.output;
    EXPECT_THAT(back.output, HasSubstr("rolled back: revision " + first));
    EXPECT_EQ(revision(), first);
    EXPECT_THAT(daemon->log(), HasSubstr("rollback ROLLED_BACK"));
    EXPECT_THAT(reload("?rollback=true").body, HasSubstr("NOTHING_TO_ROLL_BACK"));

    const auto again = reload();  // the files still say the second
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.body, HasSubstr("WAS_ROLLED_BACK"));
    daemon->kill();
    start({"reload.min_affected=0"});
    EXPECT_TRUE(
        eventually([&] { return daemon->log().find("was rolled back; it comes back by force") != std::string::npos; }));
    EXPECT_TRUE(eventually([&] { return revision() == first; })) << daemon->log();
    EXPECT_THAT(daemon->get(kCase).body, HasSubstr("37140000012-1"));

    EXPECT_THAT(reload("?force=true").body, HasSubstr(R"("result":"ACTIVATED")"));
    EXPECT_EQ(revision(), second);
}

// Other files than what was rolled back are taken again, at a restart, too.
TEST_F(Reload, AfterARollBackOtherFilesAreTaken) {
    const std::string first = revision();
    write_policy("watch: REGISTERED");
    EXPECT_THAT(reload().body, HasSubstr(R"("result":"ACTIVATED")"));
    EXPECT_THAT(reload("?rollback=true").body, HasSubstr(R"("result":"ROLLED_BACK")"));
    EXPECT_EQ(revision(), first);
    daemon->signal(SIGTERM);
    EXPECT_EQ(daemon->wait_for_exit(), 0);
    write_policy("watch: ALL");
    start({"reload.min_affected=0"});
    EXPECT_TRUE(eventually([&] { return daemon->log().find("new configuration in force") != std::string::npos; }));
    // The activation of the start may still be on its way: BUSY until then.
    EXPECT_TRUE(eventually([&] { return reload().body.find(R"("result":"UNCHANGED")") != std::string::npos; }));
}

TEST_F(Reload, BadRequests) {
    EXPECT_EQ(reload("?plan=perhaps").status, 400);
    EXPECT_EQ(reload("?examples=1001").status, 400);
    EXPECT_EQ(reload("?nonsense=1").status, 400);
    EXPECT_EQ(reload("", R"({"actor":"x"})").status, 400);
    EXPECT_EQ(reload("", R"({"actor_staff_id":7})").status, 400);
    EXPECT_EQ(tool({"--plan", "--force"}).exit_code, 2);
    EXPECT_EQ(run({AW_TOOL, "reload", "--url", "http://127.0.0.1:1"}).exit_code, 69);
}

TEST(ReloadTokens, OnlyWhoOperatesMayAndTheActorIsTheTokens) {
    const TemporaryFolder folder;
    // printf %s secret | sha256sum, and of "other"
    const std::string tokens = folder.write(
        "tokens",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b dept-director-1 read,command,ingest\n"
        "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa operations-1 operate\n");
    std::filesystem::permissions(tokens, std::filesystem::perms::owner_read);
    const std::string policy = folder.file("policy.yaml");
    const auto write = [&](const char* watch) {
        std::ofstream(policy) << "id: local\nextends: " AW_SOURCE_DIR "/config/policies/dezhou.yaml\nwatch: " << watch
                              << "\n";
    };
    write("KEY");
    DaemonProcess daemon(folder.path(), {"http.tokens_file=" + tokens, "policy=" + policy});
    daemon.use_token("secret");
    daemon.start();
    daemon.wait_until_ready();
    write("ALL");
    EXPECT_EQ(daemon.post("/api/v1/reload?plan=true", "").status, 403);
    daemon.use_token("other");
    EXPECT_EQ(daemon.post("/api/v1/reload", R"({"actor_staff_id":"dept-director-1"})").status, 403);
    EXPECT_EQ(daemon.post("/api/v1/reload", "").status, 200);
    EXPECT_TRUE(eventually([&] { return daemon.log().find("operations-1") != std::string::npos; })) << daemon.log();
}

}  // namespace
}  // namespace aw::test
