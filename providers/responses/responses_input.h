#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_INPUT_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_INPUT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_instance.h"
#include "providers/openai_plan.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// Writes `chat.messages` as the members "instructions" and "input" of a request
// to a Responses API: a system message of plain text that comes first becomes
// the instructions, all others items, in their order. `model` is the one that
// is asked. Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the path of
// the field.
absl::Status WriteResponsesInput(const OpenAiInstance& instance,
                                 const OpenAiPlan& plan,
                                 absl::string_view model,
                                 const ParameterPolicy& policy,
                                 const v1::ChatRequest& chat, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_INPUT_H_
