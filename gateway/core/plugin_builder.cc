#include "gateway/core/plugin_builder.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/field_path.h"
#include "gateway/config/settings.h"

namespace aigateway {
namespace {

// Equal settings give equal text.
std::string CanonicalJson(const google::protobuf::Struct& settings) {
  std::string text;
  JsonWriter(&text).Struct(settings);
  return text;
}

// A constructor that throws must not take the process with it.
absl::StatusOr<std::unique_ptr<Plugin>> CreatePlugin(
    const PluginKind& kind, const config::v1::PluginConfig& config) {
  try {
    if (kind.settings == nullptr) return kind.create(config.config());
    const google::protobuf::Message* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(
            kind.settings());
    const std::unique_ptr<google::protobuf::Message> settings(prototype->New());
    AIGW_RETURN_IF_ERROR(FromStruct(config.config(), settings.get()));
    return kind.create(*settings);
  } catch (...) {
    return Error(ErrorReason::kInvalidConfig,
                 "the plugin threw an exception when it was made");
  }
}

}  // namespace

std::vector<PluginChain::Entry> BuildPlugins(
    const config::v1::GatewayConfig& config, const Registry<PluginKind>& kinds,
    FaultReport& report) {
  const FieldPath root;
  const FieldPath list = root.Key("plugins");
  std::vector<PluginChain::Entry> plugins;
  // One instance serves all stages that name the same plugin and settings.
  std::map<std::string, std::shared_ptr<Plugin>> made;
  for (int i = 0; i < config.plugins_size(); ++i) {
    const config::v1::PluginConfig& entry = config.plugins(i);
    if (entry.has_enabled() && !entry.enabled()) continue;
    const PluginKind* kind = kinds.Find(entry.name());
    const std::optional<Stage> stage = StageByName(entry.stage());
    if (kind == nullptr || !stage.has_value()) continue;
    std::shared_ptr<Plugin>& plugin =
        made[absl::StrCat(entry.name(), "|", CanonicalJson(entry.config()))];
    if (plugin == nullptr) {
      absl::StatusOr<std::unique_ptr<Plugin>> created =
          CreatePlugin(*kind, entry);
      if (!created.ok()) {
        const FieldPath path = list.Index(i);
        report.AddStatus(path.Key("config"), created.status());
        continue;
      }
      plugin = *std::move(created);
    }
    // What a plugin is, its code says: by another word in the config a guard
    // would only look on.
    plugins.push_back({entry.name(),
                       kind->type.empty() ? entry.type() : kind->type, *stage,
                       plugin});
  }
  return plugins;
}

}  // namespace aigateway
