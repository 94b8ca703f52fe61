#ifndef AIGATEWAY_PROVIDERS_OPENAI_LOGPROBS_H_
#define AIGATEWAY_PROVIDERS_OPENAI_LOGPROBS_H_

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"

namespace aigateway {

// Reads the `logprobs` of a choice: OpenAI's lists of objects, or the older
// lists side by side ("tokens", "token_logprobs"). Entries without a token or a
// number are left out. Fails only if the JSON text is broken.
absl::Status ReadOpenAiLogprobs(JsonValue& value, v1::Logprobs* logprobs);

// Reads a list of such objects alone.
absl::Status ReadLogprobEntries(
    JsonValue& list,
    google::protobuf::RepeatedPtrField<v1::TokenLogprob>* entries);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_LOGPROBS_H_
