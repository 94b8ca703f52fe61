#include "tests/conformance/wire_expectations.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "absl/time/time.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

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
  const bool cut = GetText(expected, "finish_reason") == "length";
  for (int i = 0; i < count; ++i) {
    const Struct& call = calls->list_value().values(i).struct_value();
    const v1::ToolCall& read = message.tool_calls(i);
    EXPECT_EQ(read.name(), GetText(call, "name")) << wire.id();
    if (Get(call, "id") != nullptr) {
      EXPECT_EQ(read.id(), GetText(call, "id")) << wire.id();
    } else {
      EXPECT_FALSE(read.id().empty()) << wire.id();
    }
    const std::string raw = GetText(call, "arguments_raw");
    // By the contract a complete call without arguments has {}, and what a
    // token limit cut is as it came.
    if (!cut && (raw.empty() || raw == "null")) {
      EXPECT_EQ(read.arguments(), "{}") << wire.id();
    } else if (cut) {
      EXPECT_EQ(read.arguments(), raw) << wire.id();
    } else {
      // An object of the provider's has white space of its own.
      EXPECT_TRUE(SameJson(read.arguments(), raw))
          << wire.id() << ": " << read.arguments() << " for " << raw;
    }
  }
}

// Whether `opaque` is an item of the provider's that has `type`.
bool HasType(const std::string& opaque, const std::string& type) {
  return opaque.find("\"" + type + "\"") != std::string::npos;
}

// What must be kept for the next turn, in the recordings' words.
std::set<std::string> OpaqueOf(const v1::Message& message) {
  std::set<std::string> kinds;
  for (const v1::ToolCall& call : message.tool_calls()) {
    if (!call.signature().empty()) kinds.insert("signature");
  }
  for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
    if (!block.signature().empty()) kinds.insert("signature");
    const std::string& opaque = block.opaque();
    if (opaque.empty()) continue;
    if (opaque[0] != '{' || HasType(opaque, "redacted_thinking")) {
      kinds.insert("redacted");
    } else if (HasType(opaque, "reasoning.encrypted") ||
               HasType(opaque, "encrypted_content")) {
      kinds.insert("encrypted");
    }
  }
  return kinds;
}

// A seal is of use byte for byte only: it must be in what was sent.
void ExpectSealAsSent(const WireCase& wire, std::string seal) {
  // Google writes "=" as an escape.
  while (!seal.empty() && seal.back() == '=') seal.pop_back();
  EXPECT_NE(wire.response.body.find(seal), std::string::npos)
      << wire.id() << ": " << seal;
}

