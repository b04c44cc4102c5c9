// `accountwatch dead-letters` on a real log.
#include <gmock/gmock.h>

#include "app/dead_letter.hpp"
#include "app/open_log.hpp"
#include "codec/records.hpp"
#include "rig.hpp"
#include "settings/loader.hpp"

namespace aw::cli {
namespace {

using eventlog::Topic;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DeadLetters : public ToolTest {
protected:
    void SetUp() override {
        // A good event under a foreign key; one that is none; one with 13 digits; one that only the daemon writes.
        add(DeadLetterReason::KEY_MISMATCH, shipment("e-1", "2026-11-20T09:00:00+08:00"), "2026-11-18 10:00");
        add(DeadLetterReason::UNDECODABLE, std::string("\x08\x00\xff", 3), "2026-11-19 10:00");
        add(DeadLetterReason::BAD_CUSTOMER_CODE, shipment("e-3", "2026-11-20T09:00:00+08:00", 5, "3714000001200"),
            "2026-11-19 11:00");
        add(DeadLetterReason::KEY_MISMATCH,
            R"({"event_id":"t","occurred_at":"2026-11-20T09:00:00+08:00","source":"x","tick":{}})", "2026-11-19 12:00");
        ASSERT_TRUE((*open()->open_appender())->append(letters_).complete());
    }

    int letters(std::vector<std::string> arguments, const std::vector<std::string>& rest = {}) {
        arguments.insert(arguments.begin(), "dead-letters");
        return tool(with_config(std::move(arguments), rest));
    }
    // Of the events in the log: "key id".
    std::vector<std::string> events() {
        std::vector<std::string> found;
        each_event([&](const eventlog::Record& record, const Result<const Event*, Refusal>& event) {
            ASSERT_TRUE(event);
            found.push_back(std::string(record.key) + " " + std::string((*event)->event_id));
        });
        return found;
    }

private:
    std::unique_ptr<eventlog::Log> open() {
        const auto loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml",
                                           {"log.embedded.path=" + path("log.db")}, std::nullopt);
        return *app::open_log(loaded.settings, clock, {}, app::LogUse::tool);
    }
    void add(DeadLetterReason reason, std::string payload, const char* received) {
        DeadLetter letter;
        letter.reason = reason;
        letter.detail = "because of " + std::string(name(reason));
        letter.source = "sorting";
        letter.topic = "accountwatch.events";
        letter.offset = 40 + static_cast<std::int64_t>(letters_.size());
        letter.key = "foreign";
        letter.payload = std::move(payload);
        letter.received_at = test::shanghai(received);
        letters_.push_back(app::to_record(letter, Format::protobuf));
    }
    std::vector<eventlog::OutRecord> letters_;
};

TEST_F(DeadLetters, TheListSaysWhereWhyAndWhence) {
    ASSERT_EQ(letters({"list"}), 0) << err.str();
    EXPECT_THAT(out.str(),
                HasSubstr("KEY_MISMATCH       sorting  accountwatch.events 0/40  because of KEY_MISMATCH\n"));
    EXPECT_THAT(out.str(), HasSubstr("4 of 4 dead letters; times are Asia/Shanghai\n"));
    ASSERT_EQ(letters({"list", "--limit", "1"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("2026-11-19 12:00"));
    EXPECT_THAT(out.str(), Not(HasSubstr("2026-11-19 11:00")));
    EXPECT_THAT(out.str(), HasSubstr("1 of 4 dead letters"));
    ASSERT_EQ(letters({"list", "--reason", "KEY_MISMATCH", "--since", "2026-11-19"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("1 of 1 dead letter;"));
    ASSERT_EQ(letters({"list", "--reason", "TOO_LATE"}), 0);
    EXPECT_EQ(out.str(), "no dead letters\n");
    EXPECT_EQ(letters({"list", "--reason", "WHATEVER"}), 2);
    EXPECT_EQ(letters({"list", "--since", "soon"}), 2);
    EXPECT_EQ(letters({"list", "--limit", "-1"}), 2);
}

TEST_F(DeadLetters, TheListAsJsonHasTheOriginalBytes) {
    ASSERT_EQ(letters({"list", "--reason", "UNDECODABLE", "-o", "json"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr(R"({"items":[{"letter":"0/)"));
    EXPECT_THAT(out.str(), HasSubstr(R"("payload":"CAD/")"));
    EXPECT_THAT(out.str(), HasSubstr(R"(],"total":1})"));
}

// Whatever the offsets are: the one of that reason.
std::string place_of(const std::string& json) {
    const std::size_t at = json.find("\"letter\":\"") + 10;
    return json.substr(at, json.find('"', at) - at);
}

TEST_F(DeadLetters, ShowsOneWholeOrItsBytesAlone) {
    ASSERT_EQ(letters({"list", "--reason", "BAD_CUSTOMER_CODE", "-o", "json"}), 0);
    const std::string bad_code = place_of(out.str());
    ASSERT_EQ(letters({"show", bad_code, "--payload"}), 0) << err.str();
    EXPECT_EQ(out.str(), shipment("e-3", "2026-11-20T09:00:00+08:00", 5, "3714000001200"));
    ASSERT_EQ(letters({"show", bad_code}), 0);
    EXPECT_THAT(out.str(), HasSubstr("reason    BAD_CUSTOMER_CODE\ndetail    because of BAD_CUSTOMER_CODE\n"));
    EXPECT_THAT(out.str(), HasSubstr("\"account_code\":\"3714000001200\""));
    ASSERT_EQ(letters({"list", "--reason", "UNDECODABLE", "-o", "json"}), 0);
    ASSERT_EQ(letters({"show", place_of(out.str())}), 0);
    EXPECT_THAT(out.str(), HasSubstr("payload   3 bytes, in base64\nCAD/\n"));
    EXPECT_EQ(letters({"show", "0/999"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("0/999: there is no such letter"));
    for (const char* wrong : {"17", "0/", "/1", "0/x", "-1/2", "0/1/2"})
        EXPECT_EQ(letters({"show", wrong}), 2) << wrong;
}

TEST_F(DeadLetters, WhatIsAGoodEventGoesIntoTheLogUnderItsOwnKey) {
    ASSERT_EQ(letters({"redrive", "--all"}), 1);
    EXPECT_THAT(out.str(), HasSubstr("1 of 4 letters redriven, 3 refused again\n"));
    EXPECT_THAT(err.str(), HasSubstr("WRONG_TYPE: event_id"));
    EXPECT_THAT(err.str(), HasSubstr("BAD_CUSTOMER_CODE"));
    EXPECT_THAT(err.str(), HasSubstr("RESERVED_KIND: tick is written by the daemon itself only"));
    EXPECT_THAT(events(), ElementsAre("37140000012 e-1"));
    ASSERT_EQ(letters({"list"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("4 of 4"));  // they stay
}

TEST_F(DeadLetters, OnlyTheOnesThatAreNamed) {
    ASSERT_EQ(letters({"list", "--reason", "KEY_MISMATCH", "-o", "json"}), 0);
    const std::string first = place_of(out.str());
    ASSERT_EQ(letters({"redrive", first, "--dry-run"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("1 of 1 letters would be redriven"));
    EXPECT_THAT(events(), testing::IsEmpty());
    ASSERT_EQ(letters({"redrive", first, "-o", "json"}), 0);
    EXPECT_EQ(out.str(), "{\"letters\":1,\"redriven\":1,\"refused\":0,\"dry_run\":false}\n");
    EXPECT_THAT(events(), ElementsAre("37140000012 e-1"));
    EXPECT_EQ(letters({"redrive", first, "0/999"}), 1);
    EXPECT_EQ(letters({"redrive"}), 2);
    EXPECT_EQ(letters({"redrive", first, "--all"}), 2);
}

}  // namespace
}  // namespace aw::cli
