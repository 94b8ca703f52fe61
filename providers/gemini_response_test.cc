#include "providers/gemini_response.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class GeminiResponseTest : public ::testing::Test {
 protected:
  GeminiResponseTest() { options_.warnings = &warnings_; }

  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body) {
    warnings_.clear();
    return ReadGeminiResponse({.status = 200, .body = std::string(body)}, chat_,
                              options_, Redactor());
  }
  // The only choice of an answer with that candidate.
  v1::Choice ReadChoice(absl::string_view candidate) {
    const absl::StatusOr<v1::ChatResponse> response = Read(absl::StrCat(
        R"({"candidates":[)", candidate, R"(],"modelVersion":"gemini-x"})"));
    EXPECT_THAT(response, IsOk());
    if (!response.ok() || response->choices_size() != 1) {
      ADD_FAILURE() << "not one choice";
      return v1::Choice();
    }
    return response->choices(0);
  }

  v1::ChatRequest chat_;
  CallOptions options_;
  std::vector<std::string> warnings_;
};

TEST_F(GeminiResponseTest, ReadsAWholeAnswer) {
  EXPECT_THAT(Read(R"({
                "candidates": [{
                  "content": {"parts": [
                    {"text": "Let me see.", "thought": true},
                    {"text": "2 + 2 "}, {"text": "= 4"}], "role": "model"},
                  "finishReason": "STOP", "index": 0}],
                "usageMetadata": {"promptTokenCount": 10,
                  "candidatesTokenCount": 8, "totalTokenCount": 41,
                  "thoughtsTokenCount": 23, "serviceTier": "standard"},
                "modelVersion": "gemini-2.5-flash", "responseId": "r1",
                "createTime": "2026-02-17T04:28:18.5Z"})"),
              IsOkAndHolds(EqualsProto(R"pb(
                id: "r1"
                model: "gemini-2.5-flash"
                create_time { seconds: 1771302498 nanos: 500000000 }
                choices {
                  index: 0
                  message {
                    role: ROLE_ASSISTANT
                    content: "2 + 2 = 4"
                    reasoning_content: "Let me see."
                  }
                  finish_reason: FINISH_REASON_STOP
                  provider_finish_reason: "STOP"
                }
                usage {
                  prompt_tokens: 10
                  completion_tokens: 31
                  total_tokens: 41
                  reasoning_tokens: 23
                }
                service_tier: "standard"
              )pb")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GeminiResponseTest, CallsAreNumberedAndHaveIdsOfTheirOwn) {
  constexpr char kBody[] = R"({"responseId":"r1","candidates":[{
      "content":{"parts":[
        {"functionCall":{"name":"f","args":{"a": 1}},"thoughtSignature":"s"},
        {"functionCall":{"name":"f","args":{"a": 1}}},
        {"functionCall":{"name":"g","id":"given"}},
        {"functionCall":{"name":"g","id":"given"}}]},
      "finishReason":"STOP"}]})";
  const absl::StatusOr<v1::ChatResponse> response = Read(kBody);
  ASSERT_THAT(response, IsOk());
  const v1::Choice& choice = response->choices(0);
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(choice.provider_finish_reason(), "STOP");
  EXPECT_FALSE(choice.message().has_content());
  ASSERT_THAT(choice.message().tool_calls(), SizeIs(4));
  const v1::ToolCall& first = choice.message().tool_calls(0);
  EXPECT_THAT(first.id(), ::testing::MatchesRegex("call_[0-9a-f]{16}"));
  EXPECT_EQ(first.arguments(), R"({"a":1})");
  EXPECT_EQ(first.signature(), "s");
  EXPECT_FALSE(choice.message().tool_calls(1).has_signature());
  EXPECT_NE(choice.message().tool_calls(1).id(), first.id());
  EXPECT_EQ(choice.message().tool_calls(2).id(), "given");
  EXPECT_NE(choice.message().tool_calls(3).id(), "given");
  EXPECT_THAT(Read(kBody), IsOkAndHolds(EqualsProto(*response)));
}

