#include "gateway/core/snapshot.h"

#include <utility>

namespace aigateway {

Snapshot::Snapshot(Parts parts)
    : parts_(std::move(parts)),
      plugins_(std::move(parts_.plugins), parts_.logger),
      catalog_(parts_.targets, std::move(parts_.aliases)) {}

const Target* Snapshot::FindTarget(absl::string_view name) const {
  for (const std::unique_ptr<Target>& target : parts_.targets) {
    if (target->name() == name) return target.get();
  }
  return nullptr;
}

}  // namespace aigateway
