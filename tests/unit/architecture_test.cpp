// The architecture as a test: which folder may include which, which library is seen where, what core/ must never
// touch. The arrows are those of daemon/README.md and daemon/CMakeLists.txt. The checker itself is tested with
// planted violations, so that a green run means something.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace aw {
namespace {

using Folders = std::set<std::string>;

// folder -> the folders it stands on (DEPENDS of daemon/CMakeLists.txt); what those stand on is allowed, too.
const std::map<std::string, Folders>& arrows() {
    static const std::map<std::string, Folders> table = {
        {"base", {}},
        {"core/model", {"base"}},
        {"core/calendar", {"core/model"}},
        {"core/usage", {"core/model"}},
        {"core/policy", {"core/usage", "core/calendar"}},
        {"core/detect", {"core/usage", "core/calendar", "core/policy"}},
        {"core/obligations", {"core/policy", "core/detect"}},
        {"core/cases", {"core/obligations"}},
        {"core/shard", {"core/cases"}},
        {"mapping", {"core/calendar"}},
        {"codec", {"core/policy", "mapping"}},
        {"settings", {"core/policy", "mapping"}},
        {"eventlog", {"base"}},
        {"eventlog/sqlite", {"eventlog"}},
        {"eventlog/kafka", {"eventlog"}},
        {"telemetry", {"base"}},
        {"intake", {"codec", "eventlog"}},
        {"notify", {"core/model"}},
        {"http", {"base"}},
        {"cli/simulation", {"base", "core/model", "core/calendar"}},
    };
    return table;
}

// These see everything: the composition root and the operator's tool. The empty name is daemon/ itself (main.cpp).
const Folders kSeeAll = {"app", "cli", ""};

struct LibraryRule {
    std::string_view pattern;  // of the included path
    Folders only_in;
};
const std::vector<LibraryRule>& library_rules() {
    static const std::vector<LibraryRule> rules = {
        {R"(accountwatch/v1/.*\.pb\.h)", {"codec"}},
        {R"(accountwatch/config/v1/.*\.pb\.h)", {"codec", "settings"}},
        {R"(google/protobuf/.*)", {"codec", "settings"}},
        {R"(librdkafka/.*|rdkafka\.h|rdkafkacpp\.h)", {"eventlog/kafka"}},
        {R"(sqlite3\.h)", {"eventlog/sqlite"}},
        {R"(yaml-cpp/.*)", {"settings"}},
    };
    return rules;
}

constexpr std::string_view kCoreHeaders =
    "thread|mutex|shared_mutex|atomic|condition_variable|future|stop_token|semaphore|latch|barrier|fstream|iostream|"
    "filesystem|random|ctime|time\\.h|sys/.*|unistd\\.h|spdlog/.*|boost/asio.*|boost/beast.*|google/protobuf/.*|"
    ".*\\.pb\\.h|base/clock\\.hpp|zlib\\.h";
constexpr std::string_view kCoreCalls =
    R"((::now\s*\(|\bs?rand\s*\(|\bgetenv\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\bstd::(cout|cerr|clog)\b|)"
    R"(\bf?printf\s*\(|\bfopen\s*\()|\bsystem_clock\b|\bsteady_clock\b)";
constexpr std::size_t kMaxLines = 450;

struct Include {
    std::string path;
    std::size_t line = 0;
};

std::vector<Include> includes_of(const std::string& text) {
    static const std::regex pattern(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::vector<Include> list;
    std::istringstream in(text);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        std::smatch match;
        if (std::regex_search(line, match, pattern)) list.push_back({match[1], number});
    }
    return list;
}

// The text with comments and literals blanked; lines stay where they are.
std::string code_only(const std::string& text) {
    enum class In { code, line_comment, block_comment, string, character } in = In::code;
    std::string out = text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const bool digit_separator = c == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0;
        if (in == In::code) {
            if (c == '/' && next == '/') in = In::line_comment;
            if (c == '/' && next == '*') in = In::block_comment;
            if (c == '"') in = In::string;
            if (c == '\'' && !digit_separator) in = In::character;
            if (in != In::code) out[i] = ' ';
            continue;
        }
        if (c != '\n') out[i] = ' ';
        if (in == In::line_comment && c == '\n') in = In::code;
        if (in == In::block_comment && c == '*' && next == '/') {
            out[++i] = ' ';
            in = In::code;
        }
        if ((in == In::string || in == In::character) && c == '\\') {
            out[++i] = ' ';
        } else if ((in == In::string && c == '"') || (in == In::character && c == '\'')) {
            in = In::code;
        }
    }
    return out;
}

