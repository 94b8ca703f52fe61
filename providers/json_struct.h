#ifndef AIGATEWAY_PROVIDERS_JSON_STRUCT_H_
#define AIGATEWAY_PROVIDERS_JSON_STRUCT_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

namespace aigateway {

// Deeper values stay JSON text: every level of a Struct is three of protobuf's,
// whose parsers refuse more than 100.
inline constexpr int kMaxStructDepth = 24;

// Reads JSON text into `value`, as provider_metadata has it: numbers become
// doubles, but whole ones beyond 2^53 and those that no finite double is near
// become text. False, with `value` in no certain state, if it is not JSON.
bool ReadJsonIntoValue(absl::string_view json, google::protobuf::Value* value);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_JSON_STRUCT_H_
