// The activation document: what decides and is no event, as bytes for the log, and the Rules made from it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/policy/rules.hpp"

namespace accountwatch::config::v1 {
class Activation;
}

namespace aw::settings {

// The Rules of a document made by load() or with_live_from(), of this version or an older one. The revision is the
// same as that of the Rules the document was made with.
[[nodiscard]] Result<std::shared_ptr<const Rules>> rules_from_document(std::string_view document);

// The same configuration, live from that instant on. Its revision does not change: `live_from` decides from when the
// daemon acts, not how it judges.
[[nodiscard]] Result<std::string> with_live_from(std::string_view document, Timestamp live_from);

// For the loader: the document of a message, and the Rules of one that has been checked.
[[nodiscard]] std::string document_of(const accountwatch::config::v1::Activation& activation);
[[nodiscard]] Result<std::shared_ptr<const Rules>> build_rules(const accountwatch::config::v1::Activation& activation);

}  // namespace aw::settings
