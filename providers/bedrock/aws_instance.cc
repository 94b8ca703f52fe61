#include "providers/bedrock/aws_instance.h"

#include <algorithm>
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

#include "gateway/net/http_message.h"
#include "providers/bedrock/aws_keys.h"
#include "providers/credential_exchange.h"
#include "providers/credential_identity.h"

namespace aigateway {
namespace {

// Of each exchange: on a machine that is no instance nobody answers.
constexpr absl::Duration kLimit = absl::Seconds(2);
constexpr absl::string_view kEndpoint = "http://169.254.169.254";
constexpr absl::string_view kRoles =
    "/latest/meta-data/iam/security-credentials/";
// How long a session lasts, in seconds: the longest there is.
constexpr absl::string_view kSessionSeconds = "21600";
constexpr size_t kMaxRoleBytes = 128;

// As IAM names roles.
bool IsRole(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxRoleBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::StrContains("+=,.@_-", c);
         });
}

class InstanceFetcher final : public CredentialFetcher {
 public:
  explicit InstanceFetcher(const AwsSettings& settings)
      : is_disabled_(settings.ec2_metadata_disabled),
        endpoint_(settings.ec2_metadata_service_endpoint.empty()
                      ? kEndpoint
                      : absl::StripSuffix(
                            settings.ec2_metadata_service_endpoint, "/")) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    if (is_disabled_) {
      co_return absl::NotFoundError("the instance metadata are disabled");
    }
    HttpRequest begin = Request("PUT", "/latest/api/token");
    begin.headers.Add("x-aws-ec2-metadata-token-ttl-seconds", kSessionSeconds);
    const absl::StatusOr<HttpResponse> session =
        co_await ExchangeForCredential(scope, env, begin, kLimit);
    if (scope.cancelled()) co_return scope.status();
    if (!session.ok()) co_return None(session.status().message());
    const absl::string_view token = absl::StripAsciiWhitespace(session->body);
    if (session->status != 200 || token.empty() || !IsHeaderToken(token)) {
      co_return None(
          absl::StrCat("status ", session->status, " for a session token"));
    }

    HttpRequest list = Request("GET", kRoles);
    list.headers.Add("x-aws-ec2-metadata-token", token);
    const absl::StatusOr<HttpResponse> roles =
        co_await ExchangeForCredential(scope, env, list, kLimit);
    if (scope.cancelled()) co_return scope.status();
    if (!roles.ok()) co_return Failed(roles.status().message());
    if (roles->status == 404) {
      co_return absl::NotFoundError("the instance has no role");
    }
    const absl::string_view role = absl::StripAsciiWhitespace(
        absl::string_view(roles->body).substr(0, roles->body.find('\n')));
    if (roles->status != 200 || !IsRole(role)) {
      co_return Failed(absl::StrCat("status ", roles->status, " for its role"));
    }

    HttpRequest get = Request("GET", absl::StrCat(kRoles, role));
    get.headers.Add("x-aws-ec2-metadata-token", token);
    const absl::StatusOr<HttpResponse> answer =
        co_await ExchangeForCredential(scope, env, get, kLimit);
    if (scope.cancelled()) co_return scope.status();
    if (!answer.ok()) co_return Failed(answer.status().message());
    if (answer->status != 200) {
      co_return Failed(
          absl::StrCat("status ", answer->status, " for the role's keys"));
    }
    absl::StatusOr<Credential> keys = ReadAwsKeys(answer->body);
    if (!keys.ok()) co_return Failed(keys.status().message());
    co_return keys;
  }

  std::string identity() const override {
    return CredentialIdentity(
        {"aws instance", is_disabled_ ? "" : absl::string_view(endpoint_)});
  }

 private:
  HttpRequest Request(absl::string_view method, absl::string_view path) const {
    HttpRequest request;
    request.method = std::string(method);
    request.url = absl::StrCat(endpoint_, path);
    request.connect_timeout = absl::Seconds(1);
    return request;
  }

  absl::Status None(absl::string_view why) const {
    return absl::NotFoundError(
        absl::StrCat("the instance metadata at ", endpoint_, ": ", why));
  }
  absl::Status Failed(absl::string_view why) const {
    return NoAwsCredentials(
        absl::StrCat("the instance metadata at ", endpoint_, ": ", why));
  }

  const bool is_disabled_;
  const std::string endpoint_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewAwsInstance(
    const AwsSettings& settings) {
  return std::make_unique<InstanceFetcher>(settings);
}

}  // namespace aigateway
