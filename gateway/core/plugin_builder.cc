#include "gateway/core/plugin_builder.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/expand.h"
#include "gateway/config/field_path.h"
#include "gateway/config/revision.h"
#include "gateway/config/settings.h"

namespace aigateway {
namespace {

// The settings in the plugin's own form, its variables expanded.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> ReadSettings(
    const PluginKind& kind, const google::protobuf::Struct& config) {
  if (kind.settings == nullptr) {
    return std::make_unique<google::protobuf::Struct>(config);
  }
  const google::protobuf::Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          kind.settings());
  std::unique_ptr<google::protobuf::Message> settings(prototype->New());
  AIGW_RETURN_IF_ERROR(FromStruct(config, settings.get()));
  return settings;
}

// Those that the settings ask for, too.
void AddStages(const PluginKind& kind,
               const google::protobuf::Message& settings,
               std::vector<Stage>& stages) {
  if (kind.more_stages == nullptr) return;
  for (const Stage stage : kind.more_stages(settings)) {
    if (std::find(stages.begin(), stages.end(), stage) == stages.end()) {
      stages.push_back(stage);
    }
  }
}

// A constructor that throws must not take the process with it.
absl::StatusOr<std::unique_ptr<Plugin>> CreatePlugin(
    const PluginKind& kind, const google::protobuf::Message& settings) {
  try {
    return kind.create(settings);
  } catch (...) {
    return Error(ErrorReason::kInvalidConfig,
                 "the plugin threw an exception when it was made");
  }
}

// The plugin and how it fares, which live as long as any snapshot has them.
struct MadePlugin {
  std::shared_ptr<Plugin> plugin;
  std::map<Stage, std::shared_ptr<PluginCounts>> counts;
};

}  // namespace

std::vector<PluginChain::Entry> BuildPlugins(
    const config::v1::GatewayConfig& config, const Registry<PluginKind>& kinds,
    const SecretSource& secrets, CarriedState& states, FaultReport& report) {
  const FieldPath root;
  const FieldPath list = root.Key("plugins");
  std::vector<PluginChain::Entry> plugins;
  for (int i = 0; i < config.plugins_size(); ++i) {
    const config::v1::PluginConfig& entry = config.plugins(i);
    if (entry.has_enabled() && !entry.enabled()) continue;
    const PluginKind* kind = kinds.Find(entry.name());
    if (kind == nullptr) continue;
    std::vector<Stage> stages = kind->default_stages;
    if (!entry.stage().empty()) {
      const std::optional<Stage> stage = StageByName(entry.stage());
      if (!stage.has_value()) continue;
      stages = {*stage};
    }
    const FieldPath place = list.Index(i);
    const FieldPath path = place.Key("config");
    const size_t faults_before = report.faults().size();
    absl::StatusOr<std::unique_ptr<google::protobuf::Message>> settings =
        ReadSettings(*kind, entry.config());
    if (!settings.ok()) {
      report.AddStatus(path, settings.status());
      continue;
    }
    ExpandVariables(secrets, path, settings->get(), report);
    if (report.faults().size() > faults_before) continue;
    AddStages(*kind, **settings, stages);
    absl::Status failed;
    // One instance serves all stages that name the same plugin and settings.
    const std::shared_ptr<MadePlugin> made = states.GetOrMake<MadePlugin>(
        absl::StrCat("plugin|", entry.name(), "|", FingerprintOf(**settings)),
        [&]() -> std::shared_ptr<MadePlugin> {
          absl::StatusOr<std::unique_ptr<Plugin>> created =
              CreatePlugin(*kind, **settings);
          failed = created.status();
          if (!created.ok()) return nullptr;
          auto made = std::make_shared<MadePlugin>();
          made->plugin = *std::move(created);
          for (const Stage stage : {Stage::kBeforeRequest, Stage::kAfterRequest,
                                    Stage::kOnChunk, Stage::kOnError}) {
            made->counts[stage] = std::make_shared<PluginCounts>();
          }
          return made;
        });
    if (made == nullptr) {
      report.AddStatus(path, failed);
      continue;
    }
    for (const Stage stage : stages) {
      // Another entry of the same plugin may have it already.
      const bool is_there = std::any_of(
          plugins.begin(), plugins.end(), [&](const PluginChain::Entry& row) {
            return row.plugin.get() == made->plugin.get() && row.stage == stage;
          });
      if (is_there) continue;
      PluginChain::Entry& row = plugins.emplace_back();
      row.name = entry.name();
      // What a plugin is, its code says: by another word in the config a guard
      // would only look on.
      row.type = kind->type.empty() ? entry.type() : kind->type;
      row.stage = stage;
      // Holds all of `made`.
      row.plugin = std::shared_ptr<Plugin>(made, made->plugin.get());
      row.counts = made->counts.at(stage);
      row.config_index = i;
      row.fail_open = entry.on_failure() == "open";
      row.time = entry.has_timeout() ? FromProto(entry.timeout()) : kind->time;
    }
  }
  return plugins;
}

}  // namespace aigateway