TEST_F(GeminiResponseTest, IdsDifferFromAnswerToAnswer) {
  const auto id_of = [this](absl::string_view response_id) {
    return Read(absl::StrCat(R"({"responseId":")", response_id,
                             R"(","candidates":[{"content":{"parts":[)"
                             R"({"functionCall":{"name":"f"}}]}}]})"))
        ->choices(0)
        .message()
        .tool_calls(0)
        .id();
  };
  EXPECT_NE(id_of("r1"), id_of("r2"));
  EXPECT_FALSE(id_of("").empty());
}

TEST_F(GeminiResponseTest, RefusedPromptIsAnAnswerWithoutText) {
  constexpr char kWant[] = R"pb(
    index: 0
    message { role: ROLE_ASSISTANT }
    finish_reason: FINISH_REASON_CONTENT_FILTER
    provider_finish_reason: "SAFETY"
  )pb";
  for (const char* candidates : {"", R"("candidates":[],)"}) {
    const absl::StatusOr<v1::ChatResponse> response = Read(absl::StrCat(
        "{", candidates,
        R"("promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":)"
        R"({"promptTokenCount":4,"totalTokenCount":4}})"));
    ASSERT_THAT(response, IsOk());
    EXPECT_THAT(response->choices(), ElementsAre(EqualsProto(kWant)));
    EXPECT_THAT(response->usage(),
                EqualsProto("prompt_tokens: 4 total_tokens: 4"));
    EXPECT_TRUE(
        response->provider_metadata().fields().contains("promptFeedback"));
  }
}

TEST_F(GeminiResponseTest, WithheldAnswerHasItsReason) {
  const v1::Choice choice =
      ReadChoice(R"({"content":{},"finishReason":"SAFETY"})");
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_CONTENT_FILTER);
  EXPECT_EQ(choice.provider_finish_reason(), "SAFETY");
  EXPECT_FALSE(choice.message().has_content());
}

TEST_F(GeminiResponseTest, EveryNativeReasonHasACommonOne) {
  const auto reason_of = [this](absl::string_view native,
                                absl::string_view parts = "[]") {
    return ReadChoice(absl::StrCat(R"({"content":{"parts":)", parts,
                                   R"(},"finishReason":")", native, R"("})"))
        .finish_reason();
  };
  EXPECT_EQ(reason_of("STOP"), v1::FINISH_REASON_STOP);
  EXPECT_EQ(reason_of("MAX_TOKENS"), v1::FINISH_REASON_LENGTH);
  for (const char* native :
       {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
        "MODEL_ARMOR", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION"}) {
    EXPECT_EQ(reason_of(native), v1::FINISH_REASON_CONTENT_FILTER) << native;
  }
  for (const char* native : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL",
                             "TOO_MANY_TOOL_CALLS", "LANGUAGE", "OTHER",
                             "NO_IMAGE", "IMAGE_OTHER"}) {
    EXPECT_EQ(reason_of(native), v1::FINISH_REASON_ERROR) << native;
    EXPECT_EQ(reason_of(native, R"([{"functionCall":{"name":"f"}}])"),
              v1::FINISH_REASON_ERROR)
        << native;
  }
  EXPECT_EQ(reason_of("SOMETHING_NEW"), v1::FINISH_REASON_ERROR);
  EXPECT_EQ(reason_of("SOMETHING_NEW", R"([{"text":"a"}])"),
            v1::FINISH_REASON_STOP);
}

TEST_F(GeminiResponseTest, WordsOfAThoughtAreNoContent) {
  EXPECT_EQ(ReadChoice(R"({"content":{"parts":[{"text":"a","thought":true}]},)"
                       R"("finishReason":"SOMETHING_NEW"})")
                .finish_reason(),
            v1::FINISH_REASON_ERROR);
}

