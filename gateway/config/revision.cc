#include "gateway/config/revision.h"

#include <openssl/evp.h>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/check.h"

namespace aigateway {

std::string RevisionOf(const config::v1::GatewayConfig& config) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Sorts the entries of maps.
    coded.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&coded);
  }
  constexpr size_t kShownBytes = 8;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  AIGW_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(),
                        nullptr) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), kShownBytes));
}

}  // namespace aigateway
