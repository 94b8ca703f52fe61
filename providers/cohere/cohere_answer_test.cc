#include "providers/cohere/cohere_answer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/cohere/cohere_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CohereAnswerTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body) {
    return ReadCohereResponse({.status = 200, .body = std::string(body)}, chat_,
                              options_, Redactor());
  }

  std::vector<std::string> warnings_;
  CallOptions options_{
      .model = "command-a", .credential = "my-key", .warnings = &warnings_};
  v1::ChatRequest chat_;
};

TEST_F(CohereAnswerTest, ReadsTextThoughtAndUsage) {
  EXPECT_THAT(
      Read(R"({"id":"r","message":{"role":"assistant","content":[
                  {"type":"thinking","thinking":"hm"},
                  {"type":"text","text":"a"},{"type":"text","text":"b"}]},
                  "finish_reason":"COMPLETE","usage":{
                  "billed_units":{"input_tokens":8},
                  "tokens":{"input_tokens":503,"output_tokens":11,
                            "reasoning_tokens":4},"cached_tokens":448}})"),
      IsOkAndHolds(EqualsProto(R"pb(
        id: "r"
        model: "command-a"
        choices {
          message { role: ROLE_ASSISTANT content: "ab" reasoning_content: "hm" }
          finish_reason: FINISH_REASON_STOP
          provider_finish_reason: "COMPLETE"
        }
        usage {
          prompt_tokens: 503
          completion_tokens: 11
          total_tokens: 514
          cached_prompt_tokens: 448
          reasoning_tokens: 4
        }
        provider_metadata {
          fields {
            key: "usage"
            value {
              struct_value {
                fields {
                  key: "billed_units"
                  value {
                    struct_value {
                      fields {
                        key: "input_tokens"
                        value { number_value: 8 }
                      }
                    }
                  }
                }
                fields {
                  key: "cached_tokens"
                  value { number_value: 448 }
                }
                fields {
                  key: "tokens"
                  value {
                    struct_value {
                      fields {
                        key: "input_tokens"
                        value { number_value: 503 }
                      }
                      fields {
                        key: "output_tokens"
                        value { number_value: 11 }
                      }
                      fields {
                        key: "reasoning_tokens"
                        value { number_value: 4 }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      )pb")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereAnswerTest, ReadsParallelCallsWithTheirPlan) {
  EXPECT_THAT(Read(R"({"message":{"tool_plan":"I will.","tool_calls":[
                  {"id":"c1","type":"function","function":{
                    "name":"f","arguments":"{\"a\":1}"}},
                  {"id":"c2","type":"function","function":{
                    "name":"g","arguments":""}}]},
                  "finish_reason":"TOOL_CALL"})"),
              IsOkAndHolds(EqualsProto(R"pb(
                model: "command-a"
                choices {
                  message {
                    role: ROLE_ASSISTANT
                    tool_calls { id: "c1" name: "f" arguments: "{\"a\":1}" }
                    tool_calls { id: "c2" name: "g" arguments: "{}" }
                    reasoning_blocks {
                      opaque: "{\"tool_plan\":\"I will.\"}"
                      model: "command-a"
                    }
                  }
                  finish_reason: FINISH_REASON_TOOL_CALLS
                  provider_finish_reason: "TOOL_CALL"
                }
                provider_metadata {
                  fields {
                    key: "tool_plan"
                    value { string_value: "I will." }
                  }
                }
              )pb")));
}

TEST_F(CohereAnswerTest, TranslatesTheReasonsToEnd) {
  const struct {
    const char* native;
    v1::FinishReason reason;
  } cases[] = {
      {"COMPLETE", v1::FINISH_REASON_STOP},
      {"STOP_SEQUENCE", v1::FINISH_REASON_STOP},
      {"MAX_TOKENS", v1::FINISH_REASON_LENGTH},
      {"ERROR", v1::FINISH_REASON_ERROR},
      {"TIMEOUT", v1::FINISH_REASON_ERROR},
      {"ERROR_TOXIC", v1::FINISH_REASON_CONTENT_FILTER},
      {"SOMETHING_NEW", v1::FINISH_REASON_STOP},
  };
  for (const auto& each : cases) {
    const absl::StatusOr<v1::ChatResponse> answer = Read(
        absl::StrCat(R"({"message":{"content":[{"type":"text","text":"a"}]},)",
                     R"("finish_reason":")", each.native, R"("})"));
    ASSERT_THAT(answer, IsOk()) << each.native;
    EXPECT_EQ(answer->choices(0).finish_reason(), each.reason) << each.native;
    EXPECT_EQ(answer->choices(0).provider_finish_reason(), each.native);
    EXPECT_FALSE(answer->has_usage());
  }
}

TEST_F(CohereAnswerTest, KeepsCitationsInOrder) {
  const absl::StatusOr<v1::ChatResponse> answer = Read(
      R"({"message":{"content":[{"type":"text","text":"a"}],"citations":[
          {"start":0,"text":"x"},{"start":3,"text":"y"}]},
          "finish_reason":"COMPLETE"})");
  ASSERT_THAT(answer, IsOk());
  const auto& citations =
      answer->provider_metadata().fields().at("citations").list_value();
  ASSERT_EQ(citations.values_size(), 2);
  EXPECT_EQ(
      citations.values(1).struct_value().fields().at("text").string_value(),
      "y");
}

TEST_F(CohereAnswerTest, SaysThatMetadataWouldBeTooLarge) {
  const std::string citation =
      absl::StrCat(R"({"text":")",
                   std::string(CohereAnswer::kMaxMetadataBytes, 'x'), R"("})");
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(absl::StrCat(R"({"message":{"content":"a","citations":[)", citation,
                        R"(]},"finish_reason":"COMPLETE"})"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_provider_metadata());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("too large")));
}

TEST_F(CohereAnswerTest, GivesProbabilitiesOnlyIfAskedFor) {
  constexpr absl::string_view kBody =
      R"({"message":{"content":"a"},"finish_reason":"COMPLETE","logprobs":[
          {"text":"a","token_ids":[1],"logprobs":[-0.5]}]})";
  EXPECT_FALSE(Read(kBody)->choices(0).has_logprobs());
  chat_.set_logprobs(true);
  EXPECT_THAT(Read(kBody)->choices(0).logprobs(),
              EqualsProto(R"pb(content { token: "a" logprob: -0.5 })pb"));
}

