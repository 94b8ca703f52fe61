// Walks the recorded traffic of the providers: what each codec reads must be
// the recorded right values, whole and cut at every byte. The recordings lie
// beside the checkout (AIGATEWAY_SHARED); without them the test is skipped.

#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/conformance/wire_case.h"
#include "tests/conformance/wire_reading.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

class WireConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (AllWireCases().empty()) {
      GTEST_SKIP() << "no recordings: AIGATEWAY_SHARED names no folder that "
                      "has wire/";
    }
  }

  WireReader reader_;
};

std::string FinishWord(v1::FinishReason reason) {
  switch (reason) {
    case v1::FINISH_REASON_STOP:
      return "stop";
    case v1::FINISH_REASON_LENGTH:
      return "length";
    case v1::FINISH_REASON_TOOL_CALLS:
      return "tool_calls";
    case v1::FINISH_REASON_CONTENT_FILTER:
      return "content_filter";
    case v1::FINISH_REASON_ERROR:
      return "error";
    case v1::FINISH_REASON_PAUSE:
      return "pause";
    default:
      return "";
  }
}

std::string TextOf(const v1::Message& message) {
  std::string text = message.content();
  for (const v1::ContentPart& part : message.parts()) text += part.text();
  return text;
}

// Equal as JSON, or to the letter where it is none.
bool SameJson(const std::string& a, const std::string& b) {
  google::protobuf::Value left;
  google::protobuf::Value right;
  const bool parsed =
      google::protobuf::util::JsonStringToMessage(a, &left).ok() &&
      google::protobuf::util::JsonStringToMessage(b, &right).ok();
  return parsed
             ? google::protobuf::util::MessageDifferencer::Equals(left, right)
             : a == b;
}

void ExpectToolCalls(const WireCase& wire, const Struct& expected,
                     const v1::Message& message) {
  const google::protobuf::Value* calls = Get(expected, "tool_calls");
  const int count = calls == nullptr ? 0 : calls->list_value().values_size();
  ASSERT_EQ(message.tool_calls_size(), count) << wire.id();
  for (int i = 0; i < count; ++i) {
    const Struct& call = calls->list_value().values(i).struct_value();
    const v1::ToolCall& read = message.tool_calls(i);
    EXPECT_EQ(read.name(), GetText(call, "name")) << wire.id();
    if (Get(call, "id") != nullptr) {
      EXPECT_EQ(read.id(), GetText(call, "id")) << wire.id();
    } else {
      EXPECT_FALSE(read.id().empty()) << wire.id();
    }
    std::string raw = GetText(call, "arguments_raw");
    // A complete call without arguments is {} by the contract.
    if (raw.empty() || raw == "null") {
      EXPECT_TRUE(read.arguments() == "{}" || read.arguments() == raw)
          << wire.id() << ": " << read.arguments();
    } else {
      EXPECT_TRUE(SameJson(read.arguments(), raw))
          << wire.id() << ": " << read.arguments() << " for " << raw;
    }
  }
}

void ExpectChoice(const WireCase& wire, const Struct& expected,
                  const v1::Choice& choice) {
  const v1::Message& message = choice.message();
  EXPECT_EQ(TextOf(message), GetText(expected, "text")) << wire.id();
  EXPECT_EQ(message.reasoning_content(), GetText(expected, "reasoning"))
      << wire.id();
  EXPECT_EQ(message.refusal(), GetText(expected, "refusal")) << wire.id();
  const std::string finish = GetText(expected, "finish_reason");
  if (!finish.empty()) {
    EXPECT_EQ(FinishWord(choice.finish_reason()), finish) << wire.id();
  }
  EXPECT_EQ(choice.provider_finish_reason(),
            GetText(expected, "finish_reason_native"))
      << wire.id();
  ExpectToolCalls(wire, expected, message);
}

