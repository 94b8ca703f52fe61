#include "providers/responses/responses_request.h"

#include <algorithm>

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
#include "providers/openai_plan.h"
#include "providers/openai_reserved.h"
#include "providers/parameter_policy.h"
#include "providers/provider_options.h"
#include "providers/responses/responses_input.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;

bool IsObject(absl::string_view json) {
  const size_t first = json.find_first_not_of(" \t\r\n");
  return first != json.npos && json[first] == '{' && IsJson(json);
}

// The caller's own members for this type of provider. What chat completions
// call "verbosity" is put where it belongs here, for the caller does not choose
// between the two.
Struct OwnOptions(const OpenAiInstance& instance, const v1::ChatRequest& chat) {
  const auto found = chat.provider_options().find(instance.type);
  if (found == chat.provider_options().end()) return Struct();
  Struct own = found->second;
  const auto verbosity = own.fields().find("verbosity");
  const auto text = own.fields().find("text");
  const bool has_place =
      text == own.fields().end() || text->second.has_struct_value();
  if (verbosity != own.fields().end() && has_place) {
    const google::protobuf::Value word = verbosity->second;
    own.mutable_fields()->erase("verbosity");
    (*(*own.mutable_fields())["text"]
          .mutable_struct_value()
          ->mutable_fields())["verbosity"] = word;
  }
  return own;
}

class RequestWriter {
 public:
  RequestWriter(const OpenAiInstance& instance, const OpenAiPlan& plan,
                const ParameterPolicy& policy, const v1::ChatRequest& chat,
                const CallOptions& options, const Struct& own,
                std::string* body)
      : instance_(instance),
        dialect_(*instance.dialect),
        form_(dialect_.responses),
        plan_(plan),
        policy_(policy),
        chat_(chat),
        options_(options),
        own_(own),
        out_(body) {}

  absl::Status Write() {
    out_.StartObject();
    out_.Field("model", Model());
    AIGW_RETURN_IF_ERROR(WriteResponsesInput(instance_, plan_, options_.model,
                                             policy_, chat_, out_));
    WriteLimit();
    AIGW_RETURN_IF_ERROR(WriteSampling());
    AIGW_RETURN_IF_ERROR(WriteTools());
    AIGW_RETURN_IF_ERROR(WriteFormat());
    AIGW_RETURN_IF_ERROR(WriteLogprobs());
    AIGW_RETURN_IF_ERROR(WriteCaller());
    if (plan_.effort.has_value()) {
      out_.Key("reasoning");
      out_.StartObject();
      out_.Field("effort", *plan_.effort);
      out_.EndObject();
    }
    WriteKeeping();
    if (options_.stream) out_.BoolField("stream", true);
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  std::string Model() const {
    if (!instance_.deployment.empty()) return instance_.deployment;
    return absl::StrContains(options_.model, '/')
               ? options_.model
               : absl::StrCat(form_.name_prefix, options_.model);
  }

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
    return is_default ? absl::OkStatus() : LeaveOut(parameter, weight, field);
  }

  // The same for what no Responses API has.
  absl::Status Refuse(bool is_set, Parameters parameter, Weight weight,
                      absl::string_view field) {
    return is_set ? LeaveOut(parameter, weight, field) : absl::OkStatus();
  }

  absl::Status LeaveOut(Parameters parameter, Weight weight,
                        absl::string_view field) {
    return policy_.LeaveOut(weight, field,
                            plan_.Why(parameter, dialect_, options_.model));
  }

  void WriteLimit() {
    if (!chat_.has_max_output_tokens()) {
      if (dialect_.default_max_tokens > 0) {
        out_.IntField("max_output_tokens", dialect_.default_max_tokens);
      }
      return;
    }
    const int limit =
        std::max(chat_.max_output_tokens(), form_.min_output_tokens);
    if (limit != chat_.max_output_tokens()) {
      policy_.Note(absl::StrCat("chat.max_output_tokens: sent as ", limit,
                                ", the least that the Responses API of ",
                                dialect_.type, " takes"));
    }
    out_.IntField("max_output_tokens", limit);
  }