// The deepest folder of the table that holds `file` (relative to daemon/): "core/model/ids.hpp" -> "core/model".
std::string folder_of(const std::string& file) {
    std::string folder = std::filesystem::path(file).parent_path().generic_string();
    for (std::string at = folder; !at.empty(); at = std::filesystem::path(at).parent_path().generic_string()) {
        if (arrows().contains(at) || kSeeAll.contains(at)) return at;
    }
    return folder;
}

Folders reachable(const std::string& folder) {
    Folders all;
    std::vector<std::string> open = {folder};
    while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        if (!all.insert(at).second) continue;
        const auto found = arrows().find(at);
        if (found != arrows().end()) open.insert(open.end(), found->second.begin(), found->second.end());
    }
    return all;
}

bool is_core(const std::string& folder) { return folder.starts_with("core/"); }

bool matches(const std::string& text, std::string_view pattern) {
    return std::regex_match(text, std::regex(std::string(pattern)));
}

// What is wrong with one file of daemon/, as "file:line: what".
std::vector<std::string> violations(const std::string& file, const std::string& text) {
    std::vector<std::string> found;
    auto report = [&](std::size_t line, const std::string& what) {
        found.push_back(file + ":" + std::to_string(line) + ": " + what);
    };
    const std::string folder = folder_of(file);
    const bool sees_all = kSeeAll.contains(folder);
    if (!sees_all && !arrows().contains(folder)) report(1, "folder " + folder + " is not in the table of arrows");
    const Folders allowed = reachable(folder);

    for (const Include& include : includes_of(text)) {
        const std::string target = folder_of(include.path);
        const bool ours = arrows().contains(target) || (kSeeAll.contains(target) && !target.empty());
        if (ours && !sees_all && !allowed.contains(target)) {
            report(include.line, folder + " must not include " + target + " (" + include.path + ")");
        }
        for (const LibraryRule& rule : library_rules()) {
            if (matches(include.path, rule.pattern) && !rule.only_in.contains(folder)) {
                report(include.line, include.path + " does not belong into " + folder);
            }
        }
        if (is_core(folder) && matches(include.path, kCoreHeaders)) {
            report(include.line, "core/ must not use " + include.path);
        }
    }
    if (is_core(folder)) {
        std::istringstream in(code_only(text));
        std::string line;
        static const std::regex calls{std::string(kCoreCalls)};
        for (std::size_t number = 1; std::getline(in, line); ++number) {
            std::smatch match;
            if (std::regex_search(line, match, calls)) report(number, "core/ must not use " + match.str());
        }
    }
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines > kMaxLines) report(lines, "longer than " + std::to_string(kMaxLines) + " lines");
    return found;
}

// A path of somebody's own machine. Spelled in pieces, or this file would find itself.
std::vector<std::string> private_paths(const std::string& file, const std::string& text) {
    static const std::regex pattern(std::string("(^|[^A-Za-z0-9_.}/-])/(ho") + "me|ro" + "ot|wo" + "rk|Us" + "ers)/");
    std::vector<std::string> found;
    std::istringstream in(text);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (std::regex_search(line, pattern)) found.push_back(file + ":" + std::to_string(number) + ": " + line);
    }
    return found;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string joined(const std::vector<std::string>& list) {
    std::string all;
    for (const auto& item : list) all += item + "\n";
    return all;
}

const std::filesystem::path kSource = AW_SOURCE_DIR;

// --- the project ---

