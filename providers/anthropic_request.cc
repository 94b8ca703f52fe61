#include "providers/anthropic_request.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/anthropic_call.h"
#include "providers/anthropic_content.h"
#include "providers/anthropic_conversation.h"
#include "providers/anthropic_parameters.h"
#include "providers/anthropic_schema.h"
#include "providers/anthropic_thinking.h"
#include "providers/anthropic_tools.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "anthropic";
constexpr size_t kMaxBetaBytes = 128;
constexpr size_t kMaxShownKeywords = 200;

// What a field of v1 says, by the names of this API and of servers that speak
// it beside OpenAI's.
constexpr absl::string_view kReserved[] = {
    "model",
    "messages",
    "system",
    "prompt",
    "max_tokens",
    "max_tokens_to_sample",
    "max_completion_tokens",
    "max_output_tokens",
    "stop_sequences",
    "stop",
    "stream",
    "temperature",
    "top_p",
    "n",
    "seed",
    "tools",
    "functions",
    "tool_choice",
    "disable_parallel_tool_use",
    "parallel_tool_calls",
    "response_format",
    "output_format",
    "output_config.format",
    "output_config.effort",
    "thinking.type",
    "thinking.budget_tokens",
    "reasoning",
    "reasoning_effort",
    "metadata.user_id",
    "user",
    "service_tier",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
};

constexpr absl::string_view kJsonObjectWords =
    "Answer with one JSON object and nothing else: no words before or after "
    "it, and no code fence.";

// output_config.format as JSON text; empty if the answer is free.
absl::StatusOr<std::string> PlanFormat(AnthropicCall& call) {
  constexpr absl::string_view kField = "chat.response_format.json_schema";
  const v1::ResponseFormat& format = call.chat().response_format();
  if (!format.has_json_schema()) return std::string();
  const v1::JsonSchemaFormat& asked = format.json_schema();
  if (!call.profile().json_schema) {
    return call.policy().LeaveOut(Weight::kEssence, kField,
                                  "is not known to this model");
  }
  std::string schema;
  if (asked.has_schema_struct()) {
    JsonWriter out(&schema);
    out.Struct(asked.schema_struct());
  } else {
    schema = asked.schema();
  }
  absl::StatusOr<AnthropicSchema> adapted = AdaptAnthropicSchema(schema);
  if (!adapted.ok()) {
    return FieldError(absl::StrCat(kField, ".schema"),
                      adapted.status().message());
  }
  if (adapted->recursive) {
    return call.policy().LeaveOut(
        Weight::kEssence, absl::StrCat(kField, ".schema"),
        "refers to itself, which Claude cannot be held to");
  }
  if (!adapted->moved.empty()) {
    call.policy().Note(absl::StrCat(
        kField, ": Claude does not enforce ",
        Truncate(absl::StrJoin(adapted->moved, ", "), kMaxShownKeywords),
        "; the descriptions say it instead"));
  }
  return std::move(adapted->json);
}

// Asks in words for a JSON object: Claude has no mode for any of them.
absl::Status AskForJsonObject(const AnthropicCall& call,
                              AnthropicConversation& conversation) {
  if (!call.chat().response_format().has_json_object()) {
    return absl::OkStatus();
  }
  AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
      Weight::kHint, "chat.response_format.json_object",
      "is not known to Claude; the instructions ask for it in words"));
  conversation.system.push_back({AnthropicText{kJsonObjectWords}});
  return absl::OkStatus();
}

bool IsBetaName(absl::string_view word) {
  return !word.empty() && word.size() <= kMaxBetaBytes &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  c == '-' || c == '_' || c == '.';
         });
}

// Reads `anthropic_beta` of the options, a word or a list.
absl::Status ReadBetas(const google::protobuf::Value& option,
                       AnthropicCall& call) {
  const auto add = [&](const google::protobuf::Value& word) {
    if (!IsBetaName(word.string_value())) {
      return FieldError("chat.provider_options.anthropic.anthropic_beta",
                        "is not the name of a beta, nor a list of such");
    }
    call.NeedBeta(word.string_value());
    return absl::OkStatus();
  };
  if (!option.has_list_value()) return add(option);
  for (const google::protobuf::Value& word : option.list_value().values()) {
    AIGW_RETURN_IF_ERROR(add(word));
  }
  return absl::OkStatus();
}

