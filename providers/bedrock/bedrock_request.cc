#include "providers/bedrock/bedrock_request.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/anthropic_schema.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_content.h"
#include "providers/bedrock/bedrock_conversation.h"
#include "providers/bedrock/bedrock_parameters.h"
#include "providers/bedrock/bedrock_profile.h"
#include "providers/bedrock/bedrock_thinking.h"
#include "providers/bedrock/bedrock_tools.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "bedrock";
constexpr size_t kMaxShownKeywords = 200;

// What a field of v1 says, by the names of this API and of the models' own
// beside OpenAI's.
constexpr absl::string_view kReserved[] = {
    "modelId",
    "messages",
    "system",
    "prompt",
    "promptVariables",
    "inputText",
    "maxTokens",
    "max_tokens_to_sample",
    "max_completion_tokens",
    "max_gen_len",
    "maxTokenCount",
    "max_new_tokens",
    "temperature",
    "topP",
    "stopSequences",
    "stop",
    "stream",
    "n",
    "seed",
    "tools",
    "toolChoice",
    "toolConfig",
    "disable_parallel_tool_use",
    "parallel_tool_calls",
    "response_format",
    "outputConfig.textFormat",
    "outputConfig.effort",
    "additionalModelRequestFields.message",
    "additionalModelRequestFields.chat_history",
    "additionalModelRequestFields.preamble",
    "additionalModelRequestFields.documents",
    "additionalModelRequestFields.output_config.format",
    "additionalModelRequestFields.output_config.effort",
    "additionalModelRequestFields.output_format",
    "additionalModelRequestFields.thinking.type",
    "additionalModelRequestFields.thinking.budget_tokens",
    "additionalModelRequestFields.reasoning_config",
    "additionalModelRequestFields.reasoning_effort",
    "serviceTier",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
};

constexpr absl::string_view kJsonObjectWords =
    "Answer with one JSON object and nothing else: no words before or after "
    "it, and no code fence.";

// The schema that the answer must fit, as JSON text; empty if it is free.
absl::StatusOr<std::string> PlanSchema(const BedrockCall& call) {
  constexpr absl::string_view kField = "chat.response_format.json_schema";
  const v1::ResponseFormat& format = call.chat.response_format();
  if (!format.has_json_schema()) return std::string();
  const v1::JsonSchemaFormat& asked = format.json_schema();
  if (!call.model.profile.json_schema) {
    return call.policy.LeaveOut(Weight::kEssence, kField,
                                "is not known to this model on Bedrock");
  }
  std::string schema = asked.schema();
  if (asked.has_schema_struct()) {
    schema.clear();
    JsonWriter(&schema).Struct(asked.schema_struct());
  }
  if (!call.model.profile.is_claude) {
    if (IsJson(schema)) return schema;
    return FieldError(absl::StrCat(kField, ".schema"), "is not JSON");
  }
  absl::StatusOr<AnthropicSchema> adapted = AdaptAnthropicSchema(schema);
  if (!adapted.ok()) {
    return FieldError(absl::StrCat(kField, ".schema"),
                      adapted.status().message());
  }
  if (adapted->recursive) {
    return call.policy.LeaveOut(
        Weight::kEssence, absl::StrCat(kField, ".schema"),
        "refers to itself, which Claude cannot be held to");
  }
  if (!adapted->moved.empty()) {
    call.policy.Note(absl::StrCat(
        kField, ": Claude does not enforce ",
        Truncate(absl::StrJoin(adapted->moved, ", "), kMaxShownKeywords),
        "; the descriptions say it instead"));
  }
  return std::move(adapted->json);
}

// Asks in words for a JSON object: Converse has no mode for any of them.
absl::Status AskForJsonObject(const BedrockCall& call,
                              BedrockConversation& conversation) {
  if (!call.chat.response_format().has_json_object()) return absl::OkStatus();
  AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(
      Weight::kHint, "chat.response_format.json_object",
      "is not known to Bedrock; the instructions ask for it in words"));
  if (call.model.profile.system) {
    conversation.system.push_back({BedrockText{kJsonObjectWords}});
  } else {
    std::vector<BedrockContent>& first = conversation.turns.front().blocks;
    first.insert(first.begin(), {BedrockText{kJsonObjectWords}});
  }
  return absl::OkStatus();
}

// The schema is a text in itself.
void WriteFormat(const v1::JsonSchemaFormat& asked, const std::string& schema,
                 JsonWriter& out) {
  out.Key("outputConfig");
  out.StartObject();
  out.Key("textFormat");
  out.StartObject();
  out.Field("type", "json_schema");
  out.Key("structure");
  out.StartObject();
  out.Key("jsonSchema");
  out.StartObject();
  out.Field("schema", schema);
  if (!asked.name().empty()) out.Field("name", asked.name());
  if (!asked.description().empty()) {
    out.Field("description", asked.description());
  }
  out.EndObject();
  out.EndObject();
  out.EndObject();
  out.EndObject();
}

}  // namespace

absl::StatusOr<std::string> WriteBedrockRequest(const v1::ChatRequest& chat,
                                                const CallOptions& options,
                                                OnUnsupported on_unsupported) {
  if (options.model.empty()) return FieldError("chat.model", "is empty");
  const ParameterPolicy policy(on_unsupported, options.warnings);
  const BedrockModel model = BedrockModelFor(options.model, chat.model());
  const BedrockCall call{chat,           options.model, model,
                         on_unsupported, policy,        options.warnings};
  AIGW_ASSIGN_OR_RETURN(BedrockConversation conversation,
                        ReadBedrockConversation(call));
  AIGW_ASSIGN_OR_RETURN(
      const BedrockThinking thinking,
      PlanBedrockThinking(!conversation.loop_without_thinking, call));
  AIGW_ASSIGN_OR_RETURN(const BedrockParameters parameters,
                        PlanBedrockParameters(thinking, call));
  AIGW_ASSIGN_OR_RETURN(const std::string schema, PlanSchema(call));
  AIGW_RETURN_IF_ERROR(AskForJsonObject(call, conversation));
  const bool can_force =
      thinking.claude.kind != AnthropicThinkingPlan::Kind::kBudget;
  AIGW_ASSIGN_OR_RETURN(const BedrockTools tools,
                        BedrockTools::Create(can_force, conversation, call));

  int points_in_all =
      tools.CountCachePoints() + CountBedrockCachePoints(conversation.system);
  for (const BedrockTurn& turn : conversation.turns) {
    points_in_all += CountBedrockCachePoints(turn.blocks);
  }
  BedrockCachePoints points(points_in_all);
  std::string body;
  {
    JsonWriter out(&body);
    out.StartObject();
    // In the order of the prompt, for the sake of the cache points.
    tools.Write(points, out);
    if (!conversation.system.empty()) {
      out.Key("system");
      WriteBedrockContent(conversation.system, points, out);
    }
    out.Key("messages");
    out.StartArray();
    for (const BedrockTurn& turn : conversation.turns) {
      out.StartObject();
      out.Field("role", turn.role);
      out.Key("content");
      WriteBedrockContent(turn.blocks, points, out);
      out.EndObject();
    }
    out.EndArray();
    parameters.Write(out);
    if (!thinking.is_unsaid()) {
      out.Key("additionalModelRequestFields");
      out.StartObject();
      thinking.Write(out);
      out.EndObject();
    }
    if (!schema.empty()) {
      WriteFormat(chat.response_format().json_schema(), schema, out);
    }
    out.EndObject();
  }
  AIGW_RETURN_IF_ERROR(MergeProviderOptions(chat, kType, kReserved, &body));
  return body;
}

}  // namespace aigateway
