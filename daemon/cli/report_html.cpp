// The report of a backtest as one page of HTML, in the language of the settings.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/explain_words.hpp"
#include "cli/config_file.hpp"
#include "cli/report_charts.hpp"
#include "cli/report_sections.hpp"
#include "cli/report_style.hpp"
#include "core/cases/figures.hpp"
#include "core/cases/notice_text.hpp"
#include "core/detect/ratio.hpp"

namespace aw::cli {
namespace {

using app::grouped;
using app::money_text;

constexpr std::size_t kMostRows = 5000;  // of a table; more belongs into the .ndjson files

std::string pill(std::string_view text) { return fmt::format("<span class=\"pill {}\">{}</span>", text, text); }

double weight(const Signal& signal) {
    return (signal.probability > 0 ? signal.probability : 1) * static_cast<double>(signal.revenue_at_risk.minor);
}

std::string account_of(const ReportData& data, const Signal& signal) {
    const auto found = data.facts.cases().find(signal.case_id.value);
    const std::string root = format_root(signal.account_root);
    const bool named = found != data.facts.cases().end() && !found->second.account_name.empty();
    return named && found->second.account_name != root ? found->second.account_name + " " + root : root;
}

std::string cut_note(const app::Say& say, std::size_t rows) {
    if (rows <= kMostRows) return {};
    return "<p class=note>" +
           say.fill("仅列出前 {} 条,共 {} 条;全部在 .ndjson 文件中。",
                    "The first {} of {}; all of them are in the .ndjson files.", kMostRows, rows) +
           "</p>\n";
}

class Page {
public:
    Page(const ReportData& data, const app::Say& say)
        : data_(data), say_(say), calendar_(data.facts.rules().calendar) {}

    [[nodiscard]] std::string write() const {
        return head() + figures() + alarms_section(data_, say_) + load_section(data_, say_) + charts() + signals() +
               cases() + held_back_section(data_, say_) + comparison_section(data_, say_) + foot();
    }

private:
    [[nodiscard]] std::string minute(Timestamp at) const { return local_minute(at, calendar_.zone()); }

    [[nodiscard]] std::string head() const {
        const bool en = say_.language() == Language::EN;
        return fmt::format(
            "<!DOCTYPE html>\n<html lang={}><head><meta charset=\"utf-8\">"
            "<meta name=viewport content=\"width=device-width\"><title>accountwatch</title>\n<style>{}</style></head>"
            "<body>\n<h1>{}</h1>\n<p class=sub>{} – {} ({}) · {} {} · {}</p>\n",
            en ? "en" : "zh", kReportStyle, say_("大客户监控回测报告", "Backtest of key-account watch"),
            minute(data_.from), minute(data_.to), escaped(calendar_.zone().name()), say_("政策", "policy"),
            escaped(data_.facts.rules().policy.id), escaped(data_.config_revision));
    }

    [[nodiscard]] std::string figures() const {
        std::string html = "<div class=cards>\n";
        for (const auto& figure : data_.figures)
            html += fmt::format("<div class=card><b id=\"figure-{}\">{}</b><span>{}</span></div>\n", figure.id,
                                escaped(figure.value), escaped(figure.name));
        return html + "</div>\n";
    }

    [[nodiscard]] std::string charts() const {
        std::vector<const Signal*> drawable;
        std::vector<const Signal*> others;
        for (const Signal& signal : data_.facts.signals()) {
            if (is_drawable(signal) && signal.severity > Severity::INFO) {
                drawable.push_back(&signal);
            } else {
                others.push_back(&signal);
            }
        }
        const auto key = [](const Signal* s) { return std::pair(is_alarm(*s), weight(*s)); };
        std::stable_sort(drawable.begin(), drawable.end(),
                         [&](const Signal* a, const Signal* b) { return key(a) > key(b); });
        const std::size_t drawn = std::min(drawable.size(), data_.most_charts);
        std::string html = "<h2>" + say_("信号图", "What the signals rest on") + "</h2>\n" +
                           charts_note(drawn, drawable.size(), others);
        if (drawn == 0) return html;
        html += charts_legend() + "<div class=charts>\n";
        const Day last = calendar_.day_of(data_.to);
        for (std::size_t i = 0; i < drawn; ++i) html += chart(*drawable[i], last);
        return html + "</div>\n";
    }

    // What has no curve, by kind: "complaint 3, competitor suspected 1".
    [[nodiscard]] std::string kinds_of(const std::vector<const Signal*>& signals) const {
        std::map<std::string, std::size_t> counts;
        for (const Signal* signal : signals) ++counts[std::string(in_words(say_.language(), signal->kind))];
        std::string text;
        for (const auto& [kind, count] : counts)
            text += fmt::format("{}{} {}", text.empty() ? "" : say_("、", ", "), kind, count);
        return text;
    }

    [[nodiscard]] std::string charts_note(std::size_t drawn, std::size_t drawable,
                                          const std::vector<const Signal*>& others) const {
        std::string text = drawable == 0 ? none(say_) : std::string();
        text += "<p class=note id=charts-note>";
        if (drawable > 0) {
            text += say_.fill("共 {1} 个图,绘出 {0} 个:警报优先,再按“概率 × 风险收入”排序。",
                              "{} of {} charts: alarms first, then by probability × revenue at risk. ", drawn,
                              drawable);
        }
        if (drawn < drawable) {
            text += say_("用 backtest --charts N 多绘一些,--charts all 绘出全部。",
                         "backtest --charts N draws more, --charts all draws all of them. ");
        }
        if (!others.empty()) {
            text += say_.fill("另有 {} 个信号不绘图:{}。", "{} other signals have no chart: {}.", others.size(),
                              kinds_of(others));
        }
        return text + "</p>\n";
    }

