#ifndef AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_H_
#define AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// Rewrites `schema`, JSON text, for `parametersJsonSchema` and
// `responseJsonSchema`, which take JSON schema as it is, less a few keywords;
// they are used wherever the model knows them (GeminiProfile::json_schema), for
// the OpenAPI subset of the older fields loses much. `const` becomes
// an `enum` of one, an `allOf` of one an `anyOf`, a `$ref` with neighbours goes
// into an `anyOf` (beside it only `$...` may stand), `definitions` is called
// `$defs`. Everything else stays as it is, the order of keys and the text of
// numbers too. Fails with a plain InvalidArgument if it is not a JSON object.
absl::StatusOr<std::string> AdaptGeminiJsonSchema(absl::string_view schema);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_H_
