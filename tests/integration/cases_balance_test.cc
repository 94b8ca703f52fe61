// Reported cases 027 and 028: weights and conditions.

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class BalanceCases : public testing::Test {
 protected:
  BalanceCases() {
    for (const char* name : {"a", "b", "c"}) {
      FakeUpstream& upstream = upstreams_[name];
      upstream.SetHandler([name](const UpstreamRequest& request) {
        return request.body.find("\"stream\":true") != std::string::npos
                   ? TextStream({name})
                   : Completion(name);
      });
    }
  }

  std::string Config(const std::string& rest) {
    std::string config = "providers:\n";
    for (auto& [name, upstream] : upstreams_) {
      absl::StrAppend(&config, Instance(name, upstream));
    }
    return absl::StrCat(config, rest);
  }
  void Start(const std::string& rest) {
    gateway_ = std::make_unique<GatewayProcess>(
        GatewayProcess::Options{.config = Config(rest)});
  }

  // How often each target answered `count` calls from `threads` threads, half
  // of them streams.
  std::map<std::string, double> Shares(int count, int threads) {
    std::vector<std::map<std::string, int>> counts(threads);
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) {
      callers.emplace_back([&, i] {
        for (int k = 0; k < count / threads; ++k) {
          ++counts[i][CallEither(*gateway_, k % 2 == 0).text];
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    std::map<std::string, double> shares;
    for (const auto& one : counts) {
      for (const auto& [name, n] : one) shares[name] += 1.0 * n / count;
    }
    return shares;
  }

  std::map<std::string, FakeUpstream> upstreams_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(BalanceCases, Case027DrainsATargetOfWeightZero) {
  Start(
      "targets: [{virtual_key: a, weight: 0}, {virtual_key: b}]\n"
      "strategy: {mode: loadbalance}\n");
  EXPECT_EQ(Shares(300, 4)["b"], 1.0);
  EXPECT_EQ(upstreams_["a"].request_count(), 0u);
  // Not as a last resort either.
  upstreams_["b"].SetReply(ErrorReply(503, "down"));
  EXPECT_FALSE(CallRoute(*gateway_).status.ok());
  EXPECT_EQ(upstreams_["a"].request_count(), 0u);
}

TEST_F(BalanceCases, Case027SharesByWeight) {
  Start(
      "targets: [{virtual_key: a, weight: 1}, {virtual_key: b, weight: 3}]\n"
      "strategy: {mode: loadbalance}\n");
  EXPECT_NEAR(Shares(4000, 8)["b"], 0.75, 0.03);
}

TEST_F(BalanceCases, Case027TakesAMissingWeightForOne) {
  Start(
      "targets: [{virtual_key: a}, {virtual_key: b, weight: 1}]\n"
      "strategy: {mode: loadbalance}\n");
  EXPECT_NEAR(Shares(1000, 8)["a"], 0.5, 0.06);
}

TEST_F(BalanceCases, Case027DoesNotGiveTheRestOfARoundingToTheLast) {
  Start(
      "targets: [{virtual_key: a, weight: 0.1}, {virtual_key: b, weight: 0.2},"
      " {virtual_key: c, weight: 0.7}]\nstrategy: {mode: loadbalance}\n");
  std::map<std::string, double> shares = Shares(6000, 8);
  EXPECT_NEAR(shares["a"], 0.1, 0.025);
  EXPECT_NEAR(shares["b"], 0.2, 0.025);
  EXPECT_NEAR(shares["c"], 0.7, 0.025);
}

constexpr char kConditions[] =
    "targets: [{virtual_key: c}, {virtual_key: a}, {virtual_key: b}]\n"
    "strategy:\n"
    "  mode: conditional\n"
    "  conditions:\n"
    "  - {key: model, value: m1, target_key: a}\n"
    "  - {key: user, value: \"\", target_key: b}\n"
    "  - {key: metadata.tier, value: gold, target_key: b}\n";

TEST_F(BalanceCases, Case028TakesAMissingFieldForNoText) {
  Start(kConditions);
  struct Row {
    std::string model;
    std::string tier;  // "-": none.
    std::string target;
  };
  const std::vector<Row> rows = {
      {"m1", "-", "a"}, {"other", "-", "c"}, {"other", "gold", "b"},
      {"M1", "-", "c"}, {"m1", "gold", "a"}, {"other", "", "c"},
  };
  for (const bool stream : {false, true}) {
    for (const Row& row : rows) {
      v1::ChatRequest chat = Q1().chat();
      chat.set_model(row.model);
      if (row.tier != "-") (*chat.mutable_metadata())["tier"] = row.tier;
      const Seen seen = CallEither(*gateway_, stream, chat);
      EXPECT_EQ(seen.text, row.target) << row.model << " " << row.tier;
    }
    v1::ChatRequest chat = Q1().chat();
    chat.clear_model();
    EXPECT_EQ(CallEither(*gateway_, stream, chat).status.error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(BalanceCases, Case028RefusesConditionsThatCannotBeMeant) {
  const std::string head =
      "targets: [{virtual_key: c}, {virtual_key: a}]\n"
      "strategy: {mode: conditional, conditions: ";
  struct Row {
    std::string conditions;
    std::string words;
  };
  const std::vector<Row> rows = {
      {"[{key: modle, value: m1, target_key: a}]}", "conditions[0].key"},
      {"[{key: model, value: m1, target_key: nobody}]}",
       "conditions[0].target_key"},
      {"[]}", "strategy.conditions"},
      {"[{key: model, value: m1, target_key: a}, "
       "{key: model, value: m1, target_key: c}]}",
       "conditions[1]"},
  };
  for (const Row& row : rows) {
    std::string said;
    EXPECT_NE(GatewayProcess::RunToEnd(
                  {.config = Config(absl::StrCat(head, row.conditions, "\n"))},
                  &said),
              0);
    EXPECT_THAT(said, HasSubstr(row.words));
  }
}

}  // namespace
}  // namespace aigateway
