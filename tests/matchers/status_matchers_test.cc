#include "tests/matchers/status_matchers.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatusMatchersTest, IsOkTellsStatusesApart) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::AbortedError("x"), Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(1), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(absl::AbortedError("x")), Not(IsOk()));
}

TEST(StatusMatchersTest, StatusIsComparesCodeAndMessage) {
  const absl::Status status = absl::NotFoundError("no such model");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(status, Not(StatusIs(absl::StatusCode::kAborted)));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, "no such model"));
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("model")));
  EXPECT_THAT(status,
              Not(StatusIs(absl::StatusCode::kNotFound, HasSubstr("key"))));
  EXPECT_THAT(status,
              Not(StatusIs(absl::StatusCode::kAborted, HasSubstr("model"))));
}

TEST(StatusMatchersTest, HasReasonComparesTheReason) {
  const absl::Status status = Error(ErrorReason::kRateLimited, "slow down");
  EXPECT_THAT(status, HasReason(ErrorReason::kRateLimited));
  EXPECT_THAT(status, Not(HasReason(ErrorReason::kOverloaded)));
  EXPECT_THAT(absl::StatusOr<int>(status),
              HasReason(ErrorReason::kRateLimited));
}

TEST(StatusMatchersTest, IsOkAndHoldsLooksAtTheValue) {
  const absl::StatusOr<std::string> result = "text";
  EXPECT_THAT(result, IsOkAndHolds("text"));
  EXPECT_THAT(result, IsOkAndHolds(HasSubstr("ex")));
  EXPECT_THAT(result, Not(IsOkAndHolds("other")));
  EXPECT_THAT(absl::StatusOr<int>(absl::AbortedError("x")),
              Not(IsOkAndHolds(1)));
}

}  // namespace
}  // namespace aigateway
