// Shard: complaints (R51, R72-R79).
#include <algorithm>

#include "core/shard/complaint_reasons.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

constexpr Duration kClosedComplaintsKept = std::chrono::days{100};  // for the statistics of its month

std::string in_words(Language language, std::string_view zh, std::string_view en, std::string_view rest) {
    return std::string(language == Language::EN ? en : zh) + std::string(rest);
}

}  // namespace

std::vector<Reason> serious_by_itself(const ComplaintEvent& complaint, const ComplaintRules& rules, Language language) {
    std::vector<Reason> reasons;
    const auto say = [&](const char* code, const char* zh, const char* en, const std::string& detail = {}) {
        reasons.push_back({code, in_words(language, zh, en, detail)});
    };
    const bool lost_goods =
        complaint.category == ComplaintCategory::LOSS || complaint.category == ComplaintCategory::DAMAGE;
    if (complaint.severity == ComplaintSeverity::SERIOUS) say("MARKED_SERIOUS", "受理时定为严重", "marked as serious");
    if (lost_goods && complaint.claimed && *complaint.claimed >= rules.serious_claim)
        say("CLAIM", "索赔(元)", "claim in CNY ", std::to_string(complaint.claimed->minor / 100));
    if (complaint.regulator_appeal) say("REGULATOR_APPEAL", "已向监管部门申诉", "appeal to the regulator");
    if (complaint.media) say("MEDIA", "媒体介入", "media");
    if (complaint.threatens_to_leave) say("THREATENS_TO_LEAVE", "客户表示将离开", "threatens to leave");
    return reasons;
}

bool says_nothing_new(const Account& account, const ComplaintEvent& complaint, const Rules& rules) {
    if (account.ledger == nullptr) return false;
    const Complaint* told = account.ledger->file.find_complaint(complaint.complaint_id);
    if (told == nullptr) return false;
    const SeverityRule* rule = severity_rule(rules.policy, SignalKind::SERIOUS_COMPLAINT);
    return !told->is_open() || rule == nullptr || told->severity >= rule->base ||
           serious_by_itself(complaint, rules.policy.complaints, rules.language).empty();
}

// R51: a complaint is serious by its own mark, by the sum claimed for loss or damage, by regulator, media or a threat
// to leave, or as the n-th within the policy's days. What is told again under the same number counts once; if it makes
// the complaint serious now, it is serious from now on.
void Shard::on_complaint(Account& account, const Event& event, const ComplaintEvent& complaint, Effects& effects) {
    const ComplaintRules& rules = rules_->policy.complaints;
    auto& known = account.story().file.complaints;
    Complaint* told = account.story().file.find_complaint(complaint.complaint_id);
    std::vector<Reason> reasons = serious_by_itself(complaint, rules, rules_->language);
    if (told == nullptr) {
        const Duration window = std::chrono::days{rules.serious_days};
        std::erase_if(known, [&](const Complaint& c) {
            return !c.is_open() && c.closed_at + kClosedComplaintsKept < clock_ &&
                   c.received_at + window + std::chrono::days{kOpenDays} < clock_;
        });
        const auto recent = 1 + std::count_if(known.begin(), known.end(), [&](const Complaint& c) {
                                return c.received_at <= event.occurred_at && c.received_at > event.occurred_at - window;
                            });
        if (rules.serious_count > 0 && recent >= rules.serious_count) {
            reasons.push_back({"REPEATED", in_words(rules_->language, "期内投诉次数 ",
                                                    "complaints within the window: ", std::to_string(recent))});
        }
    }
    const bool serious = !reasons.empty();
    reasons.push_back({"COMPLAINT", std::string(complaint.complaint_id)});
    const SignalKind kind = serious ? SignalKind::SERIOUS_COMPLAINT : SignalKind::COMPLAINT;
    const SeverityRule* rule = severity_rule(rules_->policy, kind);
    const Severity base = rule == nullptr ? Severity::INFO : rule->base;
    const Severity severity = serious && rule != nullptr ? rule->base : Severity::LOW;  // R78: MINOR = LOW
    if (told == nullptr) {
        Complaint fact;
        fact.complaint_id = complaint.complaint_id;
        fact.category = complaint.category;
        if (const Unit* unit = unit_of(account)) fact.unit_id = unit->id;
        fact.received_at = event.occurred_at;
        told = &known.emplace_back(std::move(fact));
    }
    told->severity = severity;
    const bool taken = take_trigger(account,
                                    {kind,
                                     base,
                                     serious ? "complaint-serious" : "complaint",
                                     std::move(reasons),
                                     event.occurred_at,
                                     {},
                                     complaint.complaint_id},
                                    effects);
    if (!taken) return;
    with_desk(account, clock_, true, effects, [&](Desks& desks) {
        desks.complaints.received(*account.ledger->file.find_complaint(complaint.complaint_id));
    });
}

void Shard::on_complaint_progress(Account& account, const ComplaintProgressEvent& progress, Effects& effects) {
    with_desk(account, clock_, true, effects, [&](Desks& desks) { desks.complaints.progress(progress); });
}

}  // namespace aw
