#ifndef AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_
#define AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"

#include "providers/cached_source.h"
#include "providers/credential_cache.h"

namespace aigateway {

// Sends a token that is fetched when it is due, as Bearer (RFC 6750, 2.1).
class BearerSource final : public CachedSource {
 public:
  BearerSource(std::unique_ptr<const CredentialFetcher> fetcher,
               const CredentialCache::Options& options)
      : CachedSource(std::move(fetcher), options) {}

  Task<absl::Status> Authorize(Scope& scope, const Env& env,
                               Background* background,
                               HttpRequest& request) override;
  void OnRefused(const Env& env, const HttpRequest& request) override;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEARER_SOURCE_H_
