#include "providers/openai_response.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/openai_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class OpenAiResponseTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body) {
    warnings_.clear();
    return ReadOpenAiResponse(InstanceOf("openai"),
                              {.status = 200, .body = std::string(body)},
                              {.model = "m",
                               .credential = "credential-of-ours",
                               .warnings = &warnings_});
  }

  // Reads an answer with one choice, of which this is the message.
  absl::StatusOr<v1::ChatResponse> ReadMessage(
      absl::string_view message, absl::string_view finish = "stop") {
    return Read(absl::StrCat(
        R"({"id":"c1","model":"m-1","choices":[{"index":0,"message":)", message,
        R"(,"finish_reason":")", finish, R"("}]})"));
  }

  std::vector<std::string> warnings_;
};

TEST_F(OpenAiResponseTest, ReadsAWholeAnswer) {
  const absl::StatusOr<v1::ChatResponse> answer = Read(R"({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000,
    "model": "gpt-4o-2024-08-06", "system_fingerprint": "fp_1",
    "service_tier": "default",
    "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
      "message": {"role": "assistant", "content": "Hello", "refusal": null}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12,
      "prompt_tokens_details": {"cached_tokens": 4},
      "completion_tokens_details": {"reasoning_tokens": 1}}})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->id(), "chatcmpl-1");
  EXPECT_EQ(answer->model(), "gpt-4o-2024-08-06");
  EXPECT_EQ(answer->system_fingerprint(), "fp_1");
  EXPECT_EQ(answer->service_tier(), "default");
  EXPECT_EQ(answer->create_time().seconds(), 1700000000);
  ASSERT_THAT(answer->choices(), SizeIs(1));
  EXPECT_THAT(answer->choices(0).message(),
              EqualsProto(R"pb(role: ROLE_ASSISTANT content: "Hello")pb"));
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_EQ(answer->choices(0).provider_finish_reason(), "stop");
  EXPECT_EQ(answer->usage().prompt_tokens(), 9);
  EXPECT_EQ(answer->usage().completion_tokens(), 3);
  EXPECT_EQ(answer->usage().cached_prompt_tokens(), 4);
  EXPECT_EQ(answer->usage().reasoning_tokens(), 1);
  EXPECT_THAT(warnings_, IsEmpty());
}

// Case 011.
TEST_F(OpenAiResponseTest, TakesNullForNothing) {
  const absl::StatusOr<v1::ChatResponse> answer = Read(
      R"({"id":null,"model":null,"created":null,"usage":null,"error":null,)"
      R"("system_fingerprint":null,"choices":[{"index":0,"logprobs":null,)"
      R"("message":{"role":null,"content":null,"tool_calls":null,)"
      R"("refusal":null},"finish_reason":"stop"}]})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_usage());
  EXPECT_FALSE(answer->has_create_time());
  EXPECT_THAT(answer->choices(0).message(),
              EqualsProto(R"pb(role: ROLE_ASSISTANT)pb"));
}

// As the joined stream has none, of which no piece ever came.
TEST_F(OpenAiResponseTest, SetsNoContentForAnEmptyText) {
  const absl::StatusOr<v1::ChatResponse> answer =
      ReadMessage(R"({"content":"","reasoning_content":"Hm."})", "length");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(
      answer->choices(0).message(),
      EqualsProto(R"pb(role: ROLE_ASSISTANT reasoning_content: "Hm.")pb"));
}

TEST_F(OpenAiResponseTest, ReadsToolCalls) {
  const absl::StatusOr<v1::ChatResponse> answer =
      ReadMessage(R"({"content":null,"tool_calls":[)"
                  R"({"id":"t1","type":"function","function":)"
                  R"({"name":"f","arguments":"{ \"x\" : 1.0 }"}},)"
                  R"({"id":"t2","type":"function","function":)"
                  R"({"name":"g","arguments":"{}"}}]})",
                  "tool_calls");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->choices(0).message(), EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                tool_calls { id: "t1" name: "f" arguments: "{ \"x\" : 1.0 }" }
                tool_calls { id: "t2" name: "g" arguments: "{}" }
              )pb"));
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

