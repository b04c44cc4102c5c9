// EventDecoder: the bytes of one record -> Event, or the reason why not.
//
// Checks everything that can be said of a record by itself: form, types, required fields, ranges (proto/accountwatch/
// v1/event.proto says which). What needs the log or the state (FUTURE, TOO_LATE, KEY_MISMATCH, WRONG_PARTITION,
// DUPLICATE_CODE, CODE_IMMUTABLE, RESERVED_KIND) is decided by others.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw {

inline constexpr std::size_t kMaxRecordBytes = 1 << 20;

// What stands around a record (its headers) and fills what the record itself leaves out; empty texts fill nothing.
struct EnvelopeDefaults {
    std::string_view event_id;
    std::string_view source;
    std::string_view occurred_at;  // RFC 3339
};

// Builds what an activation's document says.
using RulesBuilder = std::function<Result<std::shared_ptr<const Rules>>(std::string_view document)>;

// One owner, one thread. Decoding a shipment or revenue event from protobuf allocates nothing once warm.
class EventDecoder {
public:
    // Without a builder an activation decodes with `rules` empty. A document that the builder refuses is UNDECODABLE.
    explicit EventDecoder(RulesBuilder build_rules = {});
    ~EventDecoder();
    EventDecoder(EventDecoder&&) noexcept;
    EventDecoder& operator=(EventDecoder&&) noexcept;

    // `bytes` that begin with '{', maybe after white space, are JSON, all others protobuf. The event and all its text
    // belong to the decoder and are valid until the next call; `bytes` may go at once. Never throws.
    [[nodiscard]] Result<const Event*, Refusal> decode(std::string_view bytes, const EnvelopeDefaults& defaults = {});

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace aw
