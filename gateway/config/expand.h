#ifndef AIGATEWAY_GATEWAY_CONFIG_EXPAND_H_
#define AIGATEWAY_GATEWAY_CONFIG_EXPAND_H_

#include "google/protobuf/message.h"

#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"
#include "gateway/config/secrets.h"

namespace aigateway {

// Expands the variables in every text of `message`, a part of the configuration
// that stands at `path`: what a component is built from. The result has secrets
// in it: it is neither kept nor shown.
//
// Of secret fields the white space around goes, and what no key or header can
// have in it is a fault, as is a URL in `base_url` that is none. Faults name
// the variable or file that a value came from, never the value. A field with a
// fault is left empty.
void ExpandVariables(const SecretSource& secrets, const FieldPath& path,
                     google::protobuf::Message* message, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_EXPAND_H_
