#include "gateway/net/curl_global.h"

#include "absl/strings/str_cat.h"
#include "curl/curl.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

absl::Status Init() {
  if (const CURLcode code = curl_global_init(CURL_GLOBAL_ALL);
      code != CURLE_OK) {
    return Error(
        ErrorReason::kInternal,
        absl::StrCat("libcurl does not start: ", curl_easy_strerror(code)));
  }
  const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
  // Without it a slow name server would stop every request of its loop.
  if ((version->features & CURL_VERSION_ASYNCHDNS) == 0) {
    return Error(ErrorReason::kInternal,
                 "this libcurl resolves names in the calling thread");
  }
  if ((version->features & CURL_VERSION_SSL) == 0) {
    return Error(ErrorReason::kInternal, "this libcurl has no TLS");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InitCurl() {
  static const absl::Status* const status = new absl::Status(Init());
  return *status;
}

}  // namespace aigateway