  absl::Status WriteSampling() {
    AIGW_RETURN_IF_ERROR(
        Write(chat_.has_temperature(), kTemperature, Weight::kHint,
              "chat.temperature", /*is_default=*/chat_.temperature() == 1,
              [&] { out_.DoubleField("temperature", chat_.temperature()); }));
    AIGW_RETURN_IF_ERROR(
        Write(chat_.has_top_p(), kTopP, Weight::kHint, "chat.top_p",
              /*is_default=*/chat_.top_p() == 1,
              [&] { out_.DoubleField("top_p", chat_.top_p()); }));
    AIGW_RETURN_IF_ERROR(Refuse(chat_.n() > 1, kN, Weight::kMeaning, "chat.n"));
    AIGW_RETURN_IF_ERROR(
        Refuse(!chat_.stop().empty(), kStop, Weight::kMeaning, "chat.stop"));
    AIGW_RETURN_IF_ERROR(
        Refuse(chat_.has_seed(), kSeed, Weight::kHint, "chat.seed"));
    AIGW_RETURN_IF_ERROR(Refuse(chat_.presence_penalty() != 0, kPresencePenalty,
                                Weight::kHint, "chat.presence_penalty"));
    AIGW_RETURN_IF_ERROR(Refuse(chat_.frequency_penalty() != 0,
                                kFrequencyPenalty, Weight::kHint,
                                "chat.frequency_penalty"));
    return Refuse(!chat_.logit_bias().empty(), kLogitBias, Weight::kHint,
                  "chat.logit_bias");
  }

