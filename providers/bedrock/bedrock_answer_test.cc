#include "providers/bedrock/bedrock_answer.h"

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

using testing::ElementsAre;
using testing::HasSubstr;

class BedrockAnswerTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body) {
    HttpResponse response;
    response.status = 200;
    response.headers.Add("x-amzn-RequestId", "req-1");
    response.body = std::string(body);
    warnings_.clear();
    return ReadBedrockResponse(
        response, {.model = "m1", .warnings = &warnings_}, Redactor());
  }
  // An answer with `content` that stops for `reason`.
  absl::StatusOr<v1::ChatResponse> Content(absl::string_view content,
                                           absl::string_view reason) {
    return Read(absl::StrCat(R"({"output":{"message":{"content":[)", content,
                             R"(]}},"stopReason":")", reason, R"("})"));
  }

  std::vector<std::string> warnings_;
};

TEST_F(BedrockAnswerTest, ReadsTextAndUsage) {
  const auto answer = Read(
      R"({"output":{"message":{"role":"assistant","content":[{"text":"Hi"},
          {"text":" there"}]}},"stopReason":"end_turn","metrics":{"latencyMs":5},
          "usage":{"inputTokens":12,"outputTokens":5,"totalTokens":1045,
                   "cacheReadInputTokens":1028,"cacheWriteInputTokens":0,
                   "cacheReadInputTokenCount":1028,"serverToolUsage":{}}})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(*answer, EqualsProto(R"pb(
    id: "req-1"
    model: "m1"
    choices {
      message { role: ROLE_ASSISTANT content: "Hi there" }
      finish_reason: FINISH_REASON_STOP
      provider_finish_reason: "end_turn"
    }
    usage {
      prompt_tokens: 1040
      completion_tokens: 5
      total_tokens: 1045
      cached_prompt_tokens: 1028
      cache_write_tokens: 0
    }
    provider_metadata {
      fields {
        key: "metrics"
        value {
          struct_value {
            fields {
              key: "latencyMs"
              value { number_value: 5 }
            }
          }
        }
      }
    }
  )pb"));
}

TEST_F(BedrockAnswerTest, ReadsCallsAndInventsNoUsage) {
  const auto answer = Content(
      R"({"text":"Let me see."},
         {"toolUse":{"toolUseId":"t1","name":"f","input":{"b":1,"a":1e400}}},
         {"toolUse":{"toolUseId":"t2","name":"g","input":{}}})",
      "tool_use");
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_usage());
  EXPECT_THAT(
      answer->choices(0), EqualsProto(R"pb(
        message {
          role: ROLE_ASSISTANT
          content: "Let me see."
          tool_calls { id: "t1" name: "f" arguments: "{\"b\":1,\"a\":1e400}" }
          tool_calls { id: "t2" name: "g" arguments: "{}" }
        }
        finish_reason: FINISH_REASON_TOOL_CALLS
        provider_finish_reason: "tool_use"
      )pb"));
}

TEST_F(BedrockAnswerTest, KeepsSealsByteForByte) {
  const auto answer = Content(
      R"({"reasoningContent":{"reasoningText":{"text":"why","signature":"s/+="}}},
         {"reasoningContent":{"redactedContent":"cmVkYWN0ZWQ="}},
         {"text":"so"})",
      "end_turn");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->choices(0).message(), EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                content: "so"
                reasoning_content: "why"
                reasoning_blocks { text: "why" signature: "s/+=" model: "m1" }
                reasoning_blocks { opaque: "cmVkYWN0ZWQ=" model: "m1" }
              )pb"));
}

TEST_F(BedrockAnswerTest, SaysWhereALaterThoughtStood) {
  const auto answer = Content(
      R"({"text":"ab"},{"toolUse":{"toolUseId":"t","name":"f","input":{}}},
         {"reasoningContent":{"reasoningText":{"text":"w","signature":"s"}}},
         {"reasoningContent":{"redactedContent":"cg=="}})",
      "tool_use");
  ASSERT_THAT(answer, IsOk());
  const v1::Message& message = answer->choices(0).message();
  ASSERT_EQ(message.reasoning_blocks_size(), 2);
  EXPECT_EQ(message.reasoning_blocks(0).opaque(),
            R"({"anthropic_place":[2,2,1]})");
  EXPECT_THAT(message.reasoning_blocks(1).opaque(), HasSubstr("cg=="));
}

TEST_F(BedrockAnswerTest, GivesUnsealedThoughtsAsTextAlone) {
  const auto answer = Content(
      R"({"reasoningContent":{"reasoningText":{"text":"why"}}},{"text":"so"})",
      "end_turn");
  EXPECT_EQ(answer->choices(0).message().reasoning_content(), "why");
  EXPECT_EQ(answer->choices(0).message().reasoning_blocks_size(), 0);
}

