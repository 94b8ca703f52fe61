// Whether weights are kept in the long run, by the whole gateway: counted by
// the providers themselves.

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/base/task.h"
#include "gateway/config/secrets.h"
#include "gateway/core/gateway.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/provider_fault.h"
#include "tests/simulation/simulated_caller.h"
#include "tests/simulation/simulated_config.h"
#include "tests/simulation/simulated_providers.h"
#include "tests/simulation/simulated_request.h"
#include "tests/simulation/simulation_trace.h"

namespace aigateway {
namespace {

using testing::IsEmpty;

// Counts what each provider is asked, and tells the ledger.
class CountingWatch final : public ExchangeWatch {
 public:
  explicit CountingWatch(Ledger* ledger) : ledger_(*ledger) {}

  void OnExchangeStart(const SimulatedExchange& exchange) override {
    ++counts[exchange.target];
    ledger_.OnExchangeStart(exchange);
  }
  void OnExchangeEnd(const SimulatedExchange& exchange,
                     const absl::Status& status) override {
    ledger_.OnExchangeEnd(exchange, status);
  }

  std::map<std::string, int> counts;

 private:
  Ledger& ledger_;
};

class LoadbalanceShareTest : public testing::TestWithParam<uint64_t> {
 protected:
  static constexpr int kRequests = 2000;

  void TearDown() override {
    if (gateway_ != nullptr) gateway_->Close();
    loop_.RunUntilIdle();
    EXPECT_THAT(trace_.broken(), IsEmpty());
  }

  // Makes all requests, one after the other, over targets of these weights.
  // `sick` fails always.
  void Run(const std::vector<double>& weights, const std::string& sick = "") {
    SimulatedConfig config;
    config.mode = "loadbalance";
    for (const double weight : weights) {
      SimulatedTarget target;
      target.name =
          std::string(1, static_cast<char>('a' + config.targets.size()));
      target.weight = weight;
      ProviderHealth health;
      if (target.name == sick) health.outage_start = absl::InfinitePast();
      providers_.Add(target.name, health);
      config.targets.push_back(std::move(target));
    }
    GatewayOptions options;
    options.config.text = config.ToYaml();
    options.secrets = &secrets_;
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
    ledger_.OnConfig(std::make_shared<const SimulatedConfig>(config));
    for (int i = 1; i <= kRequests; ++i) {
      SimulatedRequest request;
      request.number = i;
      request.time_limit = absl::Minutes(10);
      SimulatedCaller caller(request, env_, gateway_.get(), &ledger_, &trace_,
                             &random_);
      RunToEnd(loop_, timers_, RunOne(caller));
    }
  }

  static Task<bool> RunOne(SimulatedCaller& caller) {
    co_await caller.Run();
    co_return true;
  }

  // Whether `target` got its share: within five times the deviation
  // that chance alone gives, which one run in two million passes.
  void ExpectShare(const std::string& target, double share) {
    const double expected = share * kRequests;
    const double deviation = std::sqrt(expected * (1 - share));
    EXPECT_NEAR(watch_.counts[target], expected, 5 * deviation) << target;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{GetParam()};
  SimulationTrace trace_{&timers_};
  Ledger ledger_{&timers_, &trace_};
  CountingWatch watch_{&ledger_};
  SimulatedProviders providers_{&timers_, &random_, &watch_};
  Env env_{.loop = &loop_,
           .clock = &timers_,
           .timers = &timers_,
           .http = &providers_,
           .random = &random_};
  const FixedSecrets secrets_{{}};
  std::unique_ptr<Gateway> gateway_;
};

TEST_P(LoadbalanceShareTest, IsWhatTheWeightsSay) {
  Run({0.1, 0.7, 0.2, 1.5});
  ExpectShare("a", 0.1 / 2.5);
  ExpectShare("b", 0.7 / 2.5);
  ExpectShare("c", 0.2 / 2.5);
  ExpectShare("d", 1.5 / 2.5);
}

TEST_P(LoadbalanceShareTest, OfOneThatFailsGoesToAllOthersByTheirs) {
  Run({0.1, 0.5, 0.2, 0.2}, /*sick=*/"b");
  ExpectShare("a", 0.1 / 0.5);
  ExpectShare("b", 0.5);
  ExpectShare("c", 0.2 / 0.5);
  ExpectShare("d", 0.2 / 0.5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LoadbalanceShareTest, testing::Values(1, 2, 3));

}  // namespace
}  // namespace aigateway
