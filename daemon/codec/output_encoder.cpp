#include "codec/output_encoder.hpp"

#include "accountwatch/v1/explanation.pb.h"
#include "accountwatch/v1/output.pb.h"
#include "codec/explanation_fields.hpp"
#include "codec/json_writer.hpp"
#include "codec/output_fields.hpp"
#include "codec/proto_writer.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;

template <class Message, class Record>
std::string encode_as(const Record& record, Format format) {
    Message message;
    codec::ProtoWriter writer(message);
    codec::fields(writer, const_cast<Record&>(record));  // a writer only reads
    return format == Format::json ? codec::write_json(message) : message.SerializeAsString();
}

}  // namespace

std::string encode(const Signal& signal, Format format) { return encode_as<v1::Signal>(signal, format); }
std::string encode(const Case& escalation, Format format) { return encode_as<v1::Case>(escalation, format); }
std::string encode(const Task& task, Format format) { return encode_as<v1::Task>(task, format); }
std::string encode(const Notice& notice, Format format) { return encode_as<v1::Notice>(notice, format); }
std::string encode(const Decision& decision, Format format) { return encode_as<v1::Decision>(decision, format); }
std::string encode(const DataGap& gap, Format format) { return encode_as<v1::DataGap>(gap, format); }
std::string encode(const Report& report, Format format) { return encode_as<v1::Report>(report, format); }
std::string encode(const AccountView& account, Format format) { return encode_as<v1::Account>(account, format); }
std::string encode(const Silence& silence, Format format) { return encode_as<v1::Silence>(silence, format); }
std::string encode(const DeadLetter& letter, Format format) { return encode_as<v1::DeadLetter>(letter, format); }
std::string encode(const Receipt& receipt, Format format) { return encode_as<v1::Receipt>(receipt, format); }
std::string encode(const AccountExplanation& explanation, Format format) {
    return encode_as<v1::AccountExplanation>(explanation, format);
}
std::string encode(const TimelineEntry& entry, Format format) { return encode_as<v1::TimelineEntry>(entry, format); }

}  // namespace aw
