#ifndef AIGATEWAY_GATEWAY_CONFIG_CONFIG_LOADER_H_
#define AIGATEWAY_GATEWAY_CONFIG_CONFIG_LOADER_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/faults.h"
#include "gateway/config/source_map.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// A configuration, and where in its text each value stands, so that what is
// checked later can be reported with its place.
struct LoadedConfig {
  config::v1::GatewayConfig config;  // As written: no default filled in, no
                                     // variable expanded.
  SourceMap places;
};

// Reads `text`, YAML or JSON, into the schema. A plugin's `config` is read
// strictly into the settings of the plugin it names and kept as a Struct.
// Every fault is added to `faults`, whose file() is the text's name. Returns
// what could be read, or nullopt if nothing could.
std::optional<LoadedConfig> ReadConfig(absl::string_view text,
                                       const Vocabulary& vocabulary,
                                       Faults& faults);

// Reads and checks a configuration: ReadConfig() and ValidateConfig(), with all
// their faults in one INVALID_CONFIG. `file` is the name that messages show: a
// file's, or "config_text".
absl::StatusOr<LoadedConfig> LoadConfig(absl::string_view text,
                                        absl::string_view file,
                                        const Vocabulary& vocabulary);

// The same checks for a configuration that a program made.
absl::Status CheckConfig(const config::v1::GatewayConfig& config,
                         const Vocabulary& vocabulary);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CONFIG_LOADER_H_