void ExpectCount(const WireCase& wire, const Struct& usage, const char* key,
                 bool has, int64_t value) {
  const google::protobuf::Value* expected = Get(usage, key);
  // A count that the provider did not send may be left out; one that it sent
  // must be there, and right.
  if (expected == nullptr) return;
  EXPECT_TRUE(has) << wire.id() << ": usage." << key << " is missing";
  EXPECT_EQ(value, static_cast<int64_t>(expected->number_value()))
      << wire.id() << ": usage." << key;
}

void ExpectUsage(const WireCase& wire, const v1::ChatResponse& response) {
  const Struct* usage = GetStruct(wire.expected, "usage");
  if (usage == nullptr) {
    EXPECT_FALSE(response.has_usage()) << wire.id() << ": usage was invented";
    return;
  }
  const v1::Usage& read = response.usage();
  ExpectCount(wire, *usage, "prompt", read.has_prompt_tokens(),
              read.prompt_tokens());
  ExpectCount(wire, *usage, "completion", read.has_completion_tokens(),
              read.completion_tokens());
  ExpectCount(wire, *usage, "total", read.has_total_tokens(),
              read.total_tokens());
  ExpectCount(wire, *usage, "cached", read.has_cached_prompt_tokens(),
              read.cached_prompt_tokens());
  ExpectCount(wire, *usage, "cache_write", read.has_cache_write_tokens(),
              read.cache_write_tokens());
  ExpectCount(wire, *usage, "reasoning", read.has_reasoning_tokens(),
              read.reasoning_tokens());
}

void ExpectAnswer(const WireCase& wire, const WireReading& read) {
  if (Get(wire.expected, "stream_error") != nullptr) {
    EXPECT_FALSE(read.status.ok()) << wire.id();
    return;
  }
  ASSERT_TRUE(read.status.ok()) << wire.id() << ": " << read.status;
  const google::protobuf::Value* choices = Get(wire.expected, "choices");
  if (choices != nullptr) {
    ASSERT_EQ(read.response.choices_size(), choices->list_value().values_size())
        << wire.id();
    for (int i = 0; i < read.response.choices_size(); ++i) {
      ExpectChoice(wire, choices->list_value().values(i).struct_value(),
                   read.response.choices(i));
    }
  } else {
    ASSERT_EQ(read.response.choices_size(), 1) << wire.id();
    ExpectChoice(wire, wire.expected, read.response.choices(0));
  }
  ExpectUsage(wire, read.response);
}

std::set<ErrorReason> ReasonsOf(const std::string& kind) {
  using enum ErrorReason;
  static const auto* const reasons =
      new std::map<std::string, std::set<ErrorReason>>{
          {"invalid_request", {kInvalidRequest, kUnsupportedParameter}},
          {"context_length", {kContextLengthExceeded}},
          {"authentication", {kProviderAuthFailed}},
          {"permission", {kProviderAuthFailed}},
          {"billing", {kProviderQuotaExhausted}},
          {"quota", {kProviderQuotaExhausted}},
          {"model_not_found", {kModelNotFound}},
          {"rate_limit", {kProviderRateLimited}},
          {"tool_use_failed", {kGenerationFailed}},
          {"content_filter", {kContentFiltered}},
          {"server", {kProviderUnavailable}},
          {"overloaded", {kProviderUnavailable}}};
  auto it = reasons->find(kind);
  return it == reasons->end() ? std::set<ErrorReason>() : it->second;
}

TEST_F(WireConformanceTest, ReadsEveryWholeAnswer) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.stream || wire.format == "error" ||
        wire.format == "models") {
      continue;
    }
    ++count;
    ExpectAnswer(wire, reader_.ReadWhole(wire));
  }
  EXPECT_GT(count, 80);
}

TEST_F(WireConformanceTest, ReadsEveryStreamWhole) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    ++count;
    ExpectAnswer(wire, reader_.ReadStream(wire, {}));
  }
  EXPECT_GT(count, 40);
}

