#ifndef AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_VECTOR_H_
#define AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_VECTOR_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"

#include "gateway/base/json_reader.h"

namespace aigateway {

// The most numbers that a vector may have: many times what any model gives.
inline constexpr size_t kMaxVectorSize = size_t{1} << 17;

// What the bytes of a vector are that is sent as base64.
enum class VectorBytes {
  kFloat32,  // Little-endian, four bytes each.
  kInt8,     // Signed, one byte each.
};

// Read a vector into `values`, which is empty: a list of numbers, each becoming
// the float that is nearest to its decimal text, or base64. Fail with a plain
// InvalidArgument for what is neither, has nothing in it, or is too long; for a
// number that no finite float is near, too.
absl::Status ReadVector(JsonValue& value, VectorBytes bytes,
                        google::protobuf::RepeatedField<float>* values);
absl::Status ReadVectorBytes(absl::string_view base64, VectorBytes bytes,
                             google::protobuf::RepeatedField<float>* values);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_VECTOR_H_
