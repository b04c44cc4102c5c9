// The wire format is frozen: tags.golden holds every field and every enumeration value. What stands there stays.
// A new one is added with ACCEPT=1, which writes the file and skips; it never takes anything away.
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "wire_files.hpp"

namespace {

namespace pb = google::protobuf;

using Tags = std::map<std::string, std::string>;  // "Event.event_id" -> "1 string optional"

const std::string kGolden = AW_SOURCE_DIR "/proto/accountwatch/v1/tags.golden";

std::string described(const pb::FieldDescriptor& field) {
    std::string type = field.type_name();
    if (field.message_type() != nullptr) type = field.message_type()->full_name();
    if (field.enum_type() != nullptr) type = field.enum_type()->full_name();
    std::string label = field.is_repeated() ? "repeated" : field.has_optional_keyword() ? "optional" : "singular";
    if (field.real_containing_oneof() != nullptr) label = "oneof " + field.real_containing_oneof()->name();
    return fmt::format("{} {} {}", field.number(), type, label);
}

void collect(const pb::EnumDescriptor& type, Tags& tags) {
    for (int i = 0; i < type.value_count(); ++i) {
        const auto& value = *type.value(i);
        tags[type.full_name() + "." + value.name()] = std::to_string(value.number());
    }
}

void collect(const pb::Descriptor& type, Tags& tags) {
    for (int i = 0; i < type.field_count(); ++i) tags[type.field(i)->full_name()] = described(*type.field(i));
    for (int i = 0; i < type.enum_type_count(); ++i) collect(*type.enum_type(i), tags);
    for (int i = 0; i < type.nested_type_count(); ++i) collect(*type.nested_type(i), tags);
    if (type.field_count() == 0 && type.enum_type_count() == 0) tags[type.full_name()] = "empty";
}

Tags tags_of_program() {
    Tags tags;
    for (const auto* file : aw::test::wire_files()) {
        for (int i = 0; i < file->message_type_count(); ++i) collect(*file->message_type(i), tags);
        for (int i = 0; i < file->enum_type_count(); ++i) collect(*file->enum_type(i), tags);
    }
    return tags;
}

Tags read_golden() {
    Tags tags;
    std::ifstream in(kGolden);
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t at = line.find(" = ");
        tags[line.substr(0, at)] = line.substr(at + 3);
    }
    return tags;
}

void write_golden(const Tags& tags) {
    std::ofstream out(kGolden);
    out << "# Written by proto_tags_test with ACCEPT=1. Lines may be added, never changed or removed.\n";
    for (const auto& [name, tag] : tags) out << name << " = " << tag << "\n";
}

// Frozen names that are gone or different now.
std::vector<std::string> broken_promises(const Tags& frozen, const Tags& now) {
    std::vector<std::string> broken;
    for (const auto& [name, tag] : frozen) {
        const auto found = now.find(name);
        if (found == now.end()) {
            broken.push_back(fmt::format("{} = {} is gone", name, tag));
        } else if (found->second != tag) {
            broken.push_back(fmt::format("{} was {}, is {}", name, tag, found->second));
        }
    }
    return broken;
}

std::vector<std::string> additions(const Tags& frozen, const Tags& now) {
    std::vector<std::string> added;
    for (const auto& [name, tag] : now) {
        if (!frozen.contains(name)) added.push_back(fmt::format("{} = {}", name, tag));
    }
    return added;
}

TEST(ProtoTags, NothingFrozenChanges) {
    const Tags frozen = read_golden();
    const Tags now = tags_of_program();
    const auto broken = broken_promises(frozen, now);
    EXPECT_TRUE(broken.empty()) << "tags and names are for ever: add a new field instead\n"
                                << fmt::format("{}", fmt::join(broken, "\n"));
    if (!broken.empty()) return;  // ACCEPT does not help here
    const auto added = additions(frozen, now);
    const char* accept = std::getenv("ACCEPT");
    if (accept != nullptr && std::string_view(accept) == "1") {
        write_golden(now);
        GTEST_SKIP() << added.size() << " new lines accepted into " << kGolden;
    }
    EXPECT_TRUE(added.empty()) << "not yet frozen; run this test with ACCEPT=1 to add\n"
                               << fmt::format("{}", fmt::join(added, "\n"));
}

TEST(ProtoTags, TellsRemovedRenumberedRetypedAndReused) {
    const Tags frozen = {{"M.a", "1 string singular"}, {"M.b", "2 int64 singular"}};
    EXPECT_TRUE(broken_promises(frozen, frozen).empty());
    EXPECT_EQ(broken_promises(frozen, {{"M.a", "1 string singular"}}).size(), 1U);
    EXPECT_EQ(broken_promises(frozen, {{"M.a", "3 string singular"}, {"M.b", "2 int64 singular"}}).size(), 1U);
    EXPECT_EQ(broken_promises(frozen, {{"M.a", "1 bytes singular"}, {"M.b", "2 int64 singular"}}).size(), 1U);
    EXPECT_EQ(broken_promises(frozen, {{"M.c", "1 string singular"}, {"M.b", "2 int64 singular"}}).size(), 1U);
    const Tags more = {{"M.a", "1 string singular"}, {"M.b", "2 int64 singular"}, {"M.c", "3 bool singular"}};
    EXPECT_TRUE(broken_promises(frozen, more).empty());
    EXPECT_EQ(additions(frozen, more), std::vector<std::string>{"M.c = 3 bool singular"});
}

}  // namespace
