// The wire format is documented field by field: every message, field, oneof and enumeration value of it has a comment
// that says more than "Required.". Read from what protoc tells of the files, for generated code has no comments.
//
// Two things need none: the enumeration inside its message (Severity.Value: the message has it) and UNSPECIFIED, which
// means the same everywhere (common.proto).
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "wire_files.hpp"

namespace {

namespace pb = google::protobuf;

// A comment without its white space and without what says nothing about the meaning.
bool says_something(std::string text) {
    for (const std::string_view empty_word : {"Required", "Optional"}) {
        for (std::size_t at = text.find(empty_word); at != std::string::npos; at = text.find(empty_word))
            text.erase(at, empty_word.size());
    }
    return text.find_first_not_of(" \t\r\n.*/") != std::string::npos;
}

template <class Descriptor>
bool is_documented(const Descriptor& thing) {
    pb::SourceLocation location;
    if (!thing.GetSourceLocation(&location)) return false;
    return says_something(location.leading_comments) || says_something(location.trailing_comments);
}

class Inspector {
public:
    std::vector<std::string> undocumented;
    int seen = 0;

    void inspect(const pb::FileDescriptor& file) {
        for (int i = 0; i < file.message_type_count(); ++i) inspect(*file.message_type(i));
        for (int i = 0; i < file.enum_type_count(); ++i) inspect(*file.enum_type(i), false);
    }

private:
    template <class Descriptor>
    void require(const Descriptor& thing) {
        ++seen;
        if (!is_documented(thing)) undocumented.push_back(thing.full_name());
    }

    void inspect(const pb::Descriptor& type) {
        require(type);
        for (int i = 0; i < type.field_count(); ++i) require(*type.field(i));
        for (int i = 0; i < type.real_oneof_decl_count(); ++i) require(*type.oneof_decl(i));
        const bool wraps_one = type.field_count() == 0 && type.enum_type_count() == 1;
        for (int i = 0; i < type.enum_type_count(); ++i) inspect(*type.enum_type(i), wraps_one);
        for (int i = 0; i < type.nested_type_count(); ++i) inspect(*type.nested_type(i));
    }

    void inspect(const pb::EnumDescriptor& type, bool documented_outside) {
        if (!documented_outside) require(type);
        for (int i = 0; i < type.value_count(); ++i) {
            if (type.value(i)->name() != "UNSPECIFIED") require(*type.value(i));
        }
    }
};

// What `protoc --include_source_info --descriptor_set_out` wrote at build time.
class DescribedFiles {
public:
    explicit DescribedFiles(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        pb::FileDescriptorSet files;
        EXPECT_TRUE(files.ParseFromIstream(&in)) << path;
        for (const auto& file : files.file()) EXPECT_NE(pool_.BuildFile(file), nullptr) << file.name();
    }
    const pb::FileDescriptor* find(const std::string& name) const { return pool_.FindFileByName(name); }

private:
    pb::DescriptorPool pool_;
};

TEST(ProtoComments, EveryFieldAndValueIsDocumented) {
    const DescribedFiles sources(AW_WIRE_FILES);
    Inspector inspector;
    for (const auto* built : aw::test::wire_files()) {
        const auto* file = sources.find(built->name());
        ASSERT_NE(file, nullptr) << built->name();
        ASSERT_EQ(file->message_type_count(), built->message_type_count()) << built->name();
        inspector.inspect(*file);
    }
    EXPECT_GT(inspector.seen, 700);  // it has looked
    EXPECT_TRUE(inspector.undocumented.empty()) << "say in the .proto what it means, in which unit, and by which rule\n"
                                                << fmt::format("{}", fmt::join(inspector.undocumented, "\n"));
}

TEST(ProtoComments, TellsWhatHasNone) {
    const DescribedFiles sources(AW_UNDOCUMENTED_FILE);
    const auto* file = sources.find("undocumented.proto");
    ASSERT_NE(file, nullptr);
    Inspector inspector;
    inspector.inspect(*file);
    const std::vector<std::string> expected = {"t.Bad", "t.Bad.a", "t.Bad.b", "t.Bad.d", "t.Bad.c", "t.Kind.ONE"};
    EXPECT_EQ(inspector.undocumented, expected);
}

}  // namespace
