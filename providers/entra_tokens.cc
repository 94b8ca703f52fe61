#include "providers/entra_tokens.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/utf8.h"
#include "providers/base_url.h"
#include "providers/credential_identity.h"
#include "providers/oauth_token.h"

namespace aigateway {
namespace {

constexpr absl::string_view kAuthority = "https://login.microsoftonline.com";
constexpr size_t kMaxShown = 256;

class EntraTokens final : public CredentialFetcher {
 public:
  EntraTokens(const EntraClient& client, absl::string_view scope)
      : client_(client),
        scope_(scope),
        authority_(client.authority_host.empty()
                       ? kAuthority
                       : absl::string_view(client.authority_host)) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    TokenQuestion question;
    question.what =
        absl::StrCat("the application ", Truncate(client_.client_id, kMaxShown),
                     " of tenant ", Truncate(client_.tenant_id, kMaxShown),
                     " at ", authority_);
    question.secrets = {client_.client_secret};
    HttpRequest& request = question.request;
    request.url =
        absl::StrCat(authority_, "/", EscapePathStep(client_.tenant_id),
                     "/oauth2/v2.0/token");
    request.connect_timeout = absl::Seconds(3);
    request.headers.Add("content-type", "application/x-www-form-urlencoded");
    request.headers.Add("accept", "application/json");
    request.body =
        absl::StrCat(FormField("grant_type", "client_credentials"), "&",
                     FormField("client_id", client_.client_id), "&",
                     FormField("client_secret", client_.client_secret.Reveal()),
                     "&", FormField("scope", scope_));
    co_return co_await FetchOAuthToken(scope, env, std::move(question));
  }

  std::string identity() const override {
    return CredentialIdentity({"entra", authority_, client_.tenant_id,
                               client_.client_id,
                               client_.client_secret.Reveal(), scope_});
  }

 private:
  const EntraClient client_;
  const std::string scope_;
  const std::string authority_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewEntraTokens(
    const EntraClient& client, absl::string_view scope) {
  return std::make_unique<EntraTokens>(client, scope);
}

std::vector<ProviderType::OptionVariables> EntraOptionVariables() {
  return {
      {.rows = {{"tenant_id", "AZURE_TENANT_ID"},
                {"client_id", "AZURE_CLIENT_ID"},
                {"client_secret", "AZURE_CLIENT_SECRET"}},
       .instead_of_key = true},
      {.rows = {{"authority_host", "AZURE_AUTHORITY_HOST"}}},
  };
}

}  // namespace aigateway
