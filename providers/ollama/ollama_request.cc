#include "providers/ollama/ollama_request.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/cache_note.h"
#include "providers/ollama/ollama_messages.h"
#include "providers/ollama/ollama_thinking.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "ollama";
constexpr absl::string_view kUnknown = "is not known to Ollama";

// The names by which the API takes what fields of v1 say, and OpenAI's beside
// them.
constexpr absl::string_view kReserved[] = {
    "model",
    "messages",
    "stream",
    "tools",
    "tool_choice",
    "format",
    "response_format",
    "think",
    "reasoning_effort",
    "temperature",
    "top_p",
    "seed",
    "num_predict",
    "max_tokens",
    "max_completion_tokens",
    "presence_penalty",
    "frequency_penalty",
    "stop",
    "logprobs",
    "top_logprobs",
};

class BodyWriter {
 public:
  BodyWriter(const OllamaCall& call, JsonWriter& out)
      : call_(call), chat_(call.chat), out_(out) {}

  absl::Status Write(bool stream) {
    out_.StartObject();
    out_.Field("model", call_.model);
    // Left out it would mean true.
    out_.BoolField("stream", stream);
    out_.Key("messages");
    AIGW_RETURN_IF_ERROR(WriteOllamaMessages(call_, out_));
    AIGW_RETURN_IF_ERROR(WriteTools());
    AIGW_RETURN_IF_ERROR(WriteFormat());
    AIGW_RETURN_IF_ERROR(WriteOllamaThink(call_, out_));
    WriteLogprobs();
    WriteOptions();
    AIGW_RETURN_IF_ERROR(LeaveOutTheRest());
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) const {
    return call_.policy.LeaveOut(weight, field, why);
  }

  absl::Status WriteTools() {
    const v1::ToolChoice& choice = chat_.tool_choice();
    const bool must_call =
        choice.has_name() || choice.mode() == v1::TOOL_CHOICE_MODE_REQUIRED;
    if (chat_.tools().empty()) {
      return must_call ? FieldError("chat.tool_choice",
                                    "asks for a call, but chat.tools has no "
                                    "tool")
                       : absl::OkStatus();
    }
    if (must_call) {
      AIGW_RETURN_IF_ERROR(LeaveOut(
          Weight::kMeaning, "chat.tool_choice",
          "cannot be had from Ollama, whose models choose for themselves"));
    }
    // What is not offered is not called.
    if (choice.mode() == v1::TOOL_CHOICE_MODE_NONE) return absl::OkStatus();
    out_.Key("tools");
    out_.StartArray();
    for (int i = 0; i < chat_.tools_size(); ++i) {
      AIGW_RETURN_IF_ERROR(
          WriteTool(chat_.tools(i), absl::StrCat("chat.tools[", i, "]")));
    }
    out_.EndArray();
    if (chat_.has_parallel_tool_calls() && !chat_.parallel_tool_calls()) {
      return LeaveOut(Weight::kMeaning, "chat.parallel_tool_calls",
                      "cannot be false: a model of Ollama's calls as many as "
                      "it likes");
    }
    return absl::OkStatus();
  }

  absl::Status WriteTool(const v1::Tool& tool, const std::string& path) {
    if (tool.strict()) {
      AIGW_RETURN_IF_ERROR(
          LeaveOut(Weight::kHint, absl::StrCat(path, ".strict"), kUnknown));
    }
    std::string schema = tool.parameters();
    if (tool.has_parameters_struct()) {
      JsonWriter(&schema).Struct(tool.parameters_struct());
    }
    if (schema.empty()) schema = R"({"type":"object","properties":{}})";
    if (!IsJson(schema)) {
      return FieldError(absl::StrCat(path, ".parameters"), "is not JSON");
    }
    out_.StartObject();
    out_.Field("type", "function");
    out_.Key("function");
    out_.StartObject();
    out_.Field("name", tool.name());
    if (!tool.description().empty()) {
      out_.Field("description", tool.description());
    }
    out_.RawField("parameters", schema);
    out_.EndObject();
    out_.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteFormat() {
    const v1::ResponseFormat& format = chat_.response_format();
    if (format.has_json_object()) out_.Field("format", "json");
    if (!format.has_json_schema()) return absl::OkStatus();
    std::string schema = format.json_schema().schema();
    if (format.json_schema().has_schema_struct()) {
      JsonWriter(&schema).Struct(format.json_schema().schema_struct());
    }
    if (!IsJson(schema)) {
      return FieldError("chat.response_format.json_schema.schema",
                        "is not JSON");
    }
    out_.RawField("format", schema);
    return absl::OkStatus();
  }

  void WriteLogprobs() {
    if (!chat_.logprobs()) return;
    out_.BoolField("logprobs", true);
    if (chat_.top_logprobs() > 0) {
      out_.IntField("top_logprobs", chat_.top_logprobs());
    }
  }

  void WriteOptions() {
    out_.Key("options");
    out_.StartObject();
    if (chat_.has_temperature()) {
      out_.DoubleField("temperature", chat_.temperature());
    }
    if (chat_.has_top_p()) out_.DoubleField("top_p", chat_.top_p());
    if (chat_.has_seed()) out_.IntField("seed", chat_.seed());
    if (chat_.has_max_output_tokens()) {
      out_.IntField("num_predict", chat_.max_output_tokens());
    }
    if (chat_.has_presence_penalty()) {
      out_.DoubleField("presence_penalty", chat_.presence_penalty());
    }
    if (chat_.has_frequency_penalty()) {
      out_.DoubleField("frequency_penalty", chat_.frequency_penalty());
    }
    if (!chat_.stop().empty()) {
      out_.Key("stop");
      out_.StartArray();
      for (const std::string& stop : chat_.stop()) out_.String(stop);
      out_.EndArray();
    }
    out_.EndObject();
  }

  // What asks for no more than Ollama does anyway (one choice) goes without a
  // word.
  absl::Status LeaveOutTheRest() const {
    const struct {
      bool is_set;
      Weight weight;
      absl::string_view field;
      absl::string_view why;
    } unknown[] = {
        {chat_.has_n() && chat_.n() != 1, Weight::kMeaning, "chat.n",
         "is not 1, and Ollama gives one choice"},
        {!chat_.logit_bias().empty(), Weight::kHint, "chat.logit_bias",
         kUnknown},
        {!chat_.user().empty(), Weight::kHint, "chat.user", kUnknown},
        {!chat_.service_tier().empty(), Weight::kHint, "chat.service_tier",
         kUnknown},
    };
    for (const auto& parameter : unknown) {
      if (!parameter.is_set) continue;
      AIGW_RETURN_IF_ERROR(
          LeaveOut(parameter.weight, parameter.field, parameter.why));
    }
    NoteCacheControl(chat_, "Ollama", call_.policy);
    return absl::OkStatus();
  }

  const OllamaCall& call_;
  const v1::ChatRequest& chat_;
  JsonWriter& out_;
};

}  // namespace

absl::StatusOr<std::string> WriteOllamaRequest(const v1::ChatRequest& chat,
                                               const CallOptions& options,
                                               OnUnsupported on_unsupported) {
  if (options.model.empty()) return FieldError("chat.model", "is empty");
  const ParameterPolicy policy(on_unsupported, options.warnings);
  const OllamaCall call{chat, options.model, policy};
  std::string body;
  JsonWriter out(&body);
  AIGW_RETURN_IF_ERROR(BodyWriter(call, out).Write(options.stream));
  AIGW_RETURN_IF_ERROR(MergeProviderOptions(chat, kType, kReserved, &body));
  return body;
}

}  // namespace aigateway
