#ifndef AIGATEWAY_GATEWAY_CORE_PROVIDER_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_PROVIDER_CALLER_H_

#include "absl/status/status.h"

#include "gateway/base/task.h"
#include "gateway/core/caller.h"

namespace aigateway {

// The innermost caller: one try at one target, by the instance's codec over
// the loop's HttpClient.
//
// Chooses the key, sends what the codec wrote, authorized by its
// CredentialSource if it has one, and what its answers ask for next, hands over
// what it read. If a call ends while the provider still works on an answer, it
// is told to stop in the request's background. Errors carry the metadata
// target, provider and http_status, and their message ends with the target's
// name. Warnings of the codec reach the request only if the try succeeds.
class ProviderCaller final : public Caller {
 public:
  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PROVIDER_CALLER_H_
