#include "providers/embedding/embedding_vector.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/charconv.h"
#include "absl/strings/escaping.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using Values = google::protobuf::RepeatedField<float>;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// The float nearest to a number's text. By way of a double it would be rounded
// twice, and may be the neighbour.
std::optional<float> NearestFloat(absl::string_view text) {
  float number = 0;
  const absl::from_chars_result result =
      absl::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ptr != text.data() + text.size()) return std::nullopt;
  if (result.ec == std::errc()) return number;
  // Too small is as good as nothing, too large is not.
  const bool underflow =
      result.ec == std::errc::result_out_of_range && std::abs(number) < 1;
  return underflow ? std::optional<float>(number) : std::nullopt;
}

absl::Status ReadNumbers(JsonValue& list, Values* values) {
  return list.ForEachItem([&](JsonValue& item) -> absl::Status {
    if (item.kind() != JsonValue::Kind::kNumber) {
      return Wrong("a vector has something other than numbers");
    }
    const std::optional<float> number = NearestFloat(item.Raw());
    if (!number.has_value()) return Wrong("a number is too large for a float");
    if (static_cast<size_t>(values->size()) == kMaxVectorSize) {
      return Wrong("a vector is too long");
    }
    values->Add(*number);
    return absl::OkStatus();
  });
}

uint32_t LittleEndian(absl::string_view bytes) {
  uint32_t word = 0;
  for (size_t i = 4; i > 0; --i) {
    word = (word << 8) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return word;
}

}  // namespace

absl::Status ReadVectorBytes(absl::string_view base64, VectorBytes bytes,
                             Values* values) {
  std::string raw;
  if (!absl::Base64Unescape(base64, &raw)) {
    return Wrong("a vector is not base64");
  }
  const size_t width = bytes == VectorBytes::kInt8 ? 1 : 4;
  if (raw.size() % width != 0) return Wrong("a vector is cut in a number");
  if (raw.empty()) return Wrong("a vector has nothing in it");
  if (raw.size() / width > kMaxVectorSize) return Wrong("a vector is too long");
  values->Reserve(static_cast<int>(raw.size() / width));
  for (size_t at = 0; at < raw.size(); at += width) {
    if (bytes == VectorBytes::kInt8) {
      values->Add(static_cast<int8_t>(raw[at]));
      continue;
    }
    const auto number = std::bit_cast<float>(
        LittleEndian(absl::string_view(raw).substr(at, width)));
    if (!std::isfinite(number)) return Wrong("a number is not finite");
    values->Add(number);
  }
  return absl::OkStatus();
}

absl::Status ReadVector(JsonValue& value, VectorBytes bytes, Values* values) {
  if (std::optional<absl::string_view> base64 = value.AsString()) {
    return ReadVectorBytes(*base64, bytes, values);
  }
  if (value.kind() != JsonValue::Kind::kArray) {
    return Wrong("a vector is no list");
  }
  AIGW_RETURN_IF_ERROR(ReadNumbers(value, values));
  return values->empty() ? Wrong("a vector has nothing in it")
                         : absl::OkStatus();
}

}  // namespace aigateway
