#include "plugins/cache_key.h"

#include <openssl/evp.h>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "gateway/base/check.h"

namespace aigateway {

std::string CacheKey(const v1::ChatRequest& chat,
                     const v1::RoutingOptions& options, absl::string_view scope,
                     const std::vector<std::string>& metadata_keys) {
  v1::ChatRequest asked = chat;
  asked.clear_metadata();
  for (const std::string& key : metadata_keys) {
    const auto found = chat.metadata().find(key);
    if (found == chat.metadata().end()) continue;
    (*asked.mutable_metadata())[key] = found->second;
  }
  v1::RoutingOptions where;
  where.set_target(options.target());
  *where.mutable_tags() = options.tags();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Sorts the entries of maps.
    coded.SetSerializationDeterministic(true);
    // Each with its length before it: no two lists of texts read the same.
    coded.WriteVarint32(static_cast<uint32_t>(scope.size()));
    coded.WriteString(std::string(scope));
    coded.WriteVarint32(static_cast<uint32_t>(where.ByteSizeLong()));
    where.SerializeToCodedStream(&coded);
    asked.SerializeToCodedStream(&coded);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  AIGW_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(),
                        nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace aigateway
