// Why a call went where it did, as its caller and the observers are told.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/core/gateway.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

AIGW_REGISTER_PROVIDER("toy", {.create = &ToyProvider::Create,
                               .key_variables = {"TOY_API_KEY"}});

constexpr absl::string_view kConfig = R"yaml(
providers:
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
- {name: c, type: toy, base_url: "http://c", api_key: kc}
targets: [{virtual_key: a}, {virtual_key: b}, {virtual_key: c, weight: 0}]
strategy:
  mode: conditional
  conditions:
  - {key: user, value: nobody, target_key: a}
  - {key: model, value: m1, target_keys: [b, a]}
)yaml";

class Reply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {
    route.Swap(response.mutable_route());
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    if (event.has_end()) route.Swap(event.mutable_end()->mutable_route());
  }
  v1::RouteInfo route;
};

std::vector<std::string> Lines(
    const google::protobuf::RepeatedPtrField<v1::PlannedTarget>& targets) {
  std::vector<std::string> lines;
  for (const v1::PlannedTarget& target : targets) {
    lines.push_back(absl::StrCat(target.target(), ": ", target.explanation()));
  }
  return lines;
}

class DecisionTest : public testing::Test {
 protected:
  ~DecisionTest() override {
    if (gateway_ != nullptr) gateway_->Close();
    loop_.RunUntilIdle();
  }

  void Create(int decision_every = 0) {
    GatewayOptions options;
    options.config.text = std::string(kConfig);
    options.decision_every = decision_every;
    options.envs = {{.loop = &loop_,
                     .clock = &timers_,
                     .timers = &timers_,
                     .http = &http_,
                     .random = &random_}};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
    gateway_->AddHook([this](const RequestRecord& record) {
      seen_.push_back(record.decision != nullptr
                          ? std::optional(*record.decision)
                          : std::nullopt);
    });
  }

  void Serve(bool stream = false) {
    SimulatedAnswer answer;
    answer.status = 200;
    answer.body.push_back({.bytes = stream ? "one\n.\n" : "one"});
    http_.Enqueue(std::move(answer));
    v1::ChatRequest chat;
    chat.set_model("m1");
    v1::Message& message = *chat.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    RequestSettings settings;
    settings.stream = stream;
    RequestContext context(gateway_->loop(0), gateway_->snapshot(0), chat,
                           options_, std::move(settings));
    EXPECT_THAT(RunToEnd(loop_, timers_, gateway_->Serve(context, reply_)),
                IsOk());
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  std::unique_ptr<Gateway> gateway_;
  v1::RoutingOptions options_;
  Reply reply_;
  std::vector<std::optional<v1::RouteDecision>> seen_;
};

TEST_F(DecisionTest, ACallerWhoAsksIsToldWhyOfEveryTarget) {
  Create();
  options_.set_explain(true);
  for (bool stream : {false, true}) {
    reply_.route.Clear();
    Serve(stream);
    const v1::RouteDecision& decision = reply_.route.decision();
    EXPECT_EQ(decision.matched_condition(), "strategy.conditions[1]");
    ASSERT_EQ(decision.targets_size(), 2);
    EXPECT_EQ(decision.targets(0).target(), "b");
    EXPECT_EQ(decision.targets(0).provider(), "toy");
    EXPECT_EQ(decision.targets(0).upstream_model(), "m1");
    EXPECT_EQ(decision.targets(1).target(), "a");
    EXPECT_THAT(Lines(decision.skipped_targets()),
                ElementsAre("c: drained: its weight is 0"));
    EXPECT_EQ(reply_.route.target(), "b");
  }
}

// What is told afterwards is what ExplainRoute said before.
TEST_F(DecisionTest, IsTheRecordThatExplainRouteGives) {
  Create();
  options_.set_explain(true);
  Serve();
  v1::ExplainRouteRequest request;
  request.mutable_chat()->set_model("m1");
  const auto explained = gateway_->ExplainRoute(request, {});
  ASSERT_THAT(explained, IsOk());
  const v1::RouteDecision& decision = reply_.route.decision();
  EXPECT_EQ(Lines(decision.targets()), Lines(explained->targets()));
  EXPECT_EQ(Lines(decision.skipped_targets()),
            Lines(explained->skipped_targets()));
  EXPECT_EQ(decision.matched_condition(), explained->matched_condition());
}

TEST_F(DecisionTest, NobodyElseIsTold) {
  Create();
  Serve();
  EXPECT_FALSE(reply_.route.has_decision());
  ASSERT_EQ(seen_.size(), 1u);
  EXPECT_FALSE(seen_[0].has_value());
}

TEST_F(DecisionTest, OneOfSoManyIsToldToObserversAlone) {
  Create(/*decision_every=*/3);
  for (int i = 0; i < 7; ++i) Serve();
  std::vector<bool> told;
  for (const auto& decision : seen_) told.push_back(decision.has_value());
  EXPECT_THAT(told, ElementsAre(true, false, false, true, false, false, true));
  EXPECT_EQ(seen_[3]->targets(0).target(), "b");
  EXPECT_FALSE(reply_.route.has_decision());
}

}  // namespace
}  // namespace aigateway
