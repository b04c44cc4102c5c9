// The rows beside the falls of one account, in words, English and Chinese.
#include "app/explain_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Words {
    std::string en;
    std::string zh;
};

Words words_of(Explanation says) {
    const auto rules = test::sample_rules();
    AccountExplanation about;
    about.explanations.push_back(std::move(says));
    Words words;
    put_into_words(about, Language::EN, rules->calendar);
    words.en = about.explanations.front().text;
    put_into_words(about, Language::ZH, rules->calendar);
    words.zh = about.explanations.front().text;
    return words;
}

Explanation row(const char* id, SignalKind kind, Measure measure, DecisionOutcome outcome, const char* code) {
    Explanation says;
    says.source = "COMPARISON";
    says.rule_id = id;
    says.kind = kind;
    says.measure = measure;
    says.reference = Reference::RECENT;
    says.outcome = outcome;
    says.code = code;
    says.period = "2026-07";
    return says;
}

TEST(ExplainText, AShareIsSaidInYuanAndPoints) {
    Explanation says = row("share", SignalKind::SHARE_OF_WALLET_DROP, Measure::WALLET_SHARE, DecisionOutcome::FIRED,
                           "SHARE_OF_WALLET_DROP");
    says.observed = 7'420'000;
    says.expected = 8'600'000;
    says.inputs = {{"change_bp", "-1180"},
                   {"share_bp", "7420"},
                   {"previous_share_bp", "8600"},
                   {"competitors_revenue_fen", "2580000"}};
    says.gates = {{"share_change_bp", "-1180", "-1000", true}};
    const Words words = words_of(says);
    EXPECT_THAT(words.en, HasSubstr("holds; 74,200.00 CNY against 86,000.00 CNY expected, -11.8 points; change of the "
                                    "share in points -11.8 (gate -10.0), passed; 74.2 % of what the client is known to "
                                    "spend; 86.0 % before; competitors get 25,800.00 CNY"));
    EXPECT_THAT(words.zh, HasSubstr("-11.8 个百分点"));
    EXPECT_THAT(words.zh, HasSubstr("占客户已知用邮支出的 74.2 %;此前 86.0 %;竞争对手共 25,800.00 元"));
    says.outcome = DecisionOutcome::NOT_FIRED;
    says.code = "NO_REPORT";
    EXPECT_THAT(words_of(says).en, HasSubstr("nobody reported in that month what competitors get"));
    EXPECT_THAT(words_of(says).zh, HasSubstr("当月无人报告竞争对手的份额"));
}

TEST(ExplainText, AGroupAndItsMember) {
    Explanation root = row("group", SignalKind::VOLUME_DROP, Measure::ITEMS, DecisionOutcome::NOT_FIRED, "NORMAL");
    root.observed = 3000;
    root.expected = 3000;
    root.inputs = {
        {"change_bp", "0"}, {"members", "3"}, {"group_t12m_revenue_fen", "54600000"}, {"not_answered", "2026-W33"}};
    EXPECT_THAT(words_of(root).en, HasSubstr("3,000 items against 3,000 items expected, +0.0 %; 3 accounts that are "
                                             "watched as one; twelve months' revenue of all 546,000.00 CNY; 2026-W33 "
                                             "is not judged yet"));
    EXPECT_THAT(words_of(root).zh, HasSubstr("集团成员 3 户"));
    Explanation member =
        row("group", SignalKind::VOLUME_DROP, Measure::ITEMS, DecisionOutcome::NOT_FIRED, "ASKED_OF_GROUP");
    member.observed = 400;
    member.inputs = {{"group_root", "37140000900"}};
    EXPECT_THAT(words_of(member).en,
                HasSubstr("nothing to tell: it is asked of the whole group together; ask about its "
                          "group 37140000900; its own share is 400 items"));
    EXPECT_THAT(words_of(member).zh, HasSubstr("对整个集团合并判断;请查询集团 37140000900;本客户 400 件"));
}

