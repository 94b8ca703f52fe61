#include "providers/openai_request.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/openai_messages.h"
#include "providers/openai_plan.h"
#include "providers/openai_reasoning.h"
#include "providers/openai_reserved.h"
#include "providers/parameter_policy.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

class RequestWriter {
 public:
  RequestWriter(const OpenAiInstance& instance, const OpenAiPlan& plan,
                const ParameterPolicy& policy, const v1::ChatRequest& chat,
                const CallOptions& options, std::string* body)
      : instance_(instance),
        dialect_(*instance.dialect),
        plan_(plan),
        policy_(policy),
        chat_(chat),
        options_(options),
        out_(body) {}

  absl::Status Write() {
    out_.StartObject();
    out_.Field("model", instance_.deployment.empty()
                            ? absl::string_view(options_.model)
                            : absl::string_view(instance_.deployment));
    out_.Key("messages");
    AIGW_RETURN_IF_ERROR(WriteOpenAiMessages(instance_, plan_, options_.model,
                                             policy_, chat_, out_));
    AIGW_RETURN_IF_ERROR(WriteLimits());
    AIGW_RETURN_IF_ERROR(WriteSampling());
    AIGW_RETURN_IF_ERROR(WriteTools());
    AIGW_RETURN_IF_ERROR(WriteResponseFormat());
    AIGW_RETURN_IF_ERROR(WriteLogprobs());
    AIGW_RETURN_IF_ERROR(WriteCaller());
    WriteOpenAiReasoning(instance_, plan_, chat_, out_);
    WriteStream();
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  // Writes a parameter with `write`, if `is_set`, or decides about it as one
  // that is not taken; `is_default` says that leaving it out changes nothing.
  absl::Status Write(bool is_set, Parameters parameter, Weight weight,
                     absl::string_view field, bool is_default,
                     absl::FunctionRef<void()> write) {
    if (!is_set) return absl::OkStatus();
    if ((plan_.unsupported & parameter) == 0) {
      write();
      return absl::OkStatus();
    }
    if (is_default) return absl::OkStatus();
    return policy_.LeaveOut(weight, field,
                            plan_.Why(parameter, dialect_, options_.model));
  }

  absl::Status WriteLimits() {
    if (chat_.has_max_output_tokens()) {
      out_.IntField(dialect_.max_tokens, chat_.max_output_tokens());
    } else if (dialect_.default_max_tokens > 0) {
      out_.IntField(dialect_.max_tokens, dialect_.default_max_tokens);
    }
    AIGW_RETURN_IF_ERROR(Write(chat_.has_n(), kN, Weight::kMeaning, "chat.n",
                               /*is_default=*/chat_.n() == 1,
                               [&] { out_.IntField("n", chat_.n()); }));
    return Write(!chat_.stop().empty(), kStop, Weight::kMeaning, "chat.stop",
                 /*is_default=*/false, [&] {
                   out_.Key("stop");
                   out_.StartArray();
                   for (const std::string& text : chat_.stop()) {
                     out_.String(text);
                   }
                   out_.EndArray();
                 });
  }

  absl::Status WriteSampling() {
    AIGW_RETURN_IF_ERROR(WriteDouble(chat_.has_temperature(), kTemperature,
                                     "temperature", chat_.temperature(), 1));
    AIGW_RETURN_IF_ERROR(
        WriteDouble(chat_.has_top_p(), kTopP, "top_p", chat_.top_p(), 1));
    AIGW_RETURN_IF_ERROR(WriteDouble(chat_.has_presence_penalty(),
                                     kPresencePenalty, "presence_penalty",
                                     chat_.presence_penalty(), 0));
    AIGW_RETURN_IF_ERROR(WriteDouble(chat_.has_frequency_penalty(),
                                     kFrequencyPenalty, "frequency_penalty",
                                     chat_.frequency_penalty(), 0));
    AIGW_RETURN_IF_ERROR(
        Write(chat_.has_seed(), kSeed, Weight::kHint, "chat.seed",
              /*is_default=*/false,
              [&] { out_.IntField(dialect_.seed, chat_.seed()); }));
    return Write(!chat_.logit_bias().empty(), kLogitBias, Weight::kHint,
                 "chat.logit_bias", /*is_default=*/false, [&] {
                   // By token, for the order of a hash map is nobody's.
                   const std::map<std::string, double> sorted(
                       chat_.logit_bias().begin(), chat_.logit_bias().end());
                   out_.Key("logit_bias");
                   out_.StartObject();
                   for (const auto& [token, bias] : sorted) {
                     out_.DoubleField(token, bias);
                   }
                   out_.EndObject();
                 });
  }

  absl::Status WriteDouble(bool is_set, Parameters parameter,
                           absl::string_view name, double value, double usual) {
    return Write(is_set, parameter, Weight::kHint, absl::StrCat("chat.", name),
                 /*is_default=*/value == usual,
                 [&] { out_.DoubleField(name, value); });
  }

  absl::Status WriteTools() {
    if (chat_.tools().empty()) return absl::OkStatus();
    if ((plan_.unsupported & kTools) != 0) {
      return policy_.LeaveOut(Weight::kEssence, "chat.tools",
                              plan_.Why(kTools, dialect_, options_.model));
    }
    out_.Key("tools");
    out_.StartArray();
    for (int i = 0; i < chat_.tools_size(); ++i) {
      if (!plan_.only_tool.empty() &&
          chat_.tools(i).name() != plan_.only_tool) {
        continue;
      }
      AIGW_RETURN_IF_ERROR(
          WriteTool(chat_.tools(i), absl::StrCat("chat.tools[", i, "]")));
    }
    out_.EndArray();
    WriteToolChoice();
    return Write(chat_.has_parallel_tool_calls(), kParallelToolCalls,
                 chat_.parallel_tool_calls() ? Weight::kHint : Weight::kMeaning,
                 "chat.parallel_tool_calls", /*is_default=*/false, [&] {
                   out_.BoolField("parallel_tool_calls",
                                  chat_.parallel_tool_calls());
                 });
  }

  absl::Status WriteTool(const v1::Tool& tool, const std::string& field) {
    out_.StartObject();
    out_.Field("type", "function");
    out_.Key("function");
    out_.StartObject();
    out_.Field("name", tool.name());
    if (tool.has_description()) out_.Field("description", tool.description());
    out_.Key("parameters");
    if (tool.has_parameters_struct()) {
      out_.Struct(tool.parameters_struct());
    } else if (tool.has_parameters()) {
      if (!IsObject(tool.parameters())) {
        return FieldError(absl::StrCat(field, ".parameters"),
                          "is not the JSON text of an object");
      }
      out_.Raw(tool.parameters());
    } else {
      // Some servers want a schema also where there is nothing to say.
      out_.Raw(R"({"type":"object","properties":{}})");
    }
    AIGW_RETURN_IF_ERROR(
        Write(tool.has_strict(), kStrictTools, Weight::kHint,
              absl::StrCat(field, ".strict"), /*is_default=*/!tool.strict(),
              [&] { out_.BoolField("strict", tool.strict()); }));
    out_.EndObject();
    out_.EndObject();
    return absl::OkStatus();
  }

  void WriteToolChoice() {
    switch (plan_.tool_choice) {
      case OpenAiPlan::ToolChoice::kUnsaid:
        return;
      case OpenAiPlan::ToolChoice::kAuto:
        out_.Field("tool_choice", "auto");
        return;
      case OpenAiPlan::ToolChoice::kNone:
        out_.Field("tool_choice", "none");
        return;
      case OpenAiPlan::ToolChoice::kRequired:
        out_.Field("tool_choice", "required");
        return;
      case OpenAiPlan::ToolChoice::kNamed:
        out_.Key("tool_choice");
        out_.StartObject();
        out_.Field("type", "function");
        out_.Key("function");
        out_.StartObject();
        out_.Field("name", chat_.tool_choice().name());
        out_.EndObject();
        out_.EndObject();
        return;
    }
  }

  absl::Status WriteResponseFormat() {
    const v1::ResponseFormat& format = chat_.response_format();
    if ((format.has_json_object() || format.has_json_schema()) &&
        options_.stream && !dialect_.streamed_form) {
      return policy_.LeaveOut(
          Weight::kEssence, "chat.response_format",
          absl::StrCat("cannot be had in a stream of ", dialect_.type));
    }
    // Text is what comes unasked, and not every server knows the word.
    if (format.has_json_object()) {
      return Write(true, kJsonObject, Weight::kEssence, "chat.response_format",
                   /*is_default=*/false, [&] {
                     out_.RawField("response_format",
                                   R"({"type":"json_object"})");
                   });
    }
    if (!format.has_json_schema()) return absl::OkStatus();
    if ((plan_.unsupported & kJsonSchema) != 0) {
      return policy_.LeaveOut(Weight::kEssence,
                              "chat.response_format.json_schema",
                              plan_.Why(kJsonSchema, dialect_, options_.model));
    }
    return WriteJsonSchema(format.json_schema());
  }

  absl::Status WriteJsonSchema(const v1::JsonSchemaFormat& format) {
    out_.Key("response_format");
    out_.StartObject();
    out_.Field("type", "json_schema");
    out_.Key("json_schema");
    out_.StartObject();
    out_.Field("name", format.name());
    if (format.has_description()) {
      out_.Field("description", format.description());
    }
    out_.Key("schema");
    if (format.has_schema_struct()) {
      out_.Struct(format.schema_struct());
    } else if (IsObject(format.schema())) {
      out_.Raw(format.schema());
    } else {
      return FieldError("chat.response_format.json_schema.schema",
                        "is not the JSON text of an object");
    }
    if (format.has_strict()) out_.BoolField("strict", format.strict());
    out_.EndObject();
    out_.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteLogprobs() {
    AIGW_RETURN_IF_ERROR(
        Write(chat_.has_logprobs(), kLogprobs, Weight::kMeaning,
              "chat.logprobs", /*is_default=*/!chat_.logprobs(),
              [&] { out_.BoolField("logprobs", chat_.logprobs()); }));
    return Write(chat_.has_top_logprobs(), kLogprobs, Weight::kMeaning,
                 "chat.top_logprobs", /*is_default=*/chat_.top_logprobs() == 0,
                 [&] { out_.IntField("top_logprobs", chat_.top_logprobs()); });
  }

  absl::Status WriteCaller() {
    AIGW_RETURN_IF_ERROR(Write(chat_.has_user(), kUser, Weight::kHint,
                               "chat.user", /*is_default=*/false,
                               [&] { out_.Field("user", chat_.user()); }));
    return Write(chat_.has_service_tier(), kServiceTier, Weight::kHint,
                 "chat.service_tier", /*is_default=*/false,
                 [&] { out_.Field("service_tier", chat_.service_tier()); });
  }

  void WriteStream() {
    if (!options_.stream) return;
    out_.BoolField("stream", true);
    // Limits, prices and logs need the counts, whatever the caller asked.
    if (dialect_.stream_options) {
      out_.RawField("stream_options", R"({"include_usage":true})");
    }
  }

  static bool IsObject(absl::string_view json) {
    const size_t first = json.find_first_not_of(" \t\r\n");
    return first != json.npos && json[first] == '{' && IsJson(json);
  }

  const OpenAiInstance& instance_;
  const Dialect& dialect_;
  const OpenAiPlan& plan_;
  const ParameterPolicy& policy_;
  const v1::ChatRequest& chat_;
  const CallOptions& options_;
  JsonWriter out_;
};

}  // namespace

absl::StatusOr<std::string> WriteOpenAiRequest(const OpenAiInstance& instance,
                                               const v1::ChatRequest& chat,
                                               const CallOptions& options) {
  const ParameterPolicy policy(instance.on_unsupported, options.warnings);
  AIGW_ASSIGN_OR_RETURN(
      const OpenAiPlan plan,
      OpenAiPlan::Make(instance, chat, options.model, policy));
  std::string body;
  AIGW_RETURN_IF_ERROR(
      RequestWriter(instance, plan, policy, chat, options, &body).Write());
  AIGW_RETURN_IF_ERROR(
      MergeProviderOptions(chat, instance.type, OpenAiReservedNames(), &body));
  return body;
}

}  // namespace aigateway
