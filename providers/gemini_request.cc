#include "providers/gemini_request.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/cache_note.h"
#include "providers/gemini_contents.h"
#include "providers/gemini_generation.h"
#include "providers/gemini_tools.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

// The names by which the API takes what fields of v1 say.
constexpr absl::string_view kReserved[] = {
    "model",
    // The conversation.
    "contents",
    "systemInstruction",
    // Limits and sampling.
    "temperature",
    "topP",
    "maxOutputTokens",
    "stopSequences",
    "candidateCount",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
    "responseLogprobs",
    "logprobs",
    // Tools and form.
    "functionDeclarations",
    "functionCallingConfig",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "responseFormat",
    // How much to think.
    "thinkingBudget",
    "thinkingLevel",
    "serviceTier",
};

// A request that has nothing but options, of one provider type.
v1::ChatRequest OptionsOnly(absl::string_view type,
                            google::protobuf::Struct options) {
  v1::ChatRequest chat;
  (*chat.mutable_provider_options())[std::string(type)] = std::move(options);
  return chat;
}

// The options of the request in two: tools, which are added to the request's
// own, and all else, which is merged.
struct Options {
  std::vector<std::string> tools;  // JSON texts.
  v1::ChatRequest others;
};

absl::StatusOr<Options> ReadOptions(const GeminiCall& call) {
  Options options;
  const absl::string_view type = call.api().type;
  const auto found = call.chat().provider_options().find(std::string(type));
  if (found == call.chat().provider_options().end()) return options;
  google::protobuf::Struct others = found->second;
  const auto tools = others.fields().find("tools");
  if (tools != others.fields().end() && tools->second.has_list_value()) {
    google::protobuf::Struct only_tools;
    (*only_tools.mutable_fields())["tools"] = tools->second;
    others.mutable_fields()->erase("tools");
    // Merged into nothing they are checked all the same.
    std::string text = "{}";
    AIGW_RETURN_IF_ERROR(MergeProviderOptions(
        OptionsOnly(type, std::move(only_tools)), type, kReserved, &text));
    JsonReader reader;
    AIGW_RETURN_IF_ERROR(reader.Read(text, [&](JsonValue& root) {
      return root.ForEachField([&](absl::string_view, JsonValue& list) {
        return list.ForEachItem([&](JsonValue& tool) {
          options.tools.emplace_back(tool.Raw());
          return absl::OkStatus();
        });
      });
    }));
  }
  options.others = OptionsOnly(type, std::move(others));
  return options;
}

// What has no place in the body at all.
absl::Status LeaveOutUnknown(const GeminiCall& call) {
  const v1::ChatRequest& chat = call.chat();
  if (chat.has_user()) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(Weight::kHint, "chat.user",
                                                "is not known to Gemini"));
  }
  if (chat.has_service_tier() && !call.api().service_tier) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kHint, "chat.service_tier", "is no field of this API"));
  }
  if (chat.has_parallel_tool_calls() && !chat.parallel_tool_calls() &&
      !chat.tools().empty()) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kMeaning, "chat.parallel_tool_calls",
        "cannot be false: Gemini calls as many tools as it likes"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> BuildGeminiBody(const GeminiCall& call) {
  AIGW_RETURN_IF_ERROR(LeaveOutUnknown(call));
  NoteCacheControl(call.chat(), "Gemini", call.policy());
  AIGW_ASSIGN_OR_RETURN(const Options options, ReadOptions(call));
  std::string body;
  JsonWriter out(&body);
  out.StartObject();
  AIGW_RETURN_IF_ERROR(WriteGeminiContents(call, out));
  AIGW_RETURN_IF_ERROR(WriteGeminiTools(call, options.tools, out));
  AIGW_RETURN_IF_ERROR(WriteGeminiGenerationConfig(call, out));
  if (call.chat().has_service_tier() && call.api().service_tier) {
    out.Field("serviceTier", call.chat().service_tier());
  }
  out.EndObject();
  AIGW_RETURN_IF_ERROR(
      MergeProviderOptions(options.others, call.api().type, kReserved, &body));
  return body;
}

}  // namespace aigateway
