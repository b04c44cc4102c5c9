// What others are told of a record: a stable type, an id that only this record has, and nothing that a replay, another
// instance or another number of partitions would say otherwise.
#include "codec/cloud_events.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/time.hpp"

namespace aw {
namespace {

const Timestamp kAt = *parse_rfc3339("2026-08-17T00:30:00Z");
const Timestamp kLogTime = *parse_rfc3339("2026-08-17T00:31:00Z");

CloudEvent told(const Effect& effect, Timestamp at = kLogTime) {
    auto event = cloud_event(effect, at, Format::protobuf);
    EXPECT_TRUE(event);
    return event.value_or(CloudEvent{});
}

void expect(const CloudEvent& event, std::string_view type, std::string_view id, Timestamp time) {
    EXPECT_EQ(event.type, type);
    EXPECT_EQ(event.id, id);
    EXPECT_EQ(event.source, "accountwatch");
    EXPECT_EQ(event.time, time);
    EXPECT_EQ(event.content_type, "application/protobuf");
}

TEST(CloudEvents, WhatIsToldOnceHasItsOwnIdAndTime) {
    Signal signal;
    signal.signal_id = SignalId("37140000012-s1");
    signal.detected_at = kAt;
    expect(told(signal), "accountwatch.signal.v1", "37140000012-s1", kAt);
    Notice notice;
    notice.notice_id = "37140000012-n7";
    notice.created_at = kAt;
    expect(told(notice), "accountwatch.notice.v1", "37140000012-n7", kAt);
    expect(cloud_event(notice, Format::protobuf), "accountwatch.notice.v1", "37140000012-n7", kAt);
    Decision decision;
    decision.decision_id = "37140000012-d9";
    decision.at = kAt;
    expect(told(decision), "accountwatch.decision.v1", "37140000012-d9", kAt);
    Receipt receipt;
    receipt.receipt_id = "37140000012-n7/ops/1";
    receipt.at = kAt;
    expect(cloud_event(receipt, Format::protobuf), "accountwatch.receipt.v1", "37140000012-n7/ops/1", kAt);
}

TEST(CloudEvents, WhatIsToldAgainHasAnIdForEachTime) {
    Case escalation;
    escalation.case_id = CaseId("37140000012-1");
    escalation.version = 3;
    escalation.updated_at = kAt;
    expect(told(escalation), "accountwatch.case.v1", "37140000012-1/3", kAt);
    DataGap gap;
    gap.gap_id = "sorting-371400-1";
    gap.opened_at = kAt;
    expect(told(gap), "accountwatch.data-gap.v1", "sorting-371400-1/opened", kAt);
    gap.closed_at = kLogTime;
    expect(told(gap), "accountwatch.data-gap.v1", "sorting-371400-1/closed", kLogTime);
    Report report;
    report.report_id = "dz-complaint-statistics-2026-07";
    report.version = 2;
    expect(told(report), "accountwatch.report.v1", "dz-complaint-statistics-2026-07/2", kLogTime);
}

TEST(CloudEvents, ATaskHasOneIdForEachOfItsStates) {
    Task task;
    task.task_id = TaskId("37140000012-t4");
    task.opened_at = kAt;
    std::set<std::string> ids;
    const CloudEvent first = told(task);
    EXPECT_EQ(first.type, "accountwatch.task.v1");
    EXPECT_EQ(first.time, kLogTime);
    EXPECT_EQ(first.id.substr(0, 15), "37140000012-t4/");
    EXPECT_EQ(first.id.size(), 15U + 16U);
    EXPECT_EQ(first.id, told(task).id);  // the same in a replay
    ids.insert(first.id);
    task.assignee_staff_id = StaffId("a");
    ids.insert(told(task).id);
    task.assignee_staff_id = {};
    ids.insert(told(task, kLogTime + Duration{1}).id);  // what it was before, later: news
    task.state = TaskState::DONE;
    ids.insert(told(task).id);
    EXPECT_EQ(ids.size(), 4U);
}

TEST(CloudEvents, ADeadLetterIsThePlaceOfWhatWasRefused) {
    DeadLetter letter;
    letter.topic = "crm.events";
    letter.partition = 3;
    letter.offset = 41;
    letter.received_at = kAt;
    expect(cloud_event(letter, Format::protobuf), "accountwatch.dead-letter.v1", "crm.events/3/41", kAt);
}

TEST(CloudEvents, EffectsThatAreNoRecordsHaveNone) {
    for (const Effect& effect : {Effect(Refusal{}), Effect(Breach{}), Effect(Partial{})})
        EXPECT_FALSE(cloud_event(effect, kLogTime, Format::protobuf));
}

}  // namespace
}  // namespace aw
