#ifndef AIGATEWAY_PROVIDERS_OPENAI_PLAN_H_
#define AIGATEWAY_PROVIDERS_OPENAI_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_instance.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What must be known before the first byte of a request is written: which
// reasoning and which tool choice are sent, for they depend on each other, and
// what cannot be sent at all.
struct OpenAiPlan {
  enum class ToolChoice { kUnsaid, kAuto, kNone, kRequired, kNamed };

  OpenAiApi api = OpenAiApi::kChat;
  const ModelProfile* profile = nullptr;  // Null if none fits the model.
  ReasoningStyle style = ReasoningStyle::kUnsupported;
  // The effort to send, in words that the model knows. nullopt: say nothing.
  std::optional<std::string> effort;
  std::optional<int32_t> budget;  // Where the style has one.
  bool thinks = false;            // Whether the model will think.
  ToolChoice tool_choice = ToolChoice::kUnsaid;
  // Offer this tool alone; empty: all of them.
  std::string only_tool;
  Parameters unsupported = 0;  // By vendor and by model, as it will be asked.
  Parameters vendor_unsupported = 0;  // By vendor and API alone.

  // Fails with UNSUPPORTED_PARAMETER for what `policy` does not let go, with
  // MODEL_NOT_FOUND for a model that is not on chat completions where the
  // Responses API is not to be used.
  static absl::StatusOr<OpenAiPlan> Make(const OpenAiInstance& instance,
                                         const v1::ChatRequest& chat,
                                         absl::string_view model,
                                         const ParameterPolicy& policy);

  // Who does not take `parameter`, which is in `unsupported`: "is not known to
  // groq", "is not known to the Responses API of xai", "is not taken by gpt-5
  // while it thinks".
  std::string Why(Parameters parameter, const Dialect& dialect,
                  absl::string_view model) const;
};

// How many choices a request for `model` asks for: the caller's `n`, or one if
// that is not sent.
int PlannedChoices(const OpenAiInstance& instance, const v1::ChatRequest& chat,
                   absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_PLAN_H_