  absl::Status WriteTools() {
    if (chat_.tools().empty()) return absl::OkStatus();
    if ((plan_.unsupported & kTools) != 0) {
      return LeaveOut(kTools, Weight::kEssence, "chat.tools");
    }
    out_.Key("tools");
    out_.StartArray();
    for (int i = 0; i < chat_.tools_size(); ++i) {
      const v1::Tool& tool = chat_.tools(i);
      if (!plan_.only_tool.empty() && tool.name() != plan_.only_tool) continue;
      AIGW_RETURN_IF_ERROR(
          WriteTool(tool, absl::StrCat("chat.tools[", i, "]")));
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
    out_.Field("name", tool.name());
    if (tool.has_description()) out_.Field("description", tool.description());
    out_.Key("parameters");
    if (tool.has_parameters_struct()) {
      out_.Struct(tool.parameters_struct());
    } else if (!tool.has_parameters()) {
      out_.Raw(R"({"type":"object","properties":{}})");
    } else if (IsObject(tool.parameters())) {
      out_.Raw(tool.parameters());
    } else {
      return FieldError(absl::StrCat(field, ".parameters"),
                        "is not the JSON text of an object");
    }
    // Unsaid it would be true here, and make what is optional required; on chat
    // completions it is false, and which of the two is asked nobody said.
    AIGW_RETURN_IF_ERROR(
        Write(true, kStrictTools, Weight::kHint, absl::StrCat(field, ".strict"),
              /*is_default=*/!tool.strict(),
              [&] { out_.BoolField("strict", tool.strict()); }));
    out_.EndObject();
    return absl::OkStatus();
  }

  void WriteToolChoice() {
    switch (plan_.tool_choice) {
      case OpenAiPlan::ToolChoice::kUnsaid:
        return;
      case OpenAiPlan::ToolChoice::kAuto:
        // Who cannot be told decides by itself.
        if ((plan_.unsupported & kToolChoice) == 0) {
          out_.Field("tool_choice", "auto");
        }
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
        out_.Field("name", chat_.tool_choice().name());
        out_.EndObject();
        return;
    }
  }

  absl::Status WriteFormat() {
    const v1::ResponseFormat& format = chat_.response_format();
    if (!format.has_json_object() && !format.has_json_schema()) {
      return absl::OkStatus();
    }
    const bool schema = format.has_json_schema();
    const Parameters parameter = schema ? kJsonSchema : kJsonObject;
    if ((plan_.unsupported & parameter) != 0) {
      return LeaveOut(
          parameter, Weight::kEssence,
          schema ? "chat.response_format.json_schema" : "chat.response_format");
    }
    if (form_.text_format) {
      out_.Key("text");
      out_.StartObject();
      out_.Key("format");
    } else {
      out_.Key("response_format");
    }
    out_.StartObject();
    out_.Field("type", schema ? "json_schema" : "json_object");
    if (schema) {
      const v1::JsonSchemaFormat& given = format.json_schema();
      // Chat completions have one object more.
      if (!form_.text_format) {
        out_.Key("json_schema");
        out_.StartObject();
      }
      AIGW_RETURN_IF_ERROR(WriteSchema(given));
      if (!form_.text_format) out_.EndObject();
    }
    out_.EndObject();
    if (form_.text_format) out_.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteSchema(const v1::JsonSchemaFormat& given) {
    out_.Field("name", given.name());
    if (given.has_description()) out_.Field("description", given.description());
    out_.Key("schema");
    if (given.has_schema_struct()) {
      out_.Struct(given.schema_struct());
    } else if (IsObject(given.schema())) {
      out_.Raw(given.schema());
    } else {
      return FieldError("chat.response_format.json_schema.schema",
                        "is not the JSON text of an object");
    }
    if (given.has_strict()) out_.BoolField("strict", given.strict());
    return absl::OkStatus();
  }

  // How many are asked for; that they are asked for stands in "include".
  absl::Status WriteLogprobs() {
    return Write(chat_.logprobs(), kLogprobs, Weight::kMeaning, "chat.logprobs",
                 /*is_default=*/false, [&] {
                   wants_logprobs_ = true;
                   if (chat_.has_top_logprobs()) {
                     out_.IntField("top_logprobs", chat_.top_logprobs());
                   }
                 });
  }

  absl::Status WriteCaller() {
    AIGW_RETURN_IF_ERROR(Write(chat_.has_user(), kUser, Weight::kHint,
                               "chat.user", /*is_default=*/false,
                               [&] { out_.Field("user", chat_.user()); }));
    return Write(chat_.has_service_tier(), kServiceTier, Weight::kHint,
                 "chat.service_tier", /*is_default=*/false,
                 [&] { out_.Field("service_tier", chat_.service_tier()); });
  }

  // A caller that says itself what is kept and given says all of it.
  void WriteKeeping() {
    const bool sealed = form_.stateless && Thinks();
    if (form_.stateless && !own_.fields().contains("store")) {
      out_.BoolField("store", false);
    }
    if ((!sealed && !wants_logprobs_) || own_.fields().contains("include")) {
      return;
    }
    out_.Key("include");
    out_.StartArray();
    if (sealed) out_.String("reasoning.encrypted_content");
    if (wants_logprobs_) out_.String("message.output_text.logprobs");
    out_.EndArray();
  }

  // Models that cannot think refuse to be asked for their thoughts.
  bool Thinks() const {
    return plan_.style != ReasoningStyle::kUnsupported || plan_.thinks;
  }

  const OpenAiInstance& instance_;
  const Dialect& dialect_;
  const ResponsesForm& form_;
  const OpenAiPlan& plan_;
  const ParameterPolicy& policy_;
  const v1::ChatRequest& chat_;
  const CallOptions& options_;
  const Struct& own_;
  bool wants_logprobs_ = false;
  JsonWriter out_;
};

}  // namespace

absl::StatusOr<std::string> WriteResponsesRequest(
    const OpenAiInstance& instance, const v1::ChatRequest& chat,
    const CallOptions& options) {
  const ParameterPolicy policy(instance.on_unsupported, options.warnings);
  AIGW_ASSIGN_OR_RETURN(
      const OpenAiPlan plan,
      OpenAiPlan::Make(instance, chat, options.model, policy));
  const Struct own = OwnOptions(instance, chat);
  std::string body;
  AIGW_RETURN_IF_ERROR(
      RequestWriter(instance, plan, policy, chat, options, own, &body).Write());
  AIGW_RETURN_IF_ERROR(
      MergeOptions(own, absl::StrCat("chat.provider_options.", instance.type),
                   OpenAiReservedNames(), &body));
  return body;
}

}  // namespace aigateway
