#ifndef AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_
#define AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "gateway/base/log.h"
#include "gateway/config/vocabulary.h"
#include "gateway/observe/request_observer.h"
#include "plugins/plugin.h"

namespace aigateway {

// How often a plugin ran at a stage, and what came of it. Thread-safe.
struct PluginCounts {
  std::atomic<int64_t> runs = 0;
  std::atomic<int64_t> rejections = 0;
  std::atomic<int64_t> failures = 0;
};

// The plugins of one snapshot, in the order of the config. PluginRun takes a
// request through them.
class PluginChain {
 public:
  struct Entry {
    std::string name;
    std::string type;
    Stage stage;
    std::shared_ptr<Plugin> plugin;
    // How long it may take; a filter of chunks has no time of its own.
    absl::Duration time = absl::Seconds(2);
    bool fail_open = false;  // Whether a request outlives its failure.
    int config_index = -1;   // Its place in the config; -1: registered by hand.
    std::shared_ptr<PluginCounts> counts = std::make_shared<PluginCounts>();

    // The name, in a text that lives for ever: a thread that watches may read
    // it when the snapshot has gone. Set by the chain.
    const std::string* label = nullptr;
    // Counts plugins, not entries: where a request keeps what this one
    // remembers. Set by the chain.
    size_t slot = 0;

    bool observes() const { return OnlyObserves(type); }
  };

  // `logger` may be null; it and the observers must outlive this object.
  PluginChain(std::vector<Entry> entries, const Logger* logger,
              std::vector<RequestObserver*> observers);
  PluginChain(const PluginChain&) = delete;
  PluginChain& operator=(const PluginChain&) = delete;

  bool Has(Stage stage) const {
    for (const Entry& entry : entries_) {
      if (entry.stage == stage) return true;
    }
    return false;
  }
  // Whether whoever runs at `stage` only observes.
  bool OnlyObserved(Stage stage) const {
    for (const Entry& entry : entries_) {
      if (entry.stage == stage && !entry.observes()) return false;
    }
    return true;
  }
  const std::vector<Entry>& entries() const { return entries_; }
  // The first entry of each plugin, by `slot`.
  const std::vector<const Entry*>& by_slot() const { return by_slot_; }
  const Logger* logger() const { return logger_; }
  const std::vector<RequestObserver*>& observers() const { return observers_; }

 private:
  std::vector<Entry> entries_;  // Not changed once made.
  std::vector<const Entry*> by_slot_;
  const Logger* const logger_;
  const std::vector<RequestObserver*> observers_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLUGIN_CHAIN_H_
