// Desk: what a silence keeps back, and what follows when it is over.
#include <algorithm>

#include "base/hash.hpp"
#include "core/cases/desk.hpp"

namespace aw {
namespace {

// They say that something of ours is broken; a silence is about a client.
bool always_sent(NoticeReason reason) {
    return reason == NoticeReason::ROLE_UNFILLED || reason == NoticeReason::OPERATIONS ||
           reason == NoticeReason::DATA_GAP || reason == NoticeReason::DATA_GAP_CLOSED;
}

// How a case ended is told, also if it ended while nobody was to be told anything.
bool is_final(NoticeReason reason) {
    return reason == NoticeReason::CASE_RESOLVED || reason == NoticeReason::CASE_CLOSED;
}

bool tells_of_case(NoticeReason reason) {
    return reason == NoticeReason::CASE_OPENED || reason == NoticeReason::WATCH_SIGNAL;
}

bool same_matter(const WithheldNotice& a, const WithheldNotice& b) {
    return a.recipient == b.recipient && a.reason == b.reason && a.case_id == b.case_id && a.task_id == b.task_id &&
           a.group_role == b.group_role;
}

std::vector<NamedValue> facts_of(const SilenceCover& cover) {
    const Silence& silence = *cover.silence;
    return {{"silence_id", silence.silence_id},
            {"until", format_utc(cover.until)},
            {"author_staff_id", silence.author_staff_id.value},
            {"reason", silence.reason}};
}

bool is_held(const Obligation& obligation) {
    return obligation.held_until.is_set() && obligation.is_queued() && obligation.next_at == obligation.held_until;
}

}  // namespace

std::optional<SilenceCover> Desk::silence(const CaseId& case_id) const {
    if (context_.silences == nullptr || context_.silences->empty()) return std::nullopt;
    return context_.silences->over_case({account_.root, account_.unit, case_id},
                                        {rules().organisation, calendar().zone(), now()});
}

bool Desk::is_silenced(SignalKind kind) const {
    if (context_.silences == nullptr || context_.silences->empty()) return false;
    const CaseRecord* open = file_.open_case();
    const CaseId case_id = open == nullptr ? CaseId{} : open->view.case_id;
    return context_.silences
        ->over_signal(kind, false, {account_.root, account_.unit, case_id},
                      {rules().organisation, calendar().zone(), now()})
        .has_value();
}

bool Desk::withhold(const StaffId& recipient, NoticeReason reason, const CaseRecord* record,
                    const Obligation* obligation, const NoticeFacts& facts) {
    if (always_sent(reason)) return false;
    const CaseId case_id = record != nullptr       ? record->view.case_id
                           : obligation != nullptr ? obligation->task.case_id
                                                   : CaseId{};
    const auto cover = silence(case_id);
    if (!cover) return false;
    auto& list = file_.withheld;
    const bool first =
        std::none_of(list.begin(), list.end(), [&](const WithheldNotice& w) { return w.case_id == case_id; });
    if (first) {
        decide(DecisionKind::CASE, DecisionOutcome::HELD, std::string(name(SuppressionCode::SILENCED)), case_id, {},
               facts_of(*cover));
    }
    // R87 counts when somebody was told.
    if (CaseRecord* told = tells_of_case(reason) ? file_.find(case_id.value) : nullptr;
        told != nullptr && told->view.opened_at == now()) {
        told->view.ledger.notified_at = {};
    }
    WithheldNotice notice{
        recipient,    reason,     case_id,         obligation == nullptr ? TaskId{} : obligation->task.task_id,
        facts.signal, facts.task, facts.milestone, facts.group_role,
        facts.detail};
    // Of several about one matter the last one says what there is to say; filings are facts of their own.
    if (reason != NoticeReason::FILING)
        std::erase_if(list, [&](const WithheldNotice& w) { return same_matter(w, notice); });
    if (list.size() >= WithheldNotice::kMost)
        std::erase_if(list, [&](const WithheldNotice& w) { return !still_matters(w); });
    if (list.size() >= WithheldNotice::kMost) {
        ++file_.withheld_beyond;
        if (!is_final(reason)) return true;
        const auto spare =
            std::find_if(list.begin(), list.end(), [](const WithheldNotice& w) { return !is_final(w.reason); });
        list.erase(spare == list.end() ? list.begin() : spare);
    }
    list.push_back(std::move(notice));
    return true;
}

bool Desk::still_matters(const WithheldNotice& notice) const {
    if (is_final(notice.reason) || notice.reason == NoticeReason::FILING) return true;
    const CaseRecord* record = notice.case_id.empty() ? nullptr : file_.find(notice.case_id.value);
    if (!notice.case_id.empty() && (record == nullptr || !record->is_open())) return false;
    if (notice.reason == NoticeReason::RECOVERY_PROPOSED)
        return record != nullptr && record->view.proposed_outcome != Outcome::UNSPECIFIED;
    // That there is a case is news, also to those who need not acknowledge it any more.
    if (notice.task_id.empty() || tells_of_case(notice.reason)) return true;
    const Obligation* task = file_.find_task(notice.task_id.value);
    return task != nullptr && task->is_open();
}

std::vector<CaseId> Desk::release_withheld() {
    std::vector<CaseId> told;
    std::vector<WithheldNotice> kept;
    int sent = 0;
    int outdated = 0;
    for (WithheldNotice& notice : std::exchange(file_.withheld, {})) {
        if (silence(notice.case_id)) {
            kept.push_back(std::move(notice));
            continue;
        }
        if (!still_matters(notice)) {
            ++outdated;
            continue;
        }
        ++sent;
        CaseRecord* record = notice.case_id.empty() ? nullptr : file_.find(notice.case_id.value);
        if (record != nullptr && tells_of_case(notice.reason) && !record->view.ledger.notified_at.is_set()) {
            record->view.ledger.notified_at = now();
            told.push_back(notice.case_id);
        }
        const Obligation* task = notice.task_id.empty() ? nullptr : file_.find_task(notice.task_id.value);
        notify(notice.recipient, notice.reason, record, task,
               {.signal = notice.signal,
                .task = notice.task,
                .milestone = notice.milestone,
                .group_role = notice.group_role,
                .detail = std::move(notice.detail)});
    }
    file_.withheld = std::move(kept);
    if (sent + outdated == 0) return told;
    const std::uint32_t beyond = file_.withheld.empty() ? std::exchange(file_.withheld_beyond, 0) : 0;
    decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "SILENCE_OVER", {}, {},
           {{"sent", std::to_string(sent)},
            {"outdated", std::to_string(outdated)},
            {"beyond_limit", std::to_string(beyond)}});
    return told;
}

