#include "gateway/net/header_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/net/url_host.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShown = 64;

// What decides where a message ends or how a connection is used.
constexpr absl::string_view kFraming[] = {
    "Connection", "Content-Length", "Expect",           "Keep-Alive",
    "TE",         "Trailer",        "Proxy-Connection", "Transfer-Encoding",
    "Upgrade",
};

bool IsTokenChar(unsigned char c) {
  return absl::ascii_isalnum(c) ||
         (c != 0 &&
          absl::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
              absl::string_view::npos);
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsFraming(absl::string_view name) {
  return std::any_of(std::begin(kFraming), std::end(kFraming),
                     [name](absl::string_view framing) {
                       return absl::EqualsIgnoreCase(name, framing);
                     });
}

// A hostile name as it may be shown: one short line of ASCII.
std::string Shown(absl::string_view text) {
  return absl::CHexEscape(text.substr(0, kMaxShown));
}

// Says what is wrong with a header that may not be sent.
absl::Status Refusal(const HttpHeader& header) {
  const std::string name = Shown(header.name);
  if (!IsToken(header.name)) {
    return Error(ErrorReason::kInvalidRequest,
                 absl::StrCat("'", name, "' is not the name of an HTTP header"),
                 {{"header", name}});
  }
  if (IsFraming(header.name)) {
    return Error(
        ErrorReason::kInvalidRequest,
        absl::StrCat("the header '", name, "' is set by the gateway itself"),
        {{"header", name}});
  }
  return Error(ErrorReason::kInvalidRequest,
               absl::StrCat("the value of the header '", name,
                            "' has a line end or another character that no "
                            "header may have; if it is a key, look at where it "
                            "comes from"),
               {{"header", name}});
}

absl::Status CheckUrl(absl::string_view url) {
  if (!absl::StartsWithIgnoreCase(url, "http://") &&
      !absl::StartsWithIgnoreCase(url, "https://")) {
    return Error(ErrorReason::kInvalidConfig,
                 "the provider's URL does not begin with http:// or https://");
  }
  const bool graphic = std::all_of(url.begin(), url.end(), [](unsigned char c) {
    return absl::ascii_isgraph(c);
  });
  if (!graphic || UrlHost(url).empty()) {
    return Error(ErrorReason::kInvalidConfig,
                 "the provider's URL is malformed: it needs a host, and is "
                 "plain ASCII without spaces");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsHeaderValue(absl::string_view value) {
  return std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return c == ' ' || c == '\t' || absl::ascii_isgraph(c);
  });
}

absl::Status CheckRequestHead(const HttpRequest& request) {
  if (absl::Status url = CheckUrl(request.url); !url.ok()) return url;
  if (!IsToken(request.method)) {
    const std::string method = Shown(request.method);
    return Error(ErrorReason::kInvalidRequest,
                 absl::StrCat("'", method, "' is not an HTTP method"),
                 {{"method", method}});
  }
  return CheckHeaders(request.headers);
}

absl::Status CheckHeaders(const HttpHeaders& headers) {
  for (const HttpHeader& header : headers.all()) {
    if (!IsToken(header.name) || IsFraming(header.name) ||
        !IsHeaderValue(header.value)) {
      return Refusal(header);
    }
  }
  return absl::OkStatus();
}

}  // namespace aigateway
