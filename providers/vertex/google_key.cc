#include "providers/vertex/google_key.h"

#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

constexpr absl::string_view kTokenUri = "https://oauth2.googleapis.com/token";
constexpr size_t kMaxShown = 64;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

}  // namespace

absl::StatusOr<GoogleKey> ReadGoogleKey(absl::string_view json) {
  std::string type;
  std::string token_uri;
  GoogleKey key;
  const std::map<absl::string_view, std::string*> texts = {
      {"type", &type},
      {"token_uri", &token_uri},
      {"client_email", &key.client_email},
      {"private_key_id", &key.private_key_id},
      {"client_id", &key.client_id}};
  const std::map<absl::string_view, Secret*> secrets = {
      {"private_key", &key.private_key},
      {"client_secret", &key.client_secret},
      {"refresh_token", &key.refresh_token}};
  JsonReader reader;
  const absl::Status read =
      reader.Read(json, [&](JsonValue& root) -> absl::Status {
        if (root.kind() != JsonValue::Kind::kObject) {
          return Wrong("it is no object");
        }
        return root.ForEachField([&](absl::string_view name, JsonValue& value) {
          const absl::string_view text = value.AsString().value_or("");
          if (const auto it = texts.find(name); it != texts.end()) {
            *it->second = std::string(text);
          }
          if (const auto it = secrets.find(name); it != secrets.end()) {
            *it->second = Secret(text);
          }
          return absl::OkStatus();
        });
      });
  if (!read.ok()) return Wrong("it is no JSON object that can be read");

  if (type == "service_account") {
    key.kind = GoogleKey::Kind::kServiceAccount;
    if (key.client_email.empty() || key.private_key.empty()) {
      return Wrong("it has no client_email and private_key");
    }
  } else if (type == "authorized_user") {
    key.kind = GoogleKey::Kind::kUser;
    if (key.client_id.empty() || key.client_secret.empty() ||
        key.refresh_token.empty()) {
      return Wrong("it has no client_id, client_secret and refresh_token");
    }
  } else {
    return Wrong(absl::StrCat(
        "its type is '", Truncate(type, kMaxShown),
        "', where service_account and authorized_user are supported"));
  }
  const absl::StatusOr<std::string> checked =
      CompleteBaseUrl(token_uri.empty() ? kTokenUri : token_uri, "");
  if (!checked.ok()) {
    return Wrong(absl::StrCat("its token_uri ", checked.status().message()));
  }
  key.token_uri = *checked;
  return key;
}

}  // namespace aigateway
