#include "gateway/config/check_access.h"

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/http_values.h"
#include "gateway/config/schema_words.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::AuthKeyConfig;

void CheckScopes(const AuthKeyConfig& key, const FieldPath& path,
                 FaultReport& report) {
  const std::vector<std::string> known = {"route", "admin"};
  CheckNameList(key.scopes(), path, report);
  for (int i = 0; i < key.scopes_size(); ++i) {
    const std::string& scope = key.scopes(i);
    if (scope == known[0] || scope == known[1]) continue;
    report.Add(
        path.Index(i),
        absl::StrCat("there is no scope ", QuoteForMessage(scope), ": write ",
                     AnyOf(known), DidYouMean(scope, known)));
  }
}

// The models that the configuration names, each with where.
void ListModels(const google::protobuf::RepeatedPtrField<std::string>& models,
                const std::string& path,
                absl::flat_hash_map<std::string, std::string>* listed) {
  for (int i = 0; i < models.size(); ++i) {
    listed->emplace(models[i], absl::StrCat(path, ".models[", i, "]"));
  }
}

// The same of targets, those of groups too.
void ListTargetModels(
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets,
    const std::string& path,
    absl::flat_hash_map<std::string, std::string>* listed) {
  for (int i = 0; i < targets.size(); ++i) {
    const std::string target = absl::StrCat(path, "[", i, "]");
    ListModels(targets[i].models(), target, listed);
    ListTargetModels(targets[i].targets(), absl::StrCat(target, ".targets"),
                     listed);
  }
}

}  // namespace

void CheckAuth(const config::v1::GatewayConfig& config, FaultReport& report) {
  const FieldPath root;
  const FieldPath path = root.Key("auth");
  const FieldPath keys_path = path.Key("keys");
  // An `auth` with nothing in it is not taken for "no key is asked for".
  const bool is_there = config.has_auth() || report.places().Has("auth");
  if (is_there && config.auth().keys().empty()) {
    report.Add(config.has_auth() ? keys_path : path,
               "has no key: list one, or remove `auth` to ask for none");
  }
  UniqueNames names("key");
  absl::flat_hash_map<std::string, int> values;
  for (int i = 0; i < config.auth().keys_size(); ++i) {
    const AuthKeyConfig& key = config.auth().keys(i);
    const FieldPath entry_path = keys_path.Index(i);
    const FieldPath name_path = entry_path.Key("name");
    if (key.name().empty()) {
      report.Add(name_path, "is missing: write who holds the key");
    } else if (CheckName(key.name(), name_path, report)) {
      names.Add(key.name(), name_path, report);
    }
    const FieldPath key_path = entry_path.Key("key");
    const absl::string_view value = absl::StripAsciiWhitespace(key.key());
    if (!HasVariable(value)) {
      if (const std::string bad = BadKey(value); !bad.empty()) {
        report.Add(key_path, bad);
      }
    }
    // Also `${VAR}` twice: the two would be one key with two names.
    const auto [first, is_new] = values.emplace(std::string(value), i);
    if (!value.empty() && !is_new) {
      report.Add(key_path, absl::StrCat("is the same key as keys[",
                                        first->second, "]: keys differ"));
    }
    CheckScopes(key, entry_path.Key("scopes"), report);
    CheckNameList(key.models(), entry_path.Key("models"), report);
  }
}

void CheckAliases(const config::v1::GatewayConfig& config,
                  FaultReport& report) {
  const FieldPath root;
  const FieldPath path = root.Key("aliases");
  absl::flat_hash_map<std::string, std::string> listed;
  for (int i = 0; i < config.providers_size(); ++i) {
    ListModels(config.providers(i).models(), absl::StrCat("providers[", i, "]"),
               &listed);
  }
  ListTargetModels(config.targets(), "targets", &listed);
  const std::map<std::string, std::string> aliases(config.aliases().begin(),
                                                   config.aliases().end());
  for (const auto& [alias, model] : aliases) {
    const FieldPath alias_path = path.Key(alias);
    if (alias.empty() || model.empty()) {
      report.Add(alias_path, "an alias and its model have a name");
    } else if (aliases.count(model) > 0) {
      report.Add(alias_path,
                 absl::StrCat(QuoteForMessage(model),
                              " is an alias itself: name the model that it "
                              "stands for"));
    } else if (const auto found = listed.find(alias); found != listed.end()) {
      report.Add(alias_path, absl::StrCat("is also a model, at ", found->second,
                                          ": rename one of the two"));
    }
  }
}

}  // namespace aigateway
