#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_CONTAINER_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_CONTAINER_H_

#include <memory>

#include "gateway/config/secrets.h"
#include "providers/bedrock/aws_settings.h"
#include "providers/credential_cache.h"

namespace aigateway {

// The role of a container (ECS, EKS), from the URI that it was given: a
// relative one, or a full one on the machine itself or at one of the two
// addresses that AWS serves them at; no other host is asked.
//
// Fails with a plain NOT_FOUND if there is no URI. `files` must outlive the
// fetcher; a token's file is read on the loop when keys are fetched.
std::unique_ptr<const CredentialFetcher> NewAwsContainer(
    const AwsSettings& settings, const SecretSource* files);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_CONTAINER_H_
