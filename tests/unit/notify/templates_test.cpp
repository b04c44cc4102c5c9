#include "notify/templates.hpp"

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "unit/notify/fakes.hpp"

namespace aw::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kShipped = AW_SOURCE_DIR "/config/templates";

TemplateContext shanghai() {
    TemplateContext context;
    context.utc_offset_s = [](Timestamp) { return 8 * 3600; };
    context.account_name = [](AccountRoot root) { return root.n == 37140000012 ? "某纺织公司" : ""; };
    context.advertised_url = "http://accountwatch.example.org:8480";
    return context;
}

// A folder with these two files; a language without text gets the shipped file.
std::string folder(const std::string& name, const std::string& zh, const std::string& en = {}) {
    const std::string path = testing::TempDir() + "/templates_" + name;
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    const auto write = [&](const std::string& file, const std::string& text) {
        if (text.empty()) {
            std::filesystem::copy_file(kShipped + "/" + file, path + "/" + file);
        } else {
            std::ofstream(path + "/" + file) << text;
        }
    };
    write("notice.zh.mustache", zh);
    write("notice.en.mustache", en);
    return path;
}

std::string shipped(const std::string& language) {
    std::ifstream file(kShipped + "/notice." + language + ".mustache");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> texts_of(const std::vector<TemplateMistake>& mistakes) {
    std::vector<std::string> texts;
    for (const auto& mistake : mistakes) texts.push_back(to_text(mistake));
    return texts;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

bool has_chinese(const std::string& text) {
    return text.find("请") != std::string::npos || text.find("。") != std::string::npos;
}

TEST(Templates, ShippedOnesHaveNoMistakes) { EXPECT_THAT(check_templates(kShipped), IsEmpty()); }

TEST(Templates, EveryReasonRendersInBothLanguages) {
    std::vector<TemplateMistake> mistakes;
    const Templates templates = Templates::load(kShipped, shanghai(), mistakes);
    ASSERT_THAT(mistakes, IsEmpty());
    std::set<std::string> texts;
    for (const Language language : {Language::ZH, Language::EN}) {
        for (std::size_t i = 1; i < EnumNames<NoticeReason>::kList.size(); ++i) {
            Notice notice = make_notice("n1");
            notice.reason = static_cast<NoticeReason>(i);
            const Rendered rendered = templates.render(notice, language);
            const std::string& text = rendered.notice.text;
            const std::string where =
                std::string(name(notice.reason)) + " " + std::string(name(language)) + ": " + text;
            EXPECT_FALSE(rendered.plain_text) << where;
            EXPECT_EQ(rendered.notice.language, language);
            EXPECT_THAT(rendered.notice.subject, ::testing::StartsWith("own subject")) << where;
            EXPECT_EQ(rendered.notice.subject.find('\n'), std::string::npos) << where;
            EXPECT_EQ(has_chinese(text), language == Language::ZH) << where;
            EXPECT_THAT(text, HasSubstr("own text")) << where;
            EXPECT_THAT(text, HasSubstr("http://accountwatch.example.org:8480/api/v1/cases/37140000012-1")) << where;
            EXPECT_THAT(text, Not(HasSubstr("{{"))) << where;
            EXPECT_THAT(text, Not(HasSubstr("\n\n"))) << where;
            EXPECT_LE(text.size(), 400U) << where;  // a phone's screen
            for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(utf8_character(rest))) {
                ASSERT_NE(utf8_character(rest), 0U) << where;
            }
            texts.insert(text);
        }
    }
    EXPECT_EQ(texts.size(), 2 * (EnumNames<NoticeReason>::kList.size() - 1));  // each in words of its own
}

TEST(Templates, WithoutAddressOrCaseThereIsNoLink) {
    std::vector<TemplateMistake> mistakes;
    Notice notice = make_notice("n1");
    notice.case_id = CaseId{};
    EXPECT_THAT(Templates::load(kShipped, shanghai(), mistakes).render(notice, Language::EN).notice.text,
                ::testing::EndsWith("own text"));
    EXPECT_THAT(Templates::load(kShipped, {}, mistakes).render(make_notice("n1"), Language::EN).notice.text,
                Not(HasSubstr("See ")));
}

TEST(Templates, EveryValueIsThere) {
    const std::string all =
        "{{#CASE_OPENED}}\n{{severity}}|{{account}}|{{account_root}}|{{case_id}}|{{task_id}}\n"
        "{{created}}|{{due}}|{{subject}}|{{detail}}{{#is_CRITICAL}}|!{{/is_CRITICAL}}{{#is_LOW}}|?{{/is_LOW}}"
        "{{^task_id}}none{{/task_id}}\n{{/CASE_OPENED}}\n";
    std::vector<TemplateMistake> mistakes;
    const Templates templates = Templates::load(folder("values", all, all), shanghai(), mistakes);
    Notice notice = make_notice("n1");
    notice.text = "a <b> & \"c\" {{x}}";
    const Rendered zh = templates.render(notice, Language::ZH);
    EXPECT_EQ(zh.notice.subject, "紧急|某纺织公司（37140000012）|37140000012|37140000012-1|37140000012-t1");
    EXPECT_EQ(zh.notice.text, "8月17日（周一）07:30|8月17日（周一）08:00|own subject|a <b> & \"c\" {{x}}|!");
    notice.task_id = TaskId{};
    notice.account_root = AccountRoot{37140000013};
    const Rendered en = templates.render(notice, Language::EN);
    EXPECT_EQ(en.notice.subject, "critical|37140000013|37140000013|37140000012-1|");
    EXPECT_EQ(en.notice.text, "Mon 17 Aug, 07:30|Mon 17 Aug, 08:00|own subject|a <b> & \"c\" {{x}}|!none");
    // Without a wish of the reader's: the notice's own language.
    notice.language = Language::EN;
    EXPECT_EQ(templates.render(notice, Language::UNSPECIFIED).notice.language, Language::EN);
}

// Who owns a supervised case alone is not told to call a group.
TEST(Templates, OnlyAnEmergencyCallsAGroup) {
    std::vector<TemplateMistake> mistakes;
    const Templates templates = Templates::load(kShipped, shanghai(), mistakes);
    Notice notice = make_notice("n1");
    for (const CaseClass about : {CaseClass::EMERGENCY, CaseClass::SUPERVISED_FOLLOW_UP}) {
        notice.case_class = about;
        const bool group = about == CaseClass::EMERGENCY;
        const std::string en = templates.render(notice, Language::EN).notice.text;
        EXPECT_EQ(en.find("response group") != std::string::npos, group) << en;
        EXPECT_THAT(en, HasSubstr("Please acknowledge now"));
        EXPECT_EQ(templates.render(notice, Language::ZH).notice.text.find("应急处理小组") != std::string::npos, group);
    }
}

TEST(Templates, ABrokenSectionCostsOnlyItself) {
    const std::string zh = with(shipped("zh"), "{{/ROLE_INVITED}}", "");
    std::vector<TemplateMistake> mistakes;
    const Templates templates = Templates::load(folder("one_broken", zh), {}, mistakes);
    EXPECT_EQ(mistakes.size(), 1U);
    Notice notice = make_notice("n1");
    EXPECT_FALSE(templates.render(notice, Language::ZH).plain_text);
    notice.reason = NoticeReason::ROLE_INVITED;
    const Rendered broken = templates.render(notice, Language::ZH);
    EXPECT_TRUE(broken.plain_text);
    EXPECT_EQ(broken.notice.subject, "own subject");
    EXPECT_EQ(broken.notice.text, "own text");
    EXPECT_FALSE(templates.render(notice, Language::EN).plain_text);
    notice.reason = NoticeReason::ACK_OVERDUE;  // the one after it
    EXPECT_FALSE(templates.render(notice, Language::ZH).plain_text);
}

TEST(Templates, WithoutFilesEverythingIsPlain) {
    std::vector<TemplateMistake> mistakes;
    const Templates templates = Templates::load("/does/not/exist", {}, mistakes);
    EXPECT_THAT(texts_of(mistakes), ElementsAre("/does/not/exist/notice.zh.mustache: cannot be read",
                                                "/does/not/exist/notice.en.mustache: cannot be read"));
    EXPECT_TRUE(templates.render(make_notice("n1"), Language::ZH).plain_text);
}

TEST(CheckTemplates, EachMistakeIsFoundWithItsPlace) {
    struct Mistake {
        const char* from;
        const char* to;
        const char* message;
    };
    for (const Mistake& m : {
             Mistake{"{{#CASE_OPENED}}\n{{subject}}", "{{#CASE_OPENED}}\n{{subjct}}",
                     ":6:1: unknown value \"subjct\" (known: severity,"},
             Mistake{"{{/CASE_OPENED}}", "", ":5:1: {{#CASE_OPENED}} is not closed"},
             Mistake{"{{/CASE_OPENED}}", "{{/CASE_CLOSED}}", ":12:1: {{/CASE_CLOSED}} does not close {{#CASE_OPENED}}"},
             Mistake{"{{/link}}", "", ":12:1: {{/CASE_OPENED}} does not close {{#link}}"},
             Mistake{"{{#CASE_OPENED}}", "{{#CASE_OPEN}}", ":5:1: {{#CASE_OPEN}} stands outside of a section"},
             Mistake{"{{#CASE_OPENED}}", "hello\n{{#CASE_OPENED}}", ":5:1: text outside of any section is never sent"},
             Mistake{"{{#CASE_OPENED}}\n{{subject}}", "{{#CASE_OPENED}}\n{{subject", ":6:1: only {{value}}"},
             Mistake{"{{#CASE_OPENED}}\n{{subject}}", "{{#CASE_OPENED}}\n{{>partial}}", ":6:1: only {{value}}"},
             Mistake{"{{#CASE_OPENED}}\n{{subject}}", "{{#CASE_OPENED}}\n{{=<% %>=}}", ":6:1: only {{value}}"},
             Mistake{"{{#CASE_OPENED}}\n{{subject}}", "{{#CASE_OPENED}}\n{{}}", ":6:1: only {{value}}"},
             Mistake{"{{#ROLE_INVITED}}", "{{#CASE_OPENED}}\na\nb\n{{/CASE_OPENED}}\n{{#ROLE_INVITED}}",
                     ":14:1: a second section for CASE_OPENED"},
             Mistake{"{{#CASE_OPENED}}", "{{#CASE_OPENED}}\n\xff", ":6:1: is not UTF-8"},
             // Columns are counted in characters.
             Mistake{"{{#CASE_OPENED}}", "{{#CASE_OPENED}}\n用邮量 {{subjct}}", ":6:5: unknown value \"subjct\""},
             Mistake{"{{/CASE_OPENED}}", "{{/CASE_OPENED}} {{! 注 }} 多", ":12:27: text outside"},
         }) {
        const std::string path = folder("mistake", with(shipped("zh"), m.from, m.to));
        const auto mistakes = texts_of(check_templates(path));
        EXPECT_THAT(mistakes, ::testing::Contains(HasSubstr(path + "/notice.zh.mustache" + m.message))) << m.to;
    }
    const auto missing = texts_of(check_templates(folder("missing", "{{#CASE_OPENED}}only a subject{{/CASE_OPENED}}")));
    EXPECT_THAT(missing, ::testing::Contains(HasSubstr(":1:1: CASE_OPENED needs a subject line and a text below it")));
    EXPECT_THAT(missing, ::testing::Contains(HasSubstr("has no section OPERATIONS")));
    const auto open_end = texts_of(check_templates(folder("open_end", shipped("zh") + "{{")));
    EXPECT_THAT(open_end, ElementsAre(HasSubstr("this tag does not end with }}")));
}

TEST(LocalTime, ShowsTheYearOnlyWhenItIsAnother) {
    const Timestamp new_year{1'798'733'400'000};  // 2026-12-31T16:10:00Z
    EXPECT_EQ(local_time_text(new_year, 8 * 3600, new_year - std::chrono::hours(24), Language::ZH),
              "2027年1月1日（周五）00:10");
    EXPECT_EQ(local_time_text(new_year, 8 * 3600, new_year - std::chrono::hours(24), Language::EN),
              "Fri 1 Jan 2027, 00:10");
    EXPECT_EQ(local_time_text(new_year, 0, new_year - std::chrono::hours(24), Language::EN), "Thu 31 Dec, 16:10");
    EXPECT_EQ(local_time_text(Timestamp{-1}, 0, Timestamp{}, Language::EN), "Wed 31 Dec, 23:59");
}

}  // namespace
}  // namespace aw::notify
