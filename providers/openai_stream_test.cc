#include "providers/openai_stream.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/openai_test_kit.h"
#include "providers/upstream_error.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kDone[] = "data: [DONE]\n\n";
constexpr char kStop[] =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},"
    "\"finish_reason\":\"stop\"}]}\n\n";

struct Read {
  absl::Status status;
  OpenAiKeptEvents events;
  v1::End end;
  std::vector<std::string> warnings;
};

Read ReadSliced(absl::string_view body, size_t size, bool clean, int n = 1,
                absl::string_view type = "openai") {
  const OpenAiInstance instance = InstanceOf(type);
  v1::ChatRequest chat;
  if (n != 1) chat.set_n(n);
  Read read;
  const CallOptions options = {.model = "m",
                               .credential = "credential-of-ours",
                               .stream = true,
                               .warnings = &read.warnings};
  OpenAiStreamDecoder decoder(instance, chat, options);
  for (size_t at = 0; at < body.size() && !decoder.done(); at += size) {
    read.status = decoder.Feed(body.substr(at, size), read.events);
    if (!read.status.ok()) return read;
  }
  read.status = decoder.End(clean, read.events);
  read.end = decoder.end();
  return read;
}

// Reads `body` whole and byte by byte, which must be the same.
Read ReadStream(absl::string_view body, bool clean = true) {
  Read whole = ReadSliced(body, std::max<size_t>(body.size(), 1), clean);
  const Read bytes = ReadSliced(body, 1, clean);
  EXPECT_EQ(whole.status, bytes.status);
  EXPECT_EQ(whole.events.text, bytes.events.text);
  EXPECT_EQ(whole.events.calls.size(), bytes.events.calls.size());
  EXPECT_EQ(whole.events.finishes, bytes.events.finishes);
  EXPECT_EQ(whole.warnings, bytes.warnings);
  return whole;
}

std::string Text(absl::string_view text) {
  return absl::StrCat(
      "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,"
      "\"delta\":{\"content\":\"",
      text, "\"}}]}\n\n");
}

