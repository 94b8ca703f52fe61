#include "gateway/config/http_values.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

bool IsVisible(char c) { return c > 0x20 && c < 0x7f; }

// Consumes the scheme, in any case (RFC 3986 3.1).
bool ConsumeScheme(absl::string_view* url) {
  for (absl::string_view scheme : {"http://", "https://"}) {
    if (absl::StartsWithIgnoreCase(*url, scheme)) {
      url->remove_prefix(scheme.size());
      return true;
    }
  }
  return false;
}

bool IsHostCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
}

// "host", "host:8080", "[::1]:8080".
bool IsHostAndPort(absl::string_view text) {
  absl::string_view port;
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t end = text.find(']');
    if (end == text.npos || end == 0) return false;
    const absl::string_view address = text.substr(0, end);
    if (!std::all_of(address.begin(), address.end(), [](char c) {
          return absl::ascii_isxdigit(c) || c == ':' || c == '.';
        })) {
      return false;
    }
    port = text.substr(end + 1);
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    const absl::string_view host = text.substr(0, colon);
    if (host.empty() ||
        !std::all_of(host.begin(), host.end(), IsHostCharacter)) {
      return false;
    }
    port = text.substr(colon);
  }
  if (port.empty()) return true;
  int number = 0;
  return absl::ConsumePrefix(&port, ":") &&
         std::all_of(port.begin(), port.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(port, &number) && number > 0 && number <= 65535;
}

}  // namespace

std::string BadBaseUrl(absl::string_view url) {
  constexpr size_t kMaxUrlBytes = 2048;
  if (url.size() > kMaxUrlBytes) return "is too long for a URL";
  if (!std::all_of(url.begin(), url.end(), IsVisible)) {
    return "a URL has visible ASCII characters only: remove spaces, and write "
           "others as %XX";
  }
  if (!ConsumeScheme(&url)) {
    return "a URL that begins with https:// or http:// is expected";
  }
  const size_t end = std::min(url.find_first_of("/?#\\"), url.size());
  const absl::string_view authority = url.substr(0, end);
  const absl::string_view rest = url.substr(end);
  if (absl::StrContains(authority, '@')) {
    return "a URL may not have a user and password: use `api_key` or `headers`";
  }
  if (!IsHostAndPort(authority)) {
    return "the URL has no host that can be called: write "
           "https://HOST[:PORT][/PATH]";
  }
  if (rest.find_first_of("?#\\") != rest.npos) {
    return "paths are appended to this URL, so it may not have a '?', '#' or "
           "'\\'";
  }
  return "";
}

std::string BadKey(absl::string_view key) {
  if (key.empty()) return "is empty: a key is expected, or leave it out";
  if (!std::all_of(key.begin(), key.end(), IsVisible)) {
    return "has a space, a control character or one beyond ASCII inside, which "
           "no key has: look for a line end or a second key in it";
  }
  return "";
}

std::string BadHeaderName(absl::string_view name) {
  // RFC 9110 5.6.2.
  const bool is_token =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(c) ||
               absl::StrContains("!#$%&'*+-.^_`|~", c);
      });
  if (!is_token) return "this is no name of a header";
  // What frames the message is the HTTP client's to say (RFC 9110 7.6.1), and
  // a compressed answer must be one that it asked for.
  for (absl::string_view ours :
       {"accept-encoding", "connection", "content-length", "expect", "host",
        "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade"}) {
    if (absl::EqualsIgnoreCase(name, ours)) {
      return "this header is set by the gateway itself: remove it";
    }
  }
  return "";
}

std::string BadHeaderValue(absl::string_view value) {
  if (absl::StripAsciiWhitespace(value).empty()) {
    return "is empty: leave the header out";
  }
  if (!std::all_of(value.begin(), value.end(), [](char c) {
        return IsVisible(c) || c == ' ' || c == '\t';
      })) {
    return "a header's value has visible ASCII characters and spaces only: "
           "look for a line end in it";
  }
  return "";
}

}  // namespace aigateway
