// The fields of explanations and timelines, in the order of proto/accountwatch/v1/explanation.proto (see
// output_fields.hpp).
#pragma once

#include "codec/output_fields.hpp"
#include "core/model/explanation.hpp"

namespace aw::codec {

template <class Io>
void fields(Io& io, FeedState& r) {
    io("feed", r.feed);
    io("delivers", r.delivers);
    io("last_day", r.last_day);
    io("complete_until", r.complete_until);
    io("needed", r.needed);
    io("complete", r.complete);
}

template <class Io>
void fields(Io& io, HeldPeriod& r) {
    io("period", r.period);
    io("waits_for", r.waits_for);
}

template <class Io>
void fields(Io& io, EpisodeState& r) {
    io("measure", r.measure);
    io("rule_ids", r.rule_ids);
    io("signalled", r.signalled);
    io("waiting", r.waiting);
    io("silenced", r.silenced);
    io("over_on", r.over_on);
}

template <class Io>
void fields(Io& io, Explanation& r) {
    io("source", r.source);
    io("rule_id", r.rule_id);
    io("kind", r.kind);
    io("measure", r.measure);
    io("reference", r.reference);
    io("business_line", r.business_line);
    io("branch", r.branch);
    io("outcome", r.outcome);
    io("code", r.code);
    io("severity", r.severity);
    io("period", r.period);
    io("window_from", r.window_from);
    io("window_to", r.window_to);
    io("onset_on", r.onset_on);
    io("observed", r.observed);
    io("expected", r.expected);
    io("inputs", r.inputs);
    io("gates", r.gates);
    io("next_at", r.next_at);
    io("text", r.text);
}

template <class Io>
void fields(Io& io, AccountExplanation& r) {
    io("account", r.account);
    io("at", r.at);
    io("policy_id", r.policy_id);
    io("config_revision", r.config_revision);
    io("live", r.live);
    io("watched", r.watched);
    io("not_watched", r.not_watched);
    io("watch_gates", r.watch_gates);
    io("feeds", r.feeds);
    io("held", r.held);
    io("episodes", r.episodes);
    io("silences", r.silences);
    io("explanations", r.explanations);
    io("open_case", r.open_case);
    io("owed", r.owed);
    io("decisions", r.decisions);
    io("log_from", r.log_from);
    io("log_cut", r.log_cut);
    io("text", r.text);
    io("log_to", r.log_to);
}

template <class Io>
void fields(Io& io, TimelineEntry& r) {
    io("at", r.at);
    io("source", r.source);
    io("kind", r.kind);
    io("id", r.id);
    io("case_id", r.case_id);
    io("severity", r.severity);
    io("staff_id", r.staff_id);
    io("text", r.text);
}

}  // namespace aw::codec
