#include "http/openapi.hpp"

#include <set>

#include <boost/json/src.hpp>
#include <gtest/gtest.h>

namespace aw::http {
namespace {

namespace json = boost::json;

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

TEST(OpenApi, IsJsonWithEveryPathOfTheContract) {
    const json::value document = json::parse(openapi_json());
    EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
    const std::set<std::string> expected{"GET /api/v1/accounts/{code}",
                                         "GET /api/v1/cases",
                                         "GET /api/v1/cases/{id}",
                                         "POST /api/v1/cases/{id}/commands",
                                         "GET /api/v1/tasks",
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

}  // namespace
}  // namespace aw::http
