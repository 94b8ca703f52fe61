#ifndef AIGATEWAY_GATEWAY_CONFIG_FREE_FORM_H_
#define AIGATEWAY_GATEWAY_CONFIG_FREE_FORM_H_

#include <cstdint>

#include "google/protobuf/struct.pb.h"

#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {

// Whole numbers up to this size are the same in a double. A larger one is kept
// in a Struct as its text, so that every digit survives.
inline constexpr int64_t kMaxExactInteger = int64_t{1} << 53;

// Reads a value that no schema describes. What is in quotes is text, and so is
// all that is not null, true, false (also True, TRUE, ...) or a number as JSON
// writes it: `0010`, `on`, `0x1f` and `.inf` are texts. A number that no
// finite double is near is a fault.
void ReadFreeForm(const YamlNode& node, const FieldPath& path,
                  google::protobuf::Value* value, Faults& faults);
// The same for a mapping.
void ReadFreeFormMapping(const YamlNode& mapping, const FieldPath& path,
                         google::protobuf::Struct* fields, Faults& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_FREE_FORM_H_
