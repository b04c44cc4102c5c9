#include "cli/simulation/event_json.hpp"

#include <cmath>

#include <fmt/format.h>

namespace aw::simulation {
namespace {

std::string with_payload(const Envelope& e, std::string_view field, std::string_view body) {
    return fmt::format(
        R"({{"event_id":"{}","account_code":"{}","occurred_at":"{}","recorded_at":"{}","source":"{}","{}":{{{}}}}})",
        e.event_id, e.account_code, format_utc(e.occurred_at), format_utc(e.recorded_at), e.source, field, body);
}

std::string money(std::int64_t fen) { return fmt::format(R"({{"currency":"CNY","minor":"{}"}})", fen); }

}  // namespace

std::string account_line(const Envelope& envelope, const SimulatedAccount& account) {
    return with_payload(envelope, "account",
                        fmt::format(R"("operation":"REGISTER","name":"客户 {:05}","importance":"{}","settlement":"{}",)"
                                    R"("industry_code":"{}","annual_revenue_hint":{})",
                                    account.number, name(account.importance), name(account.settlement),
                                    account.industry_code, money(account.annual_revenue_fen)));
}

std::string shipment_line(const Envelope& envelope, std::string_view business_line, std::int64_t items,
                          std::uint32_t origin_region, std::uint32_t destination_region) {
    const std::string to = destination_region == 0 ? std::string()
                                                   : fmt::format(R"(,"destination_region":"{}")",
                                                                 format_region(destination_region));
    return with_payload(envelope, "shipment",
                        fmt::format(R"("business_line":"{}","items":"{}","origin_region":"{}"{})", business_line,
                                    items, format_region(origin_region), to));
}

std::string revenue_line(const Envelope& envelope, std::string_view business_line, std::int64_t amount_fen,
                         std::string_view invoice_id) {
    return with_payload(envelope, "revenue",
                        fmt::format(R"("business_line":"{}","amount":{},"invoice_id":"{}")", business_line,
                                    money(amount_fen), invoice_id));
}

std::string watermark_line(const Envelope& e, std::string_view feed, Timestamp complete_until) {
    return fmt::format(
        R"({{"event_id":"{}","occurred_at":"{}","recorded_at":"{}","source":"{}","watermark":{{"feed":"{}","complete_until":"{}"}}}})",
        e.event_id, format_utc(e.occurred_at), format_utc(e.recorded_at), e.source, feed, format_utc(complete_until));
}

std::string report_line(const Envelope& envelope, const SimulatedAccount& account, ReportKind kind,
                        std::string_view staff_id) {
    const std::string root = format_root(account.root);
    switch (kind) {
        case ReportKind::competitor:
            return with_payload(envelope, "competitor_sighting",
                                fmt::format(R"("competitor":"competitor-a","evidence":"WRITTEN_QUOTE",)"
                                            R"("confidence_pct":90,"business_line":"{}")",
                                            account.lines.front().name));
        case ReportKind::complaint:
            return with_payload(envelope, "complaint",
                                fmt::format(R"("complaint_id":"cmp-{}","category":"DAMAGE","severity":"SERIOUS",)"
                                            R"("demand":"赔偿损失并改善包装","claimed":{})",
                                            root, money(680'000)));
        case ReportKind::decision_maker:
            return with_payload(envelope, "contact_change",
                                fmt::format(R"("role":"DECISION_MAKER","old_contact_id":"contact-{0}-1",)"
                                            R"("new_contact_id":"contact-{0}-2")",
                                            root));
        case ReportKind::manual:
            return with_payload(envelope, "manual_signal",
                                fmt::format(R"("staff_id":"{}","kind":"MANUAL","severity":"HIGH",)"
                                            R"("reason":"客户表示考虑减少用邮")",
                                            staff_id));
    }
    return {};
}

std::string truth_line(const SimulatedAccount& account, const Trouble& trouble) {
    std::string line = fmt::format(R"({{"account_root":"{}","kind":"{}","onset_on":"{}")", format_root(account.root),
                                   truth_name(trouble.kind), format_day(trouble.onset));
    if (trouble.end) line += fmt::format(R"(,"ends_on":"{}")", format_day(*trouble.end));
    line += fmt::format(R"(,"remaining_bp":{})", std::lround(trouble.remaining * 10'000));
    if (trouble.line) line += fmt::format(R"(,"business_line":"{}")", account.lines[*trouble.line].name);
    return line + "}";
}

}  // namespace aw::simulation
