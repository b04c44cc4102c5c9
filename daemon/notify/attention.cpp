#include "notify/attention.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"

namespace aw::notify {
namespace {

constexpr std::size_t kSubjectBytes = 200;

Receipt held_receipt(const Term& term, const StaffId& recipient, const Held& held, Timestamp now) {
    Receipt receipt;
    receipt.receipt_id = fmt::format("{}/{}/1", held.notice_id, kDigestChannel);
    receipt.notice_id = held.notice_id;
    receipt.recipient_staff_id = recipient;
    receipt.channel = kDigestChannel;
    receipt.outcome = ReceiptOutcome::HELD;
    receipt.attempt = 1;
    receipt.at = now;
    receipt.reason = held.reason;
    receipt.case_id = held.case_id;
    receipt.subject = held.subject;
    receipt.partition = term.partition;
    return receipt;
}

}  // namespace

bool never_held(const Notice& notice) {
    if (notice.recipient_staff_id.empty()) return true;
    const bool emergency = notice.case_class == CaseClass::EMERGENCY;
    switch (notice.reason) {
        case NoticeReason::DIGEST:
        case NoticeReason::OPERATIONS:
        case NoticeReason::ROLE_UNFILLED:
            return true;
        case NoticeReason::CASE_OPENED:
        case NoticeReason::ROLE_INVITED:
        case NoticeReason::ESCALATED:
        case NoticeReason::ACK_OVERDUE:
        case NoticeReason::DEADLINE_BREACHED:
        case NoticeReason::REOPENED:
        case NoticeReason::STALE:  // its acknowledgement is owed anew
        case NoticeReason::CASE_RESOLVED:
        case NoticeReason::CASE_CLOSED:
            return emergency;
        default:
            return false;
    }
}

void Attention::begin(const std::vector<Term>& terms, const std::vector<Receipt>& ledger,
                      const std::function<bool(const std::string&)>& is_sent, Timestamp now) {
    std::unordered_set<std::string> digested;
    for (const Receipt& receipt : ledger) {
        if (receipt.outcome == ReceiptOutcome::DIGESTED) digested.insert(receipt.notice_id);
        attempted(receipt, now);
    }
    taken_ = {};
    for (const Term& term : terms) {
        Share& share = shares_[term];
        share = {};
        for (const Receipt& receipt : ledger) {
            if (receipt.partition != term.partition) continue;
            if (receipt.outcome == ReceiptOutcome::DIGESTED) share.digests.insert(receipt.detail);
            if (receipt.outcome != ReceiptOutcome::HELD || !share.known.insert(receipt.notice_id).second) continue;
            // A process that had the partition before may have held what the next one sent.
            if (digested.contains(receipt.notice_id) || is_sent(receipt.notice_id)) continue;
            share.held[receipt.recipient_staff_id].push_back(
                {receipt.notice_id, receipt.reason, receipt.case_id, receipt.subject, receipt.at});
        }
    }
}

void Attention::attempted(const Receipt& receipt, Timestamp now) {
    if (!is_on() || receipt.recipient_staff_id.empty()) return;
    if (receipt.outcome == ReceiptOutcome::FAILED || receipt.outcome == ReceiptOutcome::GAVE_UP) {
        tried_.insert(receipt.notice_id);
    }
    if (receipt.outcome != ReceiptOutcome::SENT) return;
    tried_.erase(receipt.notice_id);
    const Day today = context_.day_of(now);
    if (receipt.reason == NoticeReason::DIGEST || context_.day_of(receipt.at) != today) return;
    Counted& counted = counted_[receipt.recipient_staff_id];
    if (counted.day != today) counted = {today, {}};
    counted.sent.insert(receipt.notice_id);
}

bool Attention::is_held(const Term& term, const std::string& notice_id) const {
    const auto share = shares_.find(term);
    return share != shares_.end() && share->second.known.contains(notice_id);
}

bool Attention::must_hold(const Notice& notice, std::size_t on_the_way, Timestamp now) const {
    if (!is_on() || never_held(notice) || tried_.contains(notice.notice_id)) return false;
    const std::int32_t per_day = context_.rules().per_day;
    if (per_day <= 0) return false;
    const auto counted = counted_.find(notice.recipient_staff_id);
    const bool today = counted != counted_.end() && counted->second.day == context_.day_of(now);
    const std::size_t used = on_the_way + (today ? counted->second.sent.size() : 0);
    return used >= static_cast<std::size_t>(per_day);
}

Receipt Attention::hold(const Term& term, const Notice& notice, Timestamp now) {
    AW_CHECK(has(term));
    Share& share = shares_[term];
    Held held{notice.notice_id, notice.reason, notice.case_id, one_line(notice.subject, kSubjectBytes), now};
    Receipt receipt = held_receipt(term, notice.recipient_staff_id, held, now);
    if (share.known.insert(notice.notice_id).second) {
        share.held[notice.recipient_staff_id].push_back(std::move(held));
    }
    return receipt;
}

std::vector<Attention::Due> Attention::take_due(Timestamp now) {
    std::vector<Due> list;
    if (!is_on()) return list;
    const Timestamp instant = last_digest(now);
    if (instant == taken_) return list;
    taken_ = instant;
    const std::int32_t minute = context_.rules().digest_minute;
    const std::string day = format_day(context_.day_of(instant));
    for (auto& [term, share] : shares_) {
        for (auto& [recipient, waiting] : share.held) {
            Due due{term, recipient, {}, {}};
            std::erase_if(waiting, [&](Held& held) {
                if (held.at >= instant) return false;
                due.held.push_back(std::move(held));
                return true;
            });
            if (due.held.empty()) continue;
            const std::string id =
                fmt::format("{}-digest-{}-{:02}{:02}", recipient.value, day, minute / 60, minute % 60);
            due.digest_id = id;
            // A second one for the same time only where a clock went back.
            for (int n = 2; !share.digests.insert(due.digest_id).second; ++n)
                due.digest_id = fmt::format("{}-{}", id, n);
            list.push_back(std::move(due));
        }
        std::erase_if(share.held, [](const auto& entry) { return entry.second.empty(); });
    }
    return list;
}

Timestamp Attention::last_digest(Timestamp now) const {
    const std::int32_t minute = context_.rules().digest_minute;
    const Day today = context_.day_of(now);
    const Timestamp at = context_.at(today, minute);
    return at <= now ? at : context_.at(Day{today.n - 1}, minute);
}

Timestamp Attention::next_digest(Timestamp now) const {
    const std::int32_t minute = context_.rules().digest_minute;
    const Day today = context_.day_of(now);
    const Timestamp at = context_.at(today, minute);
    return at > now ? at : context_.at(Day{today.n + 1}, minute);
}

}  // namespace aw::notify
