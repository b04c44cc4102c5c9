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
    EXPECT_NE(read(path("bad.gz")).back().find("error: "), std::string::npos);
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
