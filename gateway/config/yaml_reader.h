#ifndef AIGATEWAY_GATEWAY_CONFIG_YAML_READER_H_
#define AIGATEWAY_GATEWAY_CONFIG_YAML_READER_H_

#include <memory>

#include "absl/strings/string_view.h"

#include "gateway/config/faults.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {

// Reads `text`, YAML or JSON, strictly. Two equal keys of one mapping, merge
// keys (`<<`), keys that are no text, unknown tags, a second document, an alias
// to what contains it, and what passes the bounds of YamlDocument, of
// CheckConfigText and of yaml-cpp are faults, each with its place and path.
//
// Returns null if there is no value to go on with; with faults added it may
// still return a document, so that those of its content can be reported too.
// Takes time and memory in proportion to the text, however hostile.
std::shared_ptr<const YamlDocument> ReadYaml(absl::string_view text,
                                             Faults& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_YAML_READER_H_
