#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ANSWER_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ANSWER_H_

#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/replicate/replicate_instance.h"
#include "providers/replicate/replicate_prediction.h"

namespace aigateway {

// Why a prediction is no answer; OK while it is worked on and once it
// succeeded.
absl::Status CheckReplicatePrediction(const ReplicatePrediction& prediction,
                                      const ReplicateInstance& instance,
                                      const CallOptions& options);

// Fills in what a prediction tells beside its output: id, model, usage and
// metadata.
void FillReplicateEnd(ReplicatePrediction& prediction, v1::End* end);

// Reads an answer with a 2xx status: the response, or the exchange that asks
// again for what is worked on. Fails with PROVIDER_PROTOCOL_ERROR if it is no
// prediction, or with the error of one that failed.
absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
ReadReplicateAnswer(const HttpResponse& response,
                    const ReplicateInstance& instance,
                    const CallOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ANSWER_H_
