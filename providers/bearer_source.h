#ifndef AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_
#define AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_

#include <memory>

#include "absl/status/status.h"

#include "providers/credential_cache.h"
#include "providers/credential_source.h"

namespace aigateway {

// Sends a token that is fetched when it is due, as Bearer (RFC 6750, 2.1).
class BearerSource final : public CredentialSource {
 public:
  BearerSource(std::unique_ptr<const CredentialFetcher> fetcher,
               const CredentialCache::Options& options);

  Task<absl::Status> Authorize(Scope& scope, const Env& env,
                               Background* background,
                               HttpRequest& request) override;
  void OnRefused(const Env& env, const HttpRequest& request) override;

 private:
  const std::shared_ptr<CredentialCache> cache_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_
