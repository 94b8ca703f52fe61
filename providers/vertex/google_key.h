#ifndef AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_KEY_H_
#define AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/secret.h"

namespace aigateway {

// A file of credentials, as the Google Cloud console and `gcloud auth
// application-default login` write them.
struct GoogleKey {
  enum class Kind {
    kServiceAccount,  // Signs for itself.
    kUser,            // "authorized_user": has a token to refresh with.
  };
  Kind kind = Kind::kServiceAccount;
  std::string token_uri;  // Where tokens are asked for; http or https.
  // Of a service account.
  std::string client_email;
  std::string private_key_id;  // May be empty.
  Secret private_key;          // PEM.
  // Of a user.
  std::string client_id;
  Secret client_secret;
  Secret refresh_token;
};

// Reads one. Fails with a plain InvalidArgument that says what is missing, or
// which other kind it is, and has no secret in it.
absl::StatusOr<GoogleKey> ReadGoogleKey(absl::string_view json);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_KEY_H_
