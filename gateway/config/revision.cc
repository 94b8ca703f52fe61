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

std::string FingerprintOf(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Sorts the entries of maps.
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  AIGW_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(),
                        nullptr) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), size));
}

std::string RevisionOf(const config::v1::GatewayConfig& config) {
  constexpr size_t kShownDigits = 16;
  return FingerprintOf(config).substr(0, kShownDigits);
}

}  // namespace aigateway
