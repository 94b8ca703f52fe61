#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_GROUP_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_GROUP_H_

#include <memory>
#include <string>
#include <vector>

#include "gateway/core/target.h"
#include "strategies/strategy.h"

namespace aigateway {

// A place of the tree of targets where a strategy decides: the whole
// configuration, or a group in it. Immutable.
struct TargetGroup {
  // A target, or a group of this one: exactly one is set.
  struct Member {
    const Target* target = nullptr;
    std::unique_ptr<TargetGroup> group;
  };

  std::string name;  // As rules name it; empty: none does, or the whole.
  std::string path;  // Of its fields in the config: "", "targets[1].".
  double weight = 1;
  std::string label;
  std::string variant;  // Of its members that have none of their own.
  std::string mode;
  std::unique_ptr<Strategy> strategy;
  std::vector<Member> members;  // In the order of the config.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_GROUP_H_
