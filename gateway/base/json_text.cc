#include "gateway/base/json_text.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

// Takes the digits at the beginning of `text` off it.
absl::string_view TakeDigits(absl::string_view* text) {
  size_t count = 0;
  while (count < text->size() && absl::ascii_isdigit((*text)[count])) ++count;
  const absl::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

bool TakeCharacter(absl::string_view* text, char character) {
  if (text->empty() || text->front() != character) return false;
  text->remove_prefix(1);
  return true;
}

struct NumberParts {
  bool negative = false;
  absl::string_view whole;
  absl::string_view fraction;
  bool exponent_negative = false;
  absl::string_view exponent;
};

std::optional<NumberParts> SplitNumber(absl::string_view text) {
  NumberParts parts;
  parts.negative = TakeCharacter(&text, '-');
  parts.whole = TakeDigits(&text);
  if (parts.whole.empty()) return std::nullopt;
  if (parts.whole.size() > 1 && parts.whole[0] == '0') return std::nullopt;
  if (TakeCharacter(&text, '.')) {
    parts.fraction = TakeDigits(&text);
    if (parts.fraction.empty()) return std::nullopt;
  }
  if (TakeCharacter(&text, 'e') || TakeCharacter(&text, 'E')) {
    parts.exponent_negative = TakeCharacter(&text, '-');
    if (!parts.exponent_negative) TakeCharacter(&text, '+');
    parts.exponent = TakeDigits(&text);
    if (parts.exponent.empty()) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return parts;
}

// The value of four hexadecimal digits, or -1.
int FourHexDigits(absl::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text[i];
    if (!absl::ascii_isxdigit(c)) return -1;
    const int digit =
        absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
    value = value * 16 + digit;
  }
  return value;
}

// The length of the escape that begins `text`, 0 if it is malformed.
size_t EscapeLength(absl::string_view text) {
  if (text.size() < 2) return 0;
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u':
      return FourHexDigits(text.substr(2)) < 0 ? 0 : 6;
    default:
      return 0;
  }
}

bool IsHighSurrogate(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

bool IsJsonNumber(absl::string_view text) {
  return SplitNumber(text).has_value();
}

std::optional<int64_t> WholeNumber(absl::string_view number) {
  const std::optional<NumberParts> parts = SplitNumber(number);
  if (!parts.has_value()) return std::nullopt;

  // No text is so long that an exponent beyond this could matter less.
  constexpr int64_t kHugeExponent = int64_t{1} << 40;
  int64_t exponent = 0;
  for (const char c : parts->exponent) {
    exponent = std::min(exponent * 10 + (c - '0'), kHugeExponent);
  }
  if (parts->exponent_negative) exponent = -exponent;

  // The digits without the point; the last `point` of them are behind it.
  const int64_t length =
      static_cast<int64_t>(parts->whole.size() + parts->fraction.size());
  const int64_t point = static_cast<int64_t>(parts->fraction.size()) - exponent;
  const auto digit = [&parts](int64_t i) {
    const auto at = static_cast<size_t>(i);
    return at < parts->whole.size()
               ? parts->whole[at] - '0'
               : parts->fraction[at - parts->whole.size()] - '0';
  };
  // Negative, since that range is the larger one.
  int64_t value = 0;
  const int64_t end = length - point;  // Where the point stands.
  for (int64_t i = 0; i < length; ++i) {
    if (i >= end) {
      if (digit(i) != 0) return std::nullopt;
      continue;
    }
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_sub_overflow(value, digit(i), &value)) {
      return std::nullopt;
    }
  }
  if (value != 0) {
    for (int64_t i = length; i < end; ++i) {
      if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
    }
  }
  if (parts->negative) return value;
  if (value == std::numeric_limits<int64_t>::min()) return std::nullopt;
  return -value;
}

std::optional<double> NearestDouble(absl::string_view number) {
  double value = 0;
  const auto [end, error] =
      absl::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc::invalid_argument ||
      end != number.data() + number.size()) {
    return std::nullopt;
  }
  // Out of range is too large or too near to zero.
  if (error == std::errc::result_out_of_range && std::abs(value) > 1) {
    return std::nullopt;
  }
  return value;
}

bool CheckEscapes(absl::string_view content, bool* has_escapes) {
  size_t i = content.find('\\');
  *has_escapes = i != absl::string_view::npos;
  while (i != absl::string_view::npos) {
    const size_t length = EscapeLength(content.substr(i));
    if (length == 0) return false;
    i = content.find('\\', i + length);
  }
  return true;
}

size_t FindLoneSurrogate(absl::string_view text, size_t from) {
  constexpr size_t kEscape = 6;  // Of "\uXXXX".
  const auto unit_at = [text](size_t i) {
    return text.substr(i, 2) == "\\u" ? FourHexDigits(text.substr(i + 2)) : -1;
  };
  size_t i = text.find('\\', from);
  while (i != absl::string_view::npos) {
    const int unit = unit_at(i);
    if (IsLowSurrogate(unit)) return i;
    if (IsHighSurrogate(unit)) {
      if (!IsLowSurrogate(unit_at(i + kEscape))) return i;
      i += kEscape;  // Over the pair's first half; the second follows.
    }
    // At least over the escaped character, which may be a backslash.
    i = text.find('\\', i + (unit < 0 ? 2 : kEscape));
  }
  return absl::string_view::npos;
}

}  // namespace aigateway
