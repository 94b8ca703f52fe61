#ifndef AIGATEWAY_GATEWAY_CORE_DESCRIBE_MODELS_H_
#define AIGATEWAY_GATEWAY_CORE_DESCRIBE_MODELS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/snapshot.h"

namespace aigateway {

// The models that `snapshot` can route, by id: those that its configuration
// names, and those that the vendors of its targets have told of. With what is
// known of each.
std::vector<v1::Model> DescribeModels(const Snapshot& snapshot);

// One of them, or any other name that a target takes. MODEL_NOT_FOUND if none
// does.
absl::StatusOr<v1::Model> DescribeModel(const Snapshot& snapshot,
                                        absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_DESCRIBE_MODELS_H_
