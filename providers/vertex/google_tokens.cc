#include "providers/vertex/google_tokens.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/json_writer.h"
#include "gateway/base/timers.h"
#include "gateway/base/utf8.h"
#include "gateway/net/http_message.h"
#include "providers/credential_identity.h"
#include "providers/oauth_token.h"
#include "providers/vertex/google_key.h"
#include "providers/vertex/jwt.h"

namespace aigateway {
namespace {

constexpr absl::string_view kScope =
    "https://www.googleapis.com/auth/cloud-platform";
constexpr absl::string_view kUsualFile =
    "/.config/gcloud/application_default_credentials.json";
constexpr absl::string_view kMetadataHost = "metadata.google.internal";
constexpr absl::string_view kMetadataPath =
    "/computeMetadata/v1/instance/service-accounts/default/token";
// On a machine that is none of Google's nobody answers.
constexpr absl::Duration kMetadataLimit = absl::Seconds(3);
// The longest that Google takes.
constexpr absl::Duration kAssertionLife = absl::Hours(1);
constexpr size_t kMaxShown = 256;

HttpRequest NewForm(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.connect_timeout = absl::Seconds(3);
  request.headers.Add("content-type", "application/x-www-form-urlencoded");
  request.headers.Add("accept", "application/json");
  return request;
}

// What a service account signs to be given a token for (RFC 7523, 3).
absl::StatusOr<std::string> Assertion(const GoogleKey& key, absl::Time now) {
  std::string header;
  JsonWriter head(&header);
  head.StartObject();
  head.Field("alg", "RS256");
  head.Field("typ", "JWT");
  if (!key.private_key_id.empty()) head.Field("kid", key.private_key_id);
  head.EndObject();
  std::string claims;
  JsonWriter out(&claims);
  out.StartObject();
  out.Field("iss", key.client_email);
  out.Field("scope", kScope);
  out.Field("aud", key.token_uri);
  out.IntField("iat", absl::ToUnixSeconds(now));
  out.IntField("exp", absl::ToUnixSeconds(now + kAssertionLife));
  out.EndObject();
  return SignJwt(key.private_key, header, claims);
}

absl::StatusOr<TokenQuestion> QuestionOf(const GoogleKey& key, absl::Time now) {
  TokenQuestion question;
  question.request = NewForm(key.token_uri);
  if (key.kind == GoogleKey::Kind::kUser) {
    question.what = absl::StrCat("the user's refresh token at ", key.token_uri);
    question.secrets = {key.client_secret, key.refresh_token};
    question.request.body = absl::StrCat(
        FormField("grant_type", "refresh_token"), "&",
        FormField("client_id", key.client_id), "&",
        FormField("client_secret", key.client_secret.Reveal()), "&",
        FormField("refresh_token", key.refresh_token.Reveal()));
    return question;
  }
  question.what = absl::StrCat("the service account ",
                               Truncate(key.client_email, kMaxShown), " at ",
                               key.token_uri);
  absl::StatusOr<std::string> assertion = Assertion(key, now);
  if (!assertion.ok()) {
    return NoAccessToken(question.what, assertion.status().message());
  }
  question.secrets = {Secret(*assertion)};
  question.request.body = absl::StrCat(
      FormField("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
      "&", FormField("assertion", *assertion));
  return question;
}

class GoogleTokens final : public CredentialFetcher {
 public:
  GoogleTokens(const VertexSettings& settings, const SecretSource* files)
      : credentials_(settings.credentials),
        file_(settings.credentials_file),
        usual_file_(settings.home.empty()
                        ? ""
                        : absl::StrCat(settings.home, kUsualFile)),
        metadata_url_(absl::StrCat("http://",
                                   settings.metadata_host.empty()
                                       ? kMetadataHost
                                       : settings.metadata_host,
                                   kMetadataPath)),
        files_(*files) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    absl::StatusOr<TokenQuestion> question = Question(env.timers->Now());
    if (!question.ok()) co_return question.status();
    co_return co_await FetchOAuthToken(scope, env, *std::move(question));
  }

  std::string identity() const override {
    Secret text = credentials_;
    if (text.empty() && !File().empty()) {
      text = Secret(files_.File(File()).value_or(""));
    }
    return CredentialIdentity({"google", credentials_.empty() ? File() : "",
                               text.Reveal(), metadata_url_});
  }

 private:
  // Empty if there is none.
  const std::string& File() const {
    return file_.empty() ? usual_file_ : file_;
  }

  absl::StatusOr<TokenQuestion> Question(absl::Time now) const {
    if (!credentials_.empty()) {
      return FromKey(credentials_.Reveal(), "the option credentials", now);
    }
    const std::string& file = File();
    absl::StatusOr<std::string> text =
        file.empty() ? absl::NotFoundError("") : files_.File(file);
    if (text.ok()) {
      const Secret json(*text);
      return FromKey(json.Reveal(), file, now);
    }
    if (!file_.empty()) return NoAccessToken(file_, text.status().message());
    return FromMetadata();
  }

  static absl::StatusOr<TokenQuestion> FromKey(absl::string_view json,
                                               absl::string_view place,
                                               absl::Time now) {
    const absl::StatusOr<GoogleKey> key = ReadGoogleKey(json);
    if (!key.ok()) return NoAccessToken(place, key.status().message());
    return QuestionOf(*key, now);
  }

  TokenQuestion FromMetadata() const {
    TokenQuestion question;
    question.what = absl::StrCat(
        "the metadata server at ", metadata_url_,
        ", the last place to look after the options credentials and "
        "credentials_file, GOOGLE_APPLICATION_CREDENTIALS and gcloud's file");
    question.limit = kMetadataLimit;
    question.request.method = "GET";
    question.request.url = metadata_url_;
    question.request.connect_timeout = absl::Seconds(1);
    // Without it the server answers nobody, so that no page can ask it.
    question.request.headers.Add("metadata-flavor", "Google");
    return question;
  }

  const Secret credentials_;
  const std::string file_;
  const std::string usual_file_;
  const std::string metadata_url_;
  const SecretSource& files_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewGoogleTokens(
    const VertexSettings& settings, const SecretSource* files) {
  return std::make_unique<GoogleTokens>(settings, files);
}

}  // namespace aigateway
