#include "cli/report_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/config_file.hpp"
#include "cli/report_charts.hpp"
#include "core/cases/notice_text.hpp"

namespace aw::cli {
namespace {

using app::grouped;

constexpr std::size_t kMostPeople = 40;
constexpr std::size_t kMostChanges = 500;

Day day_of(const ReportData& data, Timestamp at) { return data.facts.rules().calendar.day_of(at); }

// The weeks that the report is about, from the first day that acts on.
std::pair<Week, Week> weeks_of(const ReportData& data) {
    return {week_of(day_of(data, data.from)), week_of(day_of(data, data.to))};
}

// Whoever was told something or owns a case.
struct Load {
    std::string person;
    int notices = 0;
    int busiest = 0;
    Day busiest_on;
    int days_over = 0;
    std::size_t cases = 0;
    std::size_t alarms = 0;  // in these cases
    std::vector<int> busiest_of_week;
};

std::vector<Load> loads_of(const ReportData& data, int budget) {
    static const std::map<Day, int> kNoNotices;
    const auto& notices = data.facts.notices();
    std::map<std::string, Load> people;
    for (const auto& [person, days] : notices) people[person].person = person;
    for (const auto& [id, view] : data.facts.cases()) {
        if (view.owner_staff_id.empty()) continue;
        Load& owner = people[view.owner_staff_id.value];
        owner.person = view.owner_staff_id.value;
        ++owner.cases;
    }
    for (const Signal& signal : data.facts.signals()) {
        const auto found = data.facts.cases().find(signal.case_id.value);
        const bool owned = found != data.facts.cases().end() && !found->second.owner_staff_id.empty();
        if (owned && is_alarm(signal)) ++people[found->second.owner_staff_id.value].alarms;
    }
    const auto [first, last] = weeks_of(data);
    std::vector<Load> loads;
    for (auto& [person, load] : people) {
        const auto told = notices.find(person);
        const auto& days = told == notices.end() ? kNoNotices : told->second;
        load.busiest_of_week.resize(static_cast<std::size_t>(std::max(0, last.n - first.n) + 1));
        for (const auto& [day, count] : days) {
            load.notices += count;
            if (budget > 0 && count > budget) ++load.days_over;
            if (count > load.busiest) {
                load.busiest = count;
                load.busiest_on = day;
            }
            const int week = std::clamp(week_of(day).n - first.n, 0, static_cast<int>(load.busiest_of_week.size()) - 1);
            int& most = load.busiest_of_week[static_cast<std::size_t>(week)];
            most = std::max(most, count);
        }
        loads.push_back(std::move(load));
    }
    std::stable_sort(loads.begin(), loads.end(), [](const Load& a, const Load& b) {
        return std::pair(a.days_over, a.notices) > std::pair(b.days_over, b.notices);
    });
    return loads;
}

std::string pill(std::string_view text, std::string_view shown) {
    return fmt::format("<span class=\"pill {}\">{}</span>", text, escaped(shown));
}

std::string shown_change(const app::Say& say, Change change) {
    switch (change) {
        case Change::opened:
            return say("新增", "opened");
        case Change::missed:
            return say("漏掉", "missed");
        case Change::earlier:
            return say("提前", "earlier");
        case Change::later:
            return say("推迟", "later");
        default:
            return say("不变", "same");
    }
}

}  // namespace

std::string none(const app::Say& say) { return "<p>" + say("没有。", "None.") + "</p>\n"; }

// Signals of MEDIUM and higher by ISO week, the weeks between them too.
std::string alarms_section(const ReportData& data, const app::Say& say) {
    const auto [first, last] = weeks_of(data);
    std::vector<WeekBar> bars;
    for (Week week = first; week <= last; ++week.n) bars.push_back({week, {0, 0, 0}});
    std::size_t alarms = 0;
    std::int64_t busiest = 0;
    for (const Signal& signal : data.facts.signals()) {
        if (!is_alarm(signal)) continue;
        const int at =
            std::clamp(week_of(day_of(data, signal.detected_at)).n - first.n, 0, static_cast<int>(bars.size()) - 1);
        auto& parts = bars[static_cast<std::size_t>(at)].parts;
        ++parts[static_cast<std::size_t>(signal.severity) - static_cast<std::size_t>(Severity::MEDIUM)];
        busiest = std::max(busiest, parts[0] + parts[1] + parts[2]);
        ++alarms;
    }
    const double per_week = static_cast<double>(alarms) / static_cast<double>(std::max<std::size_t>(1, bars.size()));
    std::string html = "<h2>" + say("每周警报", "Alarms by week") + "</h2>\n<p id=alarms-note>";
    html +=
        say.fill("中级及以上信号共 {} 个,每周平均 {:.1f} 个,最多的一周 {} 个。",
                 "{} signals of MEDIUM and higher, {:.1f} a week, {} in the busiest week.", alarms, per_week, busiest);
    html += "</p>\n";
    if (alarms == 0) return html + none(say);
    html +=
        "<div class=legend><span><i style=\"background:var(--amber)\"></i>MEDIUM</span>"
        "<span><i style=\"background:var(--orange)\"></i>HIGH</span>"
        "<span><i style=\"background:var(--red)\"></i>CRITICAL</span></div>\n<div id=weeks>";
    return html + weeks_chart(bars, {"MEDIUM", "HIGH", "CRITICAL"}) + "</div>\n";
}

std::string load_section(const ReportData& data, const app::Say& say) {
    const int budget = data.facts.rules().policy.noise.attention_per_day;
    const std::vector<Load> loads = loads_of(data, budget);
    std::string html =
        "<h2>" + say("人员通知量与注意力预算", "Notices by person, against the attention budget") + "</h2>\n<p>";
    html +=
        budget > 0
            ? say.fill("每人每天预算 {} 条,超出部分汇总成一条摘要。右侧为每周最忙一天的条数,虚线为预算。",
                       "The budget is {} a day for each person; what is over it comes in one digest. On the right the "
                       "busiest day of each week, the dashed line is the budget.",
                       budget)
            : say("政策未设注意力预算。", "The policy sets no attention budget.");
    html += "</p>\n";
    if (loads.empty()) return html + none(say);
    html +=
        "<p class=note>" +
        say("警报:所负责案件的中级及以上信号;案件移交后计入现负责人。",
            "Alarms: signals of MEDIUM and higher in the cases that somebody owns; of a case that was handed over they "
            "count for its owner of now.") +
        "</p>\n";
    html += heading({say("人员", "Person"), say(">负责案件", ">Cases owned"), say(">警报", ">Alarms"),
                     say(">通知", ">Notices"), say(">每周", ">A week"), say("最忙一天", "Busiest day"),
                     say(">超预算天数", ">Days over"), say("各周最忙一天", "Busiest day of each week")});
    const auto [first, last] = weeks_of(data);
    const double weeks = std::max(1, last.n - first.n + 1);
    for (std::size_t i = 0; i < std::min(loads.size(), kMostPeople); ++i) {
        const Load& load = loads[i];
        html += fmt::format(
            "<tr><td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{:.1f}<td class=k>{}<td class=\"n "
            "{}\">{}<td>{}</tr>\n",
            escaped(load.person.empty() ? say("运营", "operations") : load.person), load.cases, load.alarms,
            load.notices, load.notices / weeks,
            load.notices > 0 ? fmt::format("{} ({})", load.busiest, format_day(load.busiest_on)) : "–",
            load.days_over > 0 ? "beyond" : "", load.days_over, strip_chart(load.busiest_of_week, budget));
    }
    html += "</tbody></table>\n";
    if (loads.size() > kMostPeople)
        html += "<p class=note>" +
                say.fill("另有 {} 人,通知较少。", "{} more people with fewer notices.", loads.size() - kMostPeople) +
                "</p>\n";
    return html;
}

std::string held_back_section(const ReportData& data, const app::Say& say) {
    const auto& held = data.facts.held_back();
    std::string html = "<h2>" + say("未发信号的原因", "What gave no signal, and why") + "</h2>\n";
    if (held.empty()) return html + "<p>" + say("没有。", "Nothing was held back.") + "</p>\n";
    html +=
        "<p>" +
        say("规则本已触发,或其所需数据尚未到齐,因下列原因没有发出信号;每一次都有判断记录。数据到齐后会重新判断。",
            "A rule would have fired, or what it needs had not come, and for these reasons there was no signal; each "
            "time left a decision record. What waits for data is judged when it comes.") +
        "</p>\n" +
        heading({say("代码", "Code"), say("含义", "Meaning"), say(">次数", ">Times"), say(">客户", ">Accounts"), ""});
    std::uint64_t most = 1;
    std::vector<std::pair<std::string, const ReportFacts::HeldBack*>> rows;
    for (const auto& [code, counts] : held) {
        most = std::max(most, counts.decisions);
        rows.emplace_back(code, &counts);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second->decisions > b.second->decisions; });
    for (const auto& [code, counts] : rows) {
        html += fmt::format(
            "<tr><td class=k>{}<td>{}<td class=n>{}<td class=n>{}<td><span class=bar "
            "style=\"width:{:.0f}px\"></span></tr>\n",
            escaped(code), escaped(app::code_words(say, code)), grouped(static_cast<std::int64_t>(counts->decisions)),
            grouped(static_cast<std::int64_t>(counts->accounts.size())),
            std::max(1.0, static_cast<double>(counts->decisions) * 180 / static_cast<double>(most)));
    }
    return html + "</tbody></table>\n";
}

