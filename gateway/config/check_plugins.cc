#include "gateway/config/check_plugins.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/message_differencer.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/announced.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::PluginConfig;

bool IsOn(const PluginConfig& plugin) {
  return !plugin.has_enabled() || plugin.enabled();
}

void CheckPluginName(const PluginConfig& plugin, const Vocabulary& vocabulary,
                     const FieldPath& path, FaultReport& report) {
  const std::string& name = plugin.name();
  if (name.empty()) {
    return report.Add(path, "is missing: write the plugin's name");
  }
  if (vocabulary.plugins.count(name) > 0) return;
  const bool announced = IsAnnouncedPlugin(name);
  // One that is switched off is believed in by nobody.
  if (announced && !IsOn(plugin)) return;
  if (announced) {
    return report.Add(path,
                      absl::StrCat("the plugin ", QuoteForMessage(name),
                                   " is not served by this version: remove it "
                                   "or set `enabled: false` (a guard that is "
                                   "not there must not be believed in)"));
  }
  std::vector<std::string> known;
  for (const auto& [each, settings] : vocabulary.plugins) known.push_back(each);
  report.Add(path, absl::StrCat("there is no plugin ", QuoteForMessage(name),
                                DidYouMean(name, known)));
}

const std::vector<std::string>& AllStages() {
  static const auto* const stages = new std::vector<std::string>{
      "before_request", "after_request", "on_error", "on_chunk"};
  return *stages;
}

void CheckWord(const std::string& word, const std::vector<std::string>& words,
               const FieldPath& path, FaultReport& report) {
  if (word.empty() ||
      std::find(words.begin(), words.end(), word) != words.end()) {
    return;
  }
  report.Add(path, absl::StrCat(QuoteForMessage(word), " is not known: write ",
                                AnyOf(words), DidYouMean(word, words)));
}

// One that runs nowhere, or where it does nothing, would be believed in.
void CheckStage(const PluginConfig& plugin, const Vocabulary& vocabulary,
                const FieldPath& path, FaultReport& report) {
  CheckWord(plugin.stage(), AllStages(), path, report);
  const auto found = vocabulary.plugins.find(plugin.name());
  if (found == vocabulary.plugins.end() || !IsOn(plugin)) return;
  const std::vector<std::string>& has =
      found->second.stages.empty() ? AllStages() : found->second.stages;
  if (plugin.stage().empty()) {
    if (found->second.has_default_stage) return;
    return report.Add(path, absl::StrCat("is missing: write ", AnyOf(has)));
  }
  const auto is = [&](const std::vector<std::string>& stages) {
    return std::find(stages.begin(), stages.end(), plugin.stage()) !=
           stages.end();
  };
  if (!is(AllStages()) || is(has)) return;
  report.Add(path,
             absl::StrCat("the plugin ", QuoteForMessage(plugin.name()),
                          " does nothing at ", QuoteForMessage(plugin.stage()),
                          ": write ", AnyOf(has)));
}

// A `type` other than the plugin's own is let by: the original took no notice.
void CheckOnFailure(const PluginConfig& plugin, const Vocabulary& vocabulary,
                    const FieldPath& path, FaultReport& report) {
  CheckWord(plugin.on_failure(), {"open", "closed"}, path, report);
  const auto found = vocabulary.plugins.find(plugin.name());
  if (found == vocabulary.plugins.end() || plugin.on_failure() != "closed" ||
      !OnlyObserves(found->second.type)) {
    return;
  }
  report.Add(path, absl::StrCat("a plugin of type ",
                                QuoteForMessage(found->second.type),
                                " never ends a request: leave it out"));
}

// Whether two entries are one plugin, which then is one object.
bool IsSame(const PluginConfig& a, const PluginConfig& b) {
  return a.name() == b.name() &&
         google::protobuf::util::MessageDifferencer::Equals(a.config(),
                                                            b.config());
}

// An entry that says nothing new, or only a part of what belongs together.
void CheckTogether(const config::v1::GatewayConfig& config, int index,
                   const Vocabulary& vocabulary, const FieldPath& path,
                   FaultReport& report) {
  const PluginConfig& plugin = config.plugins(index);
  const auto found = vocabulary.plugins.find(plugin.name());
  if (found == vocabulary.plugins.end() || !IsOn(plugin)) return;
  bool has_needed = found->second.needed_stage.empty();
  for (int i = 0; i < config.plugins_size(); ++i) {
    const PluginConfig& other = config.plugins(i);
    if (!IsOn(other) || !IsSame(plugin, other)) continue;
    has_needed = has_needed || other.stage().empty() ||
                 other.stage() == found->second.needed_stage;
    const bool overlaps = plugin.stage() == other.stage() ||
                          plugin.stage().empty() || other.stage().empty();
    if (i < index && overlaps) {
      return report.Add(path,
                        absl::StrCat("the same plugin stands in plugins[", i,
                                     "] for the same stage: leave one "
                                     "of them out"));
    }
  }
  if (has_needed) return;
  report.Add(path.Key("stage"),
             absl::StrCat("the plugin ", QuoteForMessage(plugin.name()),
                          " does nothing without an entry at ",
                          QuoteForMessage(found->second.needed_stage),
                          " with the same `config`: add one, or leave `stage` "
                          "out"));
}

}  // namespace

void CheckPlugins(const config::v1::GatewayConfig& config,
                  const Vocabulary& vocabulary, FaultReport& report) {
  const std::vector<std::string> types = {
      "guardrail", "logging", "metrics", "auth", "transform", "ratelimit"};
  const FieldPath root;
  const FieldPath path = root.Key("plugins");
  for (int i = 0; i < config.plugins_size(); ++i) {
    const PluginConfig& plugin = config.plugins(i);
    const FieldPath plugin_path = path.Index(i);
    CheckPluginName(plugin, vocabulary, plugin_path.Key("name"), report);
    CheckWord(plugin.type(), types, plugin_path.Key("type"), report);
    CheckOnFailure(plugin, vocabulary, plugin_path.Key("on_failure"), report);
    CheckPositive(plugin.has_timeout(), plugin.timeout(),
                  plugin_path.Key("timeout"), report);
    CheckStage(plugin, vocabulary, plugin_path.Key("stage"), report);
    CheckTogether(config, i, vocabulary, plugin_path, report);
  }
}

}  // namespace aigateway
