#ifndef AIGATEWAY_PROVIDERS_CACHED_SOURCE_H_
#define AIGATEWAY_PROVIDERS_CACHED_SOURCE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/secret.h"
#include "providers/credential_cache.h"
#include "providers/credential_source.h"

namespace aigateway {

// What sources have in common that keep what they fetch in a CredentialCache.
class CachedSource : public CredentialSource {
 public:
  std::string identity() const final { return cache_->identity(); }
  std::shared_ptr<CredentialCache> cache() const final { return cache_; }
  void ShareCache(std::shared_ptr<CredentialCache> cache) final {
    cache_ = std::move(cache);
  }
  std::vector<Secret> secrets() const final { return cache_->secrets(); }

 protected:
  CachedSource(std::unique_ptr<const CredentialFetcher> fetcher,
               const CredentialCache::Options& options)
      : cache_(std::make_shared<CredentialCache>(std::move(fetcher), options)) {
  }

 private:
  // Not changed once requests are served.
  std::shared_ptr<CredentialCache> cache_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CACHED_SOURCE_H_
