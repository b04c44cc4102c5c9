// The simulated events as lines of the contract's JSON (contract section 2). Written by hand because the texts are
// our own and plain: nothing in them needs an escape, and a history has millions of lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cli/simulation/portfolio.hpp"
#include "cli/simulation/troubles.hpp"

namespace aw::simulation {

// What every event carries.
struct Envelope {
    std::string event_id;
    std::string account_code;  // empty: about no account (watermarks)
    Timestamp occurred_at;
    Timestamp recorded_at;
    std::string_view source;  // the feed
};

[[nodiscard]] std::string account_line(const Envelope& envelope, const SimulatedAccount& account);
[[nodiscard]] std::string shipment_line(const Envelope& envelope, std::string_view business_line, std::int64_t items,
                                        std::uint32_t origin_region, std::uint32_t destination_region = 0);
[[nodiscard]] std::string revenue_line(const Envelope& envelope, std::string_view business_line,
                                       std::int64_t amount_fen, std::string_view invoice_id);
[[nodiscard]] std::string watermark_line(const Envelope& envelope, std::string_view feed, Timestamp complete_until);
[[nodiscard]] std::string report_line(const Envelope& envelope, const SimulatedAccount& account, ReportKind kind,
                                      std::string_view staff_id);
[[nodiscard]] std::string truth_line(const SimulatedAccount& account, const Trouble& trouble);

}  // namespace aw::simulation
