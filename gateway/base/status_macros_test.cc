#include "gateway/base/status_macros.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

#include "gateway/base/task.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using Text = std::unique_ptr<std::string>;

absl::StatusOr<Text> Make(bool good) {
  if (!good) return absl::AbortedError("bad");
  return std::make_unique<std::string>("good");
}

absl::Status ReturnIf(absl::Status status, bool* went_on) {
  AIGW_RETURN_IF_ERROR(status);
  *went_on = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> Join(bool first, bool second) {
  AIGW_ASSIGN_OR_RETURN(const Text a, Make(first));
  Text b;
  AIGW_ASSIGN_OR_RETURN(b, Make(second));
  return *a + "+" + *b;
}

Task<absl::StatusOr<std::string>> JoinTask(bool first, bool second) {
  AIGW_CO_RETURN_IF_ERROR(Make(first).status());
  AIGW_CO_ASSIGN_OR_RETURN(const Text b, Make(second));
  co_return *b;
}

TEST(StatusMacrosTest, ReturnIfErrorReturnsOnlyErrors) {
  bool went_on = false;
  EXPECT_EQ(ReturnIf(absl::AbortedError("x"), &went_on),
            absl::AbortedError("x"));
  EXPECT_FALSE(went_on);
  EXPECT_THAT(ReturnIf(absl::OkStatus(), &went_on), IsOk());
  EXPECT_TRUE(went_on);
}

TEST(StatusMacrosTest, AssignOrReturnMovesTheValueOrReturnsTheError) {
  EXPECT_THAT(Join(true, true), IsOkAndHolds("good+good"));
  EXPECT_EQ(Join(false, true).status(), absl::AbortedError("bad"));
  EXPECT_EQ(Join(true, false).status(), absl::AbortedError("bad"));
}

TEST(StatusMacrosTest, TheCoroutineTwinsDoTheSame) {
  FakeLoop loop;
  EXPECT_THAT(RunToEnd(loop, JoinTask(true, true)), IsOkAndHolds("good"));
  EXPECT_EQ(RunToEnd(loop, JoinTask(false, true)).status(),
            absl::AbortedError("bad"));
  EXPECT_EQ(RunToEnd(loop, JoinTask(true, false)).status(),
            absl::AbortedError("bad"));
}

}  // namespace
}  // namespace aigateway