    [[nodiscard]] std::string charts_legend() const {
        std::string html = "<div class=legend>";
        const auto legend = [&](const char* look, const std::string& text) {
            html += fmt::format("<span><i {}></i>{}</span>", look, text);
        };
        legend("style=\"background:var(--blue)\"", say_("实际(周或月)", "observed, by week or month"));
        legend("class=dash", say_("预期", "expected"));
        legend("style=\"background:#f7e3c8\"", say_("判断窗口", "window judged"));
        legend("class=mark style=\"background:var(--orange)\"", say_("起始", "onset"));
        legend("class=mark style=\"background:var(--red)\"", say_("发现", "detection"));
        return html + "</div>\n";
    }

    [[nodiscard]] std::string chart(const Signal& signal, Day last) const {
        const std::string who = account_of(data_, signal);
        const std::string kind(in_words(say_.language(), signal.kind));
        const bool money = measure_of(signal) == Measure::REVENUE;
        const auto amount = [&](std::int64_t value) {
            return money ? money_text(value) + say_(" 元", " CNY") : grouped(value) + say_(" 件", " items");
        };
        std::string what = say_.fill("{}:实际 {},预期 {}", "{}: {} against {} expected", kind, amount(*signal.observed),
                                     amount(*signal.expected));
        if (*signal.expected > 0) {
            const std::int32_t change_bp =
                signal.recent_change_bp.value_or(Ratio(*signal.observed, *signal.expected).change_bp());
            what += " (" + bp_text(std::to_string(change_bp)) + ")";
        }
        if (!signal.business_line.empty()) what += say_(",专业 ", ", line ") + signal.business_line;
        if (!signal.lane.empty()) what += say_(",流向 ", ", lane ") + signal.lane;
        if (signal.probability > 0) what += say_.fill(",概率 {:.0f} %", ", probability {:.0f} %", signal.probability * 100);
        if (signal.revenue_at_risk.minor > 0)
            what += say_.fill(",风险收入 {} 元", ", {} CNY at risk", money_text(signal.revenue_at_risk.minor));
        const std::string svg = signal_chart(signal, data_.usage, calendar_, last, who + ", " + kind);
        return fmt::format(
            "<figure id=\"{}\"><figcaption><b>{}</b>{}<span class=what>{} · {}</span></figcaption>{}</figure>\n",
            escaped(signal.signal_id.value), escaped(who), pill(name(signal.severity)), escaped(what),
            escaped(signal.rule_id), svg);
    }

    [[nodiscard]] std::string signals() const {
        const auto& all = data_.facts.signals();
        std::string html = "<h2>" + say_("信号清单", "Signals") + "</h2>\n";
        if (all.empty()) return html + none(say_);
        html += cut_note(say_, all.size()) +
                heading({say_("时间", "When"), say_("客户", "Account"), say_("类型", "Kind"), say_("级别", "Severity"),
                         say_("依据", "Why"), say_("案件", "Case")});
        std::size_t rows = 0;
        for (const Signal& signal : all) {
            if (++rows > kMostRows) break;
            const std::string why = signal.reasons.empty() ? "" : signal.reasons.front().text;
            html += fmt::format("<tr><td class=k>{}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>\n", minute(signal.detected_at),
                                escaped(account_of(data_, signal)), name(signal.kind), pill(name(signal.severity)),
                                escaped(why), escaped(signal.case_id.value));
        }
        return html + "</tbody></table>\n";
    }

    [[nodiscard]] std::string cases() const {
        const auto& all = data_.facts.cases();
        std::string html = "<h2>" + say_("案件及结果", "Cases and how they ended") + "</h2>\n";
        if (all.empty()) return html + none(say_);
        html += cut_note(say_, all.size()) +
                heading({say_("案件", "Case"), say_("客户", "Account"), say_("等级", "Grade"), say_("类别", "Class"),
                         say_("级别", "Severity"), say_("立案", "Opened"), say_("状态", "State"),
                         say_("结果", "Outcome"), say_("负责人", "Owner")});
        std::size_t rows = 0;
        for (const auto& [id, view] : all) {
            if (++rows > kMostRows) break;
            const bool over = view.outcome != Outcome::UNSPECIFIED;
            html += fmt::format("<tr><td class=k>{}<td>{}<td>{}<td>{}<td>{}<td class=k>{}<td>{}<td>{}<td>{}</tr>\n",
                                escaped(id), escaped(view.account_name), escaped(view.grade), name(view.case_class),
                                pill(name(view.severity)), minute(view.opened_at), name(view.state),
                                over ? name(view.outcome) : "–", escaped(view.owner_staff_id.value));
        }
        return html + "</tbody></table>\n";
    }

    [[nodiscard]] std::string foot() const {
        return "<footer>" +
               say_("本页由 accountwatch backtest 生成,所有数字来自同目录的 .ndjson 和 summary.json。",
                    "Made by accountwatch backtest; every number comes from the .ndjson files and summary.json beside it.") +
               "</footer>\n</body></html>";
    }

    const ReportData& data_;
    const app::Say& say_;
    const Calendar& calendar_;
};

}  // namespace

std::string heading(const std::vector<std::string>& columns) {
    std::string html = "<table><thead><tr>";
    for (const std::string& column : columns) {
        const bool number = column.starts_with('>');
        html += (number ? "<th class=n>" : "<th>") + escaped(column.substr(number ? 1 : 0));
    }
    return html + "</tr></thead><tbody>\n";
}

std::string report_html(const ReportData& data) {
    const app::Say say(data.facts.rules().language);
    return Page(data, say).write();
}

}  // namespace aw::cli
