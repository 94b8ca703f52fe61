#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_CHAIN_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_CHAIN_H_

#include <memory>

#include "gateway/config/secrets.h"
#include "providers/bedrock/aws_settings.h"
#include "providers/credential_cache.h"

namespace aigateway {

// Where the settings call for credentials from, in the order of AWS's own
// libraries: the keys themselves, web identity, a profile that is named; with
// none of these the profile `default`, the container, the instance, of which
// the first counts that has any. `files` must outlive the fetcher.
std::unique_ptr<const CredentialFetcher> NewAwsChain(
    const AwsSettings& settings, const SecretSource* files);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_CHAIN_H_
