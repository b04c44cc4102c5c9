// Output records -> bytes of their topics, or the JSON of the HTTP API.
#pragma once

#include <string>

#include "codec/records.hpp"
#include "core/model/explanation.hpp"
#include "core/model/output.hpp"

namespace aw {

// Any thread. Text that is not UTF-8 comes out with U+FFFD in place of the bad bytes. The JSON is one line without a
// line end; the same record gives the same bytes.
[[nodiscard]] std::string encode(const Signal& signal, Format format);
[[nodiscard]] std::string encode(const Case& escalation, Format format);
[[nodiscard]] std::string encode(const Task& task, Format format);
[[nodiscard]] std::string encode(const Notice& notice, Format format);
[[nodiscard]] std::string encode(const Decision& decision, Format format);
[[nodiscard]] std::string encode(const DataGap& gap, Format format);
[[nodiscard]] std::string encode(const Report& report, Format format);
[[nodiscard]] std::string encode(const AccountView& account, Format format);
[[nodiscard]] std::string encode(const Silence& silence, Format format);
[[nodiscard]] std::string encode(const DeadLetter& letter, Format format);
[[nodiscard]] std::string encode(const Receipt& receipt, Format format);
[[nodiscard]] std::string encode(const AccountExplanation& explanation, Format format);
[[nodiscard]] std::string encode(const TimelineEntry& entry, Format format);

}  // namespace aw
