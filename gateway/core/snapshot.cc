#include "gateway/core/snapshot.h"

#include <utility>

namespace aigateway {
namespace {

const TargetGroup* FindIn(const TargetGroup& group, absl::string_view name) {
  for (const TargetGroup::Member& member : group.members) {
    if (member.group == nullptr) continue;
    if (member.group->name == name) return member.group.get();
    if (const TargetGroup* found = FindIn(*member.group, name)) return found;
  }
  return nullptr;
}

}  // namespace

Snapshot::Snapshot(Parts parts)
    : parts_(std::move(parts)),
      plugins_(std::move(parts_.plugins), parts_.logger, parts_.observers),
      catalog_(parts_.targets, std::move(parts_.aliases)) {}

const Target* Snapshot::FindTarget(absl::string_view name) const {
  for (const std::unique_ptr<Target>& target : parts_.targets) {
    if (target->name() == name) return target.get();
  }
  return nullptr;
}

const TargetGroup* Snapshot::FindGroup(absl::string_view name) const {
  return name.empty() ? nullptr : FindIn(parts_.root, name);
}

}  // namespace aigateway