TEST(ExplainText, AnIndustryAndWhatTheAccountCountsAs) {
    Explanation says =
        row("industry", SignalKind::COHORT_SHIFT, Measure::ITEMS, DecisionOutcome::NOT_FIRED, "TOO_FEW_ACCOUNTS");
    says.observed = 5400;
    says.expected = 9000;
    says.inputs = {{"industry_code", "P83"}, {"counts_as", "fallen"}, {"own_observed", "600"},
                   {"own_expected", "1000"}, {"change_bp", "-4000"},  {"fell", "9"}};
    says.gates = {{"fell_bp", "10000", "6000", true}, {"accounts", "9", "10", false}};
    const Words words = words_of(says);
    EXPECT_THAT(words.en,
                HasSubstr("too few accounts of the industry can be compared; 5,400 items against 9,000 items "
                          "expected, -40.0 %; share of the industry's accounts that fell 100.0 % (gate 60.0 "
                          "%), passed; accounts of the industry that can be compared 9 (gate 10), not passed; "
                          "industry P83; 9 of its accounts fell; this account: fallen (600 items "
                          "against 1,000 items expected)"));
    EXPECT_THAT(words.zh, HasSubstr("行业 P83;其中 9 户下滑;本客户:下滑(实际 600 件,预期 1,000 件)"));
    says.inputs = {{"industry_code", "P83"}, {"counts_as", "feed behind"}};
    EXPECT_THAT(words_of(says).en, HasSubstr("this account: not counted, its feed is behind"));
}

TEST(ExplainText, AThresholdIsNoExpectation) {
    Explanation says = row("status", SignalKind::ACCOUNT_STATUS_CHANGED, Measure::T12M_REVENUE,
                           DecisionOutcome::NOT_FIRED, "UNCHANGED");
    says.reference = Reference::KEY_ACCOUNT;
    says.period.clear();
    says.observed = 800'000;
    says.expected = 1'000'000;
    says.inputs = {{"found_on", "2026-05-06"}};
    says.gates = {{"t12m_revenue", "8000.00", "10000.00", false}};
    const Words words = words_of(says);
    EXPECT_THAT(words.en, HasSubstr("nothing to tell: it stands to the threshold as it did; revenue of twelve months "
                                    "8000.00 (gate 10000.00), not passed; found on 2026-05-06"));
    EXPECT_THAT(words.en, Not(HasSubstr("expected")));
    EXPECT_THAT(words.zh, HasSubstr("与门槛的关系没有变化;近12个月收入 8000.00(门槛 10000.00),未通过"));
}

TEST(ExplainText, ADetectorThatHasAlarmed) {
    Explanation says;
    says.source = "DETECTOR";
    says.rule_id = "sharp-drop";
    says.kind = SignalKind::VOLUME_DROP;
    says.measure = Measure::ITEMS;
    says.outcome = DecisionOutcome::FIRED;
    says.code = "VOLUME_DROP";
    says.observed = 0;
    says.expected = 60;
    says.inputs = {{"change_bp", "-10000"},         {"level_per_day", "0.0123"},      {"state", "RECOVERING"},
                   {"level_before_alarm", "20.04"}, {"judged_through", "2026-07-20"}, {"found_on", "2026-07-07"}};
    says.gates = {{"score", "7.1", "6.6", true}, {"signalled", "HIGH", "HIGH", true}};
    const Words words = words_of(says);
    EXPECT_THAT(
        words.en,
        HasSubstr(
            "holds; its signal has been given; 0 items against 60 items expected, -100.0 %; "
            "score of the evidence 7.1 (gate 6.6), passed; severity signalled in this fall: "
            "high; ordinary level 0.0 items a day; in alarm, coming back; 20.0 a day before the fall; judged through "
            "2026-07-20; found on 2026-07-07"));
    EXPECT_THAT(words.zh, HasSubstr("证据得分 7.1(门槛 6.6),通过"));
    EXPECT_THAT(words.zh, HasSubstr("状态 恢复中"));
    // Without a cohort there is nothing to say of one.
    says.inputs.push_back({"absolute_change_bp", "-10000"});
    says.inputs.push_back({"cohort_factor", "1"});
    EXPECT_EQ(words_of(says).en, words.en);
    says.inputs.back().value = "0.8123";
    EXPECT_THAT(
        words_of(says).en,
        HasSubstr("-100.0 % in plain numbers, with what its cohort shares; its cohort sent 81.2 % of the usual"));
    EXPECT_THAT(words_of(says).zh, HasSubstr("不扣除同类客户的共同变化为 -100.0 %;同类客户同期为平时的 81.2 %"));
}

