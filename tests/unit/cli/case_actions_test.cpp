// Every action of the wire format can be sent by the tool, with every field, and nothing else can.
#include "cli/case_actions.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include "accountwatch/v1/event.pb.h"
#include "cli/case_command.hpp"
#include "cli/config_file.hpp"
#include "codec/event_decoder.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

namespace pb = google::protobuf;
namespace v1 = accountwatch::v1;
using testing::HasSubstr;

const ActionKind& kind_of(const std::string& name) {
    for (const ActionKind& kind : action_kinds()) {
        if (kind.name == name) return kind;
    }
    ADD_FAILURE() << name;
    return action_kinds().front();
}

// A value for every field, so that each is seen in what is sent.
std::string some_value(const ActionField& field) {
    switch (field.kind) {
        case FieldKind::name:
            return field.names.back();
        case FieldKind::time:
            return "2026-08-18 17:30";
        case FieldKind::amount:
            return "12,000.50";
        default:
            return field.field.ends_with("case_id") ? "37140000012-2" : "some " + field.field;
    }
}

CaseAction full(const ActionKind& kind) {
    CaseAction action;
    action.kind = &kind;
    action.case_id = "37140000012-1";
    action.reason = "\"why\" 为什么";
    action.expected_version = 7;
    for (const ActionField& field : kind.fields) {
        if (field.kind == FieldKind::measures) {
            action.measures = {"call; then visit;deputy-gm;2026-08-21", "offer;kam-1;2026-08-20T09:00:00Z"};
        } else {
            action.values[field.field] = some_value(field);
        }
    }
    return action;
}

std::string json_of(const CaseAction& action) {
    const auto json = command_json(action, "deputy-gm", *time_zone("Asia/Shanghai"));
    EXPECT_TRUE(json) << action.kind->name << ": " << (json ? "" : json.error().message);
    return json.value_or("");
}

std::string mistakes_of(const CaseAction& action) {
    const auto json = command_json(action, "deputy-gm", *time_zone("Asia/Shanghai"));
    EXPECT_FALSE(json) << *json;
    return json ? "" : json.error().message;
}

// "accept" -> {"group_role": name}, from the descriptors.
using Fields = std::map<std::string, FieldKind>;
void collect(const pb::Descriptor& type, const std::string& prefix, Fields& fields) {
    for (int i = 0; i < type.field_count(); ++i) {
        const pb::FieldDescriptor& field = *type.field(i);
        const std::string name = prefix + field.name();
        const auto* message = field.message_type();
        if (field.is_repeated()) {
            fields[name] = FieldKind::measures;
        } else if (field.enum_type() != nullptr) {
            fields[name] = FieldKind::name;
        } else if (message == nullptr) {
            fields[name] = FieldKind::text;
        } else if (message->full_name() == "google.protobuf.Timestamp") {
            fields[name] = FieldKind::time;
        } else if (message == v1::Money::descriptor()) {
            fields[name] = FieldKind::amount;
        } else {
            collect(*message, name + ".", fields);
        }
    }
}

std::map<std::string, Fields> actions_of_the_proto() {
    std::map<std::string, Fields> actions;
    const pb::OneofDescriptor* action = v1::CommandEvent::descriptor()->FindOneofByName("action");
    for (int i = 0; i < action->field_count(); ++i) {
        collect(*action->field(i)->message_type(), "", actions[action->field(i)->name()]);
    }
    return actions;
}

TEST(CaseActions, AreThoseOfTheProtoWithAllTheirFields) {
    std::map<std::string, Fields> actions;
    for (const ActionKind& kind : action_kinds()) {
        Fields& fields = actions[json_name(kind)];
        for (const ActionField& field : kind.fields) fields[field.field] = field.kind;
    }
    EXPECT_EQ(actions, actions_of_the_proto());
    EXPECT_EQ(actions.size(), action_kinds().size()) << "no name twice";
    EXPECT_EQ(actions.size(), 22U);
}

TEST(CaseActions, OfferTheNamesOfTheirEnumerations) {
    const pb::OneofDescriptor* actions = v1::CommandEvent::descriptor()->FindOneofByName("action");
    for (int i = 0; i < actions->field_count(); ++i) {
        const pb::Descriptor& type = *actions->field(i)->message_type();
        std::string typed = actions->field(i)->name();
        std::replace(typed.begin(), typed.end(), '_', '-');
        for (const ActionField& field : kind_of(typed).fields) {
            if (field.kind != FieldKind::name) continue;
            const pb::EnumDescriptor& names = *type.FindFieldByName(field.field)->enum_type();
            ASSERT_EQ(static_cast<int>(field.names.size()), names.value_count() - 1) << typed << " " << field.field;
            for (int v = 1; v < names.value_count(); ++v) {
                EXPECT_EQ(field.names[static_cast<std::size_t>(v) - 1], names.value(v)->name()) << typed;
            }
        }
    }
}

