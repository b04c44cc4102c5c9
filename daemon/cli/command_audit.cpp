// accountwatch audit FILE...: checks the evidence chain of decisions that were written down (a copy of the topic
// `decisions` as NDJSON, or what `backtest` wrote).
#include <algorithm>
#include <map>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "cli/commands.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "codec/output_decoder.hpp"
#include "core/cases/audit.hpp"

namespace aw::cli {
namespace {

struct Link {
    std::uint64_t number = 0;  // the n of <root>-d<n>
    std::string place;         // file:line
    Decision decision;
};

std::uint64_t number_of(const std::string& id) {
    const std::size_t at = id.rfind("-d");
    return at == std::string::npos ? 0 : std::strtoull(id.c_str() + at + 2, nullptr, 10);
}

// Decisions about accounts that nobody knew have numbers from here on and stand alone.
constexpr std::uint64_t kStandsAlone = 0x8000'0000U;

using Chains = std::map<AccountRoot, std::vector<Link>>;

bool read(const std::string& path, Chains& chains, Console& console) {
    auto reader = LineReader::open(path);
    if (!reader) {
        console.err << reader.error().message << '\n';
        return false;
    }
    for (;;) {
        const auto line = reader->next();
        if (!line) {
            console.err << line.error().message << '\n';
            return false;
        }
        if (!*line) return true;
        const std::string place = path + ":" + std::to_string((*line)->number);
        const auto decision = decode_decision((*line)->text);
        if (!decision) {
            console.err << place << ": " << decision.error().message << '\n';
            return false;
        }
        chains[decision->account_root].push_back({number_of(decision->decision_id), place, *decision});
    }
}

// The breaks of one account's chain, in words. A file may begin anywhere: the first link is taken as it is.
std::vector<std::string> breaks_of(std::vector<Link>& links) {
    std::stable_sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.number < b.number; });
    std::vector<std::string> breaks;
    const Link* before = nullptr;
    for (const Link& link : links) {
        const bool alone = link.number >= kStandsAlone;
        const bool first = link.number == 1 || alone;
        if (before != nullptr && !alone && link.number == before->number) {
            if (link.decision.digest != before->decision.digest) breaks.push_back(link.place + ": " + link.decision.decision_id + " stands twice, not alike");
            continue;  // delivered twice is no break
        }
        if (before != nullptr && !alone && link.number != before->number + 1) {
            breaks.push_back(fmt::format("{}: {} decisions before {} are missing", link.place, link.number - before->number - 1, link.decision.decision_id));
        } else if (first || before != nullptr) {
            const std::string previous = first ? std::string() : before->decision.digest;
            if (audit_digest(previous, link.decision) != link.decision.digest) {
                breaks.push_back(link.place + ": " + link.decision.decision_id + " was changed, or follows something else");
            }
        }
        if (!alone) before = &link;
    }
    return breaks;
}

}  // namespace

int run_audit(const AuditOptions& options, Console& console) {
    Chains chains;
    for (const std::string& file : options.files) {
        if (!read(file, chains, console)) return app::kExitMistakes;
    }
    std::size_t links = 0;
    std::size_t broken = 0;
    for (auto& [root, chain] : chains) {
        links += chain.size();
        const auto breaks = breaks_of(chain);
        broken += breaks.empty() ? 0 : 1;
        for (const std::string& text : breaks) console.err << text << '\n';
    }
    console.out << fmt::format("{} decisions of {} accounts, {} chains broken\n", links, chains.size(), broken);
    return broken == 0 ? app::kExitFine : app::kExitMistakes;
}

}  // namespace aw::cli
