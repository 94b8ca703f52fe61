#include "gateway/server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

absl::Status Bad(absl::string_view text, absl::string_view what) {
  const std::string shown = Truncate(text, 100);
  return Error(ErrorReason::kInvalidRequest,
               absl::StrCat("'", shown, "' is no address to listen on: ", what,
                            "; write HOST:PORT, [IPV6]:PORT or unix:PATH"),
               {{"address", shown}});
}

bool IsIpv4(const std::string& host, in_addr* address) {
  return inet_pton(AF_INET, host.c_str(), address) == 1;
}

bool IsIpv6(const std::string& host, in6_addr* address) {
  return inet_pton(AF_INET6, host.c_str(), address) == 1;
}

bool IsLoopback(const std::string& host) {
  if (absl::EqualsIgnoreCase(host, "localhost")) return true;
  in_addr v4;
  if (IsIpv4(host, &v4)) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return IsIpv6(host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool IsHostName(absl::string_view host) {
  for (const char c : host) {
    if (!absl::ascii_isalnum(c) && c != '-' && c != '.' && c != '_') {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  ListenAddress address;
  for (const absl::string_view scheme : {"unix:", "unix-abstract:"}) {
    if (!absl::StartsWith(text, scheme)) continue;
    if (text.size() == scheme.size()) return Bad(text, "it has no path");
    address.text = std::string(text);
    address.loopback = true;
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return Bad(text, "it has no port");
  absl::string_view host = text.substr(0, colon);
  const bool brackets = absl::StartsWith(host, "[");
  if (brackets) {
    if (!absl::EndsWith(host, "]")) return Bad(text, "it has no ']'");
    host = host.substr(1, host.size() - 2);
  }
  address.host = host.empty() ? "::" : std::string(host);
  in6_addr ignored;
  if (brackets && !IsIpv6(address.host, &ignored)) {
    return Bad(text, "what stands in brackets is no IPv6 address");
  }
  if (!brackets && !IsHostName(host)) {
    return Bad(text, "its host is none (an IPv6 address goes in brackets)");
  }
  const absl::string_view port = text.substr(colon + 1);
  if (port.empty() || !absl::ascii_isdigit(port[0]) ||
      !absl::SimpleAtoi(port, &address.port) || address.port > 65535) {
    return Bad(text, "its port is no number from 0 to 65535");
  }
  address.loopback = IsLoopback(address.host);
  address.text = absl::StrContains(address.host, ':')
                     ? absl::StrCat("[", address.host, "]:", address.port)
                     : absl::StrCat(address.host, ":", address.port);
  return address;
}

absl::Status CheckExposure(absl::string_view flag, const ListenAddress& address,
                           bool has_keys, bool allow_unauthenticated) {
  if (address.loopback || has_keys || allow_unauthenticated) {
    return absl::OkStatus();
  }
  return Error(ErrorReason::kInvalidRequest,
               absl::StrCat("--", flag, " is ", address.text,
                            ", which others can reach, and the config asks for "
                            "no key: add auth.keys to the config, listen on "
                            "127.0.0.1, or say --allow_unauthenticated"),
               {{"flag", flag}, {"address", address.text}});
}

}  // namespace aigateway
