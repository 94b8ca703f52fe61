#include "gateway/net/url_host.h"

#include "absl/strings/ascii.h"

namespace aigateway {

std::string UrlHost(absl::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == absl::string_view::npos) return "";
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#\\"));
  const size_t user = url.rfind('@');
  if (user != absl::string_view::npos) url.remove_prefix(user + 1);
  if (url.size() > 255) return "";
  for (char c : url) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) return "";
  }
  return std::string(url);
}

}  // namespace aigateway
