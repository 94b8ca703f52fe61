#include "providers/openai_http.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

HttpRequest NewRequest(const OpenAiInstance& instance, absl::string_view url,
                       absl::string_view credential) {
  HttpRequest request;
  request.url = std::string(url);
  request.http2 = instance.http2;
  // A key that comes from a file has a line end; no server wants one.
  credential = absl::StripAsciiWhitespace(credential);
  if (credential.empty()) return request;
  const bool is_token = absl::StartsWith(credential, "eyJ");
  if (instance.dialect->auth == Auth::kApiKeyHeader && !is_token) {
    request.headers.Add("api-key", credential);
  } else {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  }
  return request;
}

void SetOwnHeaders(const OpenAiInstance& instance, HttpRequest* request) {
  for (const auto& [name, value] : instance.headers) {
    request->headers.Set(name, value);
  }
}

}  // namespace

HttpRequest NewOpenAiGet(const OpenAiInstance& instance, absl::string_view url,
                         absl::string_view credential) {
  HttpRequest request = NewRequest(instance, url, credential);
  request.method = "GET";
  request.headers.Add("accept", "application/json");
  SetOwnHeaders(instance, &request);
  return request;
}

HttpRequest NewOpenAiPost(const OpenAiInstance& instance, absl::string_view url,
                          absl::string_view credential, bool stream) {
  HttpRequest request = NewRequest(instance, url, credential);
  request.headers.Add("content-type", "application/json");
  request.headers.Add("accept",
                      stream ? "text/event-stream" : "application/json");
  SetOwnHeaders(instance, &request);
  request.stream = stream;
  return request;
}

}  // namespace aigateway
