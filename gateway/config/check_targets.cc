#include "gateway/config/check_targets.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/announced.h"
#include "gateway/config/check_attempts.h"
#include "gateway/config/check_providers.h"
#include "gateway/config/check_strategy.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::TargetConfig;
using TargetList = ::google::protobuf::RepeatedPtrField<TargetConfig>;

class TargetChecker {
 public:
  TargetChecker(const config::v1::GatewayConfig& config,
                const Vocabulary& vocabulary, FaultReport* report)
      : vocabulary_(vocabulary), report_(*report), names_("target") {
    // Where a name could not be read, each target that uses it would seem to
    // name nothing.
    instances_known_ = !report_.faults().Covers("providers");
    for (int i = 0; i < config.providers_size(); ++i) {
      const std::string& name = InstanceName(config.providers(i));
      const bool has_no_name = config.providers(i).name().empty();
      if (name.empty() || (has_no_name && report_.faults().Covers(absl::StrCat(
                                              "providers[", i, "].name")))) {
        instances_known_ = false;
      }
      instances_.insert(name);
    }
    for (const std::string& name : vocabulary.provider_instances) {
      instances_.insert(name);
    }
  }

  void CheckList(const TargetList& targets, const FieldPath& path, int depth) {
    bool all_drained = !targets.empty();
    for (int i = 0; i < targets.size(); ++i) {
      const TargetConfig& target = targets[i];
      const FieldPath target_path = path.Index(i);
      CheckTarget(target, target_path, depth);
      if (!target.has_weight() || target.weight() != 0) all_drained = false;
    }
    if (all_drained) {
      report_.Add(path,
                  "every target has weight 0, which drains it: there is "
                  "nothing left to serve");
    }
  }

 private:
  void CheckTarget(const TargetConfig& target, const FieldPath& path,
                   int depth) {
    const FieldPath name_path = path.Key("virtual_key");
    const bool is_group = target.has_strategy() || target.targets_size() > 0;
    if (CheckName(target.virtual_key(), name_path, report_)) {
      names_.Add(target.virtual_key(), name_path, report_);
    }
    if (target.has_weight() &&
        (!std::isfinite(target.weight()) || target.weight() < 0)) {
      report_.Add(path.Key("weight"),
                  "a weight is 0 (drained) or more, compared with the others'");
    }
    CheckNameList(target.models(), path.Key("models"), report_);
    CheckName(target.label(), path.Key("label"), report_);
    if (is_group) {
      CheckGroup(target, path, depth);
      return;
    }
    if (target.virtual_key().empty()) {
      report_.Add(name_path,
                  "is missing: write the name of a provider "
                  "instance, or a provider type");
    } else {
      CheckReference(target.virtual_key(), name_path);
    }
    CheckRetry(target.retry(), path.Key("retry"), report_);
    CheckTimeouts(target.timeouts(), path.Key("timeouts"), report_);
    CheckBreaker(target.circuit_breaker(), path.Key("circuit_breaker"),
                 report_);
    if (target.has_concurrency()) {
      CheckConcurrency(target.concurrency(), path.Key("concurrency"), report_);
    }
  }

  void CheckGroup(const TargetConfig& target, const FieldPath& path,
                  int depth) {
    constexpr int kMaxDepth = 8;
    if (depth == kMaxDepth) {
      report_.Add(path, absl::StrCat("groups are nested more than ", kMaxDepth,
                                     " levels deep"));
      return;
    }
    if (!target.has_strategy()) {
      report_.Add(path.Key("strategy"),
                  "is missing: a group says how one of its targets is chosen");
    }
    if (target.targets_size() == 0) {
      report_.Add(path.Key("targets"), "is missing: a group has targets");
    }
    const auto refuse = [&](bool is_set, absl::string_view key) {
      if (!is_set) return;
      report_.Add(path.Key(key),
                  "belongs to the targets of the group, each by itself: a "
                  "group makes no calls");
    };
    refuse(target.models_size() > 0, "models");
    refuse(target.has_retry(), "retry");
    refuse(target.has_timeouts(), "timeouts");
    refuse(target.has_circuit_breaker(), "circuit_breaker");
    refuse(target.has_concurrency(), "concurrency");
    CheckList(target.targets(), path.Key("targets"), depth + 1);
    CheckGroupStrategy(target.strategy(), target.targets(), vocabulary_,
                       path.Key("strategy"), report_);
  }

  // A target that is no group names an instance or a type.
  void CheckReference(const std::string& name, const FieldPath& path) {
    if (instances_.contains(name) || !instances_known_) return;
    const auto type = vocabulary_.provider_types.find(name);
    if (type == vocabulary_.provider_types.end()) {
      return CheckUnknown(name, path);
    }
    const ProviderTypeEntry& entry = type->second;
    if (!entry.undeclared) {
      report_.Add(path,
                  absl::StrCat("a provider of type ", QuoteForMessage(name),
                               " exists only if it is declared under "
                               "`providers`, with its base_url"));
      return;
    }
    if (IsFound(entry, vocabulary_.environment)) return;
    report_.Add(path, absl::StrCat("is not declared under `providers`, and the "
                                   "environment variable ",
                                   WantedVariables(entry), " is not set"));
  }

  void CheckUnknown(const std::string& name, const FieldPath& path) {
    if (IsAnnouncedProviderType(name)) {
      report_.Add(path,
                  absl::StrCat("the provider type ", QuoteForMessage(name),
                               " is not served by this version"));
      return;
    }
    std::vector<std::string> known(instances_.begin(), instances_.end());
    for (const auto& [type, entry] : vocabulary_.provider_types) {
      if (entry.undeclared) known.push_back(type);
    }
    // The first of equally near ones is named: not by the order of a hash map.
    std::sort(known.begin(), known.end());
    report_.Add(path, absl::StrCat("names no provider: ", QuoteForMessage(name),
                                   " is neither declared under `providers` nor "
                                   "a provider type",
                                   DidYouMean(name, known)));
  }

  const Vocabulary& vocabulary_;
  FaultReport& report_;
  UniqueNames names_;  // Across all groups.
  absl::flat_hash_set<std::string> instances_;
  bool instances_known_ = true;
};

}  // namespace

void CheckTargets(const config::v1::GatewayConfig& config,
                  const Vocabulary& vocabulary, FaultReport& report) {
  const FieldPath root;
  const FieldPath path = root.Key("targets");
  if (config.targets().empty() && report.places().Has("targets")) {
    report.Add(path,
               "is empty: list at least one target, or leave the key out "
               "to use every provider");
  }
  TargetChecker(config, vocabulary, &report)
      .CheckList(config.targets(), path, /*depth=*/0);
}

}  // namespace aigateway