// Merges the options into `body`, but for the two that are our own.
absl::Status MergeOptions(AnthropicCall& call, std::string* body) {
  const auto found = call.chat().provider_options().find(std::string(kType));
  if (found == call.chat().provider_options().end()) return absl::OkStatus();
  v1::ChatRequest rest;
  google::protobuf::Struct& options =
      (*rest.mutable_provider_options())[std::string(kType)];
  options = found->second;
  const auto betas = options.fields().find("anthropic_beta");
  if (betas != options.fields().end()) {
    AIGW_RETURN_IF_ERROR(ReadBetas(betas->second, call));
  }
  options.mutable_fields()->erase("anthropic_beta");
  options.mutable_fields()->erase("server_tools");
  return MergeProviderOptions(rest, kType, kReserved, body);
}

// Everything that is sent, decided before the first byte is written.
struct Plan {
  AnthropicConversation conversation;
  int64_t max_tokens = 0;
  AnthropicThinkingPlan thinking;
  AnthropicParameters parameters;
  std::string format;  // JSON text of output_config.format's schema.
};

absl::StatusOr<Plan> MakePlan(AnthropicCall& call) {
  Plan plan;
  AIGW_ASSIGN_OR_RETURN(plan.conversation,
                        ReadAnthropicConversation(
                            /*keep_bound=*/!NarrowsAnthropicTools(call), call));
  AIGW_ASSIGN_OR_RETURN(plan.max_tokens, AnthropicMaxTokens(call));
  AIGW_ASSIGN_OR_RETURN(
      plan.thinking,
      PlanAnthropicThinking(plan.max_tokens,
                            !plan.conversation.loop_without_thinking, call));
  AIGW_ASSIGN_OR_RETURN(plan.parameters,
                        PlanAnthropicParameters(plan.thinking.thinks(), call));
  AIGW_ASSIGN_OR_RETURN(plan.format, PlanFormat(call));
  AIGW_RETURN_IF_ERROR(AskForJsonObject(call, plan.conversation));
  return plan;
}

void WriteBody(const AnthropicCall& call, const Plan& plan,
               const AnthropicTools& tools, bool stream,
               absl::string_view version, std::string* body) {
  int marks_in_all = tools.CountCacheMarks() +
                     CountAnthropicCacheMarks(plan.conversation.system);
  for (const AnthropicTurn& turn : plan.conversation.turns) {
    marks_in_all += CountAnthropicCacheMarks(turn.blocks);
  }
  AnthropicCacheMarks marks(marks_in_all);

  JsonWriter out(body);
  out.StartObject();
  if (version.empty()) {
    out.Field("model", call.model());
  } else {
    out.Field("anthropic_version", version);
  }
  out.IntField("max_tokens", plan.max_tokens);
  if (stream) out.BoolField("stream", true);
  // In the order of the prompt, for the sake of the cache marks.
  tools.Write(marks, out);
  if (!plan.conversation.system.empty()) {
    out.Key("system");
    WriteAnthropicBlocks(plan.conversation.system, marks, out);
  }
  out.Key("messages");
  out.StartArray();
  for (const AnthropicTurn& turn : plan.conversation.turns) {
    out.StartObject();
    out.Field("role", turn.role);
    out.Key("content");
    WriteAnthropicBlocks(turn.blocks, marks, out);
    out.EndObject();
  }
  out.EndArray();
  plan.thinking.Write(out);
  if (!plan.thinking.effort.empty() || !plan.format.empty()) {
    out.Key("output_config");
    out.StartObject();
    if (!plan.thinking.effort.empty()) {
      out.Field("effort", plan.thinking.effort);
    }
    if (!plan.format.empty()) {
      out.Key("format");
      out.StartObject();
      out.Field("type", "json_schema");
      out.RawField("schema", plan.format);
      out.EndObject();
    }
    out.EndObject();
  }
  plan.parameters.Write(out);
  out.EndObject();
}

}  // namespace

absl::StatusOr<AnthropicRequest> WriteAnthropicRequest(
    const v1::ChatRequest& chat, const CallOptions& options,
    OnUnsupported on_unsupported, absl::string_view version) {
  AnthropicCall call(chat, options.model, on_unsupported, options.warnings);
  AIGW_ASSIGN_OR_RETURN(const Plan plan, MakePlan(call));
  const bool can_force =
      call.profile().forced_tools &&
      plan.thinking.kind != AnthropicThinkingPlan::Kind::kBudget;
  AIGW_ASSIGN_OR_RETURN(const AnthropicTools tools,
                        AnthropicTools::Create(can_force, call));
  AnthropicRequest request;
  WriteBody(call, plan, tools, options.stream, version, &request.body);
  AIGW_RETURN_IF_ERROR(MergeOptions(call, &request.body));
  request.betas = call.betas();
  return request;
}

}  // namespace aigateway
