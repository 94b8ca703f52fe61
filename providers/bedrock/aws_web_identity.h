#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_WEB_IDENTITY_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_WEB_IDENTITY_H_

#include <memory>

#include "gateway/config/secrets.h"
#include "providers/bedrock/aws_settings.h"
#include "providers/credential_cache.h"

namespace aigateway {

// The role that the token of a pod or job stands for: STS,
// AssumeRoleWithWebIdentity. `files` must outlive the fetcher; the token's
// file, which is replaced from time to time, is read on the loop when keys are
// fetched.
std::unique_ptr<const CredentialFetcher> NewAwsWebIdentity(
    const AwsSettings& settings, const SecretSource* files);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_WEB_IDENTITY_H_
