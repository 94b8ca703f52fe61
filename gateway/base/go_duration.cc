#include "gateway/base/go_duration.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace aigateway {
namespace {

constexpr uint64_t kMicrosecond = 1000;
constexpr uint64_t kMillisecond = 1000 * kMicrosecond;
constexpr uint64_t kSecond = 1000 * kMillisecond;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
// The magnitude of the smallest int64.
constexpr uint64_t kLimit = uint64_t{1} << 63;

constexpr absl::string_view kMicro = "\xC2\xB5s";  // As Go writes it.

constexpr std::pair<absl::string_view, uint64_t> kUnits[] = {
    {"ns", 1},
    {"us", kMicrosecond},
    {kMicro, kMicrosecond},
    {"\xCE\xBCs", kMicrosecond},  // With a Greek mu.
    {"ms", kMillisecond},
    {"s", kSecond},
    {"m", kMinute},
    {"h", kHour},
};

absl::Status NoDuration(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(
      "not a duration: ", what, "; write it like \"500ms\" or \"1m30s\""));
}

// Takes a unit off the beginning of `text`. nullopt if none stands there.
std::optional<uint64_t> TakeUnit(absl::string_view* text) {
  for (const auto& [name, nanoseconds] : kUnits) {
    absl::string_view rest = *text;
    if (!absl::ConsumePrefix(&rest, name)) continue;
    // A unit goes up to the next number: "1ms" is no minute.
    if (!rest.empty() && !absl::ascii_isdigit(rest[0]) && rest[0] != '.') {
      continue;
    }
    *text = rest;
    return nanoseconds;
  }
  return std::nullopt;
}

// Appends `value` / `unit`, with as many decimals as it needs.
void AppendDecimal(uint64_t value, uint64_t unit, std::string* out) {
  absl::StrAppend(out, value / unit);
  uint64_t rest = value % unit;
  if (rest == 0) return;
  out->push_back('.');
  while (rest != 0) {
    unit /= 10;
    out->push_back(static_cast<char>('0' + rest / unit));
    rest %= unit;
  }
}

}  // namespace

absl::StatusOr<absl::Duration> ParseGoDuration(absl::string_view text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  if (text == "0") return absl::ZeroDuration();
  if (text.empty()) return NoDuration("it is empty");

  uint64_t total = 0;
  while (!text.empty()) {
    uint64_t whole = 0;
    uint64_t fraction = 0;
    uint64_t scale = 1;
    bool has_digits = false;
    for (; !text.empty() && absl::ascii_isdigit(text[0]);
         text.remove_prefix(1)) {
      has_digits = true;
      if (__builtin_mul_overflow(whole, 10, &whole) ||
          __builtin_add_overflow(whole, text[0] - '0', &whole)) {
        return NoDuration("it is longer than 292 years");
      }
    }
    if (absl::ConsumePrefix(&text, ".")) {
      constexpr uint64_t kMostDigits = 1000000000000000000;  // Of 18.
      for (; !text.empty() && absl::ascii_isdigit(text[0]);
           text.remove_prefix(1)) {
        has_digits = true;
        if (scale == kMostDigits) continue;  // Finer than a nanosecond.
        fraction = fraction * 10 + (text[0] - '0');
        scale *= 10;
      }
    }
    if (!has_digits) return NoDuration("a number is missing");
    if (text.empty()) return NoDuration("a unit is missing");
    const std::optional<uint64_t> unit = TakeUnit(&text);
    if (!unit.has_value()) {
      return NoDuration("a unit is none of ns, us, ms, s, m and h");
    }
    uint64_t part = 0;
    const auto fraction_part = static_cast<uint64_t>(
        static_cast<unsigned __int128>(fraction) * *unit / scale);
    if (__builtin_mul_overflow(whole, *unit, &part) ||
        __builtin_add_overflow(part, fraction_part, &part) ||
        __builtin_add_overflow(total, part, &total) || total > kLimit ||
        (total == kLimit && !negative)) {
      return NoDuration("it is longer than 292 years");
    }
  }
  if (total == kLimit) {
    return absl::Nanoseconds(std::numeric_limits<int64_t>::min());
  }
  const auto nanoseconds = static_cast<int64_t>(total);
  return absl::Nanoseconds(negative ? -nanoseconds : nanoseconds);
}

std::string FormatGoDuration(absl::Duration duration) {
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(duration);
  std::string out;
  uint64_t left = static_cast<uint64_t>(nanoseconds);
  if (nanoseconds < 0) {
    out.push_back('-');
    left = 0 - left;
  }
  if (left == 0) return "0s";
  if (left < kSecond) {
    const auto [unit, name] =
        left >= kMillisecond ? std::pair(kMillisecond, absl::string_view("ms"))
        : left >= kMicrosecond
            ? std::pair(kMicrosecond, kMicro)
            : std::pair(uint64_t{1}, absl::string_view("ns"));
    AppendDecimal(left, unit, &out);
    absl::StrAppend(&out, name);
    return out;
  }
  if (left >= kHour) absl::StrAppend(&out, left / kHour, "h");
  if (left >= kMinute) absl::StrAppend(&out, left % kHour / kMinute, "m");
  AppendDecimal(left % kMinute, kSecond, &out);
  out.push_back('s');
  return out;
}

}  // namespace aigateway
