#include "gateway/core/plugin_chain.h"

#include <set>
#include <utility>

#include "gateway/base/mutex.h"

namespace aigateway {
namespace {

// One text for each name, never freed: plugins are few.
const std::string* EternalText(const std::string& name) {
  static Mutex mutex;
  static auto* const names = new std::set<std::string>();
  MutexLock lock(&mutex);
  return &*names->insert(name).first;
}

std::vector<PluginChain::Entry> WithLabels(
    std::vector<PluginChain::Entry> entries) {
  for (PluginChain::Entry& entry : entries) {
    entry.label = EternalText(entry.name);
  }
  return entries;
}

}  // namespace

PluginChain::PluginChain(std::vector<Entry> entries, const Logger* logger,
                         std::vector<RequestObserver*> observers)
    : entries_(WithLabels(std::move(entries))),
      logger_(logger),
      observers_(std::move(observers)) {}

}  // namespace aigateway
