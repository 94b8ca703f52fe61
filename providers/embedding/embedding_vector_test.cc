#include "providers/embedding/embedding_vector.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;

using Values = google::protobuf::RepeatedField<float>;

absl::StatusOr<Values> Read(absl::string_view json,
                            VectorBytes bytes = VectorBytes::kFloat32) {
  Values values;
  JsonReader reader;
  const absl::Status status = reader.Read(json, [&](JsonValue& value) {
    return ReadVector(value, bytes, &values);
  });
  if (!status.ok()) return status;
  return values;
}

TEST(EmbeddingVectorTest, ReadsNumbersAsTheNearestFloats) {
  EXPECT_THAT(*Read("[0.1, -2, 3e-2, 1.40129846e-45, 0]"),
              ElementsAre(0.1f, -2.0f, 0.03f, 1.40129846e-45f, 0.0f));
  // Halfway between two floats but for the last digits, which a double does not
  // hold: by way of one it would become 1.
  EXPECT_THAT(*Read("[1.00000005960464477539062500000000001]"),
              ElementsAre(1.00000012f));
  EXPECT_THAT(*Read("[1e-60, 3.4028234e38]"), ElementsAre(0.0f, 3.4028234e38f));
}

TEST(EmbeddingVectorTest, ReadsLittleEndianFloats) {
  // 1.0, -2.5.
  EXPECT_THAT(*Read("\"AACAPwAAIMA=\""), ElementsAre(1.0f, -2.5f));
}

TEST(EmbeddingVectorTest, ReadsSignedBytes) {
  EXPECT_THAT(*Read("\"9sYAA4A=\"", VectorBytes::kInt8),
              ElementsAre(-10.0f, -58.0f, 0.0f, 3.0f, -128.0f));
}

TEST(EmbeddingVectorTest, RefusesWhatIsNoVector) {
  for (const char* json : {"[]", "\"\"", "{}", "null", "7", "[null]", "[\"1\"]",
                           "[[1]]", "[1e39]", "[1e400]",
                           "\"AACAPwA=\"",  // Cut in a number.
                           "\"AADAfw==\"",  // NaN.
                           "\"AACAfw==\"",  // Infinity.
                           "\"not base64!\""}) {
    EXPECT_THAT(Read(json), Not(IsOk())) << json;
  }
  std::string longest = "[0";
  for (size_t i = 0; i < kMaxVectorSize; ++i) longest += ",0";
  EXPECT_THAT(Read(longest + "]"), Not(IsOk()));
}

}  // namespace
}  // namespace aigateway
