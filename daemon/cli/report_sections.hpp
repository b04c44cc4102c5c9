// Sections of the report that count: alarms by week, notices by person, what was held back, what another policy would
// change.
#pragma once

#include <string>
#include <vector>

#include "app/explain_words.hpp"
#include "cli/report_data.hpp"

namespace aw::cli {

// A table's beginning, up to its body; a column that begins with '>' holds numbers.
[[nodiscard]] std::string heading(const std::vector<std::string>& columns);

// In the place of a chart or a table in which nothing would stand.
[[nodiscard]] std::string none(const app::Say& say);

[[nodiscard]] std::string alarms_section(const ReportData& data, const app::Say& say);
[[nodiscard]] std::string load_section(const ReportData& data, const app::Say& say);
[[nodiscard]] std::string held_back_section(const ReportData& data, const app::Say& say);
// Nothing if no other policy was tried.
[[nodiscard]] std::string comparison_section(const ReportData& data, const app::Say& say);

}  // namespace aw::cli
