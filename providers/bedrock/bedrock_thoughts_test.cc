#include "providers/bedrock/bedrock_thoughts.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "providers/bedrock/bedrock_request_test_kit.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BedrockThoughtsTest : public BedrockRequestFixture {
 protected:
  // The messages of `body`, as JSON.
  static std::string Messages(const std::string& body) {
    const size_t begin = body.find("\"messages\":");
    const size_t end = body.rfind("]}]");
    return begin == std::string::npos || end == std::string::npos
               ? body
               : body.substr(begin + 11, end + 3 - begin - 11);
  }
};

TEST_F(BedrockThoughtsTest, SendsSealsBackByteForByteInTheirPlace) {
  EXPECT_EQ(
      Messages(Write(R"pb(
        messages { role: ROLE_USER content: "q" }
        messages {
          role: ROLE_ASSISTANT
          content: "abcd"
          reasoning_content: "not this"
          reasoning_blocks { text: "w1" signature: "s/+=" }
          reasoning_blocks { opaque: "cmVk" }
          reasoning_blocks {
            text: "w2"
            signature: "s2"
            opaque: "{\"anthropic_place\":[3,2,0]}"
          }
          reasoning_blocks {
            opaque: "{\"anthropic_place\":[5,4,0],\"block\":{\"type\":\"redacted_thinking\",\"data\":\"eA==\"}}"
          }
        }
      )pb")),
      R"([{"role":"user","content":[{"text":"q"}]},)"
      R"({"role":"assistant","content":[)"
      R"({"reasoningContent":{"reasoningText":{"text":"w1","signature":"s/+="}}},)"
      R"({"reasoningContent":{"redactedContent":"cmVk"}},{"text":"ab"},)"
      R"({"reasoningContent":{"reasoningText":{"text":"w2","signature":"s2"}}},)"
      R"({"text":"cd"},{"reasoningContent":{"redactedContent":"eA=="}}]}])");
}

TEST_F(BedrockThoughtsTest, LeavesOutWhatOthersThought) {
  const std::string body = Write(R"pb(
    messages { role: ROLE_USER content: "q" }
    messages {
      role: ROLE_ASSISTANT
      content: "a"
      reasoning_blocks { text: "w" signature: "s" model: "gpt-5" }
      reasoning_blocks { signature: "gemini's" }
      reasoning_blocks { opaque: "{\"type\":\"reasoning\"}" }
      reasoning_blocks {
        opaque: "{\"anthropic_place\":[0,0,0],\"block\":{\"type\":\"server_tool_use\"}}"
      }
    }
    messages { role: ROLE_USER content: "b" }
  )pb");
  EXPECT_THAT(body, testing::Not(HasSubstr("reasoningContent")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("4 reasoning blocks")));
}

TEST_F(BedrockThoughtsTest, TakesAModelsBlocksUnderItsOtherNames) {
  const auto body = [&](const char* model) {
    return Write(absl::StrReplaceAll(
        R"pb(messages { role: ROLE_USER content: "q" }
             messages {
               role: ROLE_ASSISTANT
               content: "a"
               reasoning_blocks { text: "w" signature: "s" model: "MODEL" }
             })pb",
        {{"MODEL", model}}));
  };
  EXPECT_THAT(body(kBedrockClaude), HasSubstr("reasoningContent"));
  EXPECT_THAT(body("claude-sonnet-4-5-20250929"),
              HasSubstr("reasoningContent"));
  EXPECT_THAT(body("claude-opus-4-1"),
              testing::Not(HasSubstr("reasoningContent")));
}

}  // namespace
}  // namespace aigateway
