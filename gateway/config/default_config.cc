#include "gateway/config/default_config.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/check_providers.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

constexpr absl::string_view kSimulator = "simulator";
constexpr absl::string_view kDefaultMode = "fallback";

// The provider types that the environment switches on, in their order.
std::vector<std::string> FoundTypes(const Vocabulary& vocabulary) {
  std::vector<std::pair<int, std::string>> found;
  for (const auto& [name, entry] : vocabulary.provider_types) {
    const bool by_nothing =
        entry.key_variables.empty() && entry.base_urls.empty();
    if (entry.undeclared && !by_nothing && !entry.only_when_named &&
        IsFound(entry, vocabulary.environment)) {
      found.emplace_back(entry.order, name);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (auto& [order, name] : found) names.push_back(std::move(name));
  return names;
}

}  // namespace

config::v1::GatewayConfig DefaultConfig(const Vocabulary& vocabulary) {
  config::v1::GatewayConfig config;
  FillInDefaults(vocabulary, &config);
  return config;
}

void FillInDefaults(const Vocabulary& vocabulary,
                    config::v1::GatewayConfig* config) {
  if (config->strategy().mode().empty()) {
    config->mutable_strategy()->set_mode(std::string(kDefaultMode));
  }
  if (config->targets_size() > 0) return;
  for (const config::v1::ProviderConfig& provider : config->providers()) {
    config->add_targets()->set_virtual_key(InstanceName(provider));
  }
  if (config->targets_size() > 0) return;
  for (const std::string& type : FoundTypes(vocabulary)) {
    config->add_targets()->set_virtual_key(type);
  }
  if (vocabulary.provider_types.count(std::string(kSimulator)) > 0) {
    config->add_targets()->set_virtual_key(std::string(kSimulator));
  }
}

}  // namespace aigateway