TEST_F(GeminiResponseTest, WholeAnswerEndsAlsoWithoutAReason) {
  const v1::Choice choice = ReadChoice(
      R"({"content":{"parts":[{"text":"ok"}]},"finishReason":null})");
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_EQ(choice.provider_finish_reason(), "");
  EXPECT_EQ(choice.message().content(), "ok");
  EXPECT_EQ(ReadChoice(R"({"content":{"parts":[{"text":"ok"}]},)"
                       R"("finishReason":5})")
                .message()
                .content(),
            "ok");
}

TEST_F(GeminiResponseTest, PicturesAndTextKeepTheirOrder) {
  EXPECT_THAT(ReadChoice(R"({"content":{"parts":[
          {"text":"A"},{"text":"a","thoughtSignature":"t"},
          {"inlineData":{"mimeType":"image/png","data":"AP8="},
           "thoughtSignature":"m"},
          {"text":"B"},
          {"inlineData":{"mimeType":"audio/wav","data":""}},
          {"fileData":{"mimeType":"text/csv","fileUri":"gs://a"}}]},
        "finishReason":"STOP"})")
                  .message(),
              EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                parts { text: "Aa" }
                parts { image { data: "\000\377" media_type: "image/png" } }
                parts { text: "B" }
                parts { audio { data: "" media_type: "audio/wav" } }
                parts { file { url: "gs://a" media_type: "text/csv" } }
                reasoning_blocks { signature: "t" model: "gemini-x" }
                reasoning_blocks {
                  signature: "m"
                  opaque: "{\"gemini_media\":0}"
                  model: "gemini-x"
                })pb"));
}

TEST_F(GeminiResponseTest, SealsOfThoughtsAndOfCodeAreKept) {
  EXPECT_THAT(
      ReadChoice(R"({"content":{"parts":[
          {"text":"why","thought":true,"thoughtSignature":"th"},
          {"executableCode":{"code":"1"},"thoughtSignature":"p"},
          {"codeExecutionResult":{"output":"1"}},
          {"text":"so"}]},"finishReason":"STOP"})")
          .message(),
      EqualsProto(R"pb(
        role: ROLE_ASSISTANT
        content: "so"
        reasoning_content: "why"
        reasoning_blocks {
          signature: "th"
          opaque: "{\"gemini_thought\":true}"
          model: "gemini-x"
        }
        reasoning_blocks {
          opaque: "{\"gemini_part\":{\"executableCode\":{\"code\":\"1\"},\"thoughtSignature\":\"p\"}}"
          model: "gemini-x"
        })pb"));
}

TEST_F(GeminiResponseTest, PictureOfAThoughtIsLeftOutWithAWarning) {
  EXPECT_THAT(ReadChoice(R"({"content":{"parts":[
                  {"inlineData":{"data":"AAAA"},"thought":true},
                  {"inlineData":{"data":"AAAA"},"thought":true},
                  {"text":"a"}]},"finishReason":"STOP"})")
                  .message(),
              EqualsProto("role: ROLE_ASSISTANT content: 'a'"));
  EXPECT_THAT(warnings_, SizeIs(1));
}

