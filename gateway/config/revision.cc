#include "gateway/config/revision.h"

#include <string>

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/sha256.h"

namespace aigateway {

std::string FingerprintOf(const google::protobuf::Message& message) {
  return HexSha256(CanonicalBytes(message));
}

std::string RevisionOf(const config::v1::GatewayConfig& config) {
  constexpr size_t kShownDigits = 16;
  return FingerprintOf(config).substr(0, kShownDigits);
}

}  // namespace aigateway
