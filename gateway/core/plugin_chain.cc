#include "gateway/core/plugin_chain.h"

#include <algorithm>
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

}  // namespace

PluginChain::PluginChain(std::vector<Entry> entries, const Logger* logger,
                         std::vector<RequestObserver*> observers)
    : entries_(std::move(entries)),
      logger_(logger),
      observers_(std::move(observers)) {
  for (Entry& entry : entries_) {
    entry.label = EternalText(entry.name);
    const auto first = std::find_if(
        by_slot_.begin(), by_slot_.end(),
        [&](const Entry* each) { return each->plugin == entry.plugin; });
    entry.slot = static_cast<size_t>(first - by_slot_.begin());
    if (first == by_slot_.end()) by_slot_.push_back(&entry);
  }
}

}  // namespace aigateway
