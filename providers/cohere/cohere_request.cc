#include "providers/cohere/cohere_request.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/cache_note.h"
#include "providers/cohere/cohere_messages.h"
#include "providers/provider_options.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "cohere";
constexpr absl::string_view kUnknown = "is not known to Cohere";

// Cohere's own limits.
constexpr int kMostStops = 5;
constexpr double kLeastTopP = 0.01;
constexpr double kMostTopP = 0.99;

// The names by which the API takes what fields of v1 say, and OpenAI's beside
// them. "message" or "user" are none, so that documents may have them.
constexpr absl::string_view kReserved[] = {
    "model",
    "messages",
    "stream",
    "temperature",
    "p",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "stop_sequences",
    "stop",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "logprobs",
    "tools",
    "tool_choice",
    "strict_tools",
    "response_format",
    "thinking.type",
    "thinking.token_budget",
    "reasoning_effort",
};

// The words of `reasoning.effort` and the budget that each becomes; 0: as much
// as the model likes.
struct Level {
  absl::string_view word;
  int64_t budget_tokens;
};
constexpr Level kLevels[] = {
    {"minimal", 1024}, {"low", 2048},    {"medium", 8192},
    {"high", 16384},   {"xhigh", 32768}, {"max", 0},
};

class BodyWriter {
 public:
  BodyWriter(const CohereCall& call, JsonWriter& out)
      : call_(call), chat_(call.chat), out_(out) {}

  absl::Status Write(bool stream) {
    out_.StartObject();
    out_.Field("model", call_.model);
    out_.BoolField("stream", stream);
    out_.Key("messages");
    AIGW_RETURN_IF_ERROR(WriteCohereMessages(call_, out_));
    AIGW_RETURN_IF_ERROR(WriteTools());
    AIGW_RETURN_IF_ERROR(WriteFormat());
    AIGW_RETURN_IF_ERROR(WriteSampling());
    AIGW_RETURN_IF_ERROR(WriteLimits());
    AIGW_RETURN_IF_ERROR(WriteThinking());
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
    if (chat_.tools().empty()) {
      return choice.has_name() || choice.mode() == v1::TOOL_CHOICE_MODE_REQUIRED
                 ? FieldError("chat.tool_choice",
                              "asks for a call, but chat.tools has no tool")
                 : absl::OkStatus();
    }
    int offered = 0;
    int strict = 0;
    out_.Key("tools");
    out_.StartArray();
    for (int i = 0; i < chat_.tools_size(); ++i) {
      const v1::Tool& tool = chat_.tools(i);
      // A tool is forced by being the only one.
      if (choice.has_name() && tool.name() != choice.name()) continue;
      ++offered;
      strict += tool.strict() ? 1 : 0;
      AIGW_RETURN_IF_ERROR(
          WriteTool(tool, absl::StrCat("chat.tools[", i, "]")));
    }
    out_.EndArray();
    if (offered == 0) {
      return FieldError("chat.tool_choice.name", "is none of the tools");
    }
    if (strict == offered) {
      out_.BoolField("strict_tools", true);
    } else if (strict > 0) {
      AIGW_RETURN_IF_ERROR(
          LeaveOut(Weight::kHint, "chat.tools.strict",
                   "is taken by Cohere for all tools or for none"));
    }
    if (choice.has_name() || choice.mode() == v1::TOOL_CHOICE_MODE_REQUIRED) {
      out_.Field("tool_choice", "REQUIRED");
    } else if (choice.mode() == v1::TOOL_CHOICE_MODE_NONE) {
      out_.Field("tool_choice", "NONE");
    }
    if (chat_.has_parallel_tool_calls() && !chat_.parallel_tool_calls()) {
      return LeaveOut(Weight::kMeaning, "chat.parallel_tool_calls",
                      "cannot be false: Cohere calls as many as it likes");
    }
    return absl::OkStatus();
  }

