#ifndef AIGATEWAY_GATEWAY_CORE_DESCRIBE_H_
#define AIGATEWAY_GATEWAY_CORE_DESCRIBE_H_

#include <vector>

#include "absl/time/time.h"

#include "aigateway/v1/admin.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/snapshot.h"

namespace aigateway {

// What listings show of a snapshot, in the order of its configuration. No
// credential is in it. `now`: of the loops' clock, for what changes by time.
std::vector<v1::Provider> DescribeProviders(const Snapshot& snapshot,
                                            absl::Time now);
std::vector<v1::Target> DescribeTargets(const Snapshot& snapshot,
                                        absl::Time now);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_DESCRIBE_H_
