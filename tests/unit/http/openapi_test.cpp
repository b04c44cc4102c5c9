#include "http/openapi.hpp"

#include <set>

#include <boost/json/src.hpp>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "accountwatch/v1/event.pb.h"
#include "accountwatch/v1/explanation.pb.h"
#include "accountwatch/v1/output.pb.h"

namespace aw::http {
namespace {

namespace json = boost::json;
namespace pb = google::protobuf;
namespace v1 = accountwatch::v1;

void collect(const json::value& value, std::set<std::string>& references) {
    if (const auto* object = value.if_object()) {
        for (const auto& entry : *object) {
            if (entry.key() == "$ref") references.insert(std::string(entry.value().as_string()));
            collect(entry.value(), references);
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array) collect(item, references);
    }
}

// What a command is refused without (MISSING_FIELD) is required, so that a client made from this document is
// understood.
TEST(OpenApi, RequiresWhatACommandMustSay) {
    const json::value document = json::parse(openapi_json());
    const auto& schemas = document.at("components").at("schemas");
    const auto& actions = schemas.at("Command").at("properties");
    const auto required = [](const json::value& schema) {
        std::string list;
        for (const auto& name : schema.at("required").as_array()) list += std::string(name.as_string()) + " ";
        return list;
    };
    EXPECT_EQ(required(actions.at("plan")), "cause countermeasures ");
    EXPECT_EQ(required(schemas.at("PlannedMeasure")), "text owner_staff_id due_at ");
    EXPECT_EQ(required(actions.at("contact")), "level channel ");
    EXPECT_EQ(required(actions.at("update")), "text ");
    EXPECT_EQ(required(actions.at("suspend")), "until ");
    EXPECT_EQ(required(actions.at("assign_task")), "staff_id text due_at ");
    EXPECT_EQ(required(actions.at("offer")), "amount text ");
}

TEST(OpenApi, IsJsonWithEveryPathOfTheContract) {
    const json::value document = json::parse(openapi_json());
    EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
    const std::set<std::string> expected{"GET /api/v1/accounts/{code}",
                                         "GET /api/v1/accounts/{code}/explain",
                                         "GET /api/v1/accounts/{code}/timeline",
                                         "GET /api/v1/cases/{id}/timeline",
                                         "GET /api/v1/cases",
                                         "GET /api/v1/cases/{id}",
                                         "POST /api/v1/cases/{id}/commands",
                                         "POST /api/v1/cases/{id}/export",
                                         "GET /api/v1/data-gaps",
                                         "GET /api/v1/silences",
                                         "POST /api/v1/reload",
                                         "GET /api/v1/tasks",
                                         "POST /api/v1/tasks/{id}/done",
                                         "POST /api/v1/events",
                                         "GET /api/v1/openapi.json",
                                         "GET /healthz",
                                         "GET /readyz",
                                         "GET /metrics"};
    std::set<std::string> there;
    for (const auto& path : document.at("paths").as_object()) {
        for (const auto& operation : path.value().as_object()) {
            if (operation.key() == "get") there.insert("GET " + std::string(path.key()));
            if (operation.key() == "post") there.insert("POST " + std::string(path.key()));
        }
    }
    EXPECT_EQ(there, expected);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
    const json::value document = json::parse(openapi_json());
    std::set<std::string> references;
    collect(document, references);
    EXPECT_GT(references.size(), 10U);
    for (const std::string& reference : references) {
        ASSERT_TRUE(reference.starts_with("#/")) << reference;
        json::error_code error;
        EXPECT_NE(document.find_pointer(reference.substr(1), error), nullptr) << reference;
    }
}

const json::value& resolved(const json::value& document, const json::value& schema) {
    const auto* reference = schema.as_object().if_contains("$ref");
    if (reference == nullptr) return schema;
    return document.at_pointer(std::string_view(reference->as_string()).substr(1));
}

// Every field of the message stands in the schema, with the same names of its enumerations.
void expect_described(const json::value& document, const json::value& schema, const pb::Descriptor& type) {
    const auto* properties = resolved(document, schema).as_object().if_contains("properties");
    for (int i = 0; i < type.field_count(); ++i) {
        const pb::FieldDescriptor& field = *type.field(i);
        const auto* found = properties == nullptr ? nullptr : properties->as_object().if_contains(field.name());
        EXPECT_NE(found, nullptr) << field.full_name();
        if (found == nullptr) continue;
        const json::value* value = &resolved(document, *found);
        if (field.is_repeated()) {
            EXPECT_EQ(value->at("type").as_string(), "array") << field.full_name();
            value = &resolved(document, value->at("items"));
        }
        const auto* names = value->as_object().if_contains("enum");
        if (field.enum_type() != nullptr && names != nullptr) {
            const int count = field.enum_type()->value_count();
            EXPECT_EQ(static_cast<int>(names->as_array().size()), count - 1) << field.full_name();
            for (const json::value& name : names->as_array()) {
                EXPECT_NE(field.enum_type()->FindValueByName(std::string(name.as_string())), nullptr) << name;
            }
        }
        if (field.message_type() != nullptr && field.message_type()->file()->package() == "accountwatch.v1") {
            expect_described(document, *value, *field.message_type());
        }
    }
}

TEST(OpenApi, DescribesEveryFieldOfWhatIsReadAndWritten) {
    const json::value document = json::parse(openapi_json());
    const auto schema = [&](const char* name) { return document.at("components").at("schemas").at(name); };
    expect_described(document, schema("Command"), *v1::CommandEvent::descriptor());
    expect_described(document, schema("Case"), *v1::Case::descriptor());
    expect_described(document, schema("Task"), *v1::Task::descriptor());
    expect_described(document, schema("Account"), *v1::Account::descriptor());
    expect_described(document, schema("Silence"), *v1::Silence::descriptor());
    expect_described(document, schema("DataGap"), *v1::DataGap::descriptor());
    expect_described(document, schema("AccountExplanation"), *v1::AccountExplanation::descriptor());
    expect_described(document, schema("TimelineEntry"), *v1::TimelineEntry::descriptor());
}

TEST(OpenApi, ACommandHasExactlyOneOfTheActionsAndNothingElse) {
    const json::value document = json::parse(openapi_json());
    const json::value& command = document.at("components").at("schemas").at("Command");
    std::set<std::string> known;
    for (int i = 0; i < v1::CommandEvent::descriptor()->field_count(); ++i) {
        known.insert(v1::CommandEvent::descriptor()->field(i)->name());
    }
    std::set<std::string> described;
    for (const auto& property : command.at("properties").as_object()) described.insert(std::string(property.key()));
    EXPECT_EQ(described, known);
    EXPECT_EQ(command.at("additionalProperties"), false);
    const pb::OneofDescriptor& actions = *v1::CommandEvent::descriptor()->FindOneofByName("action");
    const json::array& choices = command.at("oneOf").as_array();
    ASSERT_EQ(static_cast<int>(choices.size()), actions.field_count());
    for (int i = 0; i < actions.field_count(); ++i) {
        const std::string& name = actions.field(i)->name();
        EXPECT_EQ(choices[static_cast<std::size_t>(i)].at("required").at(0).as_string(), name);
        const json::object& action = command.at("properties").at(name).as_object();
        EXPECT_EQ(action.at("additionalProperties"), false) << name;
        const auto* properties = action.if_contains("properties");
        EXPECT_EQ(properties == nullptr ? 0 : static_cast<int>(properties->as_object().size()),
                  actions.field(i)->message_type()->field_count())
            << name;
    }
}

}  // namespace
}  // namespace aw::http
