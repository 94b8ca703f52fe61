#include "providers/bedrock/aws_container.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "gateway/base/secret.h"
#include "gateway/net/http_message.h"
#include "providers/base_url.h"
#include "providers/bedrock/aws_keys.h"
#include "providers/credential_exchange.h"
#include "providers/credential_identity.h"

namespace aigateway {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(2);
constexpr absl::string_view kHost = "http://169.254.170.2";

// Whether the host of `url` is the machine itself, or an address that AWS
// serves containers at: the token that is sent must go nowhere else.
bool IsAllowed(absl::string_view url) {
  for (absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::ConsumePrefix(&url, scheme)) continue;
    // Whoever reads an authority otherwise than we do finds none here.
    absl::string_view host = url.substr(0, url.find_first_of("/?#"));
    if (absl::StrContains(host, '@') || absl::StrContains(host, '\\')) {
      return false;
    }
    if (absl::StartsWith(host, "[")) {
      host = host.substr(0, host.find(']') + 1);
      return host == "[::1]" || host == "[fd00:ec2::23]";
    }
    host = host.substr(0, host.find(':'));
    return host == "localhost" || host == "127.0.0.1" ||
           host == "169.254.170.2" || host == "169.254.170.23";
  }
  return false;
}

class ContainerFetcher final : public CredentialFetcher {
 public:
  ContainerFetcher(const AwsSettings& settings, const SecretSource* files)
      : url_(!settings.container_credentials_relative_uri.empty()
                 ? absl::StrCat(kHost,
                                settings.container_credentials_relative_uri)
                 : settings.container_credentials_full_uri),
        token_(settings.container_authorization_token),
        token_file_(settings.container_authorization_token_file),
        files_(*files) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    if (url_.empty()) {
      co_return absl::NotFoundError("no URI of a container's role is set");
    }
    if (!IsAllowed(url_)) {
      co_return NoAwsCredentials(
          "container_credentials_full_uri is neither on this machine nor at an "
          "address that AWS serves containers at");
    }
    HttpRequest request;
    request.method = "GET";
    request.url = url_;
    request.connect_timeout = absl::Seconds(1);
    request.headers.Add("accept", "application/json");
    Secret token = token_;
    if (!token_file_.empty()) {
      const absl::StatusOr<std::string> text = files_.File(token_file_);
      if (!text.ok()) {
        co_return NoAwsCredentials(absl::StrCat("the container's token in ",
                                                token_file_, " ",
                                                text.status().message()));
      }
      token = Secret(absl::StripAsciiWhitespace(*text));
      if (!IsHeaderToken(token.Reveal())) {
        co_return NoAwsCredentials(
            absl::StrCat("the container's token in ", token_file_, " is none"));
      }
    }
    if (!token.empty()) request.headers.Add("authorization", token.Reveal());
    const absl::StatusOr<HttpResponse> answer =
        co_await ExchangeForCredential(scope, env, request, kLimit);
    if (scope.cancelled()) co_return scope.status();
    if (!answer.ok()) co_return Failed(answer.status().message());
    if (answer->status != 200) {
      co_return Failed(absl::StrCat("status ", answer->status));
    }
    absl::StatusOr<Credential> keys = ReadAwsKeys(answer->body);
    if (!keys.ok()) co_return Failed(keys.status().message());
    co_return keys;
  }

  // Not what the file of the token says: that changes all the time, and whose
  // keys they are does not.
  std::string identity() const override {
    return CredentialIdentity(
        {"aws container", url_, token_.Reveal(), token_file_});
  }

 private:
  absl::Status Failed(absl::string_view why) const {
    return NoAwsCredentials(
        absl::StrCat("the container's role at ", UrlOrigin(url_), ": ", why));
  }

  const std::string url_;
  const Secret token_;
  const std::string token_file_;
  const SecretSource& files_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewAwsContainer(
    const AwsSettings& settings, const SecretSource* files) {
  return std::make_unique<ContainerFetcher>(settings, files);
}

}  // namespace aigateway
