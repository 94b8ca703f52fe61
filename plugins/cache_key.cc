#include "plugins/cache_key.h"

#include <openssl/evp.h>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/map.h"

#include "gateway/base/check.h"

namespace aigateway {
namespace {

using Metadata = google::protobuf::Map<std::string, std::string>;

const EVP_MD* Sha256() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

// Each with its length before it: no two lists of texts read the same.
void Write(google::protobuf::io::CodedOutputStream& coded,
           absl::string_view text) {
  coded.WriteVarint32(static_cast<uint32_t>(text.size()));
  // An empty view may have no place at all.
  if (text.empty()) return;
  coded.WriteRaw(text.data(), static_cast<int>(text.size()));
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
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Sorts the entries of maps.
    coded.SetSerializationDeterministic(true);
    Write(coded, scope.caller);
    Write(coded, scope.config_revision);
    Write(coded, options.target());
    coded.WriteVarint32(static_cast<uint32_t>(options.tags_size()));
    for (const std::string& tag : options.tags()) Write(coded, tag);
    chat.SerializeToCodedStream(&coded);
  }
  metadata.swap(*chat.mutable_metadata());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  AIGW_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, Sha256(),
                        nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace aigateway