// Strict: both readers refuse unknown fields, wrong types and unknown names.
TEST(CaseActions, WhatIsSentIsACommandWithEveryField) {
    for (const ActionKind& kind : action_kinds()) {
        const std::string body = json_of(full(kind));
        v1::CommandEvent command;
        const auto status = pb::util::JsonStringToMessage(body, &command);
        ASSERT_TRUE(status.ok()) << body << "\n" << status.ToString();
        EXPECT_EQ(command.actor_staff_id(), "deputy-gm");
        EXPECT_EQ(command.expected_version(), 7);
        EXPECT_EQ(command.reason(), "\"why\" 为什么");
        const pb::Reflection& reflection = *command.GetReflection();
        const pb::FieldDescriptor& action = *command.GetDescriptor()->FindFieldByName(json_name(kind));
        ASSERT_TRUE(reflection.HasField(command, &action)) << body;
        const pb::Message& inner = reflection.GetMessage(command, &action);
        std::vector<const pb::FieldDescriptor*> set;
        inner.GetReflection()->ListFields(inner, &set);
        EXPECT_EQ(static_cast<int>(set.size()), inner.GetDescriptor()->field_count()) << body;

        EventDecoder decoder;
        const std::string event =
            R"({"event_id":"e","occurred_at":"2026-08-18T00:00:00Z","source":"http","command":{"case_id":"37140000012-1",)" +
            body.substr(1) + "}";
        const auto decoded = decoder.decode(event);
        EXPECT_TRUE(decoded) << body << "\n" << (decoded ? "" : decoded.error().detail);
    }
}

TEST(CaseActions, LeaveOutWhatWasNotGiven) {
    CaseAction action{.kind = &kind_of("resolve"), .values = {{"outcome", "RECOVERED"}, {"lost.reason", ""}}};
    EXPECT_EQ(json_of(action), R"({"actor_staff_id":"deputy-gm","resolve":{"outcome":"RECOVERED"}})");
    action.kind = &kind_of("close");
    action.values.clear();
    EXPECT_EQ(json_of(action), R"({"actor_staff_id":"deputy-gm","close":{}})");
}

TEST(CaseActions, WriteTimesAmountsAndLosses) {
    CaseAction action = {.kind = &kind_of("suspend"), .reason = "r", .values = {{"until", "2026-09-01"}}};
    EXPECT_THAT(json_of(action), HasSubstr(R"("until":"2026-09-01T15:59:59Z")")) << "the end of that day";
    action.values["until"] = "2026-08-18 17:30";
    EXPECT_THAT(json_of(action), HasSubstr(R"("until":"2026-08-18T09:30:00Z")"));
    action.values["until"] = "2026-08-18T17:30:00+09:00";
    EXPECT_THAT(json_of(action), HasSubstr(R"("until":"2026-08-18T08:30:00Z")"));
    action = {.kind = &kind_of("offer"), .values = {{"amount", "49,999"}}};
    EXPECT_THAT(json_of(action), HasSubstr(R"("offer":{"amount":{"currency":"CNY","minor":"4999900"}})"));
    action = {.kind = &kind_of("resolve"), .values = {{"outcome", "LOST"}, {"lost.destination", "elsewhere"}}};
    EXPECT_THAT(json_of(action), HasSubstr(R"("resolve":{"outcome":"LOST","lost":{"destination":"elsewhere"}})"));
    EXPECT_THAT(
        json_of(full(kind_of("plan"))),
        HasSubstr(R"([{"text":"call; then visit","owner_staff_id":"deputy-gm","due_at":"2026-08-21T15:59:59Z"},)"
                  R"({"text":"offer","owner_staff_id":"kam-1","due_at":"2026-08-20T09:00:00Z"}])"));
}

