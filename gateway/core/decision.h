#ifndef AIGATEWAY_GATEWAY_CORE_DECISION_H_
#define AIGATEWAY_GATEWAY_CORE_DECISION_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/errors.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/tree_plan.h"

namespace aigateway {

// What a decision was made about. All of it must outlive the call.
struct DecisionSubject {
  const Snapshot& snapshot;
  const v1::ChatRequest& chat;
  bool embed = false;        // Vectors are asked for.
  absl::string_view named;   // The target or group that the request names.
  const std::string& model;  // Resolved.
  absl::Time now;
};

// Why a target would not be tried.
struct Obstacle {
  std::string explanation;
  ErrorReason reason = ErrorReason::kUnspecified;
};

// What else is to be said of a target that would be tried, such as that it
// would refuse the request: appended to its explanation as it is.
using TargetRemark =
    absl::FunctionRef<std::string(const Target& target, bool is_first)>;

// Writes down for every target why it is to be tried, in the order of `chosen`,
// or why not. Changes nothing.
v1::RouteDecision DescribeDecision(const DecisionSubject& subject,
                                   const std::vector<ChosenTarget>& chosen,
                                   TargetRemark remark);

// The same where no target is to be tried, for one reason.
v1::RouteDecision DescribeRefusal(const DecisionSubject& subject,
                                  const Obstacle& obstacle);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_DECISION_H_