  absl::Status WriteTool(const v1::Tool& tool, const std::string& path) {
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
    if (!format.has_json_object() && !format.has_json_schema()) {
      return absl::OkStatus();
    }
    if (!chat_.tools().empty()) {
      return LeaveOut(Weight::kEssence, "chat.response_format",
                      "cannot be had from Cohere together with tools");
    }
    std::string schema;
    if (format.has_json_schema()) {
      schema = format.json_schema().schema();
      if (format.json_schema().has_schema_struct()) {
        JsonWriter(&schema).Struct(format.json_schema().schema_struct());
      }
      if (!IsJson(schema)) {
        return FieldError("chat.response_format.json_schema.schema",
                          "is not JSON");
      }
    }
    out_.Key("response_format");
    out_.StartObject();
    out_.Field("type", "json_object");
    if (!schema.empty()) out_.RawField("json_schema", schema);
    out_.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteSampling() {
    if (chat_.has_temperature()) {
      out_.DoubleField("temperature", chat_.temperature());
    }
    if (chat_.has_top_p()) {
      const double p = std::clamp(chat_.top_p(), kLeastTopP, kMostTopP);
      if (p != chat_.top_p()) {
        AIGW_RETURN_IF_ERROR(
            LeaveOut(Weight::kHint, "chat.top_p",
                     absl::StrCat("is not from 0.01 to 0.99, which Cohere "
                                  "takes; ",
                                  p, " was sent instead")));
      }
      out_.DoubleField("p", p);
    }
    if (chat_.has_seed()) out_.IntField("seed", chat_.seed());
    AIGW_RETURN_IF_ERROR(WritePenalty("frequency_penalty",
                                      chat_.has_frequency_penalty(),
                                      chat_.frequency_penalty()));
    AIGW_RETURN_IF_ERROR(WritePenalty("presence_penalty",
                                      chat_.has_presence_penalty(),
                                      chat_.presence_penalty()));
    if (chat_.logprobs()) out_.BoolField("logprobs", true);
    return absl::OkStatus();
  }

  absl::Status WritePenalty(absl::string_view name, bool is_set, double value) {
    if (!is_set) return absl::OkStatus();
    if (!(value >= 0 && value <= 1)) {
      return LeaveOut(Weight::kHint, absl::StrCat("chat.", name),
                      "is not from 0 to 1, which Cohere takes");
    }
    out_.DoubleField(name, value);
    return absl::OkStatus();
  }

  absl::Status WriteLimits() {
    if (chat_.has_max_output_tokens()) {
      out_.IntField("max_tokens", chat_.max_output_tokens());
    }
    if (chat_.stop().empty()) return absl::OkStatus();
    if (chat_.stop_size() > kMostStops) {
      AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kMeaning,
                                    absl::StrCat("chat.stop[", kMostStops, "]"),
                                    "is one too many: Cohere takes 5"));
    }
    out_.Key("stop_sequences");
    out_.StartArray();
    for (int i = 0; i < std::min(chat_.stop_size(), kMostStops); ++i) {
      out_.String(chat_.stop(i));
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  absl::Status WriteThinking() {
    const v1::Reasoning& reasoning = chat_.reasoning();
    if (reasoning.budget_tokens() < 0) {
      return FieldError("chat.reasoning.budget_tokens", "is below 0");
    }
    const absl::string_view word = reasoning.effort();
    const Level* level = nullptr;
    for (const Level& each : kLevels) {
      if (each.word == word) level = &each;
    }
    if (level == nullptr && !word.empty() && word != "none") {
      return FieldError("chat.reasoning.effort",
                        "is none of none, minimal, low, medium, high, xhigh "
                        "and max");
    }
    const bool has_budget = reasoning.has_budget_tokens();
    if (level == nullptr && word.empty() && !has_budget) {
      return absl::OkStatus();
    }
    const bool is_off =
        word == "none" || (has_budget && reasoning.budget_tokens() == 0);
    if (!CohereThinks(call_.model)) {
      return is_off ? absl::OkStatus()
                    : LeaveOut(Weight::kHint, "chat.reasoning",
                               "is not known to this model");
    }
    const int64_t budget = has_budget         ? reasoning.budget_tokens()
                           : level != nullptr ? BudgetFor(*level)
                                              : 0;
    out_.Key("thinking");
    out_.StartObject();
    out_.Field("type", is_off ? "disabled" : "enabled");
    if (!is_off && budget > 0) out_.IntField("token_budget", budget);
    out_.EndObject();
    return absl::OkStatus();
  }

  // Half of the room at most, for what is thought is written too.
  int64_t BudgetFor(const Level& level) const {
    int64_t budget = level.budget_tokens;
    if (budget > 0 && chat_.has_max_output_tokens()) {
      budget = std::clamp<int64_t>(chat_.max_output_tokens() / 2, 1, budget);
    }
    call_.policy.Note(absl::StrCat(
        "chat.reasoning.effort: Cohere knows budgets only; ",
        budget == 0 ? "it is not bounded" : absl::StrCat("it is ", budget),
        budget == 0 ? "" : " tokens"));
    return budget;
  }

  // What asks for no more than Cohere does anyway (0, false, one choice) goes
  // without a word.
  absl::Status LeaveOutTheRest() const {
    const struct {
      bool is_set;
      Weight weight;
      absl::string_view field;
      absl::string_view why;
    } unknown[] = {
        {chat_.has_n() && chat_.n() != 1, Weight::kMeaning, "chat.n",
         "is not 1, and Cohere gives one choice"},
        {chat_.logprobs() && chat_.top_logprobs() > 0, Weight::kMeaning,
         "chat.top_logprobs", "is not known to Cohere, which gives no others"},
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
    NoteCacheControl(chat_, "Cohere", call_.policy);
    return absl::OkStatus();
  }

  const CohereCall& call_;
  const v1::ChatRequest& chat_;
  JsonWriter& out_;
};

}  // namespace

absl::StatusOr<std::string> WriteCohereRequest(const v1::ChatRequest& chat,
                                               const CallOptions& options,
                                               OnUnsupported on_unsupported) {
  if (options.model.empty()) return FieldError("chat.model", "is empty");
  const ParameterPolicy policy(on_unsupported, options.warnings);
  const CohereCall call{chat, options.model, policy};
  std::string body;
  JsonWriter out(&body);
  AIGW_RETURN_IF_ERROR(BodyWriter(call, out).Write(options.stream));
  AIGW_RETURN_IF_ERROR(MergeProviderOptions(chat, kType, kReserved, &body));
  return body;
}

}  // namespace aigateway
