// The report of a backtest as a manager sees it: in a real browser, on the screen and on paper.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"
#include "system/daemon_process.hpp"

namespace aw::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool has_browser() { return std::system("command -v chromium >/dev/null 2>&1") == 0; }

// What the browser itself measures, written by a script that only the test adds to the page.
constexpr const char* kProbe = R"js(<script>
addEventListener('load', () => {
  const over = [], outside = [], blank = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg')) continue;
    const style = getComputedStyle(e);
    if (style.textOverflow !== 'ellipsis' && style.display !== 'inline' && e.scrollWidth > e.clientWidth + 1)
      over.push(e.tagName + ' ' + e.textContent.slice(0, 40));
  }
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width < 50 || frame.height < 10) blank.push(svg.outerHTML.slice(0, 80));
    for (const t of svg.querySelectorAll('text, rect, line')) {
      const box = t.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 ||
          box.bottom > frame.bottom + 1) outside.push(t.outerHTML.slice(0, 100));
    }
  }
  const charts = [...document.querySelectorAll('figure')];
  const complete = charts.filter(f => f.querySelector('rect.observed') && f.querySelector('polyline.expected') &&
    f.querySelector('line.detected') && f.querySelector('rect.window'));
  const shown = {};
  for (const f of charts) shown[f.id] = f.querySelectorAll('line.onset').length;
  const figures = {};
  for (const b of document.querySelectorAll('[id^=figure-]')) figures[b.id.slice(7)] = b.textContent;
  const fetched = performance.getEntriesByType('resource').map(r => r.name);
  const facts = {page: document.documentElement.scrollWidth - document.documentElement.clientWidth, over, outside, blank,
    charts: charts.length, complete: complete.length, shown,
    weeks: document.querySelectorAll('#weeks rect').length, figures, fetched, lang: document.documentElement.lang,
    opened: (document.getElementById('compare-opened') || {}).textContent,
    missed: (document.getElementById('compare-missed') || {}).textContent};
  const out = document.createElement('pre');
  out.id = 'facts';
  out.textContent = 'FACTS' + btoa(unescape(encodeURIComponent(JSON.stringify(facts)))) + 'END';
  document.body.append(out);
});
</script></body>)js";

std::string unbase64(const std::string& text) {
    static const std::string kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned value = 0;
    int bits = 0;
    for (const char c : text) {
        const std::size_t at = kAlphabet.find(c);
        if (at == std::string::npos) break;
        value = value << 6 | static_cast<unsigned>(at);
        bits += 6;
        if (bits >= 8) bytes.push_back(static_cast<char>(value >> (bits -= 8) & 0xff));
    }
    return bytes;
}

