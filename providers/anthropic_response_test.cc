#include "providers/anthropic_response.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/anthropic_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AnthropicResponseTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body) {
    HttpResponse response{.status = 200, .body = std::string(body)};
    const CallOptions options{.credential = "k-secret-1",
                              .warnings = &warnings_};
    return ReadAnthropicResponse(response, options, Redactor());
  }

  std::vector<std::string> warnings_;
};

TEST_F(AnthropicResponseTest, ReadsAText) {
  EXPECT_THAT(
      Read(TestFile("text.json")), IsOkAndHolds(EqualsProto(R"pb(
        id: "msg_text"
        model: "claude-haiku-4-5-20251001"
        choices {
          message {
            role: ROLE_ASSISTANT
            content: "Gr\303\274\303\237e, \"Welt\" \360\237\230\200\n1\n2"
          }
          finish_reason: FINISH_REASON_STOP
          provider_finish_reason: "end_turn"
        }
        usage {
          prompt_tokens: 119
          completion_tokens: 9
          total_tokens: 128
          cached_prompt_tokens: 100
          cache_write_tokens: 4
        }
        service_tier: "standard"
      )pb")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicResponseTest, ReadsThoughtsAndCalls) {
  EXPECT_THAT(Read(TestFile("thinking_tools.json")),
              IsOkAndHolds(EqualsProto(R"pb(
                id: "msg_tools"
                model: "claude-opus-4-5-20251101"
                choices {
                  message {
                    role: ROLE_ASSISTANT
                    content: "Let me see."
                    tool_calls {
                      id: "toolu_1"
                      name: "add"
                      arguments: "{\"a\": 1.50, \"b\": [12345678901234567890]}"
                    }
                    tool_calls { id: "toolu_2" name: "now" arguments: "{}" }
                    reasoning_content: "Two calls: add, now."
                    reasoning_blocks {
                      text: "Two calls: add, now."
                      signature: "c2lnbmF0dXJlLTE="
                      model: "claude-opus-4-5-20251101"
                    }
                    reasoning_blocks {
                      opaque: "cmVkYWN0ZWQ="
                      model: "claude-opus-4-5-20251101"
                    }
                  }
                  finish_reason: FINISH_REASON_TOOL_CALLS
                  provider_finish_reason: "tool_use"
                }
                usage {
                  prompt_tokens: 700
                  completion_tokens: 111
                  total_tokens: 811
                  reasoning_tokens: 30
                }
              )pb")));
}

TEST_F(AnthropicResponseTest, ReadsAnAnswerWithoutContent) {
  absl::StatusOr<v1::ChatResponse> chat =
      Read(R"({"content":[],"stop_reason":"end_turn"})");
  ASSERT_THAT(chat, IsOk());
  EXPECT_FALSE(chat->choices(0).message().has_content());
  EXPECT_EQ(chat->choices(0).finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_FALSE(chat->has_usage());
  EXPECT_FALSE(chat->has_provider_metadata());
}

TEST_F(AnthropicResponseTest, KeepsTheProvidersIdOfTheRequest) {
  HttpResponse response{.status = 200,
                        .body = R"({"content":"ok","container":{"id":"c"}})"};
  response.headers.Add("request-id", "req_1");
  absl::StatusOr<v1::ChatResponse> chat =
      ReadAnthropicResponse(response, {.warnings = &warnings_}, Redactor());
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->choices(0).message().content(), "ok");
  const auto& fields = chat->provider_metadata().fields();
  EXPECT_EQ(fields.at("request_id").string_value(), "req_1");
  EXPECT_TRUE(fields.contains("container"));
}

// Case 014.
TEST_F(AnthropicResponseTest, RepairsBytesThatAreNoText) {
  for (const char* text : {"caf\xE9 ok", "caf\\ud83d ok"}) {
    absl::StatusOr<v1::ChatResponse> chat = Read(
        absl::StrCat(R"({"content":[{"type":"text","text":")", text, "\"}]}"));
    ASSERT_THAT(chat, IsOk());
    EXPECT_EQ(chat->choices(0).message().content(), "caf\xEF\xBF\xBD ok");
  }
}

// Cases 007 and 047.
TEST_F(AnthropicResponseTest, SaysThatItCouldNotReadWhatIsNoAnswer) {
  for (const char* body :
       {"", "<html>Down for maintenance</html>", "[]", "null", "12", "\"text\"",
        "{}", R"({"content":null})", R"({"content":7})", R"({"content":[7]})",
        R"({"content":[{"type":"text"}]})",
        R"({"content":[{"type":"tool_use","id":"t","name":"f"}]})",
        R"({"content":[{"type":"text","text":"ok"}],"stop_reason":5})",
        R"({"content":[],"stop_reason":"tool_use"})",
        R"({"content":[{"type":"text","text":"ok")"}) {
    const absl::Status status = Read(body).status();
    EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError)) << body;
    EXPECT_THAT(std::string(status.message()), HasSubstr("could not be read"));
  }
}

TEST_F(AnthropicResponseTest, GivesAUsageThatMakesNoSenseForNone) {
  absl::StatusOr<v1::ChatResponse> chat =
      Read(R"({"content":"ok","usage":{"input_tokens":"5",)"
           R"("output_tokens":1e400,"cache_read_input_tokens":-1}})");
  ASSERT_THAT(chat, IsOk());
  EXPECT_FALSE(chat->has_usage());
}

TEST_F(AnthropicResponseTest, SeesAnErrorBehindAStatusOf200) {
  EXPECT_THAT(Read(R"({"type":"error","error":{"type":"overloaded_error",)"
                   R"("message":"Overloaded, k-secret-1"}})"),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(
      std::string(Read(R"({"error":"bad k-secret-1"})").status().message()),
      Not(HasSubstr("k-secret-1")));
}

TEST_F(AnthropicResponseTest, NamesBlocksThatItDoesNotKnow) {
  absl::StatusOr<v1::ChatResponse> chat =
      Read(R"({"content":[{"type":"hologram"},{"type":"text","text":"ok"}]})");
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->choices(0).message().content(), "ok");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("hologram")));
}

}  // namespace
}  // namespace aigateway
