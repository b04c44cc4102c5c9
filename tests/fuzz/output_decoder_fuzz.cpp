// Any bytes as a record of an output topic, as board, notifier, history and tool read them from the broker. The first
// byte says of which kind. They are refused in words, or give a record that comes back from both formats as it was.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "codec/text.hpp"

namespace {

using namespace aw;

template <auto decode>
void look_at(std::string_view bytes) {
    const auto record = decode(bytes);
    if (!record) {
        AW_CHECK(!record.error().message.empty() && codec::valid_utf8(record.error().message));
        return;
    }
    const std::string stored = encode(*record, Format::protobuf);
    const std::string shown = encode(*record, Format::json);
    AW_CHECK(codec::valid_utf8(shown) && shown.find('\n') == std::string::npos);
    const bool nan = shown.find("\"NaN\"") != std::string::npos;  // has many forms in bits, and one in words
    for (const std::string& form : {stored, shown}) {
        const auto again = decode(form);
        AW_CHECK(again.has_value());
        AW_CHECK(nan || encode(*again, Format::protobuf) == stored);
        AW_CHECK(encode(*again, Format::json) == shown);
    }
}

// Seeds name their kind by its place here.
constexpr std::array kKinds = {
    look_at<decode_signal>,      look_at<decode_case>,     look_at<decode_task>,    look_at<decode_notice>,
    look_at<decode_decision>,    look_at<decode_data_gap>, look_at<decode_report>,  look_at<decode_account>,
    look_at<decode_dead_letter>, look_at<decode_receipt>,  look_at<decode_silence>, look_at<decode_explanation>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    kKinds[data[0] % kKinds.size()]({reinterpret_cast<const char*>(data) + 1, size - 1});
    return 0;
}