// `pieces` is the inside of the list of tool calls.
std::string Tools(absl::string_view pieces) {
  return absl::StrCat(
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[", pieces,
      "]}}]}\n\n");
}

TEST(OpenAiStreamTest, JoinsTextAndReadsTheEnd) {
  const Read read = ReadStream(
      absl::StrCat(Text("Hel"), Text("lo"), kStop,
                   "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
                   "\"completion_tokens\":2,\"total_tokens\":5}}\n\n",
                   kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.text, "Hello");
  EXPECT_THAT(read.events.finishes, ElementsAre(v1::FINISH_REASON_STOP));
  EXPECT_EQ(read.end.id(), "c1");
  EXPECT_EQ(read.end.model(), "m-1");
  EXPECT_EQ(read.end.usage().prompt_tokens(), 3);
  EXPECT_EQ(read.end.usage().completion_tokens(), 2);
  EXPECT_THAT(read.warnings, IsEmpty());
}

TEST(OpenAiStreamTest, GathersCitationsThatComeOneByOne) {
  const auto cited = [](absl::string_view list) {
    return absl::StrCat(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"annotations\":", list,
        "}}]}\n\n");
  };
  const Read read = ReadStream(absl::StrCat(
      Text("a"), cited(R"([{"url":"1"}])"), cited("null"), cited("[]"),
      // Some repeat what they had.
      cited(R"([{"url":"1"},{"url":"2"}])"), cited(R"([{"url":"3"}])"), kStop,
      kDone));
  ASSERT_THAT(read.status, IsOk());
  const auto& choice = read.end.provider_metadata().fields().at("choice_0");
  std::vector<std::string> urls;
  for (const auto& each :
       choice.struct_value().fields().at("annotations").list_value().values()) {
    urls.push_back(each.struct_value().fields().at("url").string_value());
  }
  EXPECT_THAT(urls, ElementsAre("1", "2", "3"));
}

TEST(OpenAiStreamTest, JoinsSoundWhereverItsBase64WasCut) {
  const auto sound = [](absl::string_view base64) {
    return absl::StrCat(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"audio\":{\"data\":\"",
        base64, "\"}}}]}\n\n");
  };
  for (const std::string& pieces :
       {sound("YWJjZGVm"), absl::StrCat(sound("YWJj"), sound("ZGVm")),
        absl::StrCat(sound("YWJjZ"), sound("GVm")),
        absl::StrCat(sound("YWJjZA=="), sound("ZWY=")),
        absl::StrCat(sound("YWJjZA="), sound("="), sound("ZWY="))}) {
    const Read read = ReadStream(absl::StrCat(pieces, kStop, kDone));
    ASSERT_THAT(read.status, IsOk()) << pieces;
    ASSERT_THAT(read.events.parts, SizeIs(1)) << pieces;
    EXPECT_EQ(read.events.parts[0].audio().data(), "abcdef") << pieces;
  }
  EXPECT_THAT(ReadStream(absl::StrCat(sound("YW!="), kStop, kDone)).status,
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST(OpenAiStreamTest, TakesTheLastOfUsagesThatGrow) {
  const Read read = ReadStream(
      absl::StrCat("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                   "\"a\"}}],\"usage\":{\"prompt_tokens\":3,"
                   "\"completion_tokens\":1}}\n\n",
                   "data: {\"choices\":[{\"index\":0,\"delta\":{},"
                   "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":"
                   "3,\"completion_tokens\":2}}\n\n",
                   kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.end.usage().completion_tokens(), 2);
}

TEST(OpenAiStreamTest, NeverInventsAUsage) {
  const Read read = ReadStream(absl::StrCat(Text("a"), kStop, kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_FALSE(read.end.has_usage());
}

TEST(OpenAiStreamTest, KeepsParallelCallsApart) {
  const Read read = ReadStream(absl::StrCat(
      Tools(R"({"index":0,"id":"a","function":{"name":"f","arguments":""}})"),
      Tools(R"({"index":1,"id":"b","function":{"name":"g","arguments":""}})"),
      Tools(R"({"index":1,"function":{"arguments":"{\"y\":2}"}},)"
            R"({"index":0,"function":{"arguments":"{\"x\":1}"}})"),
      kStop, kDone));
  ASSERT_THAT(read.status, IsOk());
  ASSERT_EQ(read.events.calls.size(), 2u);
  EXPECT_EQ(read.events.calls[0].arguments(), R"({"x":1})");
  EXPECT_EQ(read.events.calls[1].arguments(), R"({"y":2})");
  EXPECT_THAT(read.events.finishes, ElementsAre(v1::FINISH_REASON_TOOL_CALLS));
}

TEST(OpenAiStreamTest, TakesAFinishForTheEndIfDoneIsMissing) {
  const Read read = ReadStream(absl::StrCat(Text("a"), kStop));
  EXPECT_THAT(read.status, IsOk());
  EXPECT_THAT(read.events.finishes, ElementsAre(v1::FINISH_REASON_STOP));
}

TEST(OpenAiStreamTest, FailsIfTheProviderHangsUpInTheMiddle) {
  const Read read = ReadStream(Text("a"), /*clean=*/false);
  EXPECT_THAT(read.status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(read.events.text, "a");
  EXPECT_THAT(read.events.finishes, IsEmpty());
}

TEST(OpenAiStreamTest, FailsIfTheStreamEndsWithoutAFinish) {
  EXPECT_THAT(ReadStream(Text("a")).status,
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(ReadStream("").status,
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST(OpenAiStreamTest, FailsForAnErrorObjectAfterText) {
  const Read read = ReadStream(
      absl::StrCat(Text("a"),
                   "data: {\"error\":{\"message\":\"busy, credential-of-ours\","
                   "\"code\":429}}\n\n"));
  EXPECT_THAT(read.status, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(std::string(read.status.message()), HasSubstr("busy"));
  EXPECT_THAT(read.status.ToString(), Not(HasSubstr("credential-of-ours")));
}

TEST(OpenAiStreamTest, LeavesOutOneUnreadableEventWithAWarning) {
  const Read read = ReadStream(
      absl::StrCat(Text("a"), "data: {oops\n\n", Text("b"), kStop, kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.text, "ab");
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("left out")));
}

TEST(OpenAiStreamTest, FailsForASecondUnreadableEvent) {
  EXPECT_THAT(ReadStream(absl::StrCat(Text("a"), "data: {oops\n\n",
                                      "data: {oops\n\n", kStop, kDone))
                  .status,
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST(OpenAiStreamTest, FailsForAnUnreadableEventAmongToolCalls) {
  const std::string call =
      Tools(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"}})");
  for (const std::string& body :
       {absl::StrCat(call, "data: {oops\n\n", kStop, kDone),
        absl::StrCat("data: {oops\n\n", call, kStop, kDone)}) {
    EXPECT_THAT(ReadStream(body).status,
                HasReason(ErrorReason::kProviderProtocolError));
  }
}

TEST(OpenAiStreamTest, CannotReadAnEventWithTwoListsOfChoices) {
  const Read read = ReadStream(absl::StrCat(
      Text("a"),
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],"
      "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"y\"}}]}\n\n",
      kStop, kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.text, "a");
  EXPECT_EQ(read.warnings.size(), 1u);
}

TEST(OpenAiStreamTest, WarnsOfALastEventWithoutABlankLine) {
  std::string body = absl::StrCat(Text("a"), kStop);
  body.resize(body.size() - 2);
  const Read read = ReadStream(body);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.events.finishes, ElementsAre(v1::FINISH_REASON_STOP));
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("blank line")));
}

TEST(OpenAiStreamTest, MakesBytesThatAreNoTextOneReplacement) {
  const Read read = ReadStream(absl::StrCat(Text("a\xff"), kStop, kDone));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.text, "a\xef\xbf\xbd");
}

TEST(OpenAiStreamTest, ReadsAWholeAnswerInsteadOfAStream) {
  const Read read = ReadStream(
      R"({"id":"c1","choices":[{"index":0,"message":{"role":"assistant",)"
      R"("content":"hi"},"finish_reason":"length"}]})");
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.text, "hi");
  EXPECT_THAT(read.events.finishes, ElementsAre(v1::FINISH_REASON_LENGTH));
}

TEST(OpenAiStreamTest, ShowsNoBeginningOfAKeyWhereAPageIsCut) {
  const absl::Status status =
      ReadStream(absl::StrCat("Down ", std::string(kMaxPageBytes - 15, '.'),
                              "credential-of-ours"))
          .status;
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Down ..."), Not(HasSubstr("cred"))));
}

TEST(OpenAiStreamTest, TakesAPageForNoAnswer) {
  EXPECT_THAT(ReadStream("<html><body>Sign in</body></html>").status,
              HasReason(ErrorReason::kProviderProtocolError));
}

std::string ChoiceOf(int index) {
  return absl::StrCat("data: {\"choices\":[{\"index\":", index,
                      ",\"delta\":{\"content\":\"x\"},"
                      "\"finish_reason\":\"stop\"}]}\n\n");
}

TEST(OpenAiStreamTest, IsCutWhileAChoiceThatWasAskedForIsMissing) {
  const std::string one = ChoiceOf(0);
  const auto read = [](const std::string& body, bool clean) {
    return ReadSliced(body, body.size(), clean, /*n=*/2).status;
  };
  EXPECT_THAT(read(one, /*clean=*/false),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(read(one, /*clean=*/true),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_TRUE(read(absl::StrCat(one, ChoiceOf(1)), /*clean=*/false).ok());
  // A server that passes over the number says that there is no more.
  EXPECT_TRUE(read(absl::StrCat(one, kDone), /*clean=*/true).ok());
}

TEST(OpenAiStreamTest, WaitsForNoChoiceThatWasNotAskedFor) {
  // Groq has no `n`, so that none is sent.
  const std::string one = ChoiceOf(0);
  EXPECT_TRUE(
      ReadSliced(one, one.size(), /*clean=*/true, /*n=*/2, "groq").status.ok());
}

}  // namespace
}  // namespace aigateway
