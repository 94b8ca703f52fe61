#include "providers/replicate/replicate_request.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/openai_reserved.h"
#include "providers/provider_options.h"
#include "providers/replicate/replicate_inputs.h"
#include "providers/replicate/replicate_prompt.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "replicate";
constexpr absl::string_view kUnknown = "is not known to this model";
constexpr size_t kVersionBytes = 64;

// The names by which models take what fields of v1 say, in whatever family,
// beside OpenAI's; and where a prediction would be sent that nobody waits for.
constexpr absl::string_view kReserved[] = {
    "version",
    "webhook",
    "webhook_events_filter",
    "input.input",
    "input_item_list",
    "prompt_template",
    "pre_prompt",
    "chat_history",
    "system_instruction",
    "image",
    "images",
    "image_input",
    "simple_schema",
    "thinking_budget_tokens",
    "extended_thinking",
};

// The input of every prediction has the name of OpenAI's prompt.
constexpr absl::string_view kInput = "input";

const std::vector<absl::string_view>& ReservedNames() {
  static const auto* const names = [] {
    auto* const all = new std::vector<absl::string_view>(std::begin(kReserved),
                                                         std::end(kReserved));
    for (absl::string_view name : OpenAiReservedNames()) {
      if (name != kInput) all->push_back(name);
    }
    return all;
  }();
  return *names;
}

