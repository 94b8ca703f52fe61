#include "tools/aigwctl/explain.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(ExplanationTextTest, ShowsWhoWouldBeTriedAndWhoNot) {
  v1::ExplainRouteResponse response;
  response.set_model("m1");
  response.set_strategy("loadbalance");
  response.set_matched_condition("strategy.conditions[1]");
  response.set_config_revision("r1");
  response.add_warnings("top_k is dropped");
  v1::PlannedTarget& first = *response.add_targets();
  first.set_target("a");
  first.set_provider("openai");
  first.set_upstream_model("gpt-4o");
  first.set_explanation("drawn by weight");
  first.set_weight(2.5);
  first.set_max_cost_micro_usd(1234);
  v1::PlannedTarget& second = *response.add_skipped_targets();
  second.set_target("b");
  second.set_provider("anthropic");
  second.set_explanation("its breaker is open for 3s more");
  second.set_reason(v1::ERROR_REASON_CIRCUIT_OPEN);
  EXPECT_EQ(ExplanationText(response),
            "model m1, strategy loadbalance, rule strategy.conditions[1], "
            "config r1\n"
            "warning: top_k is dropped\n"
            "\n"
            "ORDER  TARGET  PROVIDER  MODEL   WEIGHT  MAX COST   WHY\n"
            "1      a       openai    gpt-4o  2.5     $0.001234  drawn by "
            "weight\n"
            "\n"
            "NOT TRIED  PROVIDER   REASON        WHY\n"
            "b          anthropic  circuit-open  its breaker is open for 3s "
            "more\n");
}

TEST(ExplanationTextTest, SaysThatNoneWouldBe) {
  v1::ExplainRouteResponse response;
  response.set_model("m1");
  response.set_strategy("fallback");
  response.set_config_revision("r1");
  EXPECT_EQ(ExplanationText(response),
            "model m1, strategy fallback, config r1\n\n"
            "No target would be tried.\n");
}

}  // namespace
}  // namespace aigateway
