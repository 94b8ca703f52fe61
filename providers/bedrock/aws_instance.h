#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_INSTANCE_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_INSTANCE_H_

#include <memory>

#include "providers/bedrock/aws_settings.h"
#include "providers/credential_cache.h"

namespace aigateway {

// The role of an instance (EC2), by version 2 of its metadata service.
//
// Fails with a plain NOT_FOUND if the service is disabled, does not answer or
// knows of no role.
std::unique_ptr<const CredentialFetcher> NewAwsInstance(
    const AwsSettings& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_INSTANCE_H_
