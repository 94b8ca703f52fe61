#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_EXPECTATIONS_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_EXPECTATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "tests/conformance/codec_reading.h"
#include "tests/conformance/wire_case.h"

namespace aigateway {

// Expects what was read to be what the recording's `expected` says; every
// failure names the recording.

// An answer, whole or streamed: texts, reasoning and its seals, tool calls,
// finish, usage; or the error inside a stream.
void ExpectAnswer(const WireCase& wire, const WireReading& read);

// An error with a status that is not 2xx. `expected` is its `error`.
void ExpectError(const WireCase& wire, const google::protobuf::Struct& expected,
                 const absl::Status& status);

// A list of models. `expected` is its `models`.
void ExpectModels(const WireCase& wire,
                  const google::protobuf::Struct& expected,
                  const std::vector<v1::Model>& models);

// Vectors. `expected` is what the recording says of them; `asked` is the model
// that was asked for, which stands where an answer names none.
void ExpectEmbeddings(const WireCase& wire,
                      const google::protobuf::Struct& expected,
                      const v1::EmbedResponse& read,
                      const std::string& asked = "m1");

// All text of a message, in parts or not.
std::string TextOf(const v1::Message& message);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_EXPECTATIONS_H_