bool Desk::hold(Obligation& obligation) {
    obligation.held_until = {};
    if (obligation.ends_suspension) return false;  // nobody is asked for anything
    const auto cover = silence(obligation.task.case_id);
    if (cover) hold_for(obligation, *cover);
    return cover.has_value();
}

void Desk::hold_for(Obligation& obligation, const SilenceCover& cover) {
    book_.hold_until(obligation, cover.until);
    obligation.held_until = cover.until;
    const std::uint64_t by = hash64(cover.silence->silence_id);
    if (obligation.held_by == by) return;
    obligation.held_by = by;
    const Task& task = obligation.task;
    const std::string_view what = task.kind == TaskKind::UNSPECIFIED ? name(obligation.milestone) : name(task.kind);
    std::vector<NamedValue> facts = facts_of(cover);
    facts.push_back({"task_id", task.task_id.value});
    facts.push_back({"waits", std::string(what)});
    decide(DecisionKind::CASE, DecisionOutcome::HELD, std::string(name(SuppressionCode::SILENCED)), task.case_id, {},
           std::move(facts));
}

void Desk::review_held() {
    for (Obligation& obligation : file_.obligations) {
        if (!is_held(obligation)) continue;
        const auto cover = silence(obligation.task.case_id);
        if (cover && cover->until == obligation.held_until) continue;
        obligation.held_until = {};
        book_.let_go(obligation);
        if (cover) hold_for(obligation, *cover);
    }
}

bool keeps_back(const CaseFile& file) {
    return !file.withheld.empty() || std::any_of(file.obligations.begin(), file.obligations.end(), is_held);
}

}  // namespace aw
