#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_SCHEMA_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_SCHEMA_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Makes a value that fits the JSON schema `schema`, as JSON text: the same one
// for the same schema, of bounded size whatever the schema says.
//
// Heeds type, const, enum, default, properties (all of them, in order), items,
// minItems, minimum, maximum, exclusive ones, multipleOf, minLength, maxLength,
// format, anyOf and oneOf (the first), allOf and $ref within the document. What
// it cannot heed (pattern, not, if) it passes over. Beyond 24 levels or 1,000
// values there are only nulls. A text that is no schema gives {}.
std::string SampleOfSchema(absl::string_view schema);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_SCHEMA_H_
