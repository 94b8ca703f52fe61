#ifndef AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_TOKENS_H_
#define AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_TOKENS_H_

#include <memory>

#include "gateway/config/secrets.h"
#include "providers/credential_cache.h"
#include "providers/vertex/vertex_settings.h"

namespace aigateway {

// Access tokens of Google's, from the first place of these that the settings
// name or that there is: credentials that are given; a file of credentials; the
// file that gcloud leaves in the home folder; the metadata server of the
// machine. `files` must outlive the fetcher; files are read, on the loop, when
// a token is fetched.
std::unique_ptr<const CredentialFetcher> NewGoogleTokens(
    const VertexSettings& settings, const SecretSource* files);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_GOOGLE_TOKENS_H_