void ExpectOpaque(const WireCase& wire, const v1::Message& message) {
  std::set<std::string> expected;
  if (const auto* kinds = Get(wire.expected, "reasoning_opaque")) {
    for (const auto& kind : kinds->list_value().values()) {
      expected.insert(kind.string_value());
    }
  }
  EXPECT_EQ(OpaqueOf(message), expected) << wire.id();
  for (const v1::ToolCall& call : message.tool_calls()) {
    ExpectSealAsSent(wire, call.signature());
  }
  for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
    ExpectSealAsSent(wire, block.signature());
    if (!block.opaque().empty() && block.opaque()[0] != '{') {
      ExpectSealAsSent(wire, block.opaque());
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
  ExpectOpaque(wire, message);
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

template <typename Response>
void ExpectUsage(const WireCase& wire, const Response& response) {
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

ErrorReason ReasonOfKind(const std::string& kind) {
  using enum ErrorReason;
  static const auto* const reasons = new std::map<std::string, ErrorReason>{
      {"invalid_request", kInvalidRequest},
      {"context_length", kContextLengthExceeded},
      {"authentication", kProviderAuthFailed},
      {"permission", kProviderAuthFailed},
      {"billing", kProviderQuotaExhausted},
      {"quota", kProviderQuotaExhausted},
      {"model_not_found", kModelNotFound},
      {"rate_limit", kProviderRateLimited},
      {"tool_use_failed", kGenerationFailed},
      {"content_filter", kContentFiltered},
      {"server", kProviderUnavailable},
      {"overloaded", kProviderUnavailable}};
  auto it = reasons->find(kind);
  return it == reasons->end() ? kUnspecified : it->second;
}

// Of an error event under status 200: the class that its own code or status
// names, and its own words.
void ExpectStreamError(const WireCase& wire, const absl::Status& status) {
  using enum ErrorReason;
  static const auto* const reasons = new std::map<std::string, ErrorReason>{
      {"tool_use_failed", kGenerationFailed},
      {"insufficient_quota", kProviderQuotaExhausted},
      {"400", kInvalidRequest}};
  const Struct* error = GetStruct(wire.expected, "stream_error");
  ASSERT_NE(error, nullptr) << wire.id();
  std::string code = GetText(*error, "code");
  if (const auto* number = Get(*error, "code");
      number != nullptr && number->has_number_value()) {
    code = std::to_string(static_cast<int>(number->number_value()));
  }
  const auto reason = reasons->find(code);
  ASSERT_NE(reason, reasons->end()) << wire.id() << ": " << code;
  EXPECT_EQ(NameOf(ReasonOf(status)), NameOf(reason->second)) << wire.id();
  EXPECT_EQ(std::string(status.message()), GetText(*error, "message"))
      << wire.id();
}

// Whether `shown` has the provider's `words`, but for keys that they repeat.
bool Repeats(const std::string& shown, const std::string& words) {
  const std::string mark = "[redacted]";
  const size_t key = shown.find(mark);
  if (key == std::string::npos) return shown.find(words) != std::string::npos;
  const std::string before = shown.substr(0, key);
  const std::string behind = shown.substr(key + mark.size());
  return words.size() > before.size() + behind.size() &&
         words.rfind(before, 0) == 0 &&
         words.compare(words.size() - behind.size(), behind.size(), behind) ==
             0;
}

// How many models of Google's list neither chat nor embed: they make pictures,
// films or speech by methods of their own.
size_t CountNotOurs(const WireCase& wire) {
  if (wire.provider != "gemini") return 0;
  Struct body;
  EXPECT_TRUE(
      google::protobuf::util::JsonStringToMessage(wire.response.body, &body)
          .ok());
  size_t not_ours = 0;
  for (const auto& model : body.fields().at("models").list_value().values()) {
    const Struct& fields = model.struct_value();
    const auto* methods = Get(fields, "supportedGenerationMethods");
    bool ours = false;
    if (methods != nullptr) {
      for (const auto& method : methods->list_value().values()) {
        ours |= method.string_value() == "generateContent" ||
                method.string_value() == "embedContent";
      }
    }
    not_ours += ours ? 0 : 1;
  }
  return not_ours;
}

// A prediction of Replicate's: its output, or where it is asked for again.
void ExpectPrediction(const WireCase& wire, const Struct& expected,
                      const WireReading& read) {
  if (GetText(expected, "status") != "succeeded") {
    ASSERT_TRUE(read.next.has_value()) << wire.id();
    EXPECT_NE(
        read.next->request.url.find("/predictions/" + GetText(expected, "id")),
        std::string::npos)
        << wire.id() << ": " << read.next->request.url;
    return;
  }
  std::string output;
  for (const auto& piece :
       expected.fields().at("output").list_value().values()) {
    output += piece.string_value();
  }
  ASSERT_EQ(read.response.choices_size(), 1) << wire.id();
  EXPECT_EQ(TextOf(read.response.choices(0).message()), output) << wire.id();
}

}  // namespace

std::string TextOf(const v1::Message& message) {
  std::string text = message.content();
  for (const v1::ContentPart& part : message.parts()) text += part.text();
  return text;
}

void ExpectAnswer(const WireCase& wire, const WireReading& read) {
  if (Get(wire.expected, "stream_error") != nullptr) {
    ExpectStreamError(wire, read.status);
    return;
  }
  ASSERT_TRUE(read.status.ok()) << wire.id() << ": " << read.status;
  if (const Struct* prediction = GetStruct(wire.expected, "prediction")) {
    ExpectPrediction(wire, *prediction, read);
    return;
  }
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

void ExpectError(const WireCase& wire, const Struct& expected,
                 const absl::Status& status) {
  const std::string kind = GetText(expected, "kind");
  const auto reason = ReasonOfKind(kind);
  EXPECT_EQ(NameOf(ReasonOf(status)), NameOf(reason))
      << wire.id() << ": " << kind << ": " << status.message();
  std::optional<absl::Duration> expected_wait;
  if (const auto* wait = Get(expected, "retry_after_ms")) {
    expected_wait = absl::Milliseconds(wait->number_value());
  }
  EXPECT_EQ(RetryAfter(status), expected_wait) << wire.id();
  EXPECT_TRUE(
      Repeats(std::string(status.message()), GetText(expected, "message")))
      << wire.id() << ": " << status.message();
}

void ExpectModels(const WireCase& wire, const Struct& expected,
                  const std::vector<v1::Model>& models) {
  const google::protobuf::Value* count = Get(expected, "count");
  ASSERT_NE(count, nullptr) << wire.id();
  EXPECT_EQ(models.size(),
            static_cast<size_t>(count->number_value()) - CountNotOurs(wire))
      << wire.id();
  const google::protobuf::Value* ids = Get(expected, "first_ids");
  ASSERT_NE(ids, nullptr) << wire.id();
  for (int i = 0; i < ids->list_value().values_size(); ++i) {
    std::string id = ids->list_value().values(i).string_value();
    // Google's resource names; requests may do without the folder.
    if (id.rfind("models/", 0) == 0) id = id.substr(7);
    ASSERT_LT(static_cast<size_t>(i), models.size()) << wire.id();
    EXPECT_EQ(models[static_cast<size_t>(i)].id(), id) << wire.id();
  }
}

void ExpectEmbeddings(const WireCase& wire, const Struct& expected,
                      const v1::EmbedResponse& read, const std::string& asked) {
  ASSERT_EQ(read.embeddings_size(),
            static_cast<int>(Get(expected, "count")->number_value()))
      << wire.id();
  const int dimensions =
      static_cast<int>(Get(expected, "dimensions")->number_value());
  for (int i = 0; i < read.embeddings_size(); ++i) {
    EXPECT_EQ(read.embeddings(i).index(), i) << wire.id();
    EXPECT_EQ(read.embeddings(i).values_size(), dimensions) << wire.id();
  }
  const auto& head = Get(expected, "first_vector_head")->list_value();
  ASSERT_LE(head.values_size(), dimensions) << wire.id();
  for (int i = 0; i < head.values_size(); ++i) {
    EXPECT_EQ(read.embeddings(0).values(i),
              static_cast<float>(head.values(i).number_value()))
        << wire.id();
  }
  const std::string model = GetText(wire.expected, "model");
  EXPECT_EQ(read.model(), model.empty() ? asked : model) << wire.id();
  ExpectUsage(wire, read);
}

}  // namespace aigateway
