#ifndef AIGATEWAY_GATEWAY_BASE_REGISTRY_H_
#define AIGATEWAY_GATEWAY_BASE_REGISTRY_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/check.h"

namespace aigateway {

// Extensions of one kind by their names: `Entry` is a factory and what else
// must be known before one is made.
//
// Global() is filled by static Registration objects before main() and only
// read after; a Gateway copies it and may add its own. Iteration is by name.
template <typename Entry>
class Registry {
 public:
  // What the linked extensions registered.
  static Registry& Global() {
    static Registry* const registry = new Registry();
    return *registry;
  }

  // Returns false, and changes nothing, if the name is taken.
  bool Add(absl::string_view name, Entry entry) {
    return entries_.emplace(std::string(name), std::move(entry)).second;
  }

  // Returns null if there is none. Valid as long as this object.
  const Entry* Find(absl::string_view name) const {
    auto it = entries_.find(std::string(name));
    return it == entries_.end() ? nullptr : &it->second;
  }

  // In alphabetical order.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, Entry> entries_;
};

// Registers an extension for the life of the process. The library that holds
// one must be `alwayslink`: use extension() in its BUILD file.
template <typename Entry>
struct Registration {
  Registration(absl::string_view name, Entry entry) {
    AIGW_CHECK(Registry<Entry>::Global().Add(name, std::move(entry)));
  }
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_REGISTRY_H_