class Report : public testing::Test {
protected:
    void SetUp() override {
        if (!has_browser()) GTEST_SKIP() << "chromium is not installed (tests/run installs it)";
    }
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    // A simulated history with its troubles, replayed under the policy.
    void make(const std::string& language, const std::string& policy, const std::vector<std::string>& rest = {}) {
        if (!std::filesystem::exists(path("h"))) {
            const auto made =
                run({AW_TOOL, "simulate", "--accounts", "40", "--days", "300", "--seed", "11", "--end", "2026-08-30",
                     "--out", path("h"), "--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
            ASSERT_EQ(made.exit_code, 0) << made.output;
        }
        const std::string config = folder_.write(
            "config.yaml", "policy: " AW_SOURCE_DIR "/config/policies/" + policy +
                               "\norganisation: " AW_SOURCE_DIR "/config/organisation.yaml\ncalendars: [" AW_SOURCE_DIR
                               "/config/calendars/cn.yaml]\n");
        std::vector<std::string> command = {AW_TOOL,    "backtest",
                                            "--config", config,
                                            "--set",    "language=" + language,
                                            "--events", path("h/events.ndjson.gz"),
                                            "--from",   "2026-05-01",
                                            "--out",    path("r")};
        command.insert(command.end(), rest.begin(), rest.end());
        const auto done = run(command);
        ASSERT_EQ(done.exit_code, 0) << done.output;
    }
    // Each chart is of a signal and has an onset where that has one; gives how many of them have.
    std::size_t expect_onsets(const json::object& facts) const {
        std::map<std::string, bool> has_onset;
        std::ifstream signals(path("r/signals.ndjson"));
        for (std::string line; std::getline(signals, line);) {
            const json::object signal = json::parse(line).as_object();
            has_onset[std::string(signal.at("signal_id").as_string())] = signal.contains("onset_on");
        }
        std::size_t onsets = 0;
        for (const auto& [id, lines] : facts.at("shown").as_object()) {
            const auto signal = has_onset.find(std::string(id));
            EXPECT_NE(signal, has_onset.end()) << id;
            if (signal == has_onset.end()) continue;
            EXPECT_EQ(lines.as_int64(), signal->second ? 1 : 0) << id;
            onsets += signal->second ? 1 : 0;
        }
        return onsets;
    }
    void expect_laid_out(const json::object& facts) const {
        EXPECT_EQ(facts.at("page").as_int64(), 0) << "the page is not wider than the window";
        for (const char* none : {"over", "outside", "blank", "fetched"})
            EXPECT_TRUE(facts.at(none).as_array().empty()) << none << ": " << facts.at(none);
        EXPECT_GT(facts.at("charts").as_int64(), 3);
        EXPECT_EQ(facts.at("charts"), facts.at("complete")) << "observed, expected, window and detection in each";
        EXPECT_GT(expect_onsets(facts), 0U);
        EXPECT_GT(facts.at("weeks").as_int64(), 0);
    }
    Finished browse(const std::vector<std::string>& arguments) const {
        std::vector<std::string> command = {"/usr/bin/env",
                                            "chromium",
                                            "--headless",
                                            "--no-sandbox",
                                            "--disable-gpu",
                                            "--disable-quic",
                                            "--no-first-run",
                                            "--disable-background-networking",
                                            "--disable-component-update",
                                            "--disable-sync",
                                            "--user-data-dir=" + path("browser")};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return run(command);
    }
    json::object facts(const std::string& width) const {
        std::string page = read(path("r/report.html"));
        page.replace(page.rfind("</body>"), 7, kProbe);
        std::ofstream(path("probe.html")) << page;
        const auto shown = browse({"--window-size=" + width + ",1000", "--dump-dom", "file://" + path("probe.html")});
        const std::size_t from = shown.output.find(">FACTS");
        const std::size_t to = shown.output.find("END<");
        if (from == std::string::npos || to == std::string::npos) {
            ADD_FAILURE() << shown.output.substr(0, 2000);
            return {};
        }
        return json::parse(unbase64(shown.output.substr(from + 6, to - from - 6))).as_object();
    }

private:
    TemporaryFolder folder_;
};

std::string digits(std::string text) {
    std::erase(text, ',');
    return text;
}

TEST_F(Report, ShowsWhatTheFilesSay) {
    make("zh", "dezhou.yaml", {"--compare", AW_SOURCE_DIR "/config/policies/statistical.yaml"});
    const json::object facts = this->facts("1100");
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(facts.at("lang").as_string(), "zh");
    expect_laid_out(facts);
    const json::object summary = json::parse(read(path("r/summary.json"))).as_object();
    const json::object& figures = facts.at("figures").as_object();
    for (const char* name : {"events", "duplicates", "late", "dead_letters", "accounts", "accounts_watched",
                             "account_days", "cases", "tasks", "tasks_overdue", "notices"})
        EXPECT_EQ(digits(std::string(figures.at(name).as_string())), json::serialize(summary.at(name))) << name;
    std::int64_t signals = 0;
    for (const auto& kind : summary.at("signals").as_object()) signals += kind.value().as_int64();
    EXPECT_EQ(digits(std::string(figures.at("signals").as_string())), std::to_string(signals));
    const json::value compared = json::parse(read(path("r/compare.json")));
    EXPECT_EQ(std::string(facts.at("missed").as_string()), json::serialize(compared.at("counts").at("missed")));
    EXPECT_EQ(std::string(facts.at("opened").as_string()), json::serialize(compared.at("counts").at("opened")));

    // On a phone nothing is cut off, either.
    const json::object narrow = this->facts("500");
    ASSERT_FALSE(narrow.empty());
    EXPECT_TRUE(narrow.at("outside").as_array().empty()) << narrow.at("outside");
}

// With `dezhou` no chart is a detector's.
TEST_F(Report, ShowsWhatTheDetectorsFound) {
    make("zh", "statistical.yaml");
    const std::string html = read(path("r/report.html"));
    EXPECT_THAT(html, HasSubstr("· sharp-drop</span></figcaption>"));
    const json::object facts = this->facts("1100");
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(facts.at("lang").as_string(), "zh");
    expect_laid_out(facts);
}

// Of the page objects of the file.
std::size_t pages_of(const std::string& pdf) {
    const std::string page = "/Type /Page";
    std::size_t pages = 0;
    for (std::size_t at = pdf.find(page); at != std::string::npos; at = pdf.find(page, at + 1))
        pages += pdf.compare(at + page.size(), 1, "s") != 0 ? 1 : 0;
    return pages;
}

TEST_F(Report, PrintsInEnglish) {
    make("en", "statistical.yaml");
    const json::object facts = this->facts("1100");
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(facts.at("lang").as_string(), "en");
    expect_laid_out(facts);
    EXPECT_THAT(read(path("r/report.html")), HasSubstr("Notices by person, against the attention budget"));
    EXPECT_THAT(read(path("r/report.html")), Not(HasSubstr("<script")));
    const auto printed =
        browse({"--no-pdf-header-footer", "--print-to-pdf=" + path("r.pdf"), "file://" + path("r/report.html")});
    const std::string pdf = read(path("r.pdf"));
    ASSERT_TRUE(pdf.starts_with("%PDF-")) << printed.output;
    EXPECT_GT(pdf.size(), 20'000U);
    EXPECT_GT(pages_of(pdf), 2U);
    const auto shot =
        browse({"--window-size=1100,1400", "--screenshot=" + path("r.png"), "file://" + path("r/report.html")});
    EXPECT_TRUE(read(path("r.png")).starts_with("\x89PNG")) << shot.output;
    if (const char* keep = std::getenv("KEEP_REPORT"); keep != nullptr) {
        std::filesystem::copy(path("r/report.html"), std::filesystem::path(keep) / "report.html",
                              std::filesystem::copy_options::overwrite_existing);
        std::filesystem::copy(path("r.png"), std::filesystem::path(keep) / "report.png",
                              std::filesystem::copy_options::overwrite_existing);
    }
}

}  // namespace
}  // namespace aw::test
