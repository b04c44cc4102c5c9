// Protobuf message -> JSON of the contract, one line, fields in the order of their numbers, what is at its default left
// out. The mapping is protobuf's (a test compares them); protobuf's own writer takes three times as long, which a
// backtest's decisions feel, and prints times in its own number of digits.
// Inside the codec only: includes protobuf.
#pragma once

#include <string>

#include <google/protobuf/message.h>

namespace aw::codec {

[[nodiscard]] std::string write_json(const google::protobuf::Message& message);

}  // namespace aw::codec
