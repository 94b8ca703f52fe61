#include "gateway/store/redis_address.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Redis has 16 databases where nobody says otherwise.
constexpr int kMostDatabases = 1 << 16;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// RFC 3986 2.1; nullopt for a '%' without its two digits.
std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) ||
        !absl::ascii_isxdigit(text[i + 2])) {
      return std::nullopt;
    }
    decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  return decoded;
}

absl::Status ReadHost(absl::string_view text, RedisAddress& address) {
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t end = text.find(']');
    if (end == absl::string_view::npos) {
      return Malformed("has a '[' without its ']'");
    }
    address.host = std::string(text.substr(0, end));
    text.remove_prefix(end + 1);
  } else {
    const size_t colon = text.find(':');
    address.host = std::string(text.substr(0, colon));
    text.remove_prefix(address.host.size());
  }
  if (address.host.empty()) return Malformed("has no host");
  // What is left after a host is its port.
  for (const char c : address.host) {
    if (!absl::ascii_isgraph(c) || c == '/' || c == '@') {
      return Malformed("is neither HOST:PORT, unix:PATH nor redis://...");
    }
  }
  if (text.empty()) return absl::OkStatus();
  if (!absl::ConsumePrefix(&text, ":") ||
      !absl::SimpleAtoi(text, &address.port) || address.port < 1 ||
      address.port > 65535) {
    return Malformed("has a port that is not from 1 to 65535");
  }
  return absl::OkStatus();
}

absl::Status ReadUser(absl::string_view text, RedisAddress& address) {
  // What shows addresses takes a URL to end its user part there (RFC 3986).
  if (text.find_first_of("/?#") != absl::string_view::npos) {
    return Malformed("has a '/', '?' or '#' before '@': write %2F, %3F or %23");
  }
  const size_t colon = text.find(':');
  const std::optional<std::string> user = PercentDecode(text.substr(0, colon));
  std::optional<std::string> password = "";
  if (colon != absl::string_view::npos) {
    password = PercentDecode(text.substr(colon + 1));
  }
  if (!user.has_value() || !password.has_value()) {
    return Malformed("has a '%' before '@' that is not followed by two digits");
  }
  address.user = *user;
  address.password = Secret(*password);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RedisAddress> ParseRedisAddress(absl::string_view text) {
  RedisAddress address;
  if (absl::ConsumePrefix(&text, "unix:")) {
    if (text.empty()) return Malformed("has no path");
    address.socket_path = std::string(text);
    return address;
  }
  if (absl::ConsumePrefix(&text, "rediss://")) {
    return Malformed("asks for TLS, which is not spoken with Redis");
  }
  if (!absl::ConsumePrefix(&text, "redis://")) {
    AIGW_RETURN_IF_ERROR(ReadHost(text, address));
    return address;
  }
  const size_t at = text.rfind('@');
  if (at != absl::string_view::npos) {
    AIGW_RETURN_IF_ERROR(ReadUser(text.substr(0, at), address));
    text.remove_prefix(at + 1);
  }
  const size_t slash = text.find('/');
  AIGW_RETURN_IF_ERROR(ReadHost(text.substr(0, slash), address));
  if (slash == absl::string_view::npos || slash + 1 == text.size()) {
    return address;
  }
  if (!absl::SimpleAtoi(text.substr(slash + 1), &address.database) ||
      address.database < 0 || address.database >= kMostDatabases) {
    return Malformed("has a database that is not a number from 0");
  }
  return address;
}

}  // namespace aigateway
