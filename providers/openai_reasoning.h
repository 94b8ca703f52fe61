#ifndef AIGATEWAY_PROVIDERS_OPENAI_REASONING_H_
#define AIGATEWAY_PROVIDERS_OPENAI_REASONING_H_

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_instance.h"
#include "providers/openai_plan.h"

namespace aigateway {

// Writes the members of a request that say how much to think, and where
// thoughts are to come, as `plan` has it. `out` is within the request's object.
void WriteOpenAiReasoning(const OpenAiInstance& instance,
                          const OpenAiPlan& plan, const v1::ChatRequest& chat,
                          JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_REASONING_H_
