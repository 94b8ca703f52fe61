#include "providers/base_url.h"

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

// Where the authority of `url` begins and ends.
struct Authority {
  size_t begin;
  size_t end;
};
Authority FindAuthority(absl::string_view url) {
  const size_t scheme = url.find("://");
  const size_t begin = scheme == url.npos ? 0 : scheme + 3;
  const size_t end = url.find_first_of("/?#", begin);
  return {begin, end == url.npos ? url.size() : end};
}

std::vector<absl::string_view> Steps(absl::string_view path) {
  return absl::StrSplit(path, '/', absl::SkipEmpty());
}

// Whether `steps` are the beginning of `usual`.
bool Begins(const std::vector<absl::string_view>& steps,
            const std::vector<absl::string_view>& usual) {
  if (steps.size() > usual.size()) return false;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] != usual[i] && !absl::StartsWith(usual[i], "{")) return false;
  }
  return true;
}

}  // namespace

absl::string_view UrlPath(absl::string_view url) {
  return url.substr(FindAuthority(url).end);
}

absl::string_view UrlOrigin(absl::string_view url) {
  return url.substr(0, FindAuthority(url).end);
}

absl::StatusOr<std::string> CompleteBaseUrl(absl::string_view url,
                                            absl::string_view usual_path) {
  url = absl::StripAsciiWhitespace(url);
  for (char c : url) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError(
          "must be plain ASCII without white space");
    }
  }
  if (!absl::StartsWithIgnoreCase(url, "http://") &&
      !absl::StartsWithIgnoreCase(url, "https://")) {
    return absl::InvalidArgumentError("must begin with http:// or https://");
  }
  if (absl::StrContains(url, '?') || absl::StrContains(url, '#')) {
    return absl::InvalidArgumentError("must have no query and no fragment");
  }
  const Authority authority = FindAuthority(url);
  const absl::string_view host =
      url.substr(authority.begin, authority.end - authority.begin);
  if (absl::StrContains(host, '@')) {
    return absl::InvalidArgumentError(
        "must have no user and password; use api_key or headers");
  }
  if (host.empty() || absl::StartsWith(host, ":")) {
    return absl::InvalidArgumentError("must name a host");
  }
  const std::vector<absl::string_view> steps = Steps(UrlPath(url));
  const std::vector<absl::string_view> usual = Steps(usual_path);
  std::string complete(UrlOrigin(url));
  for (absl::string_view step : steps) absl::StrAppend(&complete, "/", step);
  if (Begins(steps, usual)) {
    for (size_t i = steps.size(); i < usual.size(); ++i) {
      if (absl::StartsWith(usual[i], "{")) {
        return absl::InvalidArgumentError(
            absl::StrCat("must have the path ", usual_path));
      }
      absl::StrAppend(&complete, "/", usual[i]);
    }
  }
  return complete;
}

std::string EscapePathStep(absl::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~", c)) {
      escaped.push_back(c);
    } else {
      escaped.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return escaped;
}

}  // namespace aigateway
