#include "gateway/server/reload.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/server/fake_gateway.h"
#include "gateway/server/test_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReloadTest : public ::testing::Test {
 protected:
  FakeGateway gateway_;
  KeptLog log_;
  Logger logger_{{}, Clock::Real(), &log_};
};

TEST_F(ReloadTest, SaysWhoAskedAndReturnsWhatChanged) {
  const auto result = ReloadAndLog(gateway_, logger_, "SIGHUP", std::nullopt);

  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->revision, "r2");
  EXPECT_EQ(gateway_.reloads(), 1);
  EXPECT_THAT(log_.text(), HasSubstr("\"cause\":\"SIGHUP\""));
  EXPECT_THAT(log_.text(), Not(HasSubstr("not reloaded")));
}

TEST_F(ReloadTest, NamesEveryFaultOnALineOfItsOwn) {
  const auto result =
      ReloadAndLog(gateway_, logger_, "ReloadConfig", std::string("bad"));

  EXPECT_THAT(result, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(gateway_.reloads(), 0);
  const std::string log = log_.text();
  EXPECT_THAT(log, HasSubstr("config not reloaded: the one before stays"));
  EXPECT_THAT(log, HasSubstr("\"faults\":2"));
  EXPECT_THAT(log,
              HasSubstr("\"path\":\"a\",\"fault\":\"config_text:1:1: bad"));
  EXPECT_THAT(log,
              HasSubstr("\"path\":\"b\",\"fault\":\"config_text:2:1: worse"));
}

}  // namespace
}  // namespace aigateway