TEST_F(GeminiResponseTest, WhatNoFieldSaysIsMetadata) {
  const absl::StatusOr<v1::ChatResponse> response = Read(R"({"candidates":[{
      "content":{"parts":[{"text":"a"},{"executableCode":{"code":"1"}}]},
      "finishReason":"STOP","groundingMetadata":{"webSearchQueries":["q"]}}],
      "usageMetadata":{"trafficType":"ON_DEMAND"}})");
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(
      response->provider_metadata(), EqualsProto(R"pb(
        fields {
          key: "usageMetadata"
          value {
            struct_value {
              fields {
                key: "trafficType"
                value { string_value: "ON_DEMAND" }
              }
            }
          }
        }
        fields {
          key: "candidates"
          value {
            list_value {
              values {
                struct_value {
                  fields {
                    key: "index"
                    value { number_value: 0 }
                  }
                  fields {
                    key: "groundingMetadata"
                    value {
                      struct_value {
                        fields {
                          key: "webSearchQueries"
                          value { list_value { values { string_value: "q" } } }
                        }
                      }
                    }
                  }
                  fields {
                    key: "parts"
                    value {
                      list_value {
                        values {
                          struct_value {
                            fields {
                              key: "executableCode"
                              value {
                                struct_value {
                                  fields {
                                    key: "code"
                                    value { string_value: "1" }
                                  }
                                }
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        })pb"));
  EXPECT_FALSE(response->has_usage());
}

TEST_F(GeminiResponseTest, ChoicesComeInTheOrderOfTheirIndex) {
  const absl::StatusOr<v1::ChatResponse> response = Read(R"({"candidates":[
      {"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"},
      {"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]})");
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->choices(), SizeIs(2));
  EXPECT_EQ(response->choices(0).message().content(), "a");
  EXPECT_EQ(response->choices(1).index(), 1);
}

TEST_F(GeminiResponseTest, ProbabilitiesAreGivenIfAskedFor) {
  constexpr char kCandidate[] =
      R"({"content":{"parts":[{"text":"a"}]},"finishReason":"STOP",)"
      R"("logprobsResult":{"chosenCandidates":[)"
      R"({"token":"a","logProbability":-0.5}]}})";
  EXPECT_FALSE(ReadChoice(kCandidate).has_logprobs());
  chat_.set_logprobs(true);
  EXPECT_THAT(ReadChoice(kCandidate).logprobs(),
              EqualsProto("content { token: 'a' logprob: -0.5 }"));
}

TEST_F(GeminiResponseTest, ErrorWithAStatusOf200IsAnError) {
  EXPECT_THAT(Read(R"({"error":{"code":503,"message":"queue is full"}})"),
              StatusIs(absl::StatusCode::kUnavailable, "queue is full"));
  EXPECT_THAT(Read(R"([{"error":{"code":429,"message":"slow down"}}])"),
              HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(GeminiResponseTest, WhatIsNoAnswerIsAProtocolError) {
  for (const char* body :
       {"", "<html><body>We will be back</body></html>", "null", "12",
        "\"text\"", "[]", "{}", R"({"candidates":[]})", R"({"candidates":"x"})",
        R"({"candidates":[7]})", R"({"candidates":[{}]})",
        R"({"candidates":[{"content":[]}]})",
        R"({"candidates":[{"content":{"parts":[{"text":{"a":1}}]}}]})",
        R"({"promptFeedback":{"blockReason":""}})", R"({"a":1)"}) {
    const absl::StatusOr<v1::ChatResponse> response = Read(body);
    EXPECT_THAT(response, AllOf(HasReason(ErrorReason::kProviderProtocolError),
                                StatusIs(absl::StatusCode::kUnavailable,
                                         HasSubstr("could not be read"))))
        << body;
  }
  EXPECT_THAT(Read(std::string(1 << 20, '{')),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(GeminiResponseTest, PageIsShownShortened) {
  const absl::StatusOr<v1::ChatResponse> response =
      Read(absl::StrCat("<html>We will be back", std::string(5000, 'x')));
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kUnavailable,
                                 HasSubstr("We will be back")));
  EXPECT_LT(response.status().message().size(), 1024);
}

TEST_F(GeminiResponseTest, CallsAndPartsAreBounded) {
  const auto body = [](absl::string_view part, int count) {
    std::string parts(part);
    for (int i = 1; i < count; ++i) absl::StrAppend(&parts, ",", part);
    return absl::StrCat(R"({"candidates":[{"content":{"parts":[)", parts,
                        R"(]},"finishReason":"STOP"}]})");
  };
  constexpr char kCall[] = R"({"functionCall":{"name":"f"}})";
  constexpr char kMedia[] = R"({"inlineData":{"data":""}})";
  EXPECT_THAT(Read(body(kCall, 1024)), IsOk());
  EXPECT_THAT(Read(body(kCall, 1025)),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(body(kMedia, 1025)),
              HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
