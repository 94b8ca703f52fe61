#include "providers/ollama/ollama_answer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/ollama/ollama_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class OllamaAnswerTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(std::string body) {
    HttpResponse response;
    response.status = 200;
    response.body = std::move(body);
    return ReadOllamaResponse(response, chat_, options_, Redactor());
  }

  v1::ChatRequest chat_;
  CallOptions options_{.model = "asked"};
};

TEST_F(OllamaAnswerTest, ReadsAWholeAnswer) {
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(OllamaLine(R"("content":"hi","thinking":"hm")",
                      R"("done":true,"done_reason":"stop","total_duration":9,)"
                      R"("prompt_eval_count":7,"eval_count":3)"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(*answer, EqualsProto(R"pb(
    model: "qwen3:4b"
    create_time { seconds: 1786082889 nanos: 300000000 }
    choices {
      message { role: ROLE_ASSISTANT content: "hi" reasoning_content: "hm" }
      finish_reason: FINISH_REASON_STOP
      provider_finish_reason: "stop"
    }
    usage { prompt_tokens: 7 completion_tokens: 3 total_tokens: 10 }
    provider_metadata {
      fields {
        key: "total_duration"
        value { number_value: 9 }
      }
    }
  )pb"));
}

TEST_F(OllamaAnswerTest, InventsNoCounts) {
  absl::StatusOr<v1::ChatResponse> answer =
      Read(OllamaLine(R"("content":"hi")", R"("done":true,"eval_count":3)"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->usage(), EqualsProto("completion_tokens: 3"));
  answer = Read(OllamaLine(R"("content":"hi")", R"("done":true)"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_usage());
}

TEST_F(OllamaAnswerTest, NamesTheModelThatWasAskedForWhereNoneIsNamed) {
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(R"({"message":{"content":"hi"},"done":true})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->model(), "asked");
  EXPECT_FALSE(answer->has_create_time());
}

TEST_F(OllamaAnswerTest, TakesAStopWithCallsForACallOfTools) {
  const std::string body = OllamaLine(
      R"("content":"","tool_calls":[{"id":"call_1","function":{"name":"f",)"
      R"("arguments":{"b":1,"a":2}}},{"function":{"name":"g"}},)"
      R"({"id":"call_1","function":{"name":"f","arguments":{}}}])",
      R"("done":true,"done_reason":"stop")");
  const absl::StatusOr<v1::ChatResponse> answer = Read(body);
  ASSERT_THAT(answer, IsOk());
  const v1::Choice& choice = answer->choices(0);
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(choice.provider_finish_reason(), "stop");
  EXPECT_FALSE(choice.message().has_content());
  const auto& calls = choice.message().tool_calls();
  ASSERT_THAT(calls, SizeIs(3));
  EXPECT_EQ(calls[0].id(), "call_1");
  EXPECT_EQ(calls[0].arguments(), R"({"b":1,"a":2})");
  // None, or one that another has: a made one, the same each time.
  EXPECT_THAT(calls[1].id(), StartsWith("call_"));
  EXPECT_EQ(calls[1].arguments(), "{}");
  EXPECT_THAT(calls[2].id(), StartsWith("call_"));
  EXPECT_NE(calls[2].id(), "call_1");
  EXPECT_NE(calls[2].id(), calls[1].id());
  EXPECT_THAT(Read(body)->choices(0), EqualsProto(choice));
}

TEST_F(OllamaAnswerTest, KnowsTheReasonsForAnEnd) {
  const struct {
    absl::string_view reason;
    absl::string_view content;
    v1::FinishReason finish;
  } cases[] = {
      {R"("done_reason":"length",)", "hi", v1::FINISH_REASON_LENGTH},
      {"", "hi", v1::FINISH_REASON_STOP},
      {"", "", v1::FINISH_REASON_ERROR},
      // Nothing was asked of it but to load the model.
      {R"("done_reason":"load",)", "", v1::FINISH_REASON_ERROR},
  };
  for (const auto& each : cases) {
    const absl::StatusOr<v1::ChatResponse> answer =
        Read(OllamaLine(absl::StrCat(R"("content":")", each.content, R"(")"),
                        absl::StrCat(each.reason, R"("done":true)")));
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->choices(0).finish_reason(), each.finish) << each.reason;
  }
}

TEST_F(OllamaAnswerTest, TakesAThoughtOutOfTheText) {
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(OllamaLine(R"("content":"<think>hm</think>hi")", R"("done":true)"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().reasoning_content(), "hm");
  EXPECT_EQ(answer->choices(0).message().content(), "hi");
}

TEST_F(OllamaAnswerTest, GivesProbabilitiesWhereTheyWereAskedFor) {
  const std::string body = OllamaLine(
      R"("content":"hi")",
      R"("done":true,"logprobs":[{"token":"hi","logprob":-0.5,"bytes":[104],)"
      R"("top_logprobs":[{"token":"ho","logprob":-2}]}])");
  EXPECT_FALSE(Read(body)->choices(0).has_logprobs());
  chat_.set_logprobs(true);
  EXPECT_THAT(Read(body)->choices(0).logprobs(), EqualsProto(R"pb(
                content {
                  token: "hi"
                  logprob: -0.5
                  bytes: "h"
                  top_logprobs { token: "ho" logprob: -2 }
                }
              )pb"));
}

TEST_F(OllamaAnswerTest, RefusesWhatIsNoAnswer) {
  for (const char* body :
       {"", "<html>", "{}", R"({"message":{"content":"hi"},"done":false})",
        R"({"done":true})", R"({"message":{"content":7},"done":true})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  const absl::Status failed = Read(R"({"error":"it broke"})").status();
  EXPECT_THAT(failed, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(std::string(failed.message()), HasSubstr("it broke"));
}

TEST_F(OllamaAnswerTest, BoundsTheCallsOfAnAnswer) {
  std::string calls;
  for (int i = 0; i < 5000; ++i) {
    absl::StrAppend(&calls, i == 0 ? "" : ",", R"({"function":{"name":"f"}})");
  }
  EXPECT_THAT(Read(OllamaLine(absl::StrCat(R"("tool_calls":[)", calls, "]"),
                              R"("done":true)"))
                  .status(),
              HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
