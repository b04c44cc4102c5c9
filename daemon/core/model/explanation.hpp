// Why something fired and why something did not: everything that is known of an account and what every rule says of it,
// as values. The shard fills them and changes nothing by it; words are made elsewhere (app/explain_text.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/output.hpp"

namespace aw {

// A source that delivers for the account, and whether what it delivers is complete.
struct FeedState {
    std::string feed;
    std::vector<std::string> delivers;  // items, revenue
    std::optional<Day> last_day;        // of its last delivery for the account
    Timestamp complete_until;           // not set = it never sent a watermark: complete by log time
    bool needed = false;                // a verdict about what it delivers waits for it
    bool complete = true;               // up to the last day that has ended
};

// A verdict that waits for a feed.
struct HeldPeriod {
    std::string period;
    std::vector<std::string> waits_for;  // items, revenue
};

// A fall as the account's memory has it: one per measure, whichever rule saw it first.
struct EpisodeState {
    Measure measure = Measure::UNSPECIFIED;
    std::vector<std::string> rule_ids;           // below their gate now
    Severity signalled = Severity::UNSPECIFIED;  // of the last signal it gave; UNSPECIFIED = none yet
    Severity waiting = Severity::UNSPECIFIED;    // of a finding that gave no signal yet
    bool silenced = false;                       // ... because of a silence
    std::optional<Day> over_on;                  // the one before was over by then
};

// What one rule or detector says of the account, or of one part of it.
struct Explanation {
    std::string source;   // who says it: COMPARISON, DEFECTION or the name of a detector
    std::string rule_id;  // row of the policy; of other sources their name
    SignalKind kind = SignalKind::UNSPECIFIED;
    Measure measure = Measure::UNSPECIFIED;
    Reference reference = Reference::UNSPECIFIED;
    std::string business_line;  // where it looks at one line
    std::string branch;         // where it looks at one branch, 3 digits
    // FIRED: it holds now. SUPPRESSED: it would, but for `code`. HELD: it waits. NOT_FIRED: nothing to tell.
    DecisionOutcome outcome = DecisionOutcome::UNSPECIFIED;
    // A SuppressionCode; FIRED: the kind; NOT_FIRED: NORMAL, NOTHING_TO_COMPARE, ONE_PART, NO_REVENUE, OTHER_RHYTHM,
    // NO_REPORT (of a competitor's revenue), NO_GROUP, ASKED_OF_GROUP, NO_INDUSTRY, NOT_ANSWERED, TOO_FEW_ACCOUNTS,
    // UNCHANGED, NO_GRADE, REGISTERED, NO_PROSPECT, PROSPECT, OFF.
    std::string code;
    Severity severity = Severity::UNSPECIFIED;  // of what it finds, before grade and importance
    std::string period;                         // 2026-W33, 2026-08
    std::optional<Day> window_from;
    std::optional<Day> window_to;  // inclusive
    std::optional<Day> onset_on;
    std::optional<std::int64_t> observed;  // items, or fen where the measure is money
    std::optional<std::int64_t> expected;
    std::vector<NamedValue> inputs;
    std::vector<Gate> gates;  // in the order in which they are asked; none after one that failed
    Timestamp next_at;        // when it is asked next
    std::string text;         // in words; empty until somebody puts it into words
};

struct AccountExplanation {
    AccountView account;
    Timestamp at;  // log time as of which this is said
    std::string policy_id;
    std::string config_revision;
    bool live = false;  // what is found now gives signals, and not only decisions
    bool watched = false;
    std::string not_watched;        // NOT_WATCHED or PROSPECT; empty = watched
    std::vector<Gate> watch_gates;  // what was asked about it
    std::vector<FeedState> feeds;
    std::vector<HeldPeriod> held;
    std::vector<EpisodeState> episodes;  // that last, or were over not long ago
    std::vector<Silence> silences;       // that cover the account now
    std::vector<Explanation> explanations;
    std::optional<Case> open_case;
    std::vector<Task> owed;  // by anybody, for the account
    // From here on: of whoever has the log.
    std::vector<Decision> decisions;  // the last ones, oldest first
    Timestamp log_from;               // of the first record read for the answer; not set = it is the live state's
    bool log_cut = false;             // the log no longer has its beginning: the answer knows nothing of before
    Timestamp log_to;                 // of its last record, where that is before the instant asked about
    std::vector<std::string> text;    // the whole in words, line by line
};

// One thing that happened with an account, in the order of time.
struct TimelineEntry {
    Timestamp at;
    std::string source;  // EVENT, SIGNAL, DECISION, CASE, TASK or NOTICE
    std::string kind;    // name of the event, SignalKind, code of the decision, state, TaskKind, NoticeReason
    std::string id;      // of what it is about
    CaseId case_id;
    Severity severity = Severity::UNSPECIFIED;
    StaffId staff_id;  // who did it, or was told
    std::string text;
};

}  // namespace aw
