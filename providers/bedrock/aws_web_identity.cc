#include "providers/bedrock/aws_web_identity.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "gateway/base/secret.h"
#include "gateway/base/utf8.h"
#include "gateway/net/http_message.h"
#include "providers/base_url.h"
#include "providers/bedrock/aws_keys.h"
#include "providers/credential_exchange.h"
#include "providers/credential_identity.h"
#include "providers/redactor.h"

namespace aigateway {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(8);
constexpr size_t kMaxShown = 256;
// What STS calls the one who assumed the role, in AWS's own logs.
constexpr absl::string_view kSessionName = "aigateway";

std::string Endpoint(const AwsSettings& settings) {
  if (!settings.sts_endpoint.empty()) {
    return std::string(absl::StripSuffix(settings.sts_endpoint, "/"));
  }
  if (settings.region.empty()) return "https://sts.amazonaws.com";
  return absl::StrCat("https://sts.", settings.region, ".amazonaws.com",
                      absl::StartsWith(settings.region, "cn-") ? ".cn" : "");
}

class WebIdentityFetcher final : public CredentialFetcher {
 public:
  WebIdentityFetcher(const AwsSettings& settings, const SecretSource* files)
      : endpoint_(Endpoint(settings)),
        token_file_(settings.web_identity_token_file),
        role_arn_(settings.role_arn),
        session_name_(settings.role_session_name.empty()
                          ? std::string(kSessionName)
                          : settings.role_session_name),
        files_(*files) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    const absl::StatusOr<std::string> token = files_.File(token_file_);
    if (!token.ok()) {
      co_return NoAwsCredentials(absl::StrCat("the web identity token in ",
                                              token_file_, " ",
                                              token.status().message()));
    }
    HttpRequest request;
    request.url = absl::StrCat(endpoint_, "/");
    request.connect_timeout = absl::Seconds(3);
    request.headers.Add("content-type", "application/x-www-form-urlencoded");
    request.headers.Add("accept", "text/xml");
    request.body = absl::StrCat(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=",
        EscapePathStep(role_arn_),
        "&RoleSessionName=", EscapePathStep(session_name_),
        "&WebIdentityToken=",
        EscapePathStep(absl::StripAsciiWhitespace(*token)));
    const absl::StatusOr<HttpResponse> answer =
        co_await ExchangeForCredential(scope, env, request, kLimit);
    if (scope.cancelled()) co_return scope.status();
    if (!answer.ok()) co_return Failed(answer.status().message());
    if (answer->status != 200) {
      const absl::string_view code = XmlText(answer->body, "Code");
      const absl::string_view words = XmlText(answer->body, "Message");
      const Redactor redactor(
          std::vector<Secret>{Secret(absl::StripAsciiWhitespace(*token))});
      co_return Failed(
          absl::StrCat("status ", answer->status, " ",
                       Truncate(redactor.Clean(code), kMaxShown), " ",
                       Truncate(redactor.Clean(words), kMaxShown)));
    }
    absl::StatusOr<Credential> keys = ReadStsKeys(answer->body);
    if (!keys.ok()) co_return Failed(keys.status().message());
    co_return keys;
  }

  // Not what the file of the token says: that changes all the time, and the
  // role that is assumed does not.
  std::string identity() const override {
    return CredentialIdentity(
        {"aws web identity", endpoint_, token_file_, role_arn_, session_name_});
  }

 private:
  absl::Status Failed(absl::string_view why) const {
    return NoAwsCredentials(
        absl::StrCat("assuming the role ", Truncate(role_arn_, kMaxShown),
                     " with the web identity in ", token_file_, " at ",
                     endpoint_, ": ", absl::StripAsciiWhitespace(why)));
  }

  const std::string endpoint_;
  const std::string token_file_;
  const std::string role_arn_;
  const std::string session_name_;
  const SecretSource& files_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewAwsWebIdentity(
    const AwsSettings& settings, const SecretSource* files) {
  return std::make_unique<WebIdentityFetcher>(settings, files);
}

}  // namespace aigateway
