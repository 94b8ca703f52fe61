#ifndef AIGATEWAY_PLUGINS_CACHE_KEY_H_
#define AIGATEWAY_PLUGINS_CACHE_KEY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"

namespace aigateway {

// Names a request by all that can change its answer: the whole of `chat` but
// its metadata, of which only `metadata_keys` count; the target and the tags
// that are asked for; and `scope`, within which answers are shared. 32 bytes of
// a SHA-256. Requests that differ anywhere else too have the same key; fields
// in another order make no difference.
std::string CacheKey(const v1::ChatRequest& chat,
                     const v1::RoutingOptions& options, absl::string_view scope,
                     const std::vector<std::string>& metadata_keys);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_CACHE_KEY_H_
