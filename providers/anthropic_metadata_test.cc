#include "providers/anthropic_metadata.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

TEST(AnthropicMetadataTest, KeepsWhatIsSaid) {
  AnthropicMetadata metadata;
  metadata.Set("a", "1");
  metadata.Set("a", "2");
  metadata.SetText("b", "x");
  metadata.Append("c", "true");
  metadata.Append("c", "false");

  EXPECT_THAT(metadata.members(), EqualsProto(R"pb(
                fields {
                  key: "a"
                  value { number_value: 2 }
                }
                fields {
                  key: "b"
                  value { string_value: "x" }
                }
                fields {
                  key: "c"
                  value {
                    list_value {
                      values { bool_value: true }
                      values { bool_value: false }
                    }
                  }
                })pb"));
}

TEST(AnthropicMetadataTest, KeepsNothingOfWhatIsNot) {
  AnthropicMetadata metadata;
  metadata.Set("a", "null");
  metadata.Set("b", "");
  metadata.Set("c", "{");
  metadata.SetText("d", "");
  metadata.Append("e", "{");

  EXPECT_TRUE(metadata.empty());
  EXPECT_FALSE(metadata.overflowed());
}

TEST(AnthropicMetadataTest, StaysWithinItsBound) {
  AnthropicMetadata metadata;
  const std::string big =
      absl::StrCat("\"", std::string(100 * 1024, 'x'), "\"");
  metadata.Append("a", big);
  metadata.Append("a", big);
  EXPECT_FALSE(metadata.overflowed());
  metadata.Append("a", big);
  EXPECT_TRUE(metadata.overflowed());
  metadata.Set("b", "1");  // It still fits.

  EXPECT_EQ(metadata.members().fields().at("a").list_value().values_size(), 2);
  EXPECT_TRUE(metadata.members().fields().contains("b"));
}

}  // namespace
}  // namespace aigateway
