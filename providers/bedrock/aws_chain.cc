#include "providers/bedrock/aws_chain.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "providers/bedrock/aws_container.h"
#include "providers/bedrock/aws_instance.h"
#include "providers/bedrock/aws_keys.h"
#include "providers/bedrock/aws_profile.h"
#include "providers/bedrock/aws_web_identity.h"
#include "providers/credential_identity.h"

namespace aigateway {
namespace {

// The keys of the settings themselves.
class FixedKeys final : public CredentialFetcher {
 public:
  explicit FixedKeys(const AwsSettings& settings) {
    keys_.id = settings.access_key_id;
    keys_.secret = settings.secret_access_key;
    keys_.token = settings.session_token;
  }

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    co_return keys_;
  }

  std::string identity() const override {
    return CredentialIdentity(
        {"aws keys", keys_.id, keys_.secret.Reveal(), keys_.token.Reveal()});
  }

 private:
  Credential keys_;
};

// Asks one after the other until one has credentials, or breaks.
class Chain final : public CredentialFetcher {
 public:
  explicit Chain(std::vector<std::unique_ptr<const CredentialFetcher>> places)
      : places_(std::move(places)) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    std::string tried = "no keys are set";
    for (const auto& place : places_) {
      absl::StatusOr<Credential> keys = co_await place->Fetch(scope, env);
      if (!absl::IsNotFound(keys.status())) co_return keys;
      absl::StrAppend(&tried, "; ", keys.status().message());
    }
    co_return NoAwsCredentials(tried);
  }

  std::string identity() const override {
    std::string places;
    for (const auto& place : places_) {
      absl::StrAppend(&places, place->identity(), " ");
    }
    return CredentialIdentity({"aws chain", places});
  }

 private:
  const std::vector<std::unique_ptr<const CredentialFetcher>> places_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewAwsChain(
    const AwsSettings& settings, const SecretSource* files) {
  if (!settings.access_key_id.empty()) {
    return std::make_unique<FixedKeys>(settings);
  }
  if (!settings.web_identity_token_file.empty()) {
    return NewAwsWebIdentity(settings, files);
  }
  if (!settings.profile.empty()) return NewAwsProfile(settings, files);
  std::vector<std::unique_ptr<const CredentialFetcher>> places;
  places.push_back(NewAwsProfile(settings, files));
  places.push_back(NewAwsContainer(settings, files));
  places.push_back(NewAwsInstance(settings));
  return std::make_unique<Chain>(std::move(places));
}

}  // namespace aigateway
