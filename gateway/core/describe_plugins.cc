#include "gateway/core/describe_plugins.h"

#include <optional>
#include <vector>

#include "plugins/plugin.h"

namespace aigateway {
namespace {

v1::PluginStage WordOf(Stage stage) {
  switch (stage) {
    case Stage::kBeforeRequest:
      return v1::PLUGIN_STAGE_BEFORE_REQUEST;
    case Stage::kAfterRequest:
      return v1::PLUGIN_STAGE_AFTER_REQUEST;
    case Stage::kOnError:
      return v1::PLUGIN_STAGE_ON_ERROR;
    case Stage::kOnChunk:
      return v1::PLUGIN_STAGE_ON_CHUNK;
  }
  return v1::PLUGIN_STAGE_UNSPECIFIED;
}

v1::Plugin Row(const PluginChain::Entry& entry) {
  v1::Plugin row;
  row.set_name(entry.name);
  row.set_type(entry.type);
  row.set_stage(WordOf(entry.stage));
  row.set_enabled(true);
  row.set_runs(entry.counts->runs);
  row.set_rejections(entry.counts->rejections);
  row.set_failures(entry.counts->failures);
  return row;
}

v1::Plugin RowOfOneOff(const config::v1::PluginConfig& config) {
  v1::Plugin row;
  row.set_name(config.name());
  row.set_type(config.type());
  if (const std::optional<Stage> stage = StageByName(config.stage())) {
    row.set_stage(WordOf(*stage));
  }
  return row;
}

}  // namespace

std::vector<v1::Plugin> DescribePlugins(const config::v1::GatewayConfig& config,
                                        const PluginChain& chain) {
  std::vector<v1::Plugin> rows;
  auto entry = chain.entries().begin();
  const auto end = chain.entries().end();
  for (int i = 0; i < config.plugins_size(); ++i) {
    const config::v1::PluginConfig& plugin = config.plugins(i);
    if (plugin.has_enabled() && !plugin.enabled()) {
      rows.push_back(RowOfOneOff(plugin));
      *rows.back().mutable_config() = plugin.config();
      continue;
    }
    for (; entry != end && entry->config_index == i; ++entry) {
      rows.push_back(Row(*entry));
      *rows.back().mutable_config() = plugin.config();
    }
  }
  for (; entry != end; ++entry) rows.push_back(Row(*entry));
  return rows;
}

}  // namespace aigateway