bool IsStep(absl::string_view step) {
  return !step.empty() && step != "." && step != ".." &&
         std::all_of(step.begin(), step.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

bool IsVersion(absl::string_view text) {
  return text.size() == kVersionBytes &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

// Where a model is asked, and what it is called there.
struct Place {
  std::string path;
  absl::string_view version;  // Empty: the path says which.
  absl::string_view family;   // "owner/name"; empty: not known.
};

absl::StatusOr<Place> PlaceOf(absl::string_view model) {
  if (IsVersion(model)) return Place{"/predictions", model, ""};
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(model, absl::MaxSplits(':', 1));
  absl::string_view name = halves.first;
  const bool is_deployment = absl::ConsumePrefix(&name, "deployments/");
  const std::vector<absl::string_view> steps = absl::StrSplit(name, '/');
  const bool has_version = absl::StrContains(model, ':');
  if (steps.size() != 2 || !IsStep(steps[0]) || !IsStep(steps[1]) ||
      (has_version && (is_deployment || !IsStep(halves.second)))) {
    return FieldError("chat.model",
                      "is no model at Replicate; there it is owner/name, "
                      "owner/name:version or deployments/owner/name",
                      ErrorReason::kModelNotFound);
  }
  // "owner/name:version" is taken whole.
  if (has_version) return Place{"/predictions", model, name};
  return Place{absl::StrCat(is_deployment ? "/deployments/" : "/models/", name,
                            "/predictions"),
               "", is_deployment ? "" : name};
}

class InputWriter {
 public:
  InputWriter(const ReplicateCall& call, JsonWriter& out)
      : call_(call), chat_(call.chat), inputs_(call.inputs), out_(out) {}

  absl::Status Write() {
    AIGW_RETURN_IF_ERROR(RefuseTheRest());
    AIGW_ASSIGN_OR_RETURN(const ReplicatePrompt prompt,
                          MakeReplicatePrompt(call_));
    out_.StartObject();
    out_.Field("prompt", prompt.prompt);
    if (!prompt.system.empty()) out_.Field(inputs_.system, prompt.system);
    WriteImages(prompt.images);
    if (chat_.has_max_output_tokens()) {
      out_.IntField(inputs_.max_tokens, chat_.max_output_tokens());
    }
    AIGW_RETURN_IF_ERROR(WriteNumber("temperature", chat_.has_temperature(),
                                     chat_.temperature(), inputs_.temperature));
    AIGW_RETURN_IF_ERROR(
        WriteNumber("top_p", chat_.has_top_p(), chat_.top_p(), inputs_.top_p));
    AIGW_RETURN_IF_ERROR(
        WriteNumber("presence_penalty", chat_.has_presence_penalty(),
                    chat_.presence_penalty(), inputs_.penalties));
    AIGW_RETURN_IF_ERROR(
        WriteNumber("frequency_penalty", chat_.has_frequency_penalty(),
                    chat_.frequency_penalty(), inputs_.penalties));
    if (chat_.has_seed()) {
      if (inputs_.seed) {
        out_.IntField("seed", chat_.seed());
      } else {
        AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kHint, "chat.seed", kUnknown));
      }
    }
    AIGW_RETURN_IF_ERROR(WriteStop());
    AIGW_RETURN_IF_ERROR(WriteReasoning());
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) const {
    return call_.policy.LeaveOut(weight, field, why);
  }

  absl::Status WriteNumber(absl::string_view name, bool is_set, double value,
                           bool is_known) {
    if (!is_set) return absl::OkStatus();
    if (!is_known) {
      return LeaveOut(Weight::kHint, absl::StrCat("chat.", name), kUnknown);
    }
    out_.DoubleField(name, value);
    return absl::OkStatus();
  }

  void WriteImages(const std::vector<std::string>& images) {
    if (images.empty()) return;
    if (inputs_.images.empty()) {
      out_.Field(inputs_.image, images[0]);
      return;
    }
    out_.Key(inputs_.images);
    out_.StartArray();
    for (const std::string& image : images) out_.String(image);
    out_.EndArray();
  }

  absl::Status WriteStop() {
    if (chat_.stop().empty()) return absl::OkStatus();
    if (inputs_.stop.empty()) {
      return LeaveOut(Weight::kMeaning, "chat.stop", kUnknown);
    }
    for (const std::string& stop : chat_.stop()) {
      if (absl::StrContains(stop, ',')) {
        return LeaveOut(Weight::kMeaning, "chat.stop",
                        "has a comma in it, by which the model parts one from "
                        "the next");
      }
    }
    out_.Field(inputs_.stop, absl::StrJoin(chat_.stop(), ","));
    return absl::OkStatus();
  }

  absl::Status WriteReasoning() {
    const v1::Reasoning& reasoning = chat_.reasoning();
    if (reasoning.budget_tokens() < 0) {
      return FieldError("chat.reasoning.budget_tokens", "is below 0");
    }
    const absl::string_view word = reasoning.effort();
    constexpr absl::string_view kWords[] = {"none", "minimal", "low", "medium",
                                            "high", "xhigh",   "max"};
    if (!word.empty() && std::find(std::begin(kWords), std::end(kWords),
                                   word) == std::end(kWords)) {
      return FieldError("chat.reasoning.effort",
                        "is none of none, minimal, low, medium, high, xhigh "
                        "and max");
    }
    const bool has_budget = reasoning.has_budget_tokens();
    if (!inputs_.effort.empty() && !word.empty()) {
      absl::string_view sent = word;
      if (word == "none" || word == "minimal") sent = inputs_.least_effort;
      if (word == "xhigh" || word == "max") sent = "high";
      if (sent != word) {
        call_.policy.Note(absl::StrCat("chat.reasoning.effort: ", sent,
                                       " instead of ", word));
      }
      out_.Field(inputs_.effort, sent);
      return absl::OkStatus();
    }
    if (!inputs_.thinking_budget.empty() && (has_budget || word == "none")) {
      out_.IntField(inputs_.thinking_budget,
                    word == "none" ? 0 : reasoning.budget_tokens());
      return absl::OkStatus();
    }
    const bool is_off =
        word == "none" || (has_budget && reasoning.budget_tokens() == 0);
    if ((word.empty() && !has_budget) || is_off) return absl::OkStatus();
    return LeaveOut(Weight::kHint, "chat.reasoning", kUnknown);
  }

  // What asks for no more than models do anyway (one choice, text) goes without
  // a word.
  absl::Status RefuseTheRest() const {
    const v1::ResponseFormat& format = chat_.response_format();
    const bool offers_tools =
        !chat_.tools().empty() &&
        chat_.tool_choice().mode() != v1::TOOL_CHOICE_MODE_NONE;
    const struct {
      bool is_set;
      Weight weight;
      absl::string_view field;
      absl::string_view why;
    } unknown[] = {
        {offers_tools, Weight::kEssence, "chat.tools",
         "cannot be given to models at Replicate"},
        {format.has_json_object() || format.has_json_schema(), Weight::kEssence,
         "chat.response_format", "cannot be had from models at Replicate"},
        {chat_.has_n() && chat_.n() != 1, Weight::kMeaning, "chat.n",
         "is not 1, and a prediction is one answer"},
        {chat_.logprobs(), Weight::kMeaning, "chat.logprobs", kUnknown},
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
    return absl::OkStatus();
  }

  const ReplicateCall& call_;
  const v1::ChatRequest& chat_;
  const ReplicateInputs& inputs_;
  JsonWriter& out_;
};

}  // namespace

absl::StatusOr<ReplicateRequest> WriteReplicateRequest(
    const v1::ChatRequest& chat, const CallOptions& options,
    OnUnsupported on_unsupported) {
  if (options.model.empty()) return FieldError("chat.model", "is empty");
  AIGW_ASSIGN_OR_RETURN(Place place, PlaceOf(options.model));
  const ParameterPolicy policy(on_unsupported, options.warnings);
  const ReplicateCall call{chat, ReplicateInputsOf(place.family), policy};
  ReplicateRequest request;
  {
    JsonWriter out(&request.body);
    out.StartObject();
    if (!place.version.empty()) out.Field("version", place.version);
    if (options.stream) out.BoolField("stream", true);
    out.Key(kInput);
    AIGW_RETURN_IF_ERROR(InputWriter(call, out).Write());
    out.EndObject();
  }
  AIGW_RETURN_IF_ERROR(
      MergeProviderOptions(chat, kType, ReservedNames(), &request.body));
  request.path = std::move(place.path);
  return request;
}

}  // namespace aigateway
