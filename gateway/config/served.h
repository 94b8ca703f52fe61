#ifndef AIGATEWAY_GATEWAY_CONFIG_SERVED_H_
#define AIGATEWAY_GATEWAY_CONFIG_SERVED_H_

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/faults.h"
#include "gateway/config/source_map.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace aigateway {

// Which parts of the schema this version acts on. A file may say all of it, and
// it is read and checked whole; but what nothing acts on yet is refused with
// its line, since a guard that is not there must not be believed in.
//
// Whoever builds a part deletes its row in served.cc, and the words "Not served
// yet" in docs/configuration.md, which a test compares: nothing else is to do.
void RefuseUnserved(const config::v1::GatewayConfig& config,
                    const SourceMap& places, Faults& faults);

// Whether every value of the field is acted on; see RefuseUnserved().
bool IsServed(const google::protobuf::FieldDescriptor& field);

// Whether the docs have such a mode, plugin or provider type, so that one that
// is not registered is not yet served rather than misspelt.
bool IsAnnouncedMode(absl::string_view name);
bool IsAnnouncedPlugin(absl::string_view name);
bool IsAnnouncedProviderType(absl::string_view name);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SERVED_H_
