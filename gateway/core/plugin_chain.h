#ifndef AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_
#define AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/log.h"
#include "gateway/base/task.h"
#include "plugins/plugin.h"

namespace aigateway {

// The plugins of one snapshot, in the order of the config. Runs a stage: in
// order, until one denies. Immutable.
//
// A guard that fails or throws ends the request with INTERNAL; a plugin that
// only observes never changes one. What a plugin threw is not shown to anyone.
class PluginChain {
 public:
  struct Entry {
    std::string name;
    std::string type;
    Stage stage;
    std::shared_ptr<Plugin> plugin;
  };

  // `logger` may be null; it must outlive this object.
  PluginChain(std::vector<Entry> entries, const Logger* logger);

  bool Has(Stage stage) const;
  const std::vector<Entry>& entries() const { return entries_; }

  // nullopt: go on; a response: answer with it. A denial or a broken guard is
  // a status.
  Task<absl::StatusOr<std::optional<v1::ChatResponse>>> Before(
      PluginRequest& request) const;
  Task<absl::Status> After(PluginRequest& request,
                           v1::ChatResponse& response) const;
  absl::Status OnChunk(PluginRequest& request, v1::Delta& delta) const;
  // Every plugin of the stage runs; `error` stays what it is.
  Task<absl::Status> OnError(PluginRequest& request,
                             const absl::Status& error) const;

 private:
  void LogFailure(const Entry& entry, const absl::Status& status) const;

  const std::vector<Entry> entries_;
  const Logger* const logger_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_