// Its decision record says so, too.
TEST(ExplainText, ADetectorThatIsNearAnAlarmIsNotNormal) {
    Explanation says = row("sharp-drop", SignalKind::VOLUME_DROP, Measure::ITEMS, DecisionOutcome::NOT_FIRED, "NORMAL");
    says.source = "DETECTOR";
    says.gates = {{"score", "7.08905", "7.18731", false}};
    EXPECT_THAT(words_of(says).en, HasSubstr("watched: near an alarm"));
    EXPECT_THAT(words_of(says).en, Not(HasSubstr("no gate is reached")));
    EXPECT_THAT(words_of(says).zh, HasSubstr("关注:接近告警"));
    says.gates = {{"score", "1.5", "7.18731", false}};
    EXPECT_THAT(words_of(says).en, HasSubstr("nothing to tell: no gate is reached"));
    says.inputs = {{"state", "WATCH"}};  // until its score is low
    EXPECT_THAT(words_of(says).en, HasSubstr("watched: near an alarm"));
}

// Its own text is in the language of the notices.
TEST(ExplainText, ADecisionThatGaveNoSignalIsSaidInTheLanguageThatIsAsked) {
    const auto rules = test::sample_rules();
    AccountExplanation about;
    Decision decision;
    decision.kind = DecisionKind::EVALUATION;
    decision.outcome = DecisionOutcome::SUPPRESSED;
    decision.code = "SEASONAL";
    decision.rule_id = "revenue-week";
    decision.inputs = {{"signal", "REVENUE_DROP"}, {"measure", "REVENUE"},   {"period", "2026-W33"},
                       {"observed", "123450"},     {"expected", "250000"}};
    decision.gates = {{"change_bp", "-5062", "-2000", true}, {"seasonal_guard_bp", "-100", "-2000", false}};
    decision.text = "as it was told";
    about.decisions = {decision};
    put_into_words(about, Language::EN, rules->calendar);
    EXPECT_THAT(about.text.back(),
                HasSubstr("SUPPRESSED SEASONAL revenue-week: 2026-W33: 1,234.50 CNY against 2,500.00 CNY expected, no "
                          "signal (revenue drop): the same season fell last year, too; change beyond the season's -1.0 "
                          "% (gate -20.0 %)"));
    put_into_words(about, Language::ZH, rules->calendar);
    EXPECT_THAT(about.text.back(), HasSubstr("2026-W33:实际 1,234.50 元,预期 2,500.00 元,未发信号(用邮收入下滑):"
                                             "去年同期也下降,属季节性;扣除季节后的变化 -1.0 %(门槛 -20.0 %)"));
    about.decisions[0].inputs = {{"period", "2026-W33"}};  // of an older release
    put_into_words(about, Language::EN, rules->calendar);
    EXPECT_THAT(about.text.back(), HasSubstr("as it was told"));
}

// A code or a gate that nobody has put into words would be shown as it is.
TEST(ExplainText, EveryCodeHasItsWords) {
    for (const char* code : {"NORMAL", "NOTHING_TO_COMPARE", "ONE_PART", "NO_REVENUE", "OTHER_RHYTHM", "NO_REPORT",
                             "NO_GROUP", "ASKED_OF_GROUP", "NO_INDUSTRY", "NOT_ANSWERED", "TOO_FEW_ACCOUNTS",
                             "UNCHANGED", "NO_GRADE", "REGISTERED", "NO_PROSPECT", "PROSPECT", "OFF", "WARM_UP"}) {
        const Words words =
            words_of(row("r", SignalKind::VOLUME_DROP, Measure::ITEMS, DecisionOutcome::NOT_FIRED, code));
        EXPECT_THAT(words.en, Not(HasSubstr(code)));
        EXPECT_THAT(words.zh, Not(HasSubstr(code)));
    }
    for (const char* gate :
         {"change_bp", "share_change_bp", "history_periods", "seasonal_guard_bp", "tail_probability", "rest_change_bp",
          "periods",   "episode",         "items_alike",     "watched",           "signalled",        "live",
          "silence",   "t12m_revenue",    "monthly_mean",    "age_days",          "fell_bp",          "accounts",
          "score",     "history_days"}) {
        Explanation says = row("r", SignalKind::VOLUME_DROP, Measure::ITEMS, DecisionOutcome::SUPPRESSED, "SEASONAL");
        says.gates = {{gate, "1", "2", false}};
        EXPECT_THAT(words_of(says).zh, Not(HasSubstr(gate)));
    }
}

}  // namespace
}  // namespace aw::app