TEST_F(CohereAnswerTest, PassesContentOfANewKindOverWithAWarning) {
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(R"({"message":{"content":[{"type":"song"},
              {"type":"text","text":"a"}]},"finish_reason":"COMPLETE"})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().content(), "a");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'song'")));
}

TEST_F(CohereAnswerTest, RefusesWhatIsNoAnswer) {
  for (const char* body :
       {"", "<html>", "null", "[]", "{}", R"({"message":null})",
        R"({"message":{"content":[{"type":"text"}]}})",
        R"({"message":{"content":[{"type":"text","text":"a"}]})",
        R"({"message":{"content":7}})",
        R"({"message":{"tool_calls":[{"function":{"name":"f"}}]}})",
        R"({"message":{"tool_calls":[{"id":"c"}]}})",
        R"({"message":{"content":"a"},"finish_reason":"TOOL_CALL"})"}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

TEST_F(CohereAnswerTest, AnErrorInA200IsAnErrorWithoutTheKey) {
  const absl::Status status =
      Read(R"({"id":"1","message":"no luck with my-key"})").status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(status.message(), "no luck with [redacted]");
}

TEST_F(CohereAnswerTest, CallsAreBounded) {
  std::string body =
      R"({"finish_reason":"TOOL_CALL","message":{"tool_calls":[)";
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&body, i == 0 ? "" : ",", R"({"id":"c)", i,
                    R"(","function":{"name":"f"}})");
  }
  EXPECT_THAT(Read(body + "]}}"),
              HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
