#include "plugins/cache_key.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/map.h"

#include "gateway/base/sha256.h"

namespace aigateway {
namespace {

using Metadata = google::protobuf::Map<std::string, std::string>;

// Each with its length before it: no two lists of texts read the same.
void Append(std::string& out, absl::string_view text) {
  absl::StrAppend(&out, text.size(), ":", text);
}

}  // namespace

std::string CacheKey(v1::ChatRequest& chat, const v1::RoutingOptions& options,
                     const CacheScopeKey& scope,
                     const std::vector<std::string>& metadata_keys) {
  // The request may be large: it is not copied for its metadata.
  Metadata metadata;
  metadata.swap(*chat.mutable_metadata());
  for (const std::string& key : metadata_keys) {
    const auto found = metadata.find(key);
    if (found != metadata.end()) {
      (*chat.mutable_metadata())[key] = found->second;
    }
  }
  std::string where;
  Append(where, scope.caller);
  Append(where, scope.config_revision);
  Append(where, options.target());
  absl::StrAppend(&where, options.tags_size(), ":");
  for (const std::string& tag : options.tags()) Append(where, tag);
  const Sha256Digest digest = Sha256({where, CanonicalBytes(chat)});
  metadata.swap(*chat.mutable_metadata());
  return std::string(digest.begin(), digest.end());
}

}  // namespace aigateway
