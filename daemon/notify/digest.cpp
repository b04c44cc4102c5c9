#include "notify/digest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace aw::notify {
namespace {

struct Words {
    std::string_view zh;
    std::string_view en;
};

// By NoticeReason.
constexpr std::array kReasons{
    Words{"其他", "other"},
    Words{"立案", "case opened"},
    Words{"小组邀请", "invitation to a group"},
    Words{"逾期未确认", "not acknowledged"},
    Words{"升级", "escalated"},
    Words{"级别上调", "severity raised"},
    Words{"新增信号", "another signal"},
    Words{"任务", "task"},
    Words{"即将到期", "deadline near"},
    Words{"已逾期", "deadline missed"},
    Words{"长期无进展", "no progress"},
    Words{"预警", "early warning"},
    Words{"建议办结", "recovery proposed"},
    Words{"已办结", "case resolved"},
    Words{"已关闭", "case closed"},
    Words{"重新立案", "case reopened"},
    Words{"数据中断", "data gap"},
    Words{"数据恢复", "data gap closed"},
    Words{"岗位空缺", "post not held"},
    Words{"上门揽收", "pickup on call"},
    Words{"合同到期", "contract expiring"},
    Words{"报告", "report ready"},
    Words{"移交", "hand-over"},
    Words{"备案", "filing"},
    Words{"提醒", "reminder"},
    Words{"归属争议", "ownership conflict"},
    Words{"汇总", "digest"},
    Words{"运营", "operations"},
};
static_assert(kReasons.size() == EnumNames<NoticeReason>::kList.size());

struct Line {
    std::string_view key;  // the case, or the subject where there is none
    const Held* newest = nullptr;
    std::size_t count = 0;
};

std::vector<Line> lines_of(const std::vector<Held>& held) {
    std::vector<Line> lines;
    for (const Held& one : held) {
        const std::string_view key = one.case_id.empty() ? one.subject : one.case_id.value;
        auto at = std::ranges::find(lines, key, &Line::key);
        if (at == lines.end()) at = lines.insert(lines.end(), Line{key});
        at->newest = &one;
        ++at->count;
    }
    return lines;
}

// The most frequent first: "task 5, deadline near 2".
std::string counts_by_reason(const std::vector<Held>& held, bool en) {
    std::vector<std::pair<NoticeReason, std::size_t>> counts;
    for (const Held& one : held) {
        auto at = std::ranges::find(counts, one.reason, &std::pair<NoticeReason, std::size_t>::first);
        if (at == counts.end()) at = counts.insert(counts.end(), {one.reason, 0});
        ++at->second;
    }
    std::ranges::sort(counts, [](const auto& a, const auto& b) {
        return std::pair(b.second, a.first) < std::pair(a.second, b.first);
    });
    std::string text;
    for (const auto& [reason, count] : counts) {
        if (!text.empty()) text += en ? ", " : "，";
        text += fmt::format("{} {}", reason_text(reason, en ? Language::EN : Language::ZH), count);
    }
    return text;
}

}  // namespace

std::string_view reason_text(NoticeReason reason, Language language) {
    const Words& words = kReasons[static_cast<std::size_t>(reason)];
    return language == Language::EN ? words.en : words.zh;
}

Notice digest_notice(const Attention::Due& due, Language language, Timestamp now) {
    const bool en = language == Language::EN;
    Notice notice;
    notice.notice_id = due.digest_id;
    notice.recipient_staff_id = due.recipient;
    notice.reason = NoticeReason::DIGEST;
    notice.language = en ? Language::EN : Language::ZH;
    notice.created_at = now;
    const std::size_t n = due.held.size();
    notice.subject = en ? fmt::format("Digest: {} notice{}", n, n == 1 ? "" : "s") : fmt::format("通知汇总：{} 条", n);
    notice.text = counts_by_reason(due.held, en);
    const auto lines = lines_of(due.held);
    for (std::size_t i = 0; i < std::min(lines.size(), kDigestLines); ++i) {
        const Held& held = *lines[i].newest;
        notice.text += '\n';
        if (!held.case_id.empty()) notice.text += held.case_id.value + ' ';
        notice.text += held.subject;
        if (lines[i].count > 1)
            notice.text += en ? fmt::format(" ({} notices)", lines[i].count) : fmt::format("（{} 条）", lines[i].count);
    }
    if (lines.size() > kDigestLines) {
        const std::size_t more = lines.size() - kDigestLines;
        notice.text += en ? fmt::format("\nand {} more", more) : fmt::format("\n另有 {} 项", more);
    }
    return notice;
}

std::vector<Receipt> digested_receipts(const Attention::Due& due, Timestamp now) {
    std::vector<Receipt> receipts;
    receipts.reserve(due.held.size());
    for (const Held& held : due.held) {
        Receipt receipt;
        receipt.receipt_id = fmt::format("{}/{}/2", held.notice_id, kDigestChannel);
        receipt.notice_id = held.notice_id;
        receipt.recipient_staff_id = due.recipient;
        receipt.channel = kDigestChannel;
        receipt.outcome = ReceiptOutcome::DIGESTED;
        receipt.attempt = 2;
        receipt.at = now;
        receipt.detail = due.digest_id;
        receipt.reason = held.reason;
        receipt.partition = due.term.partition;
        receipts.push_back(std::move(receipt));
    }
    return receipts;
}

}  // namespace aw::notify
