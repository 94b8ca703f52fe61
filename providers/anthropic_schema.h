#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_SCHEMA_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// A JSON schema as Anthropic's structured outputs take it.
struct AnthropicSchema {
  std::string json;
  // Keywords that it no longer enforces, each once, in the order met: they
  // stand in the description of their place, for the model to read.
  std::vector<std::string> moved;
  // Whether it refers to itself, which cannot be expressed; `json` is empty.
  bool recursive = false;
};

// Rewrites `schema`, JSON text, to what output_config.format and strict tools
// take: objects are closed, oneOf becomes anyOf, bounds, lengths, patterns,
// `not` and the like move into descriptions, formats but a few as well. Order
// of keys and the text of numbers stay. Fails with a plain InvalidArgument if
// it is not a JSON object.
absl::StatusOr<AnthropicSchema> AdaptAnthropicSchema(absl::string_view schema);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_SCHEMA_H_
