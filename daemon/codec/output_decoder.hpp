// Bytes of an output topic, in either format -> records. For those who read our topics: notify, serve, the tool.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "codec/records.hpp"
#include "core/model/explanation.hpp"
#include "core/model/output.hpp"

namespace aw {

// Any thread. Fails on bytes that are not such a record; the error says where and why.
[[nodiscard]] Result<Signal> decode_signal(std::string_view bytes);
[[nodiscard]] Result<Case> decode_case(std::string_view bytes);
[[nodiscard]] Result<Task> decode_task(std::string_view bytes);
[[nodiscard]] Result<Notice> decode_notice(std::string_view bytes);
[[nodiscard]] Result<Decision> decode_decision(std::string_view bytes);
[[nodiscard]] Result<DataGap> decode_data_gap(std::string_view bytes);
[[nodiscard]] Result<Report> decode_report(std::string_view bytes);
[[nodiscard]] Result<AccountView> decode_account(std::string_view bytes);
[[nodiscard]] Result<DeadLetter> decode_dead_letter(std::string_view bytes);
[[nodiscard]] Result<Receipt> decode_receipt(std::string_view bytes);
[[nodiscard]] Result<Silence> decode_silence(std::string_view bytes);
[[nodiscard]] Result<AccountExplanation> decode_explanation(std::string_view bytes);

// A record of that kind as the JSON of the contract.
[[nodiscard]] Result<std::string> to_json(OutputKind kind, std::string_view bytes);

}  // namespace aw