std::string comparison_section(const ReportData& data, const app::Say& say) {
    if (data.comparison == nullptr) return {};
    const PolicyComparison& other = *data.comparison;
    const std::string title = "<h2>" + say("换用另一政策的变化", "What another policy would change") + "</h2>\n<p>";
    if (other.config_revision == data.config_revision) {
        return title +
               escaped(say.fill("{} 就是本次回测所用的政策({}),没有可比较的内容。",
                                "{} is the policy of this run already ({}): there is nothing to compare.", other.policy,
                                other.config_revision)) +
               "</p>\n";
    }
    std::string html = title + escaped(say.fill("政策 {}({},{})。警报 = 同一客户同类信号(中级及以上),间隔不超过 45 天。",
                                        "Policy {} ({}, {}). An alarm: signals of MEDIUM and higher of one account and "
                                        "family with pauses of at most 45 days.",
                                        other.policy, other.policy_id, other.config_revision)) +
                       "</p>\n<div class=cards>";
    for (const Change change : {Change::opened, Change::missed, Change::earlier, Change::later, Change::same})
        html += fmt::format("<div class=card><b id=\"compare-{}\">{}</b><span>{}</span></div>", change_name(change),
                            other.count(change), shown_change(say, change));
    html += "</div>\n";
    if (other.count(Change::same) == other.changes.size()) return html + none(say);
    html += heading({say("变化", "Change"), say("客户", "Account"), say("类型", "Kind"), say("现行政策", "This policy"),
                     say("另一政策", "The other"), say(">天数", ">Days")});
    std::size_t rows = 0;
    const TimeZone& zone = data.facts.rules().calendar.zone();
    const auto side = [&](const std::optional<Alarm>& alarm) {
        return alarm ? local_minute(alarm->detected_at, zone) + " " + pill(name(alarm->severity), name(alarm->severity))
                     : std::string("–");
    };
    for (const AlarmChange& change : other.changes) {
        if (change.change == Change::same || ++rows > kMostChanges) continue;
        const Alarm& alarm = change.before ? *change.before : *change.after;
        const bool both = change.before && change.after;
        html += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td class=n>{}</tr>\n",
                            pill(change_name(change.change), shown_change(say, change.change)),
                            format_root(alarm.account_root), name(alarm.kind), side(change.before), side(change.after),
                            both ? fmt::format("{:+.1f}", change.days()) : "");
    }
    html += "</tbody></table>\n";
    if (rows > kMostChanges)
        html += "<p class=note>" +
                say.fill("仅列出前 {} 条,共 {} 条;全部在 compare.json。",
                         "The first {} of {}; all of them are in compare.json.", kMostChanges, rows) +
                "</p>\n";
    return html;
}

}  // namespace aw::cli
