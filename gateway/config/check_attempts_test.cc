#include "gateway/config/check_attempts.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What no text can say, and a program's configuration can. The rest of these
// checks is tested with their texts, in check_targets_test.cc.
TEST(CheckRetryTest, RefusesAShareThatIsNoNumber) {
  for (double share : {std::numeric_limits<double>::quiet_NaN(),
                       std::numeric_limits<double>::infinity()}) {
    config::v1::RetryConfig retry;
    retry.set_budget(share);
    const SourceMap places;
    Faults faults("");
    FaultReport report(&places, &faults);
    CheckRetry(retry, FieldPath(), report);
    EXPECT_THAT(FaultsIn(faults.ToStatus()),
                ElementsAre(HasSubstr("budget: a share is expected")));
  }
}

TEST(CheckRetryTest, TakesAnEmptyBlock) {
  const SourceMap places;
  Faults faults("");
  FaultReport report(&places, &faults);
  CheckRetry({}, FieldPath(), report);
  CheckTimeouts({}, FieldPath(), report);
  CheckBreaker({}, FieldPath(), report);
  EXPECT_THAT(FaultsIn(faults.ToStatus()), IsEmpty());
}

}  // namespace
}  // namespace aigateway
