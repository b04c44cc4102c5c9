// The words of a digest: how many notices were kept back for what reason, and one line for each case.
#pragma once

#include "notify/attention.hpp"

namespace aw::notify {

inline constexpr std::size_t kDigestLines = 20;  // more are only counted

// A notice like any other, in plain words; the template DIGEST dresses it.
[[nodiscard]] Notice digest_notice(const Attention::Due& due, Language language, Timestamp now);
// The ledger's word that they stand in it.
[[nodiscard]] std::vector<Receipt> digested_receipts(const Attention::Due& due, Timestamp now);

[[nodiscard]] std::string_view reason_text(NoticeReason reason, Language language);

}  // namespace aw::notify