TEST(CaseActions, SayWhatIsMissingOrWrong) {
    EXPECT_EQ(mistakes_of({.kind = &kind_of("suspend")}), "suspend needs --until, --reason");
    EXPECT_EQ(mistakes_of({.kind = &kind_of("plan")}),
              "plan needs --cause, --countermeasure, as options or in the file of --file");
    EXPECT_THAT(mistakes_of({.kind = &kind_of("report")}), HasSubstr("at least one field"));
    EXPECT_EQ(mistakes_of({.kind = &kind_of("suspend"), .reason = "r", .values = {{"until", "soon"}}}),
              "--until: 'soon' is no time (2026-08-21, '2026-08-21 17:30' or RFC 3339)");
    EXPECT_THAT(mistakes_of({.kind = &kind_of("offer"), .values = {{"amount", "much"}}}), HasSubstr("no amount"));
    for (const char* measure : {"no owner", "a;b", ";b;2026-08-21", "a;;2026-08-21", "a;b;soon", "a;b;"}) {
        const CaseAction plan = {.kind = &kind_of("plan"), .values = {{"cause", "c"}}, .measures = {measure}};
        EXPECT_THAT(mistakes_of(plan), HasSubstr("--countermeasure '" + std::string(measure) + "'"));
    }
    EXPECT_THAT(mistakes_of({.kind = &kind_of("ack"), .expected_version = 3'000'000'000}), HasSubstr("too large"));
}

class ActionFile : public ToolTest {
protected:
    std::string sent(const std::string& action, const std::string& text, CaseAction typed = {}) {
        typed.kind = &kind_of(action);
        typed.file = write("action file", text);
        return json_of(typed);
    }
    std::string refused(const std::string& action, const std::string& text) {
        const std::string file = write("action file", text);
        std::string mistakes = mistakes_of({.kind = &kind_of(action), .file = file});
        for (std::size_t at = mistakes.find(file); at != std::string::npos; at = mistakes.find(file)) {
            mistakes.replace(at, file.size(), "F");
        }
        return mistakes;
    }
};

TEST_F(ActionFile, APlanInYamlAndInJson) {
    const std::string expected =
        R"({"actor_staff_id":"deputy-gm","plan":{"cause":"a cheaper offer","countermeasures":[)"
        R"({"text":"new offer","owner_staff_id":"kam-1","due_at":"2026-08-21T15:59:59Z"},)"
        R"({"text":"call; then visit","owner_staff_id":"kam-2","due_at":"2026-08-20T09:30:00Z"}]}})";
    EXPECT_EQ(sent("plan",
                   "cause: a cheaper offer\n"
                   "countermeasures:\n"
                   "  - text: new offer\n"
                   "    owner_staff_id: kam-1\n"
                   "    due_at: 2026-08-21\n"
                   "  - {text: call; then visit, owner_staff_id: kam-2, due_at: 2026-08-20 17:30}\n"),
              expected);
    EXPECT_EQ(sent("plan", R"({"cause": "a cheaper offer", "countermeasures": [
                 {"text": "new offer", "owner_staff_id": "kam-1", "due_at": "2026-08-21"},
                 {"text": "call; then visit", "owner_staff_id": "kam-2", "due_at": "2026-08-20T17:30:00+08:00"}]})"),
              expected);
}

TEST_F(ActionFile, AReportWithTheLossInside) {
    EXPECT_EQ(sent("report",
                   "cause: price\n"
                   "conclusion: |\n"
                   "  two\n"
                   "  lines\n"
                   "lost:\n"
                   "  reason: price\n"
                   "  own_shortcomings: slow\n"),
              R"({"actor_staff_id":"deputy-gm","report":{"cause":"price","conclusion":"two\nlines\n",)"
              R"("lost":{"reason":"price","own_shortcomings":"slow"}}})");
}

TEST_F(ActionFile, WhatIsTypedReplacesWhatItSays) {
    const std::string file = "cause: old\ncountermeasures: [{text: old, owner_staff_id: o, due_at: 2026-08-20}]\n";
    CaseAction typed;
    typed.values["cause"] = "new";
    EXPECT_THAT(sent("plan", file, typed), HasSubstr(R"({"cause":"new","countermeasures":[{"text":"old",)"));
    typed.measures = {"new;n;2026-08-21"};
    EXPECT_THAT(sent("plan", file, typed), HasSubstr(R"("countermeasures":[{"text":"new","owner_staff_id":"n",)"));
    EXPECT_THAT(refused("plan", "cause: only\n"), HasSubstr("plan needs --countermeasure"));
}

TEST_F(ActionFile, EveryMistakeHasItsPlace) {
    EXPECT_EQ(refused("plan", "cuase: x\ncountermeasures:\n  - {text: a, owner: b, due_at: soon}\n"),
              "F:1:1: unknown field 'cuase' (did you mean 'cause'?); known: cause, countermeasures\n"
              "F:3:15: unknown field 'owner'; known: text, owner_staff_id, due_at\n"
              "F:3:5: countermeasures: owner_staff_id is missing\n"
              "F:3:33: due_at: 'soon' is no time (2026-08-21, '2026-08-21 17:30' or RFC 3339)");
    EXPECT_EQ(refused("plan", "cause: [a]\ncountermeasures: later\n"),
              "F:1:8: cause: expected one value\nF:2:18: countermeasures: expected a list");
    EXPECT_EQ(refused("report", "lost: yes\n"), "F:1:7: lost: expected fields below it");
    EXPECT_THAT(refused("report", "- a\n"), HasSubstr("F:1:1: expected the fields of report, such as 'cause: ...'"));
    EXPECT_FALSE(refused("report", "").empty());
    EXPECT_FALSE(refused("report", "a: [\n").empty());
    EXPECT_THAT(mistakes_of({.kind = &kind_of("plan"), .file = path("nowhere")}), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace aw::cli
