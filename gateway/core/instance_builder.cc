#include "gateway/core/instance_builder.h"

#include <algorithm>
#include <functional>
#include <map>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "gateway/config/expand.h"
#include "gateway/config/secrets.h"
#include "providers/credential_source.h"

namespace aigateway {
namespace {

size_t FingerprintOf(const std::vector<std::string>& keys) {
  return std::hash<std::string>()(absl::StrJoin(keys, "\n"));
}

// The same keys keep their ring, and so what is known of each.
std::shared_ptr<KeyRing> RingFor(const std::string& instance,
                                 const std::vector<std::string>& keys,
                                 CarriedState& states) {
  const auto make = [&] { return std::make_shared<KeyRing>(keys); };
  std::shared_ptr<KeyRing> ring = states.GetOrMake<KeyRing>(
      absl::StrCat("keys|", instance, "|", FingerprintOf(keys)), make);
  return ring->HasKeys(keys) ? ring : make();
}

// What was fetched stays, for whoever needs the same credential.
void ShareCredential(const Provider& codec, CarriedState& states) {
  CredentialSource* const source = codec.credential_source();
  if (source == nullptr) return;
  source->ShareCache(states.GetOrMake<CredentialCache>(
      absl::StrCat("credential|", source->identity()),
      [&] { return source->cache(); }));
}

std::vector<std::string> KeysOf(const config::v1::ProviderConfig& config) {
  std::vector<std::string> keys;
  if (!config.api_key().empty()) keys.push_back(config.api_key());
  keys.insert(keys.end(), config.api_keys().begin(), config.api_keys().end());
  return keys;
}

bool SetsOneOf(const config::v1::ProviderConfig& config,
               const ProviderType::OptionVariables& group) {
  return std::any_of(group.rows.begin(), group.rows.end(),
                     [&](const auto& row) {
                       return config.options().fields().contains(row.first);
                     });
}

// Whether the config itself says what the instance has in a key's place.
bool SetsInsteadOfKey(const config::v1::ProviderConfig& config,
                      const ProviderType& type) {
  return std::any_of(type.option_variables.begin(), type.option_variables.end(),
                     [&](const auto& group) {
                       return group.instead_of_key && SetsOneOf(config, group);
                     });
}

// Adds to `expanded` the options that the environment holds.
void FillInOptions(const ProviderType& type,
                   const EnvironmentFunction& environment,
                   const config::v1::ProviderConfig& config,
                   config::v1::ProviderConfig* expanded) {
  for (const ProviderType::OptionVariables& group : type.option_variables) {
    if (SetsOneOf(config, group)) continue;
    for (const auto& [option, variable] : group.rows) {
      if (!IsSet(environment, variable)) continue;
      auto& fields = *expanded->mutable_options()->mutable_fields();
      if (fields.contains(option)) continue;
      fields[option].set_string_value(absl::StrCat("${", variable, "}"));
    }
  }
}

// A map of protobuf has no order; what is sent has.
HttpHeaders HeadersOf(const config::v1::ProviderConfig& config) {
  const std::map<std::string, std::string> sorted(config.headers().begin(),
                                                  config.headers().end());
  HttpHeaders headers;
  for (const auto& [name, value] : sorted) headers.Add(name, value);
  return headers;
}

}  // namespace

std::shared_ptr<ProviderInstance> InstanceBuilder::Make(
    const config::v1::ProviderConfig& config, const ProviderType& type,
    const FieldPath& path, FaultReport& report) const {
  const size_t faults_before = report.faults().size();
  auto instance = std::make_shared<ProviderInstance>();
  instance->type = config.type();
  instance->name = config.name().empty() ? config.type() : config.name();

  // An instance without a key takes the vendor's usual variable.
  config::v1::ProviderConfig expanded = config;
  expanded.set_name(instance->name);
  if (KeysOf(config).empty() && !SetsInsteadOfKey(config, type)) {
    for (const std::string& variable : type.key_variables) {
      if (!IsSet(environment_, variable)) continue;
      expanded.set_api_key(absl::StrCat("${", variable, "}"));
      instance->environment_variable = variable;
      break;
    }
  }
  // What says nothing of its key or place is found by the environment alone:
  // a key must not go elsewhere than to the place that stands beside it.
  std::string place;
  if (KeysOf(config).empty() && config.base_url().empty()) {
    place = FindBaseUrl(type.base_urls, environment_);
    const std::vector<std::string> variables = VariablesIn(place);
    if (instance->environment_variable.empty() && !variables.empty()) {
      instance->environment_variable = variables[0];
    }
    const absl::StatusOr<std::string> expanded_place = Expand(place, secrets_);
    if (!expanded_place.ok()) {
      report.Add(path, expanded_place.status().message());
      return nullptr;
    }
    place = std::string(absl::StripAsciiWhitespace(*expanded_place));
  }
  FillInOptions(type, environment_, config, &expanded);
  if (KeysOf(expanded).empty() && type.needs_key &&
      !SetsInsteadOfKey(expanded, type)) {
    report.Add(path, absl::StrCat("has no key: set api_key",
                                  type.key_variables.empty()
                                      ? ""
                                      : absl::StrCat(" or the environment "
                                                     "variable ",
                                                     type.key_variables[0])));
  }
  ExpandVariables(secrets_, path, &expanded, report);
  if (report.faults().size() > faults_before) return nullptr;

  // All keys stay in `expanded`: the codec takes them out of what it quotes.
  const std::vector<std::string> keys = KeysOf(expanded);
  if (!place.empty()) expanded.set_base_url(place);
  absl::StatusOr<std::unique_ptr<Provider>> codec = type.create(expanded);
  if (!codec.ok()) {
    report.AddStatus(path, codec.status());
    return nullptr;
  }
  ShareCredential(**codec, states_);
  instance->codec = *std::move(codec);
  instance->keys = RingFor(instance->name, keys, states_);
  instance->discovered = states_.GetOrMake<DiscoveredModels>(
      // Another account may have other models.
      absl::StrCat("models|", instance->name, "|", instance->type, "|",
                   instance->codec->base_url(), "|", FingerprintOf(keys)),
      [] { return std::make_shared<DiscoveredModels>(); });
  instance->headers = HeadersOf(expanded);
  instance->http2 = !expanded.has_http2() || expanded.http2();
  instance->models.assign(expanded.models().begin(), expanded.models().end());
  instance->model_map.insert(expanded.model_map().begin(),
                             expanded.model_map().end());
  if (type.only_patterns) instance->patterns = type.model_patterns;
  return instance;
}

std::shared_ptr<const ProviderInstance> InstanceBuilder::Declared(
    const config::v1::ProviderConfig& config, const FieldPath& path,
    FaultReport& report) const {
  const ProviderType* type = types_.Find(config.type());
  // An unknown type was reported when the configuration was checked.
  if (type == nullptr) return nullptr;
  return Make(config, *type, path, report);
}

std::shared_ptr<const ProviderInstance> InstanceBuilder::Undeclared(
    absl::string_view type_name, const FieldPath& path,
    FaultReport& report) const {
  const ProviderType* type = types_.Find(type_name);
  if (type == nullptr) return nullptr;
  config::v1::ProviderConfig config;
  config.set_type(std::string(type_name));
  std::shared_ptr<ProviderInstance> instance =
      Make(config, *type, path, report);
  if (instance == nullptr) return nullptr;
  instance->patterns = type->model_patterns;
  instance->source = instance->environment_variable.empty()
                         ? v1::PROVIDER_SOURCE_BUILTIN
                         : v1::PROVIDER_SOURCE_ENVIRONMENT;
  return instance;
}

std::shared_ptr<const ProviderInstance> InstanceBuilder::Registered(
    absl::string_view name, std::shared_ptr<const Provider> provider) {
  auto instance = std::make_shared<ProviderInstance>();
  instance->name = std::string(name);
  instance->type = "registered";
  instance->codec = std::move(provider);
  instance->discovered = std::make_shared<DiscoveredModels>();
  instance->keys = std::make_shared<KeyRing>(std::vector<std::string>());
  instance->source = v1::PROVIDER_SOURCE_EMBEDDER;
  return instance;
}

}  // namespace aigateway
