#ifndef AIGATEWAY_PLUGINS_CACHE_KEY_H_
#define AIGATEWAY_PLUGINS_CACHE_KEY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"

namespace aigateway {

// For whom and under what an answer stands.
struct CacheScopeKey {
  absl::string_view caller;           // Empty: for everyone.
  absl::string_view config_revision;  // Another may route elsewhere.
};

// Names a request by all that can change its answer: the whole of `chat` but
// its metadata, of which only `metadata_keys` count; the target and the tags
// that are asked for; and `scope`. 32 bytes of a SHA-256. Requests that differ
// in nothing else have the same key; fields in another order make no
// difference. `chat` is changed meanwhile, and is the same again at the end.
std::string CacheKey(v1::ChatRequest& chat, const v1::RoutingOptions& options,
                     const CacheScopeKey& scope,
                     const std::vector<std::string>& metadata_keys);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_CACHE_KEY_H_
