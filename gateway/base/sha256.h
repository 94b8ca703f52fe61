#ifndef AIGATEWAY_GATEWAY_BASE_SHA256_H_
#define AIGATEWAY_GATEWAY_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"

namespace aigateway {

using Sha256Digest = std::array<uint8_t, 32>;

// The SHA-256 (FIPS 180-4) of `parts`, one behind the other as if they were one
// text: whoever must tell "ab", "c" from "a", "bc" puts lengths between them.
// Nothing of the parts is copied. Thread-safe.
Sha256Digest Sha256(absl::Span<const absl::string_view> parts);
inline Sha256Digest Sha256(absl::string_view text) {
  return Sha256(absl::MakeConstSpan(&text, 1));
}

// The same in 64 hex digits.
std::string HexSha256(absl::Span<const absl::string_view> parts);
inline std::string HexSha256(absl::string_view text) {
  return HexSha256(absl::MakeConstSpan(&text, 1));
}

// `message` on the wire, maps in the order of their keys: messages that say the
// same have the same bytes in every process of one build.
std::string CanonicalBytes(const google::protobuf::Message& message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_SHA256_H_
