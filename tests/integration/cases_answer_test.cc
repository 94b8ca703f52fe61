// Reported cases 009, 014 and 019: what an answer counts, bytes that are no
// text, prompts that the provider blocks.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/utf8.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD.

// One upstream that speaks one family at a time, and another to fail over to.
class AnswerCases : public testing::Test {
 protected:
  // Starts a gateway whose target `t` is of provider type `type`.
  void Start(absl::string_view type) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat(
            "providers:\n", Instance("t", upstream_, type),
            Instance("spare", spare_),
            "targets: [{virtual_key: t, retry: {attempts: 3, initial_backoff: "
            "10ms}}, {virtual_key: spare}]\n")});
    spare_.SetReply(Completion("from the spare"));
  }

  FakeUpstream upstream_;
  FakeUpstream spare_;
  std::unique_ptr<GatewayProcess> gateway_;
};

void ExpectUsage(const Seen& seen, int prompt, int completion) {
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.usage().prompt_tokens(), prompt);
  EXPECT_EQ(seen.usage().completion_tokens(), completion);
  EXPECT_EQ(seen.usage().total_tokens(), prompt + completion);
}

TEST_F(AnswerCases, Case009TakesTheLastOfAnthropicsRunningTotals) {
  Start("anthropic");
  upstream_.SetReply(EventStream(
      {AnthropicStart(31, 1), AnthropicBlock(0, R"({"type":"text","text":""})"),
       AnthropicDelta(0, R"({"type":"text_delta","text":"Hello"})"),
       AnthropicBlockEnd(0),
       AnthropicEvent(
           "message_delta",
           R"("delta":{"stop_reason":null},"usage":{"output_tokens":9})"),
       AnthropicFinish("end_turn", 17), AnthropicEvent("message_stop")}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_EQ(seen.text, "Hello");
  EXPECT_EQ(seen.ends, 1);
  EXPECT_THAT(seen.finishes, SizeIs(1));
  ExpectUsage(seen, 31, 17);
  // The log and the metrics count the same, once.
  ASSERT_TRUE(gateway_->WaitForWords("\"method\":\"RouteStream\""));
  EXPECT_THAT(gateway_->Said(), HasSubstr("\"prompt_tokens\":31"));
  EXPECT_THAT(gateway_->Said(), HasSubstr("\"completion_tokens\":17"));
  const std::string page = HttpGet(*gateway_, "/metrics");
  EXPECT_THAT(page, ContainsRegex("client_token_usage_sum\\{[^}]*input[^}]*"
                                  "\\} 31\n"));
  EXPECT_THAT(page, ContainsRegex("client_token_usage_sum\\{[^}]*output[^}]*"
                                  "\\} 17\n"));
}

TEST_F(AnswerCases, Case009TakesTheLastOfGeminisRunningTotals) {
  Start("gemini");
  upstream_.SetReply(
      SseAnswer({GeminiChunk(R"([{"text":"Hel"}])", "", 31, 1),
                 GeminiChunk(R"([{"text":"l"}])", "", 31, 9),
                 GeminiChunk(R"([{"text":"o"}])", "STOP", 31, 17)}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_EQ(seen.text, "Hello");
  EXPECT_EQ(seen.ends, 1);
  ExpectUsage(seen, 31, 17);
}

TEST_F(AnswerCases, Case009TakesTheLastOfRunningTotalsInEachOpenAiChunk) {
  Start("openai-compatible");
  const auto with_usage = [](std::string chunk, int completion) {
    return chunk.insert(
        chunk.size() - 1,
        absl::StrCat(R"(,"usage":{"prompt_tokens":31,"completion_tokens":)",
                     completion, R"(,"total_tokens":)", 31 + completion, "}"));
  };
  upstream_.SetReply(SseAnswer(
      {with_usage(DeltaJson("Hel"), 1), with_usage(DeltaJson("lo"), 9),
       with_usage(FinishJson(), 17), UsageJson(31, 17), "[DONE]"}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_EQ(seen.text, "Hello");
  EXPECT_EQ(seen.ends, 1);
  ExpectUsage(seen, 31, 17);
}

// Every line that the server wrote is UTF-8 and, but for what gRPC itself
// writes, JSON.
void ExpectCleanLog(const std::string& said) {
  EXPECT_TRUE(IsValidUtf8(said));
  for (absl::string_view line : absl::StrSplit(said, '\n')) {
    if (absl::StartsWith(line, "{")) EXPECT_NE(At(line, ""), "") << line;
  }
}

class BytesThatAreNoText : public AnswerCases,
                           public testing::WithParamInterface<const char*> {};

TEST_P(BytesThatAreNoText, Case014BecomeReplacementCharacters) {
  Start(GetParam());
  struct Run {
    std::string raw;
    std::string text;
  };
  const std::vector<Run> runs = {
      {"caf\xE9 ok", absl::StrCat("caf", kReplacement, " ok")},
      {"\xFF", kReplacement},
      {"a\xED\xA0\x80z", absl::StrCat("a", kReplacement, kReplacement,
                                      kReplacement, "z")},  // Half a pair.
      {"\\ud83d", kReplacement},
      {"\\ude00 ok", absl::StrCat(kReplacement, " ok")},
      {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},  // A whole pair is a character.
      {"cut \xF0\x9F\x98", absl::StrCat("cut ", kReplacement)},
  };
  for (const Run& run : runs) {
    for (bool stream : {false, true}) {
      upstream_.SetReply(TextReply(GetParam(), stream, run.raw));
      const Seen seen = CallEither(*gateway_, stream);
      EXPECT_TRUE(seen.status.ok()) << seen.message();
      EXPECT_EQ(seen.text, run.text);
      EXPECT_LT(seen.took, absl::Seconds(5));
      // The next call is fine.
      upstream_.SetReply(TextReply(GetParam(), stream, "fine"));
      EXPECT_EQ(CallEither(*gateway_, stream).text, "fine");
    }
  }
  ExpectCleanLog(gateway_->Said());
}

TEST_P(BytesThatAreNoText, Case014KeepTheStatusOfARefusal) {
  Start(GetParam());
  for (const char* raw : {"caf\xE9 ok", "\xFF", "\xED\xA0\x80", "\\ud83d"}) {
    for (bool stream : {false, true}) {
      upstream_.SetReply(RefusalReply(GetParam(), 400, raw));
      const Seen seen = CallEither(*gateway_, stream);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(seen.reason(), "INVALID_REQUEST");
      EXPECT_TRUE(IsValidUtf8(seen.message()));
      EXPECT_THAT(seen.message(), HasSubstr(kReplacement));
    }
  }
  EXPECT_EQ(spare_.request_count(), 0u);
  // The server has a row for each, and none with a stray byte.
  ASSERT_TRUE(gateway_->WaitForWords("\"request_id\"", 8));
  ExpectCleanLog(gateway_->Said());
}

INSTANTIATE_TEST_SUITE_P(Families, BytesThatAreNoText,
                         testing::Values("openai-compatible", "anthropic",
                                         "gemini"));

void ExpectBlocked(const Seen& seen, absl::string_view word) {
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.text, "");
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_EQ(seen.finishes[0].finish_reason(), v1::FINISH_REASON_CONTENT_FILTER);
  EXPECT_EQ(seen.finishes[0].provider_finish_reason(), word);
}

TEST_F(AnswerCases, Case019GivesABlockedPromptAsFilteredWhateverItsForm) {
  Start("gemini");
  for (absl::string_view candidates : {"", R"("candidates":[],)"}) {
    for (const char* reason : {"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST"}) {
      const std::string body = absl::StrCat(
          "{", candidates, R"("promptFeedback":{"blockReason":")", reason,
          R"("},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}})");
      for (bool stream : {false, true}) {
        const size_t before = upstream_.request_count();
        upstream_.SetReply(stream ? SseAnswer({body}) : JsonAnswer(body));
        const Seen seen = CallEither(*gateway_, stream);
        ExpectBlocked(seen, reason);
        EXPECT_EQ(seen.usage().prompt_tokens(), 4);
        EXPECT_EQ(seen.usage().total_tokens(), 4);
        // Nor is the same prompt tried again, here or elsewhere.
        EXPECT_EQ(upstream_.request_count() - before, 1u);
      }
    }
  }
  EXPECT_EQ(spare_.request_count(), 0u);
}

TEST_F(AnswerCases, Case019GivesAnthropicsRefusalAsFiltered) {
  Start("anthropic");
  upstream_.SetReplies(
      {JsonAnswer(AnthropicMessage("[]", "refusal")),
       EventStream({AnthropicStart(), AnthropicFinish("refusal"),
                    AnthropicEvent("message_stop")})});
  for (bool stream : {false, true}) {
    ExpectBlocked(CallEither(*gateway_, stream), "refusal");
  }
  EXPECT_EQ(upstream_.request_count(), 2u);
  EXPECT_EQ(spare_.request_count(), 0u);
}

TEST_F(AnswerCases, Case019TellsAFilteredAnswerFromARefusedRequest) {
  Start("openai-compatible");
  std::string filtered = CompletionJson("");
  filtered.replace(filtered.find("\"stop\""), 6, "\"content_filter\"");
  upstream_.SetReplies({JsonAnswer(filtered),
                        SseAnswer({FinishJson("content_filter"), "[DONE]"})});
  for (bool stream : {false, true}) {
    ExpectBlocked(CallEither(*gateway_, stream), "content_filter");
  }
  // A provider that says so with an error status: the caller's prompt, not the
  // target, is at fault, so nobody else is asked.
  upstream_.SetReply(JsonAnswer(
      R"({"error":{"message":"The prompt was filtered","code":"content_filter"}})",
      400));
  for (bool stream : {false, true}) {
    const size_t before = upstream_.request_count();
    const Seen seen = CallEither(*gateway_, stream);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(seen.reason(), "CONTENT_FILTERED");
    EXPECT_THAT(seen.message(), HasSubstr("The prompt was filtered"));
    EXPECT_EQ(upstream_.request_count() - before, 1u);
  }
  EXPECT_EQ(spare_.request_count(), 0u);
}

}  // namespace
}  // namespace aigateway
