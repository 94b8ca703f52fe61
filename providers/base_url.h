#ifndef AIGATEWAY_PROVIDERS_BASE_URL_H_
#define AIGATEWAY_PROVIDERS_BASE_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// Checks the base URL that a config gives, and completes it.
//
// It is http or https, with a host, and without user, password, query and
// fragment. People write it with or without the end of its path ("/v1"): if its
// path is empty, or the beginning of `usual_path` ("/openai/v1", where
// "{account}" stands for any one step), the rest is appended. Any other path is
// taken as it is. The result has no slash at its end.
//
// Fails with a plain InvalidArgument that says what is wrong and does not quote
// `url`, for there may be a password in it.
absl::StatusOr<std::string> CompleteBaseUrl(absl::string_view url,
                                            absl::string_view usual_path);

// The path of a URL: "/v1" of "https://host/v1"; empty if it has none.
absl::string_view UrlPath(absl::string_view url);
// What stands before the path: "https://host:8000".
absl::string_view UrlOrigin(absl::string_view url);

// `text` as one step of a path: what is no letter, digit or one of "-._~" is
// percent-encoded.
std::string EscapePathStep(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BASE_URL_H_
