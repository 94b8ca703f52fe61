#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CALL_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CALL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/bedrock/bedrock_profile.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What the parts of one request share while it is written. Borrows all.
struct BedrockCall {
  const v1::ChatRequest& chat;
  absl::string_view id;       // What is asked for: a model, profile or ARN.
  const BedrockModel& model;  // Which that is.
  OnUnsupported on_unsupported;
  const ParameterPolicy& policy;
  std::vector<std::string>* warnings;  // May be null.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CALL_H_
