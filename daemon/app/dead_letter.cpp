#include "app/dead_letter.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "codec/output_encoder.hpp"

namespace aw::app {
namespace {

std::string cut(std::string_view what, std::string& bytes, std::size_t limit) {
    if (bytes.size() <= limit) return {};
    std::string note = fmt::format("; {} cut: the first {} of {} bytes, SHA-256 of all of it {}", what, limit,
                                   bytes.size(), sha256_hex(bytes));
    bytes.resize(limit);
    return note;
}

}  // namespace

eventlog::OutRecord to_record(DeadLetter letter, Format format) {
    // The detail first: the notes about the others come behind it.
    std::string notes = cut("detail", letter.detail, kMaxLetterDetail);
    notes += cut("key", letter.key, kMaxLetterKey);
    notes += cut("payload", letter.payload, kMaxLetterPayload);
    letter.detail += notes;
    return {eventlog::Topic::dead_letters, letter.key, encode(letter, format)};
}

}  // namespace aw::app
