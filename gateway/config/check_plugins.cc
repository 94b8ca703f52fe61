#include "gateway/config/check_plugins.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/announced.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::PluginConfig;

void CheckName(const PluginConfig& plugin, const Vocabulary& vocabulary,
               const FieldPath& path, FaultReport& report) {
  const std::string& name = plugin.name();
  if (name.empty()) {
    return report.Add(path, "is missing: write the plugin's name");
  }
  if (vocabulary.plugins.count(name) > 0) return;
  const bool announced = IsAnnouncedPlugin(name);
  // One that is switched off is believed in by nobody.
  if (announced && plugin.has_enabled() && !plugin.enabled()) return;
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

void CheckWord(const std::string& word, const std::vector<std::string>& words,
               const FieldPath& path, FaultReport& report) {
  if (word.empty() ||
      std::find(words.begin(), words.end(), word) != words.end()) {
    return;
  }
  report.Add(path, absl::StrCat(QuoteForMessage(word), " is not known: write ",
                                AnyOf(words), DidYouMean(word, words)));
}

}  // namespace

void CheckPlugins(const config::v1::GatewayConfig& config,
                  const Vocabulary& vocabulary, FaultReport& report) {
  const std::vector<std::string> types = {
      "guardrail", "logging", "metrics", "auth", "transform", "ratelimit"};
  const std::vector<std::string> stages = {"before_request", "after_request",
                                           "on_error", "on_chunk"};
  const FieldPath root;
  const FieldPath path = root.Key("plugins");
  for (int i = 0; i < config.plugins_size(); ++i) {
    const PluginConfig& plugin = config.plugins(i);
    const FieldPath plugin_path = path.Index(i);
    CheckName(plugin, vocabulary, plugin_path.Key("name"), report);
    CheckWord(plugin.type(), types, plugin_path.Key("type"), report);
    CheckWord(plugin.stage(), stages, plugin_path.Key("stage"), report);
    // No plugin of this version has a stage of its own: without one it would
    // never run, and nobody would know.
    const bool is_on = !plugin.has_enabled() || plugin.enabled();
    if (plugin.stage().empty() && is_on &&
        vocabulary.plugins.count(plugin.name()) > 0) {
      report.Add(plugin_path.Key("stage"),
                 absl::StrCat("is missing: write ", AnyOf(stages)));
    }
  }
}

}  // namespace aigateway
