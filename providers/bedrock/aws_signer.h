#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_SIGNER_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_SIGNER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"

#include "providers/cached_source.h"
#include "providers/credential_cache.h"

namespace aigateway {

// Signs requests to one AWS service in one region with keys that are fetched
// when they are due.
class AwsSigner final : public CachedSource {
 public:
  AwsSigner(std::string region, std::string service,
            std::unique_ptr<const CredentialFetcher> fetcher);

  Task<absl::Status> Authorize(Scope& scope, const Env& env,
                               Background* background,
                               HttpRequest& request) override;
  void OnRefused(const Env& env, const HttpRequest& request) override;

 private:
  const std::string region_;
  const std::string service_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_SIGNER_H_
