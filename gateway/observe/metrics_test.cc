#include "gateway/observe/metrics.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    route_.set_target("a");
    route_.set_provider("openai");
    SetProtoDuration(absl::Milliseconds(1), route_.mutable_gateway_overhead());
  }

  RequestRecord Record(absl::Status status = absl::OkStatus()) {
    return {.model = model_,
            .duration = absl::Milliseconds(30),
            .status = std::move(status),
            .route = &route_,
            .usage = &usage_};
  }

  std::string model_ = "m1";
  v1::RouteInfo route_;
  v1::Usage usage_;
  Metrics metrics_;
};

TEST_F(MetricsTest, CountsRequestsByMethodAndReason) {
  metrics_.OnRequestEnd(Record());
  metrics_.OnRequestEnd(Record());
  metrics_.OnRequestEnd(Record(Error(ErrorReason::kModelNotFound, "no")));
  const std::string text = metrics_.Render();
  EXPECT_THAT(
      text,
      HasSubstr("aigateway_requests_total{method=\"Route\",reason=\"OK\"} 2"));
  EXPECT_THAT(text, HasSubstr("aigateway_requests_total{method=\"Route\","
                              "reason=\"MODEL_NOT_FOUND\"} 1"));
}

TEST_F(MetricsTest, FillsTheBucketsOfAHistogramCumulatively) {
  metrics_.OnRequestEnd(Record());
  const std::string text = metrics_.Render();
  const std::string labels =
      "{error_type=\"\",gen_ai_operation_name=\"chat\",gen_ai_provider_name="
      "\"openai\",gen_ai_request_model=\"m1\",method=\"Route\"";
  const std::string name = "gen_ai_server_request_duration_seconds";
  EXPECT_THAT(text, HasSubstr(absl::StrCat(name, "_bucket", labels,
                                           ",le=\"0.02\"} 0")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat(name, "_bucket", labels,
                                           ",le=\"0.04\"} 1")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat(name, "_count", labels, "} 1")));
}

TEST_F(MetricsTest, CountsTokensOnlyWhereTheProviderSentThem) {
  metrics_.OnRequestEnd(Record());
  EXPECT_THAT(metrics_.Render(), Not(HasSubstr("gen_ai_token_type")));
  usage_.set_completion_tokens(7);
  metrics_.OnRequestEnd(Record());
  EXPECT_THAT(metrics_.Render(), HasSubstr("gen_ai_token_type=\"output\"} 7"));
}

TEST_F(MetricsTest, ShowsWhatIsInFlight) {
  metrics_.OnRequestStart(Method::kRouteStream);
  EXPECT_THAT(
      metrics_.Render(),
      HasSubstr("aigateway_requests_in_flight{method=\"RouteStream\"} 1"));
}

TEST_F(MetricsTest, KeepsACallersInventedModelOutOfTheLabels) {
  route_.clear_target();
  model_ = "made-up";
  metrics_.OnRequestEnd(Record(Error(ErrorReason::kModelNotFound, "no")));
  EXPECT_THAT(metrics_.Render(), Not(HasSubstr("made-up")));
}

TEST_F(MetricsTest, BoundsTheSeriesThatNamesCanMake) {
  for (int i = 0; i < 3000; ++i) {
    model_ = absl::StrCat("m", i);
    metrics_.OnRequestEnd(Record());
  }
  const std::string text = metrics_.Render();
  EXPECT_THAT(text, HasSubstr("gen_ai_request_model=\"other\""));
  EXPECT_THAT(text, Not(HasSubstr("gen_ai_request_model=\"m2999\"")));
  // What callers cannot make up is still told apart.
  EXPECT_THAT(text, HasSubstr("gen_ai_provider_name=\"openai\","
                              "gen_ai_request_model=\"other\""));
}

TEST_F(MetricsTest, KeepsWhatACallerSendsWithinItsLabel) {
  model_ =
      "m\x1f"
      "evil name\n\x1f";
  metrics_.OnRequestEnd(Record());
  const std::string text = metrics_.Render();
  EXPECT_THAT(text, HasSubstr("gen_ai_request_model=\"m?evil name\\n?\""));
}

}  // namespace
}  // namespace aigateway