TEST_F(OpenAiResponseTest, GivesCallsWithoutAnIdOnesThatAreTheirOwn) {
  constexpr absl::string_view kCalls =
      R"({"tool_calls":[{"function":{"name":"f","arguments":"{}"}},)"
      R"({"function":{"name":"f","arguments":"{}"}}]})";
  const absl::StatusOr<v1::ChatResponse> answer = ReadMessage(kCalls);
  ASSERT_THAT(answer, IsOk());
  const v1::Message& message = answer->choices(0).message();
  ASSERT_THAT(message.tool_calls(), SizeIs(2));
  EXPECT_THAT(message.tool_calls(0).id(), Not(IsEmpty()));
  EXPECT_NE(message.tool_calls(0).id(), message.tool_calls(1).id());
  // The same each time, for a cache or a second reader.
  EXPECT_THAT(ReadMessage(kCalls)->choices(0).message(), EqualsProto(message));
}

TEST_F(OpenAiResponseTest, ReadsARefusal) {
  const absl::StatusOr<v1::ChatResponse> answer =
      ReadMessage(R"({"content":null,"refusal":"I will not"})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->choices(0).message(),
              EqualsProto(R"pb(role: ROLE_ASSISTANT refusal: "I will not")pb"));
}

TEST_F(OpenAiResponseTest, PutsChoicesInTheirOrder) {
  const absl::StatusOr<v1::ChatResponse> answer =
      Read(R"({"choices":[)"
           R"({"index":1,"message":{"content":"b"},"finish_reason":"length"},)"
           R"({"index":0,"message":{"content":"a"},"finish_reason":"stop"}]})");
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(answer->choices(), SizeIs(2));
  EXPECT_EQ(answer->choices(0).index(), 0);
  EXPECT_EQ(answer->choices(0).message().content(), "a");
  EXPECT_EQ(answer->choices(1).message().content(), "b");
  EXPECT_EQ(answer->choices(1).finish_reason(), v1::FINISH_REASON_LENGTH);
}

TEST_F(OpenAiResponseTest, CannotReadTwoChoicesOfOneIndex) {
  EXPECT_THAT(Read(R"({"choices":[)"
                   R"({"index":0,"message":{"content":"a"}},)"
                   R"({"index":0,"message":{"content":"b"}}]})"),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(OpenAiResponseTest, MakesBytesThatAreNoTextReplacements) {
  const absl::StatusOr<v1::ChatResponse> answer =
      ReadMessage("{\"content\":\"a\xff\xc3z\"}");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().content(),
            "a\xef\xbf\xbd\xef\xbf\xbdz");
}

TEST_F(OpenAiResponseTest, KnowsNoTimeThatATimestampCannotHold) {
  for (absl::string_view created : {"-1", "0", "253402300800", "1e300"}) {
    const absl::StatusOr<v1::ChatResponse> answer = Read(absl::StrCat(
        R"({"created":)", created,
        R"(,"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]})"));
    ASSERT_THAT(answer, IsOk()) << created;
    EXPECT_FALSE(answer->has_create_time()) << created;
  }
}

// Case 007.
TEST_F(OpenAiResponseTest, TakesWhatIsNoAnswerForAFaultOfTheProvider) {
  for (absl::string_view body :
       {"", " \n", "<html>Down</html>", "{", "12", "[]", "{}",
        R"({"choices":[]})", R"({"choices":null})", R"({"choices":{}})",
        R"({"choices":[{"index":0,"message":{"content":"a)"}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

TEST_F(OpenAiResponseTest, ShowsTheBeginningOfAPageWithoutTheKey) {
  EXPECT_THAT(
      std::string(
          Read("<html>Down for credential-of-ours</html>").status().message()),
      AllOf(HasSubstr("Down for"), Not(HasSubstr("credential"))));
}

TEST_F(OpenAiResponseTest, SeesAnErrorThatCameWithASuccess) {
  EXPECT_THAT(Read(R"({"error":{"message":"slow down","code":429}})"),
              HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(Read(R"({"error":{"message":"m","code":"invalid_api_key"}})"),
              HasReason(ErrorReason::kProviderAuthFailed));
}

// Case 040.
TEST_F(OpenAiResponseTest, SurvivesAnAnswerThatIsNestedTooDeep) {
  const std::string deep(100000, '[');
  EXPECT_THAT(ReadMessage(absl::StrCat(R"({"content":)", deep)),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(deep), HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
