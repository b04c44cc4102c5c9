#include "cli/simulation/gzip_lines.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace aw {
namespace {

class GzipLinesTest : public testing::Test {
protected:
    std::string path(const std::string& name) const { return folder_.file(name); }

    static std::string bytes(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static void put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
    static void write(const std::string& path, const std::vector<std::string>& lines) {
        auto writer = LineWriter::open(path);
        ASSERT_TRUE(writer) << writer.error().message;
        for (const auto& line : lines) ASSERT_TRUE(writer->write(line));
        ASSERT_TRUE(writer->close());
    }
    // All lines; an error becomes a last line "error: ...".
    static std::vector<std::string> read(const std::string& path, std::size_t max = LineReader::kMaxLineBytes) {
        auto reader = LineReader::open(path, max);
        if (!reader) return {"error: " + reader.error().message};
        std::vector<std::string> lines;
        for (std::uint64_t number = 1;; ++number) {
            const auto line = reader->next();
            if (!line) {
                lines.push_back("error: " + line.error().message);
                return lines;
            }
            if (!*line) return lines;
            EXPECT_EQ((*line)->number, number);
            lines.push_back(std::string((*line)->text) + ((*line)->too_long ? "..." : ""));
        }
    }

    test::TemporaryFolder folder_;
};

TEST_F(GzipLinesTest, GzipRoundTrip) {
    std::vector<std::string> lines;
    for (int i = 0; i < 50'000; ++i) lines.push_back("line " + std::to_string(i * 7919) + " 客户");
    lines.emplace_back("");
    write(path("a.gz"), lines);
    EXPECT_EQ(bytes(path("a.gz")).substr(0, 2), "\x1f\x8b");
    EXPECT_EQ(read(path("a.gz")), lines);
}

TEST_F(GzipLinesTest, SameLinesGiveTheSameBytes) {
    write(path("a.gz"), {"one", "two"});
    write(path("b.gz"), {"one", "two"});
    EXPECT_EQ(bytes(path("a.gz")), bytes(path("b.gz")));
}

TEST_F(GzipLinesTest, PlainFilesAreWrittenAndReadAsTheyAre) {
    write(path("a.ndjson"), {"one", "two"});
    EXPECT_EQ(bytes(path("a.ndjson")), "one\ntwo\n");
    EXPECT_EQ(read(path("a.ndjson")), (std::vector<std::string>{"one", "two"}));
}

TEST_F(GzipLinesTest, LineEndsOfAllKinds) {
    put(path("a"), "one\r\n\ntwo");
    EXPECT_EQ(read(path("a")), (std::vector<std::string>{"one", "", "two"}));
    put(path("b"), "");
    EXPECT_EQ(read(path("b")), std::vector<std::string>{});
}

TEST_F(GzipLinesTest, AnEndlessLineCostsOnlyItself) {
    put(path("a"), "first\n" + std::string(3'000'000, 'x') + "\nlast\n");
    EXPECT_EQ(read(path("a"), 10), (std::vector<std::string>{"first", "xxxxxxxxxx...", "last"}));
}

TEST_F(GzipLinesTest, TruncatedGzipIsAnError) {
    std::vector<std::string> lines;
    for (int i = 0; i < 1'000; ++i) lines.push_back(std::to_string(i * 2654435761U));
    write(path("a.gz"), lines);
    const std::string whole = bytes(path("a.gz"));
    put(path("cut.gz"), whole.substr(0, whole.size() / 2));
    EXPECT_NE(read(path("cut.gz")).back().find("truncated"), std::string::npos);
}

TEST_F(GzipLinesTest, DamagedGzipIsAnError) {
    write(path("a.gz"), {std::string(1'000, 'a'), "b"});
    std::string damaged = bytes(path("a.gz"));
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x55);  // the check sum
    put(path("bad.gz"), damaged);
    EXPECT_NE(read(path("bad.gz")).back().find("UNDECODABLE: damaged gzip data"), std::string::npos);
}

TEST_F(GzipLinesTest, WhatFollowsTheGzipDataIsAnErrorWithItsPlace) {
    write(path("a.gz"), {"one", "two"});
    const std::string whole = bytes(path("a.gz"));
    put(path("more.gz"), whole + "three\n");
    const auto lines = read(path("more.gz"));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1], "two");
    EXPECT_EQ(lines[2], "error: " + path("more.gz") + ":3: UNDECODABLE: the gzip data ends at byte " +
                            std::to_string(whole.size()) + ", and something else follows it");
    // Also where it begins in another read than the one that ends the member, and where it is one byte.
    std::vector<std::string> many;
    for (unsigned i = 0; i < 200'000; ++i) many.push_back(std::to_string(i * 2654435761U));
    write(path("b.gz"), many);
    const std::string big = bytes(path("b.gz"));
    ASSERT_GT(big.size(), 256U << 10);
    put(path("big.gz"), big + "x");
    const auto found = read(path("big.gz"));
    ASSERT_EQ(found.size(), many.size() + 1);
    EXPECT_NE(found.back().find("ends at byte " + std::to_string(big.size())), std::string::npos);
}

TEST_F(GzipLinesTest, MembersFollowOneAnotherAndZerosArePadding) {
    write(path("a.gz"), {"one", "two"});
    write(path("b.gz"), {"three"});
    put(path("both.gz"), bytes(path("a.gz")) + bytes(path("b.gz")) + std::string(512, '\0'));
    EXPECT_EQ(read(path("both.gz")), (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(GzipLinesTest, AMissingFileAndAFolderAreErrors) {
    EXPECT_NE(read(path("none")).front().find("cannot be read"), std::string::npos);
    EXPECT_NE(read(folder_.path().string()).front().find("is a folder"), std::string::npos);
    EXPECT_FALSE(LineWriter::open(path("none/deeper.gz")));
}

TEST_F(GzipLinesTest, AFullDiskIsAnError) {
    auto writer = LineWriter::open("/dev/full");
    ASSERT_TRUE(writer);
    bool failed = false;
    for (int i = 0; i < 10'000 && !failed; ++i) failed = !writer->write(std::string(100, 'x'));
    failed = !writer->close() || failed;
    EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace aw
