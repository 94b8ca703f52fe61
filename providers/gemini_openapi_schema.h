#ifndef AIGATEWAY_PROVIDERS_GEMINI_OPENAPI_SCHEMA_H_
#define AIGATEWAY_PROVIDERS_GEMINI_OPENAPI_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// A schema in the subset of OpenAPI 3.0 that `parameters` and `responseSchema`
// take: all that models before Gemini 2.5, and the API's version v1, have.
struct GeminiOpenApiSchema {
  std::string json;
  // Whether it is an object without properties, for which a function's
  // `parameters` have to be left out.
  bool no_properties = false;
  // Keywords that limited the answer and have no equivalent, each once; of very
  // many only the first.
  std::vector<std::string> lost;
};

// Rewrites `schema`, JSON text: references are unfolded, `const` becomes an
// `enum`, `oneOf` an `anyOf`, a null among the types `nullable`, an exclusive
// bound of an integer its neighbour; values that are no strings are named in
// the description. The order of keys and the text of numbers stay. Fails with a
// plain InvalidArgument if it is not a JSON object, refers to itself or to
// nothing, or unfolds to more than a model would take.
absl::StatusOr<GeminiOpenApiSchema> ToGeminiOpenApiSchema(
    absl::string_view schema);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_OPENAPI_SCHEMA_H_
