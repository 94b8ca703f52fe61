#ifndef AIGATEWAY_GATEWAY_CONFIG_REVISION_H_
#define AIGATEWAY_GATEWAY_CONFIG_REVISION_H_

#include <string>

#include "google/protobuf/message.h"

#include "aigateway/config/v1/config.pb.h"

namespace aigateway {

// Names a configuration by its content: equal ones have the same revision,
// however their files are written, in every process. 16 hex digits of a
// SHA-256 over the sorted content.
std::string RevisionOf(const config::v1::GatewayConfig& config);

// A SHA-256 of all that `message` says, in hex: for what is kept by its
// settings and must not keep the secrets in them.
std::string FingerprintOf(const google::protobuf::Message& message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_REVISION_H_
