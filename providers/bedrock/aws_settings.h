#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_SETTINGS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_SETTINGS_H_

#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/secret.h"
#include "providers/provider.h"

namespace aigateway {

// Where an instance finds its region and its AWS credentials: the options of a
// provider type, which have the meaning, and the defaults, of the variables
// that AWS's own libraries read. What is empty is not set.
struct AwsSettings {
  std::string region;
  std::string default_region;  // Where nothing else says one.

  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;

  std::string profile;           // Not set: `default`.
  std::string credentials_file;  // Not set: ~/.aws/credentials.
  std::string config_file;       // Not set: ~/.aws/config.
  std::string home;

  std::string web_identity_token_file;
  std::string role_arn;
  std::string role_session_name;
  std::string sts_endpoint;  // Not set: the region's.

  std::string container_credentials_relative_uri;
  std::string container_credentials_full_uri;
  Secret container_authorization_token;
  std::string container_authorization_token_file;

  bool ec2_metadata_disabled = false;
  std::string ec2_metadata_service_endpoint;
};

// Reads `options`. What is wrong, also an option that is none of these, becomes
// a violation with a path relative to the instance.
AwsSettings ReadAwsSettings(const google::protobuf::Struct& options,
                            std::vector<FieldViolation>* faults);

// The variables that the options come from. That of the region is a default:
// a place that names its region is not asked for another.
std::vector<ProviderType::OptionVariables> AwsOptionVariables();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_SETTINGS_H_
