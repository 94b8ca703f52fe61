#include "providers/retry_after.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "gateway/base/go_duration.h"

namespace aigateway {
namespace {

// Header values that are longer state nothing.
constexpr size_t kMaxValueBytes = 64;

std::optional<absl::Duration> Bounded(absl::Duration wait) {
  if (wait <= absl::ZeroDuration()) return std::nullopt;
  return std::min(wait, kMaxStatedWait);
}

// "12", "0.5"; no sign, no exponent, no "inf".
std::optional<double> ParsePlainNumber(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  int dots = 0;
  for (char c : text) {
    if (c == '.') {
      ++dots;
    } else if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
  }
  double number = 0;
  if (dots > 1 || !absl::SimpleAtod(text, &number)) return std::nullopt;
  return number;
}

std::optional<absl::Time> ParseDate(absl::string_view text) {
  // RFC 9110 5.6.7: the one form that is sent, and the two that were.
  static constexpr const char* kForms[] = {
      absl::RFC3339_full,
      "%a, %d %b %Y %H:%M:%S GMT",
      "%a, %d-%b-%y %H:%M:%S GMT",
      "%a %b %e %H:%M:%S %Y",
  };
  for (const char* form : kForms) {
    absl::Time time;
    if (absl::ParseTime(form, text, &time, nullptr)) return time;
  }
  return std::nullopt;
}

// The name of the header that says how much is left of what `reset_header`
// fills again.
std::string RemainingHeader(absl::string_view reset_header) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(reset_header),
                             {{"reset", "remaining"}});
}

std::optional<absl::Duration> WaitFromResets(const HttpHeaders& headers,
                                             absl::Time now) {
  std::optional<absl::Duration> used_up;
  std::optional<absl::Duration> earliest;
  for (const HttpHeader& header : headers.all()) {
    const std::string name = absl::AsciiStrToLower(header.name);
    if (!absl::StrContains(name, "ratelimit") ||
        !absl::StrContains(name, "reset")) {
      continue;
    }
    const std::optional<absl::Duration> wait = ParseWait(header.value, now);
    if (!wait.has_value()) continue;
    earliest = std::min(*wait, earliest.value_or(*wait));
    const std::optional<double> remaining = ParsePlainNumber(
        absl::StripAsciiWhitespace(headers.Get(RemainingHeader(name))));
    if (remaining.has_value() && *remaining == 0) {
      used_up = std::max(*wait, used_up.value_or(*wait));
    }
  }
  return used_up.has_value() ? used_up : earliest;
}

}  // namespace

std::optional<absl::Duration> ParseWait(absl::string_view text,
                                        absl::Time now) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || text.size() > kMaxValueBytes) return std::nullopt;
  if (std::optional<double> number = ParsePlainNumber(text)) {
    // No wait is 30 years long: such a number is a date.
    if (*number >= 1e12) {
      return Bounded(absl::UnixEpoch() + absl::Milliseconds(*number) - now);
    }
    if (*number >= 1e9) {
      return Bounded(absl::UnixEpoch() + absl::Seconds(*number) - now);
    }
    return Bounded(absl::Seconds(*number));
  }
  if (absl::StatusOr<absl::Duration> duration = ParseGoDuration(text);
      duration.ok()) {
    return Bounded(*duration);
  }
  if (std::optional<absl::Time> date = ParseDate(text)) {
    return Bounded(*date - now);
  }
  return std::nullopt;
}

std::optional<absl::Duration> StatedWait(
    int status, const HttpHeaders& headers, absl::Time now,
    std::optional<absl::Duration> body_wait) {
  const absl::string_view ms =
      absl::StripAsciiWhitespace(headers.Get("retry-after-ms"));
  if (ms.size() <= kMaxValueBytes) {
    if (std::optional<double> number = ParsePlainNumber(ms)) {
      // Azure sends 0 beside a `retry-after` that is right.
      if (auto wait = Bounded(absl::Milliseconds(*number))) return wait;
    }
  }
  if (auto wait = ParseWait(headers.Get("retry-after"), now)) return wait;
  if (body_wait.has_value()) {
    if (auto wait = Bounded(*body_wait)) return wait;
  }
  // Elsewhere they only tell how full the buckets are.
  if (status == 429 || status == 503 || status == 529) {
    return WaitFromResets(headers, now);
  }
  return std::nullopt;
}

}  // namespace aigateway
