#include "codec/output_decoder.hpp"

#include <fmt/format.h>

#include "accountwatch/v1/explanation.pb.h"
#include "accountwatch/v1/output.pb.h"
#include "codec/explanation_fields.hpp"
#include "codec/json_reader.hpp"
#include "codec/output_encoder.hpp"
#include "codec/output_fields.hpp"
#include "codec/proto_reader.hpp"
#include "codec/wire_check.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;

std::optional<Refusal> parse(std::string_view bytes, google::protobuf::Message& message) {
    const bool json = codec::looks_like_json(bytes);
    if (json && bytes.front() == '{') return codec::read_json(bytes, message);
    auto problem = codec::check_wire(bytes, *message.GetDescriptor());
    if (json && problem) return codec::read_json(bytes, message);
    if (!problem && !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        problem = Refusal{DeadLetterReason::UNDECODABLE, "protobuf refused it"};
    }
    return problem;
}

template <class Message, class Record>
Result<Record> decode_as(std::string_view bytes) {
    Message message;
    Record record;
    auto problem = parse(bytes, message);
    if (!problem) {
        codec::ProtoReader reader(message);
        codec::fields(reader, record);
        if (reader.failed()) problem = reader.refusal();
    }
    if (!problem) return record;
    return fail_with(
        fmt::format("not a {}: {}: {}", Message::descriptor()->name(), name(problem->reason), problem->detail));
}

template <class Record>
Result<std::string> as_json(const Result<Record>& record) {
    if (!record) return fail(record.error());
    return encode(*record, Format::json);
}

}  // namespace

Result<Signal> decode_signal(std::string_view bytes) { return decode_as<v1::Signal, Signal>(bytes); }
Result<Case> decode_case(std::string_view bytes) { return decode_as<v1::Case, Case>(bytes); }
Result<Task> decode_task(std::string_view bytes) { return decode_as<v1::Task, Task>(bytes); }
Result<Notice> decode_notice(std::string_view bytes) { return decode_as<v1::Notice, Notice>(bytes); }
Result<Decision> decode_decision(std::string_view bytes) { return decode_as<v1::Decision, Decision>(bytes); }
Result<DataGap> decode_data_gap(std::string_view bytes) { return decode_as<v1::DataGap, DataGap>(bytes); }
Result<Report> decode_report(std::string_view bytes) { return decode_as<v1::Report, Report>(bytes); }
Result<AccountView> decode_account(std::string_view bytes) { return decode_as<v1::Account, AccountView>(bytes); }
Result<DeadLetter> decode_dead_letter(std::string_view bytes) { return decode_as<v1::DeadLetter, DeadLetter>(bytes); }
Result<Receipt> decode_receipt(std::string_view bytes) { return decode_as<v1::Receipt, Receipt>(bytes); }
Result<Silence> decode_silence(std::string_view bytes) { return decode_as<v1::Silence, Silence>(bytes); }
Result<AccountExplanation> decode_explanation(std::string_view bytes) {
    return decode_as<v1::AccountExplanation, AccountExplanation>(bytes);
}

Result<std::string> to_json(OutputKind kind, std::string_view bytes) {
    switch (kind) {
        case OutputKind::signal:
            return as_json(decode_signal(bytes));
        case OutputKind::escalation_case:
            return as_json(decode_case(bytes));
        case OutputKind::task:
            return as_json(decode_task(bytes));
        case OutputKind::notice:
            return as_json(decode_notice(bytes));
        case OutputKind::decision:
            return as_json(decode_decision(bytes));
        case OutputKind::data_gap:
            return as_json(decode_data_gap(bytes));
        case OutputKind::report:
            return as_json(decode_report(bytes));
        case OutputKind::account:
            return as_json(decode_account(bytes));
        case OutputKind::dead_letter:
            return as_json(decode_dead_letter(bytes));
        case OutputKind::receipt:
            return as_json(decode_receipt(bytes));
        case OutputKind::silence:
            return as_json(decode_silence(bytes));
    }
    return fail_with("no such kind of output");
}

}  // namespace aw
