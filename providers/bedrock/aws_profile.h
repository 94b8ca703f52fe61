#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_PROFILE_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_PROFILE_H_

#include <memory>

#include "gateway/config/secrets.h"
#include "providers/bedrock/aws_settings.h"
#include "providers/credential_cache.h"

namespace aigateway {

// The static keys of a profile in the files that AWS's tools share; the options
// `profile`, `credentials_file` and `config_file` say which. Profiles that
// assume roles, sign on or run a program are not supported, and say so.
//
// Fails with a plain NOT_FOUND if no profile is named and the files have no
// keys in `default`. `files` must outlive the fetcher; the files, which are
// small and local, are read on the loop when keys are fetched.
std::unique_ptr<const CredentialFetcher> NewAwsProfile(
    const AwsSettings& settings, const SecretSource* files);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_PROFILE_H_
