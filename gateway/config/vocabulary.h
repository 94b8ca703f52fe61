#ifndef AIGATEWAY_GATEWAY_CONFIG_VOCABULARY_H_
#define AIGATEWAY_GATEWAY_CONFIG_VOCABULARY_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace aigateway {

// The value of an environment variable; nullopt if it is not set.
using EnvironmentFunction =
    std::function<std::optional<std::string>(absl::string_view name)>;

// A provider type, as far as a configuration is concerned.
struct ProviderTypeEntry {
  // The environment variables that hold the vendor's key; the first that is
  // set counts.
  std::vector<std::string> key_variables;
  // Position in the order of the embedded default; lower is first.
  int order = 0;
  // Where the environment may say that the API is: texts with ${VARIABLES}, the
  // first of which all are set counts.
  std::vector<std::string> base_urls;
  // Whether there is no usual place, so that one of `base_urls` must be there.
  bool needs_base_url = false;
  bool needs_key = true;
  // Whether it counts only where a configuration names it; then it is always
  // taken for found, and says itself what it lacks.
  bool only_when_named = false;
  // Whether a target may name the type although no instance is declared, if it
  // IsFound().
  bool undeclared = true;
};

// A plugin, as far as a configuration is concerned.
struct PluginEntry {
  // Its settings; null for one that reads a Struct itself.
  const google::protobuf::Descriptor* settings = nullptr;
  std::string type;                 // Of its own; empty: the config's.
  std::vector<std::string> stages;  // Those that it has; empty: any.
  // The one without which the others mean nothing; empty: none.
  std::string needed_stage;
  // Whether it runs somewhere where a configuration names no stage.
  bool has_default_stage = false;
};

// Whether plugins of `type` only look on: they never decide.
inline bool OnlyObserves(absl::string_view type) {
  return type == "logging" || type == "metrics";
}

// What this process has registered, by name: what a configuration may speak of.
// The registries are above this layer; whoever loads fills it in.
struct Vocabulary {
  std::map<std::string, ProviderTypeEntry> provider_types;
  std::vector<std::string> modes;
  std::map<std::string, PluginEntry> plugins;
  // Names of provider instances that were registered by hand, not declared.
  std::vector<std::string> provider_instances;
  // Null: nothing is set.
  EnvironmentFunction environment;
};

// The names of the variables that `text` refers to as ${NAME}, in order.
std::vector<std::string> VariablesIn(absl::string_view text);

// The first of `base_urls` whose variables are all set, as it is written; empty
// if there is none.
std::string FindBaseUrl(const std::vector<std::string>& base_urls,
                        const EnvironmentFunction& environment);

// Whether `environment` has what an undeclared instance of the type needs: its
// key, or, where none is needed, its base URL; and a base URL where there is no
// usual one. A type that nothing switches on (the simulator), or that counts
// only when it is named, always is.
bool IsFound(const ProviderTypeEntry& entry,
             const EnvironmentFunction& environment);

// What would have to be set for IsFound(): "A or B", "A, and B".
std::string WantedVariables(const ProviderTypeEntry& entry);

// Whether `variable` is set and has more than white space in it.
bool IsSet(const EnvironmentFunction& environment, absl::string_view variable);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_VOCABULARY_H_