TEST(Architecture, DaemonKeepsToTheArrows) {
    std::vector<std::string> found;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / "daemon")) {
        const auto extension = entry.path().extension();
        if (extension != ".hpp" && extension != ".cpp") continue;
        ++files;
        const auto file = std::filesystem::relative(entry.path(), kSource / "daemon").generic_string();
        const auto wrong = violations(file, content(entry.path()));
        found.insert(found.end(), wrong.begin(), wrong.end());
    }
    EXPECT_GT(files, 10U);
    EXPECT_TRUE(found.empty()) << joined(found);
}

// The libraries are linked along the same arrows, so a wrong include does not even link.
TEST(Architecture, CMakeHasTheSameArrows) {
    const std::string cmake = content(kSource / "daemon" / "CMakeLists.txt");
    static const std::regex call(R"(aw_library\(([a-z_/]+)([^)]*)\))");
    std::map<std::string, Folders> linked;
    for (std::sregex_iterator it(cmake.begin(), cmake.end(), call), end; it != end; ++it) {
        const std::string folder = (*it)[1];
        if (kSeeAll.contains(folder)) continue;
        Folders& depends = linked[folder];
        std::istringstream words((*it)[2]);
        std::string word;
        bool in_depends = false;
        while (words >> word) {
            if (word == "DEPENDS" || word == "LIBRARIES") {
                in_depends = word == "DEPENDS";
            } else if (in_depends) {
                depends.insert(word);
            }
        }
    }
    EXPECT_EQ(linked, arrows());
}

TEST(Architecture, NoPathOfSomebodysMachine) {
    std::vector<std::string> found;
    for (const char* top : {"daemon", "proto", "config", "deploy", "tests"}) {
        if (!std::filesystem::exists(kSource / top)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / top)) {
            if (!entry.is_regular_file() || entry.file_size() > (1U << 20)) continue;
            const auto wrong = private_paths(entry.path().generic_string(), content(entry.path()));
            found.insert(found.end(), wrong.begin(), wrong.end());
        }
    }
    EXPECT_TRUE(found.empty()) << joined(found);
}

// --- the checker ---

bool refused(const std::string& file, const std::string& text) { return !violations(file, text).empty(); }

TEST(ArchitectureChecker, FindsAWrongArrow) {
    EXPECT_TRUE(refused("core/model/a.cpp", "#include \"core/usage/usage.hpp\"\n"));
    EXPECT_TRUE(refused("base/a.hpp", "#include \"core/model/ids.hpp\"\n"));
    EXPECT_TRUE(refused("intake/a.cpp", "#include \"settings/settings.hpp\"\n"));
    EXPECT_FALSE(refused("intake/a.cpp", "#include \"eventlog/record.hpp\"\n"));
    EXPECT_TRUE(refused("eventlog/log.cpp", "#include \"eventlog/kafka/log.hpp\"\n"));
    EXPECT_TRUE(refused("http/a.cpp", "  #  include \"app/application.hpp\"\n"));
    EXPECT_TRUE(refused("cli/simulation/a.cpp", "#include \"codec/json.hpp\"\n"));
    EXPECT_FALSE(refused("core/shard/a.cpp", "#include \"base/time.hpp\"\n#include \"core/usage/usage.hpp\"\n"));
    EXPECT_FALSE(refused("eventlog/kafka/a.cpp", "#include \"eventlog/log.hpp\"\n"));
    EXPECT_FALSE(refused("app/a.cpp", "#include \"http/server.hpp\"\n#include \"core/shard/shard.hpp\"\n"));
    EXPECT_FALSE(refused("main.cpp", "#include \"app/application.hpp\"\n"));
}

TEST(ArchitectureChecker, FindsAFolderOutsideTheTable) {
    EXPECT_TRUE(refused("helpers/a.cpp", ""));
    EXPECT_TRUE(refused("core/a.cpp", ""));
}

