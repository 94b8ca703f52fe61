#ifndef AIGATEWAY_GATEWAY_CONFIG_TO_TEXT_H_
#define AIGATEWAY_GATEWAY_CONFIG_TO_TEXT_H_

#include <string>

#include "google/protobuf/message.h"

#include "aigateway/config/v1/config.pb.h"

namespace aigateway {

// Writes a configuration as a YAML file would have it: what is set, in the
// order of the schema, maps sorted by key, every text in quotes. Reading it
// gives the same configuration. Secrets are written as they are: Redact()
// first.
std::string ToYaml(const config::v1::GatewayConfig& config);

// Writes a part of a configuration as JSON in one line, keys sorted.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_TO_TEXT_H_
