#ifndef AIGATEWAY_PROVIDERS_ENTRA_TOKENS_H_
#define AIGATEWAY_PROVIDERS_ENTRA_TOKENS_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

#include "providers/credential_cache.h"
#include "providers/entra_client.h"
#include "providers/provider.h"

namespace aigateway {

// Access tokens for `client` by its secret (RFC 6749, 4.4), for `scope`.
std::unique_ptr<const CredentialFetcher> NewEntraTokens(
    const EntraClient& client, absl::string_view scope);

// The options of a type that such a client may be given by, and the variables
// that Azure's own libraries read.
std::vector<ProviderType::OptionVariables> EntraOptionVariables();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ENTRA_TOKENS_H_
