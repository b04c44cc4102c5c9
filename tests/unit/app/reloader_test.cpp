// The reloader where the shards do not answer. What it does with their answers is tests/system/reload_test.cpp.
#include "app/reloader.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_log.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

// Workers whose threads never run: whatever they are asked stays unanswered.
class Silent : public testing::Test {
protected:
    Silent() : loaded_(settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {}, std::nullopt)) {
        for (const auto& mistake : loaded_.mistakes) ADD_FAILURE() << to_text(mistake);
        Target target;
        target.rules = loaded_.rules;
        target.document = loaded_.document;
        workers_ = std::make_unique<Workers>(WorkerContext{
            log_, loaded_.settings, clock_, quiet_.telemetry, target, {[](auto) {}, [] {}, [](int, const auto&) {}}});
        reloader_ = std::make_unique<Reloader>(Reloader::Context{io_,
                                                                 clock_,
                                                                 quiet_.telemetry,
                                                                 AW_SOURCE_DIR "/config/accountwatch.yaml",
                                                                 {},
                                                                 loaded_.settings.reload,
                                                                 workers_.get(),
                                                                 [](auto) {},
                                                                 milliseconds{1},
                                                                 milliseconds{1}},
                                               loaded_);
    }
    [[nodiscard]] bool refused(int times) const {
        const std::string line = R"(happening="reload_refused"} )" + std::to_string(times) + "\n";
        return quiet_.registry.expose().find(line) != std::string::npos;
    }

    boost::asio::io_context io_;
    test::FixedClock clock_{test::shanghai("2026-12-01 12:00")};
    test::QuietTelemetry quiet_{clock_};
    test::FakeLog log_;
    settings::Loaded loaded_;
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<Reloader> reloader_;
};

TEST_F(Silent, AStartAsksAgainAndSaysSoEachTime) {
    reloader_->look_again();
    for (int times = 1; times <= 3; ++times) {
        while (!refused(times)) ASSERT_GT(io_.run_one_for(std::chrono::seconds{20}), 0U) << quiet_.registry.expose();
    }
}

TEST_F(Silent, ARequestEndsAndIsNotRepeated) {
    ReloadOutcome answer;
    reloader_->ask({.plan_only = true}, [&](const ReloadOutcome& outcome) { answer = outcome; });
    io_.run_for(std::chrono::seconds{20});  // ends when nothing is left to do
    EXPECT_EQ(answer.result, ReloadResult::UNAVAILABLE);
    EXPECT_THAT(answer.detail, HasSubstr("the shards do not answer"));
    EXPECT_THAT(answer.detail, Not(HasSubstr("again")));
}

}  // namespace
}  // namespace aw::app
