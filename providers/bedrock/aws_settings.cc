#include "providers/bedrock/aws_settings.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

struct TextOption {
  absl::string_view name;
  std::string AwsSettings::* member;
};
constexpr TextOption kTexts[] = {
    {"region", &AwsSettings::region},
    {"default_region", &AwsSettings::default_region},
    {"access_key_id", &AwsSettings::access_key_id},
    {"profile", &AwsSettings::profile},
    {"credentials_file", &AwsSettings::credentials_file},
    {"config_file", &AwsSettings::config_file},
    {"home", &AwsSettings::home},
    {"web_identity_token_file", &AwsSettings::web_identity_token_file},
    {"role_arn", &AwsSettings::role_arn},
    {"role_session_name", &AwsSettings::role_session_name},
    {"sts_endpoint", &AwsSettings::sts_endpoint},
    {"container_credentials_relative_uri",
     &AwsSettings::container_credentials_relative_uri},
    {"container_credentials_full_uri",
     &AwsSettings::container_credentials_full_uri},
    {"container_authorization_token_file",
     &AwsSettings::container_authorization_token_file},
    {"ec2_metadata_service_endpoint",
     &AwsSettings::ec2_metadata_service_endpoint},
};

struct SecretOption {
  absl::string_view name;
  Secret AwsSettings::* member;
};
constexpr SecretOption kSecrets[] = {
    {"secret_access_key", &AwsSettings::secret_access_key},
    {"session_token", &AwsSettings::session_token},
    {"container_authorization_token",
     &AwsSettings::container_authorization_token},
};

constexpr absl::string_view kMetadataDisabled = "ec2_metadata_disabled";

constexpr absl::string_view kNoRegion =
    "must be the name of a region, such as us-east-1";
// Of a name that goes into a host.
constexpr size_t kMaxRegionBytes = 63;

bool IsRegion(absl::string_view text) {
  return text.size() <= kMaxRegionBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                  absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  c == '-';
         });
}

// What goes into a header.
bool IsGraphic(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

class Reader {
 public:
  explicit Reader(std::vector<FieldViolation>* faults) : faults_(*faults) {}

  AwsSettings Read(const google::protobuf::Struct& options) {
    // By name, for the order of a hash map is nobody's.
    const std::map<std::string, google::protobuf::Value> sorted(
        options.fields().begin(), options.fields().end());
    for (const auto& [name, value] : sorted) Take(name, value);
    Check();
    return std::move(settings_);
  }

 private:
  void Take(const std::string& name, const google::protobuf::Value& value) {
    if (name == kMetadataDisabled && value.has_bool_value()) {
      settings_.ec2_metadata_disabled = value.bool_value();
      return;
    }
    const absl::string_view text =
        absl::StripAsciiWhitespace(value.string_value());
    if (name == kMetadataDisabled && value.has_string_value()) {
      settings_.ec2_metadata_disabled = absl::AsciiStrToLower(text) == "true";
      return;
    }
    for (const TextOption& option : kTexts) {
      if (option.name != name) continue;
      if (!value.has_string_value()) return Fault(name, "must be a text");
      settings_.*option.member = std::string(text);
      return;
    }
    for (const SecretOption& option : kSecrets) {
      if (option.name != name) continue;
      if (!value.has_string_value()) return Fault(name, "must be a text");
      settings_.*option.member = Secret(text);
      if (!IsGraphic(text)) {
        Fault(name, "has a character that no credential has");
      }
      return;
    }
    Fault(name, "is no option of this type");
  }

  void Check() {
    if (!IsRegion(settings_.region)) {
      Fault("region", kNoRegion);
    }
    if (settings_.region.empty() && !IsRegion(settings_.default_region)) {
      Fault("default_region", kNoRegion);
    }
    if (settings_.access_key_id.empty() !=
        settings_.secret_access_key.empty()) {
      Fault(settings_.access_key_id.empty() ? "access_key_id"
                                            : "secret_access_key",
            "is required: access_key_id and secret_access_key go together");
    }
    if (!IsGraphic(settings_.access_key_id)) {
      Fault("access_key_id", "has a character that no credential has");
    }
    if (!settings_.web_identity_token_file.empty() &&
        settings_.role_arn.empty()) {
      Fault("role_arn", "is required with web_identity_token_file");
    }
  }

  void Fault(absl::string_view option, absl::string_view what) {
    faults_.push_back({absl::StrCat("options.", option), std::string(what)});
  }

  std::vector<FieldViolation>& faults_;
  AwsSettings settings_;
};

}  // namespace

AwsSettings ReadAwsSettings(const google::protobuf::Struct& options,
                            std::vector<FieldViolation>* faults) {
  return Reader(faults).Read(options);
}

std::vector<ProviderType::OptionVariables> AwsOptionVariables() {
  return {
      {.rows = {{"default_region", "AWS_REGION"},
                {"default_region", "AWS_DEFAULT_REGION"}}},
      {.rows = {{"access_key_id", "AWS_ACCESS_KEY_ID"},
                {"secret_access_key", "AWS_SECRET_ACCESS_KEY"},
                {"session_token", "AWS_SESSION_TOKEN"},
                {"profile", "AWS_PROFILE"},
                {"web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE"},
                {"role_arn", "AWS_ROLE_ARN"},
                {"role_session_name", "AWS_ROLE_SESSION_NAME"},
                {"container_credentials_relative_uri",
                 "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
                {"container_credentials_full_uri",
                 "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
                {"container_authorization_token",
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN"},
                {"container_authorization_token_file",
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"}},
       .instead_of_key = true},
      {.rows = {{"credentials_file", "AWS_SHARED_CREDENTIALS_FILE"}}},
      {.rows = {{"config_file", "AWS_CONFIG_FILE"}}},
      {.rows = {{"home", "HOME"}}},
      {.rows = {{"sts_endpoint", "AWS_ENDPOINT_URL_STS"}}},
      {.rows = {{"ec2_metadata_disabled", "AWS_EC2_METADATA_DISABLED"}}},
      {.rows = {{"ec2_metadata_service_endpoint",
                 "AWS_EC2_METADATA_SERVICE_ENDPOINT"}}},
  };
}

}  // namespace aigateway