TEST(ArchitectureChecker, FindsALibraryInTheWrongFolder) {
    EXPECT_TRUE(refused("intake/a.cpp", "#include \"accountwatch/v1/event.pb.h\"\n"));
    EXPECT_TRUE(refused("settings/a.cpp", "#include \"accountwatch/v1/event.pb.h\"\n"));
    EXPECT_TRUE(refused("app/a.cpp", "#include <librdkafka/rdkafka.h>\n"));
    EXPECT_TRUE(refused("eventlog/kafka/a.cpp", "#include <sqlite3.h>\n"));
    EXPECT_FALSE(refused("codec/a.cpp", "#include \"accountwatch/v1/event.pb.h\"\n"));
    EXPECT_FALSE(refused("settings/a.cpp", "#include \"accountwatch/config/v1/policy.pb.h\"\n"));
    EXPECT_FALSE(refused("eventlog/kafka/a.cpp", "#include <librdkafka/rdkafka.h>\n"));
    EXPECT_FALSE(refused("eventlog/sqlite/a.cpp", "#include <sqlite3.h>\n"));
}

// What nobody reports is a promise of the log and of happenings_total that is not kept.
TEST(Architecture, EveryHappeningIsReportedSomewhere) {
    std::string code;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / "daemon")) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
        if (entry.path().parent_path().filename() == "telemetry") continue;
        std::ifstream in(entry.path());
        code += std::string(std::istreambuf_iterator<char>(in), {});
    }
    std::ifstream in(kSource / "daemon/telemetry/happenings.hpp");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    static const std::regex happening(R"(struct (\w+) \{[^\n]*\n    static constexpr std::string_view kName)");
    int found = 0;
    for (std::sregex_iterator each(text.begin(), text.end(), happening), end; each != end; ++each, ++found)
        EXPECT_NE(code.find("telemetry::" + (*each)[1].str()), std::string::npos) << (*each)[1] << " is never reported";
    EXPECT_GT(found, 25);
}

TEST(ArchitectureChecker, FindsAnImpureCore) {
    for (const char* header : {"thread", "mutex", "atomic", "fstream", "iostream", "spdlog/spdlog.h",
                               "boost/asio/io_context.hpp", "google/protobuf/message.h", "base/clock.hpp"}) {
        EXPECT_TRUE(refused("core/usage/a.cpp", std::string("#include <") + header + ">\n")) << header;
    }
    for (const char* code : {"auto t = std::chrono::system_clock::now();", "x = rand();", "srand (1);",
                             "std::getenv(\"A\")", "time(nullptr)", "std::cout << 1;", "printf(\"a\");"}) {
        EXPECT_TRUE(refused("core/usage/a.cpp", code)) << code;
        EXPECT_FALSE(refused("app/a.cpp", code)) << code;
    }
}

TEST(ArchitectureChecker, IsNotMisledByWordsAndComments) {
    for (const char* code :
         {"// rand() and ::now() are banned", "/* getenv(\n) */", "auto s = \"std::cout \\\" rand()\";", "operand(1);",
          "int n = 10'000; snow(); known(n); clock_time(a);", "snprintf(a, 1, b);"}) {
        EXPECT_FALSE(refused("core/usage/a.cpp", code)) << code << joined(violations("core/usage/a.cpp", code));
    }
    EXPECT_TRUE(refused("core/usage/a.cpp", "int n = 10'000; /* x */ rand();"));
    EXPECT_TRUE(refused("core/usage/a.cpp", "char c = '\"'; rand();"));
}

TEST(ArchitectureChecker, FindsLongFilesAndNamesTheLine) {
    EXPECT_TRUE(refused("base/a.cpp", std::string(451, '\n')));
    EXPECT_FALSE(refused("base/a.cpp", std::string(450, '\n')));
    EXPECT_EQ(violations("core/usage/a.cpp", "\n\n#include <thread>\n"),
              std::vector<std::string>{"core/usage/a.cpp:3: core/ must not use thread"});
}

TEST(ArchitectureChecker, FindsPathsOfAMachine) {
    EXPECT_FALSE(private_paths("a", std::string("cd /ho") + "me/someone/src").empty());
    EXPECT_FALSE(private_paths("a", std::string("\"/wo") + "rk/project\"").empty());
    EXPECT_TRUE(private_paths("a", "/var/lib/accountwatch $HOME/x frame" + std::string("wo") + "rk/x").empty());
}

}  // namespace
}  // namespace aw
