#include "chaos/ledger.hpp"

#include <set>

namespace aw::test {

void Ledger::add_notice(const eventlog::Record& record, const Notice& notice) {
    Fate& fate = fates_[notice.notice_id];
    fate.partition = record.partition;
    fate.offset = record.offset;
    fate.is_digest = notice.reason == NoticeReason::DIGEST;
    ++fate.told;
}

void Ledger::add_receipt(const eventlog::Record& record, const Receipt& receipt) {
    Fate& fate = fates_[receipt.notice_id];
    const std::string& whose = receipt.recipient_staff_id.value;
    if (record.key != (whose.empty() ? "operations" : whose))
        wrong_.push_back("the receipt " + receipt.receipt_id + " has the key " + std::string(record.key));
    switch (receipt.outcome) {
        case ReceiptOutcome::SENT:
            ++fate.sent;
            break;
        case ReceiptOutcome::HELD:
            ++fate.held;
            fate.held_at = receipt.at;
            break;
        case ReceiptOutcome::DIGESTED:
            ++fate.digested;
            fate.digest = receipt.detail;
            break;
        default:  // the channel is a line in the daemon's log, which always takes them
            wrong_.push_back("the receipt " + receipt.receipt_id + ": " + receipt.detail);
    }
}

LedgerFindings Ledger::judge(const std::map<int, std::int64_t>& settled, Timestamp digest) const {
    LedgerFindings found;
    found.wrong = wrong_;
    std::set<std::string> digests;
    const auto say = [&](const std::string& id, const char* what) { found.wrong.push_back(id + " " + what); };
    for (const auto& [id, fate] : fates_) {
        if (fate.offset < 0) say(id, "has a receipt and is no notice");
        if (fate.told > 1) say(id, "stands twice among the notices");
        const auto end = settled.find(fate.partition);
        if (end != settled.end() && fate.offset < end->second) {
            ++found.notices;
            if (fate.sent + fate.held == 0) say(id, "is settled, and nobody was told");
        }
        if (fate.held > 1) say(id, "is held twice");
        if (fate.digested > 1) say(id, "stands in two digests");
        if (fate.digested > fate.held) say(id, "stands in a digest and was never held");
        if (fate.held > 0 && fate.sent + fate.digested == 0 && fate.held_at < digest)
            say(id, "was held before the digest and stands in none");
        if (fate.is_digest && fate.held > 0) say(id, "is a digest that waits for the next one");
        found.sent += fate.sent > 0 ? 1 : 0;
        found.sent_again += fate.sent > 1 ? static_cast<std::uint64_t>(fate.sent - 1) : 0;
        found.held += fate.held > 0 ? 1 : 0;
        found.digested += fate.digested > 0 ? 1 : 0;
        found.digests += fate.is_digest ? 1 : 0;
        if (fate.digested > 0) digests.insert(fate.digest);
    }
    for (const auto& [id, fate] : fates_) {
        if (fate.is_digest && digests.erase(id) == 0) say(id, "is a digest of nothing");
    }
    for (const std::string& id : digests) say(id, "is a digest that nobody has made");
    return found;
}

}  // namespace aw::test
