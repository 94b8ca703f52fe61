#include "providers/anthropic_parameters.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/anthropic_profile.h"
#include "providers/model_name.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

using Sampling = AnthropicProfile::Sampling;

// Anthropic's own limit of metadata.user_id.
constexpr size_t kMaxUserBytes = 256;
constexpr absl::string_view kUnknown = "is not known to Claude";

// 1 is the default of both: one that is 1 can go without a word.
absl::Status LeaveOut(absl::string_view field, absl::string_view why,
                      const AnthropicCall& call,
                      std::optional<double>* parameter) {
  if (parameter->has_value() && *parameter != 1.0) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(Weight::kHint, field, why));
  }
  parameter->reset();
  return absl::OkStatus();
}

absl::Status PlanSampling(bool thinks, const AnthropicCall& call,
                          AnthropicParameters* plan) {
  const v1::ChatRequest& chat = call.chat();
  if (chat.has_temperature()) plan->temperature = chat.temperature();
  if (chat.has_top_p()) plan->top_p = chat.top_p();
  if (chat.has_temperature() && !(chat.temperature() >= 0)) {
    return FieldError("chat.temperature", "is below 0");
  }
  if (chat.has_top_p() && !(chat.top_p() >= 0 && chat.top_p() <= 1)) {
    return FieldError("chat.top_p", "is not between 0 and 1");
  }

  const Sampling takes = call.profile().sampling;
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
  if (plan->temperature > 1.0) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kHint, "chat.temperature",
        "is above 1, the most that Claude takes; 1 was sent instead"));
    plan->temperature = 1.0;
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

// The API refuses stop texts of white space alone.
absl::Status PlanStop(const AnthropicCall& call, AnthropicParameters* plan) {
  for (int i = 0; i < call.chat().stop_size(); ++i) {
    const absl::string_view text = call.chat().stop(i);
    if (!absl::StripAsciiWhitespace(text).empty()) {
      plan->stop.push_back(text);
      continue;
    }
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kMeaning, absl::StrCat("chat.stop[", i, "]"),
        "has only white space, which Claude does not stop at"));
  }
  return absl::OkStatus();
}

absl::Status PlanUserAndTier(const AnthropicCall& call,
                             AnthropicParameters* plan) {
  plan->user = call.chat().user();
  if (plan->user.size() > kMaxUserBytes) {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kHint, "chat.user", "is longer than Claude's 256 bytes"));
    plan->user = {};
  }
  plan->service_tier = call.chat().service_tier();
  if (!plan->service_tier.empty() && plan->service_tier != "auto" &&
      plan->service_tier != "standard_only") {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kHint, "chat.service_tier",
        "is neither 'auto' nor 'standard_only', which Claude knows"));
    plan->service_tier = {};
  }
  return absl::OkStatus();
}

// What asks for no more than Claude does anyway (0, false, one choice) goes
// without a word.
absl::Status LeaveOutTheRest(const AnthropicCall& call) {
  const v1::ChatRequest& chat = call.chat();
  const struct {
    bool is_set;
    Weight weight;
    absl::string_view field;
    absl::string_view why;
  } unknown[] = {
      {chat.has_n() && chat.n() != 1, Weight::kMeaning, "chat.n",
       "is not 1, and Claude gives one choice"},
      {chat.has_seed(), Weight::kHint, "chat.seed", kUnknown},
      {chat.presence_penalty() != 0, Weight::kHint, "chat.presence_penalty",
       kUnknown},
      {chat.frequency_penalty() != 0, Weight::kHint, "chat.frequency_penalty",
       kUnknown},
      {!chat.logit_bias().empty(), Weight::kHint, "chat.logit_bias", kUnknown},
      {chat.logprobs(), Weight::kMeaning, "chat.logprobs", kUnknown},
  };
  for (const auto& parameter : unknown) {
    if (!parameter.is_set) continue;
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        parameter.weight, parameter.field, parameter.why));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> AnthropicMaxTokens(const AnthropicCall& call) {
  const int64_t most = call.profile().max_output_tokens;
  if (!call.chat().has_max_output_tokens()) return most;
  const int64_t asked = call.chat().max_output_tokens();
  if (asked < 1) return FieldError("chat.max_output_tokens", "is below 1");
  // Of a stranger the limit is not known.
  if (asked <= most || !IsClaude(call.model())) return asked;
  call.policy().Note(absl::StrCat("chat.max_output_tokens was taken as ", most,
                                  ", the most that this model writes"));
  return most;
}

absl::StatusOr<AnthropicParameters> PlanAnthropicParameters(
    bool thinks, const AnthropicCall& call) {
  AnthropicParameters plan;
  AIGW_RETURN_IF_ERROR(PlanSampling(thinks, call, &plan));
  AIGW_RETURN_IF_ERROR(PlanStop(call, &plan));
  AIGW_RETURN_IF_ERROR(PlanUserAndTier(call, &plan));
  AIGW_RETURN_IF_ERROR(LeaveOutTheRest(call));
  return plan;
}

void AnthropicParameters::Write(JsonWriter& out) const {
  if (temperature.has_value()) out.DoubleField("temperature", *temperature);
  if (top_p.has_value()) out.DoubleField("top_p", *top_p);
  if (!stop.empty()) {
    out.Key("stop_sequences");
    out.StartArray();
    for (absl::string_view text : stop) out.String(text);
    out.EndArray();
  }
  if (!user.empty()) {
    out.Key("metadata");
    out.StartObject();
    out.Field("user_id", user);
    out.EndObject();
  }
  if (!service_tier.empty()) out.Field("service_tier", service_tier);
}

}  // namespace aigateway
