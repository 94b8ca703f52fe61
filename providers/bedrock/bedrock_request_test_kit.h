#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_TEST_KIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "providers/bedrock/bedrock_request.h"
#include "providers/bedrock/bedrock_test_kit.h"
#include "providers/parameter_policy.h"

// What the tests of how requests are written share.
namespace aigateway {

inline constexpr char kBedrockClaude[] =
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
inline constexpr char kBedrockNova[] = "us.amazon.nova-2-lite-v1:0";
inline constexpr char kBedrockLlama[] = "us.meta.llama3-3-70b-instruct-v1:0";
inline constexpr char kBedrockHello[] =
    R"pb(messages { role: ROLE_USER content: "Hi" })pb";

class BedrockRequestFixture : public testing::Test {
 protected:
  // The body for `chat`, in protobuf's text format; empty if it was refused,
  // for status_.
  std::string Write(absl::string_view chat, const char* model = kBedrockClaude,
                    OnUnsupported on_unsupported = OnUnsupported::kDropHints) {
    warnings_.clear();
    const v1::ChatRequest request = BedrockChat(chat);
    const absl::StatusOr<std::string> body = WriteBedrockRequest(
        request, {.model = model, .warnings = &warnings_}, on_unsupported);
    status_ = body.status();
    return body.ok() ? *body : "";
  }
  // The same for a greeting with `more` in the request.
  std::string WriteHello(absl::string_view more,
                         const char* model = kBedrockClaude) {
    return Write(std::string(kBedrockHello) + std::string(more), model);
  }

  // What `body` has beside the messages of a greeting.
  static std::string WithoutHello(std::string body) {
    const std::string hello =
        R"("messages":[{"role":"user","content":[{"text":"Hi"}]}])";
    const size_t at = body.find(hello);
    EXPECT_NE(at, std::string::npos) << body;
    if (at != std::string::npos) body.erase(at, hello.size());
    return body;
  }

  std::vector<std::string> warnings_;
  absl::Status status_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_TEST_KIT_H_