TEST_F(WireConformanceTest, ReadsEveryStreamTheSameCutAtEveryByte) {
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    const WireReading whole = reader_.ReadStream(wire, {});
    const std::string expected = whole.response.ShortDebugString();
    // Single cuts, at a stride in long streams, and all of them at once.
    const size_t size = wire.response.body.size();
    const size_t stride = size / 200 + 1;
    for (size_t cut = 0; cut < size; cut += stride) {
      const WireReading read = reader_.ReadStream(wire, {cut});
      ASSERT_EQ(read.status, whole.status) << wire.id() << " cut at " << cut;
      ASSERT_EQ(read.response.ShortDebugString(), expected)
          << wire.id() << " cut at " << cut;
    }
    std::vector<size_t> every;
    for (size_t cut = 1; cut < size; ++cut) every.push_back(cut);
    const WireReading read = reader_.ReadStream(wire, every);
    ASSERT_EQ(read.response.ShortDebugString(), expected)
        << wire.id() << " byte by byte";
  }
}

TEST_F(WireConformanceTest, NeverTakesACutStreamForAWholeOne) {
  for (WireCase wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    if (Get(wire.expected, "stream_error") != nullptr) continue;
    // Two exchanges in one body: the first one's end is in its first half.
    if (wire.id() == "cerebras/stream-two-tools-same-index") continue;
    const std::string whole = wire.response.body;
    const std::string text =
        TextOf(reader_.ReadStream(wire, {}).response.choices(0).message());
    // Ends in the first half: no dialect has said its end there.
    for (size_t size : {whole.size() / 4, whole.size() / 2}) {
      wire.response.body = whole.substr(0, size);
      const WireReading read = reader_.ReadStream(wire, {}, /*clean=*/false);
      const bool same = read.response.choices_size() > 0 &&
                        TextOf(read.response.choices(0).message()) == text;
      EXPECT_TRUE(!read.status.ok() || same) << wire.id() << " cut to " << size;
    }
  }
}

TEST_F(WireConformanceTest, ClassifiesEveryError) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.format != "error") continue;
    const Struct* expected = GetStruct(wire.expected, "error");
    if (expected == nullptr) continue;
    ++count;
    const absl::Status status = reader_.Codec(wire).ParseError(
        wire.response, absl::FromUnixSeconds(1764000000));
    const std::string kind = GetText(*expected, "kind");
    EXPECT_TRUE(ReasonsOf(kind).contains(ReasonOf(status)))
        << wire.id() << ": " << kind << " read as " << NameOf(ReasonOf(status))
        << ": " << status.message();
    if (const auto* wait = Get(*expected, "retry_after_ms")) {
      EXPECT_EQ(RetryAfter(status), absl::Milliseconds(wait->number_value()))
          << wire.id();
    }
    const std::string words = GetText(*expected, "message").substr(0, 24);
    EXPECT_NE(std::string(status.message()).find(words), std::string::npos)
        << wire.id() << ": " << status.message();
  }
  EXPECT_GT(count, 25);
}

TEST_F(WireConformanceTest, ListsModels) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.format != "models") continue;
    const Struct* expected = GetStruct(wire.expected, "models");
    if (expected == nullptr) continue;
    ++count;
    const auto page = reader_.Codec(wire).ParseModels(wire.response);
    ASSERT_TRUE(page.ok()) << wire.id() << ": " << page.status();
    const google::protobuf::Value* ids = Get(*expected, "first_ids");
    if (ids == nullptr) continue;
    std::set<std::string> names;
    for (const v1::Model& model : page->models) names.insert(model.id());
    EXPECT_FALSE(names.empty()) << wire.id();
  }
  EXPECT_GT(count, 4);
}

TEST_F(WireConformanceTest, SaysWhatIsNotOfThisVersion) {
  std::map<std::string, int> left_out;
  int served = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (IsServed(wire)) {
      ++served;
    } else {
      ++left_out[wire.provider + " " + wire.format];
    }
  }
  std::cout << served << " of " << AllWireCases().size()
            << " recordings apply; not applicable:\n";
  for (const auto& [what, count] : left_out) {
    std::cout << "  " << count << " x " << what << "\n";
  }
  EXPECT_GT(served, 150);
}

}  // namespace
}  // namespace aigateway