TEST_F(BedrockAnswerTest, PutsCitationsAndTracesIntoMetadata) {
  const auto answer = Read(
      R"({"output":{"message":{"content":[{"citationsContent":{
          "content":[{"text":"Ruby."}],"citations":[{"title":"facts"}]}}]}},
          "stopReason":"guardrail_intervened",
          "trace":{"guardrail":{"actionReason":"masked"}}})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().content(), "Ruby.");
  EXPECT_EQ(answer->choices(0).finish_reason(),
            v1::FINISH_REASON_CONTENT_FILTER);
  const auto& fields = answer->provider_metadata().fields();
  EXPECT_EQ(fields.at("citations").list_value().values_size(), 1);
  EXPECT_TRUE(fields.contains("trace"));
}

TEST_F(BedrockAnswerTest, LeavesOutCitationsThatAreTooLarge) {
  const std::string large(40000, 'x');
  const auto answer =
      Content(absl::StrCat(R"({"citationsContent":{"content":[{"text":"a"}],
          "citations":[{"t":")",
                           large, R"("},{"t":")", large, R"("}]}})"),
              "end_turn");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("not complete")));
}

TEST_F(BedrockAnswerTest, PassesOverWhatIsNotTheCallers) {
  const auto answer = Content(
      R"({"toolUse":{"toolUseId":"t","name":"web","type":"server_tool_use",
          "input":{}}},{"image":{}},{"text":"x"})",
      "end_turn");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().tool_calls_size(), 0);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("server_tool_use")));
}

TEST_F(BedrockAnswerTest, KeepsABlockThatHasSomethingUnknownToo) {
  BedrockAnswer answer("m1", &warnings_);
  v1::Delta delta;
  const auto add = [&](int64_t index, BedrockBlock piece) {
    EXPECT_THAT(answer.Add(index, piece, &delta), IsOk());
  };
  add(0, {.text = "a"});
  add(0, {.other = "news"});
  add(0, {.text = "b", .other = "news"});
  add(0, {.text = "c"});
  EXPECT_EQ(delta.text(), "abc");
  // Here nothing says that there is something to be read.
  add(1, {.other = "image"});
  add(1, {.text = "d"});
  EXPECT_EQ(delta.text(), "abc");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'news'")));
}

TEST_F(BedrockAnswerTest, WarnsOfASealThatCannotBeJoined) {
  BedrockAnswer answer("m1", &warnings_);
  v1::Delta delta;
  for (int64_t index : {0, 1}) {
    for (const char* bytes : {"YWI=", "?"}) {
      BedrockBlock piece = {.is_thought = true, .redacted = bytes};
      EXPECT_THAT(answer.Add(index, piece, &delta), IsOk());
    }
    EXPECT_THAT(answer.EndBlock(index, &delta), IsOk());
  }
  EXPECT_EQ(delta.reasoning_blocks_size(), 0);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("is not base64")));
}

TEST_F(BedrockAnswerTest, PassesOnWhatALimitCut) {
  const auto answer =
      Content(R"({"toolUse":{"toolUseId":"t","name":"f","input":"{\"a"}})",
              "max_tokens");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().tool_calls(0).arguments(), "{\"a");
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_LENGTH);
}

// As in a stream, of whose pieces none came.
TEST_F(BedrockAnswerTest, LeavesACallEmptyThatALimitCutBeforeItsArguments) {
  constexpr absl::string_view kBare =
      R"({"toolUse":{"toolUseId":"t","name":"f","input":{ }}})";
  const auto arguments = [&](absl::string_view content) {
    const auto answer = Content(content, "max_tokens");
    EXPECT_THAT(answer, IsOk());
    return answer->choices(0).message().tool_calls(0).arguments();
  };
  EXPECT_EQ(arguments(kBare), "");
  // What something follows was not cut.
  EXPECT_EQ(arguments(absl::StrCat(kBare, R"(,{"text":"So"})")), "{}");
}

TEST_F(BedrockAnswerTest, RefusesWhatCannotBe) {
  for (absl::string_view body :
       {"", "{}", "<html>", R"({"output":{}})", R"({"message":"failed"})",
        R"({"output":{"message":{"content":"x"}}})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(Content(R"({"text":"x"})", "tool_use").status(),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Content(R"({"toolUse":{"name":"f"}})", "tool_use").status(),
              HasReason(ErrorReason::kProviderProtocolError));
  std::string many;
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&many, i == 0 ? "" : ",",
                    R"({"toolUse":{"toolUseId":"t","name":"f"}})");
  }
  EXPECT_THAT(Content(many, "tool_use").status(),
              HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
