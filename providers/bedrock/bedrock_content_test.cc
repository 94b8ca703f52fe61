#include "providers/bedrock/bedrock_content.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_request_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class BedrockContentTest : public BedrockRequestFixture {};

TEST_F(BedrockContentTest, WritesPartsInTheirOrder) {
  EXPECT_EQ(Write(R"pb(messages {
                         role: ROLE_USER
                         parts { text: "a" }
                         parts { image { data: "b" media_type: "image/gif" } }
                         parts { text: " " }
                         parts { text: "c" }
                       })pb"),
            R"({"messages":[{"role":"user","content":[{"text":"a"},)"
            R"({"image":{"format":"gif","source":{"bytes":"Yg=="}}},)"
            R"({"text":"c"}]}]})");
}

TEST_F(BedrockContentTest, RefusesAPartWithNothingInIt) {
  Write("messages { role: ROLE_USER parts {} }");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
}

TEST(BedrockToolIdTest, KeepsIdsThatAreTakenAndDiffersElse) {
  EXPECT_EQ(BedrockToolId("tooluse_a-B9"), "tooluse_a-B9");
  const std::string dotted = BedrockToolId("call.1");
  EXPECT_NE(dotted, BedrockToolId("call:1"));
  EXPECT_EQ(dotted, BedrockToolId("call.1"));
  const std::string long_id(200, 'x');
  EXPECT_LE(BedrockToolId(long_id).size(), 64U);
  EXPECT_NE(BedrockToolId(long_id), BedrockToolId(long_id + "y"));
}

}  // namespace
}  // namespace aigateway
