#ifndef AIGATEWAY_GATEWAY_CONFIG_SETTINGS_H_
#define AIGATEWAY_GATEWAY_CONFIG_SETTINGS_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

namespace aigateway {

// A plugin's settings have a message of their own, a provider's options too,
// which the central schema does not know: between it and them they travel as a
// Struct.

// What a file would say of `message`: the fields that are set, by their names;
// durations as Go writes them, enums by their words, and integers that a double
// does not hold exactly as text.
google::protobuf::Struct ToStruct(const google::protobuf::Message& message);

// Reads `fields` into `message`, of a generated type, with the strictness of a
// file: unknown keys, wrong types and the like are violations of one
// INVALID_CONFIG, with paths relative to `fields`.
absl::Status FromStruct(const google::protobuf::Struct& fields,
                        google::protobuf::Message* message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SETTINGS_H_
