#ifndef AIGATEWAY_GATEWAY_CONFIG_SCALAR_H_
#define AIGATEWAY_GATEWAY_CONFIG_SCALAR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/config/yaml_node.h"

namespace aigateway {

// What the text of a scalar means where the schema wants something else than a
// text. The rules are ours (docs/configuration.md), not YAML's, whose versions
// differ on `0010` and `on`. Errors are plain InvalidArguments that say what
// was expected and what to do, without a place; they quote the text shortened.

// `true` or `false`, also with a capital or in capitals; not `on`, `yes`, `1`.
absl::StatusOr<bool> ReadBool(const YamlNode& scalar);

// Decimal digits, a `-` before them if `min` is negative, no leading zeros.
absl::StatusOr<int64_t> ReadInt(const YamlNode& scalar, int64_t min,
                                int64_t max);
absl::StatusOr<uint64_t> ReadUint(const YamlNode& scalar, uint64_t max);

// A number as JSON writes it that a finite double is near: not `.5`, `.inf`,
// `1e400`; nor `1e-400`, which would become 0.
absl::StatusOr<double> ReadDouble(const YamlNode& scalar);

// Whether `text` is a number by JSON's grammar (RFC 8259 6): also whether it
// is a whole one, without point and exponent.
enum class NumberForm { kNone, kWhole, kReal };
NumberForm NumberFormOf(absl::string_view text);

// "a text", "a list", ...: what `node` is, for a message.
absl::string_view KindName(const YamlNode& node);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SCALAR_H_
