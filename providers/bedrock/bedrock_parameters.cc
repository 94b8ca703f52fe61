#include "providers/bedrock/bedrock_parameters.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/anthropic_profile.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

using Sampling = AnthropicProfile::Sampling;

constexpr absl::string_view kUnknown = "is not known to Bedrock";

// 1 is Claude's default of both: one that is 1 can go without a word.
absl::Status LeaveOut(absl::string_view field, absl::string_view why,
                      const BedrockCall& call,
                      std::optional<double>* parameter) {
  if (parameter->has_value() && *parameter != 1.0) {
    AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(Weight::kHint, field, why));
  }
  parameter->reset();
  return absl::OkStatus();
}

absl::Status CheckSampling(const BedrockCall& call, BedrockParameters* plan) {
  const v1::ChatRequest& chat = call.chat;
  if (chat.has_temperature()) {
    if (!(chat.temperature() >= 0)) {
      return FieldError("chat.temperature", "is below 0");
    }
    plan->temperature = chat.temperature();
    if (*plan->temperature > 1) {
      AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(
          Weight::kHint, "chat.temperature",
          "is above 1, the most that Bedrock takes; 1 was sent instead"));
      plan->temperature = 1;
    }
  }
  if (chat.has_top_p()) {
    if (!(chat.top_p() >= 0 && chat.top_p() <= 1)) {
      return FieldError("chat.top_p", "is not between 0 and 1");
    }
    plan->top_p = chat.top_p();
  }
  return absl::OkStatus();
}

// What a generation of Claude refuses.
absl::Status PlanClaudeSampling(bool thinks, const BedrockCall& call,
                                BedrockParameters* plan) {
  const Sampling takes = AnthropicProfileFor(call.model.name).sampling;
  if (takes == Sampling::kNone) {
    AIGW_RETURN_IF_ERROR(LeaveOut("chat.temperature",
                                  "is not known to this model", call,
                                  &plan->temperature));
    return LeaveOut("chat.top_p", "is not known to this model", call,
                    &plan->top_p);
  }
  if (thinks) {
    AIGW_RETURN_IF_ERROR(LeaveOut("chat.temperature",
                                  "cannot be set while the model thinks", call,
                                  &plan->temperature));
    if (plan->top_p < 0.95) {  // From there on it is taken.
      AIGW_RETURN_IF_ERROR(
          LeaveOut("chat.top_p", "cannot be set so low while the model thinks",
                   call, &plan->top_p));
    }
  }
  if (takes == Sampling::kEither && plan->temperature.has_value() &&
      plan->top_p.has_value()) {
    if (plan->temperature == 1.0) {
      plan->temperature.reset();
    } else {
      return LeaveOut("chat.top_p",
                      "is not taken by this model together with temperature",
                      call, &plan->top_p);
    }
  }
  return absl::OkStatus();
}

absl::Status PlanSampling(const BedrockThinking& thinking,
                          const BedrockCall& call, BedrockParameters* plan) {
  AIGW_RETURN_IF_ERROR(CheckSampling(call, plan));
  if (call.model.profile.is_claude) {
    return PlanClaudeSampling(thinking.thinks(), call, plan);
  }
  if (!thinking.thinks()) return absl::OkStatus();
  constexpr absl::string_view kWhy =
      "cannot be set while the model thinks at its highest effort";
  AIGW_RETURN_IF_ERROR(
      LeaveOut("chat.temperature", kWhy, call, &plan->temperature));
  return LeaveOut("chat.top_p", kWhy, call, &plan->top_p);
}

// Claude refuses stop texts of white space alone; Converse empty ones.
absl::Status PlanStop(const BedrockCall& call, BedrockParameters* plan) {
  for (int i = 0; i < call.chat.stop_size(); ++i) {
    const absl::string_view text = call.chat.stop(i);
    const bool is_blank = absl::StripAsciiWhitespace(text).empty();
    if (!is_blank || (!call.model.profile.is_claude && !text.empty())) {
      plan->stop.push_back(text);
      continue;
    }
    AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(
        Weight::kMeaning, absl::StrCat("chat.stop[", i, "]"),
        "has only white space, which this model does not stop at"));
  }
  return absl::OkStatus();
}

absl::Status PlanTier(const BedrockCall& call, BedrockParameters* plan) {
  const absl::string_view tier = call.chat.service_tier();
  if (tier == "default" || tier == "priority" || tier == "flex" ||
      tier == "reserved") {
    plan->service_tier = tier;
  } else if (!tier.empty() && tier != "auto") {
    return call.policy.LeaveOut(
        Weight::kHint, "chat.service_tier",
        "is none of default, priority, flex and reserved, which Bedrock knows");
  }
  return absl::OkStatus();
}

// What asks for no more than Bedrock does anyway (0, false, one choice) goes
// without a word.
absl::Status LeaveOutTheRest(const BedrockCall& call) {
  const v1::ChatRequest& chat = call.chat;
  const struct {
    bool is_set;
    Weight weight;
    absl::string_view field;
    absl::string_view why;
  } unknown[] = {
      {chat.has_n() && chat.n() != 1, Weight::kMeaning, "chat.n",
       "is not 1, and Bedrock gives one choice"},
      {chat.has_seed(), Weight::kHint, "chat.seed", kUnknown},
      {chat.presence_penalty() != 0, Weight::kHint, "chat.presence_penalty",
       kUnknown},
      {chat.frequency_penalty() != 0, Weight::kHint, "chat.frequency_penalty",
       kUnknown},
      {!chat.logit_bias().empty(), Weight::kHint, "chat.logit_bias", kUnknown},
      {chat.logprobs(), Weight::kMeaning, "chat.logprobs", kUnknown},
      {!chat.user().empty(), Weight::kHint, "chat.user", kUnknown},
  };
  for (const auto& parameter : unknown) {
    if (!parameter.is_set) continue;
    AIGW_RETURN_IF_ERROR(
        call.policy.LeaveOut(parameter.weight, parameter.field, parameter.why));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BedrockParameters> PlanBedrockParameters(
    const BedrockThinking& thinking, const BedrockCall& call) {
  BedrockParameters plan;
  plan.max_tokens = thinking.max_tokens;
  AIGW_RETURN_IF_ERROR(PlanSampling(thinking, call, &plan));
  AIGW_RETURN_IF_ERROR(PlanStop(call, &plan));
  AIGW_RETURN_IF_ERROR(PlanTier(call, &plan));
  AIGW_RETURN_IF_ERROR(LeaveOutTheRest(call));
  return plan;
}

void BedrockParameters::Write(JsonWriter& out) const {
  if (max_tokens.has_value() || temperature.has_value() || top_p.has_value() ||
      !stop.empty()) {
    out.Key("inferenceConfig");
    out.StartObject();
    if (max_tokens.has_value()) out.IntField("maxTokens", *max_tokens);
    if (temperature.has_value()) out.DoubleField("temperature", *temperature);
    if (top_p.has_value()) out.DoubleField("topP", *top_p);
    if (!stop.empty()) {
      out.Key("stopSequences");
      out.StartArray();
      for (absl::string_view text : stop) out.String(text);
      out.EndArray();
    }
    out.EndObject();
  }
  if (service_tier.empty()) return;
  out.Key("serviceTier");
  out.StartObject();
  out.Field("type", service_tier);
  out.EndObject();
}

}  // namespace aigateway
