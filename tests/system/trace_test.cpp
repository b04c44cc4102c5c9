// The trace of whoever posts an event goes with it into the embedded log, and on with what it brings. What only others
// would read (content-type, ce_*) is not kept there: nobody else reads this file.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "codec/event_decoder.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"
#include "support/log_work.hpp"
#include "system/complaint_case.hpp"
#include "system/raw_http.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Stored {
    std::string value;
    Headers headers;
};

std::vector<Stored> all_of(eventlog::Log& log, Topic topic) {
    std::vector<Stored> list;
    const auto reader = must(log.open_reader(topic));
    while (!reader->caught_up()) {
        for (const eventlog::Record& record : must(reader->poll(1'000, Duration{100}))) {
            Stored& stored = list.emplace_back(Stored{std::string(record.value), {}});
            for (const auto& header : record.headers) stored.headers.emplace_back(header.name, header.value);
        }
    }
    return list;
}

TEST(Trace, OfAPostGoesIntoTheEmbeddedLogAndOn) {
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const TemporaryFolder folder;
    {
        DaemonProcess daemon(folder.path(), {});
        daemon.start();
        daemon.wait_until_ready();
        EXPECT_THAT(post_raw(daemon.url(), "/api/v1/events", {{"Traceparent", trace}, {"tracestate", "a=1"}},
                             complaint_of(kCode, "1") + "no event\n"),
                    AllOf(HasSubstr("200 OK"), HasSubstr(R"("accepted":2,"rejected":1)")));
        daemon.get_until(kCase, "EMERGENCY");
        // One that is none does not keep an event out.
        EXPECT_THAT(post_raw(daemon.url(), "/api/v1/events", {{"traceparent", "00-nonsense-01"}, {"tracestate", "a=1"}},
                             complaint_of("37140000022001", "2")),
                    HasSubstr("200 OK"));
        daemon.get_until("/api/v1/cases/37140000022-1", "EMERGENCY");
        EXPECT_THAT(post_raw(daemon.url(), std::string(kCase) + "/commands", {{"traceparent", trace}},
                             R"({"actor_staff_id":"dept-director-1","ack":{}})"),
                    HasSubstr("200 OK"));
        daemon.signal(SIGTERM);
        EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
    }
    const SystemClock clock;
    const auto log = must(eventlog::open_sqlite_log({.path = (folder.path() / "log.db").string()}, clock));
    std::map<std::string, Headers> events;
    EventDecoder decoder;
    for (const Stored& stored : all_of(*log, Topic::events)) {
        const auto event = decoder.decode(stored.value);
        ASSERT_TRUE(event);
        events[std::string((*event)->event_id)] = stored.headers;
    }
    for (const char* id : {"r-1", "c-1"})
        EXPECT_THAT(events[id], ElementsAre(Pair("traceparent", trace), Pair("tracestate", "a=1"))) << id;
    EXPECT_THAT(events["c-2"], IsEmpty());
    EXPECT_THAT(events["tick"], IsEmpty());
    const auto signals = all_of(*log, Topic::signals);
    ASSERT_EQ(signals.size(), 2U);
    for (const Stored& signal : signals) {
        const bool first = signal.value.find("37140000012") != std::string::npos;
        EXPECT_THAT(signal.headers, first ? testing::Matcher<Headers>(Contains(Pair("traceparent", trace)))
                                          : testing::Matcher<Headers>(IsEmpty()));
    }
    const auto letters = all_of(*log, Topic::dead_letters);
    ASSERT_EQ(letters.size(), 1U);
    EXPECT_THAT(letters[0].headers, ElementsAre(Pair("traceparent", trace), Pair("tracestate", "a=1")));
    const auto cases = all_of(*log, Topic::cases);
    ASSERT_FALSE(cases.empty());
    EXPECT_THAT(cases.back().headers, ElementsAre(Pair("traceparent", trace)));  // of the command
    for (const Stored& stored : cases) EXPECT_THAT(stored.headers, Each(Pair(Not(HasSubstr("ce_")), testing::_)));
}

}  // namespace
}  // namespace aw::test
