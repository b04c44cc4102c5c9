// What it costs to decode one record, and to write one.
#include <benchmark/benchmark.h>

#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_encoder.hpp"

namespace {

using namespace aw;

Event shipment() {
    Event event;
    event.event_id = "sorting-2026-08-17-000000012345";
    event.code = parse_customer_code("37140000012001").value();
    event.occurred_at = {1'786'926'600'250};
    event.source = "sorting";
    event.payload = ShipmentEvent{"express", 12, 8400, "371402", "110100", "next-day"};
    return event;
}

Event touchpoint() {
    Event event = shipment();
    TouchpointEvent touch;
    touch.touchpoint_id = "t-1";
    touch.staff_id = "s-2";
    touch.channel = TouchChannel::VISIT;
    touch.commitments = {{"c-1", "new price", Timestamp{1'786'926'600'000}, false}};
    event.payload = touch;
    return event;
}

void decode(benchmark::State& state, const Event& event, Format format) {
    const std::string bytes = encode_event(event, format);
    EventDecoder decoder;
    for (auto _ : state) {
        auto read = decoder.decode(bytes);
        if (!read) state.SkipWithError(read.error().detail.c_str());
        benchmark::DoNotOptimize(read);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}

void decode_shipment_protobuf(benchmark::State& state) { decode(state, shipment(), Format::protobuf); }
void decode_shipment_json(benchmark::State& state) { decode(state, shipment(), Format::json); }
void decode_touchpoint_protobuf(benchmark::State& state) { decode(state, touchpoint(), Format::protobuf); }

void encode_shipment(benchmark::State& state, Format format) {
    const Event event = shipment();
    for (auto _ : state) benchmark::DoNotOptimize(encode_event(event, format));
}
void encode_shipment_protobuf(benchmark::State& state) { encode_shipment(state, Format::protobuf); }
void encode_shipment_json(benchmark::State& state) { encode_shipment(state, Format::json); }

void encode_decision_json(benchmark::State& state) {
    Decision decision;
    decision.decision_id = "37140000012-d1";
    decision.kind = DecisionKind::EVALUATION;
    decision.outcome = DecisionOutcome::NOT_FIRED;
    decision.account_root = parse_root("37140000012").value();
    decision.at = {1'786'926'600'000};
    decision.inputs = {{"observed", "420"}, {"expected", "1200"}};
    decision.gates = {{"change_pct", "-65", "-30", true}, {"tail_probability", "0.5", "0.001", false}};
    for (auto _ : state) benchmark::DoNotOptimize(encode(decision, Format::json));
}

BENCHMARK(decode_shipment_protobuf);
BENCHMARK(decode_shipment_json);
BENCHMARK(decode_touchpoint_protobuf);
BENCHMARK(encode_shipment_protobuf);
BENCHMARK(encode_shipment_json);
BENCHMARK(encode_decision_json);

}  // namespace
