// What vendors say of their models, through the whole gateway.

#include "gateway/core/model_discovery.h"

#include <memory>
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
using testing::IsEmpty;

AIGW_REGISTER_PROVIDER("toy", {.create = &ToyProvider::Create,
                               .key_variables = {"TOY_API_KEY"}});

constexpr absl::string_view kConfig = R"yaml(
providers:
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
targets: [{virtual_key: a}, {virtual_key: b, models: [m1]}]
)yaml";

class ModelDiscoveryTest : public testing::Test {
 protected:
  ~ModelDiscoveryTest() override {
    if (gateway_ != nullptr) gateway_->Close();
    loop_.RunUntilIdle();
  }

  void Create(bool discover = true) {
    GatewayOptions options;
    options.config.text = std::string(kConfig);
    options.discover_models = discover;
    options.envs = {{.loop = &loop_,
                     .clock = &timers_,
                     .timers = &timers_,
                     .http = &http_,
                     .random = &random_}};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
    loop_.RunUntilIdle();
  }

  void Answer(int status, std::string body) {
    SimulatedAnswer answer;
    answer.status = status;
    answer.body.push_back({.bytes = std::move(body)});
    http_.Enqueue(std::move(answer));
  }
  void Pass(absl::Duration time) {
    timers_.Advance(time);
    loop_.RunUntilIdle();
  }

  std::vector<std::string> Asked() const {
    std::vector<std::string> asked;
    for (const HttpRequest& request : http_.requests()) {
      asked.push_back(absl::StrCat(request.method, " ", request.url, " ",
                                   request.headers.Get("authorization")));
    }
    return asked;
  }
  // "ID WINDOW: TARGETS"
  std::vector<std::string> Listed() const {
    std::vector<std::string> listed;
    for (const v1::Model& model : gateway_->AllModels()) {
      std::string line = absl::StrCat(model.id(), " ", model.context_window());
      for (const std::string& target : model.targets()) {
        absl::StrAppend(&line, " ", target);
      }
      listed.push_back(line);
    }
    return listed;
  }

  absl::Status Route() {
    v1::ChatRequest chat;
    chat.set_model("m1");
    v1::Message& message = *chat.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    class Reply final : public ReplySink {
      void OnResponse(v1::RouteResponse& response) override {}
      void OnEvent(v1::RouteStreamResponse& event) override {}
    } reply;
    const v1::RoutingOptions options;
    RequestContext context(gateway_->loop(0), gateway_->snapshot(0), chat,
                           options, {});
    return RunToEnd(loop_, timers_, gateway_->Serve(context, reply));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(ModelDiscoveryTest, ListsWhatVendorsTellPageByPage) {
  Create();
  EXPECT_THAT(Listed(), ElementsAre("m1 0 a b"));
  Answer(200, "m1 8000\nm2 1000\n> /2");
  Answer(200, "m3");
  Answer(200, "m1 16000\nm4 5");
  Pass(absl::Seconds(1));
  EXPECT_THAT(Asked(), ElementsAre("GET http://a/models Bearer ka",
                                   "GET http://a/models/2 Bearer ka",
                                   "GET http://b/models Bearer kb"));
  // Target b serves what it lists and nothing else.
  EXPECT_THAT(Listed(), ElementsAre("m1 16000 a b", "m2 1000 a", "m3 0 a"));
  EXPECT_EQ(gateway_->ListProviders()[0].health(), v1::PROVIDER_HEALTH_HEALTHY);
  EXPECT_EQ(gateway_->ListProviders()[0].models_size(), 3);
}

TEST_F(ModelDiscoveryTest, AsksNobodyUnlessTold) {
  Create(/*discover=*/false);
  Pass(absl::Hours(2));
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(ModelDiscoveryTest, KeepsWhatItKnowsWhenAVendorFails) {
  Create();
  Answer(200, "m2 1000");
  Answer(503, "down");
  Pass(absl::Seconds(1));
  EXPECT_THAT(Listed(), ElementsAre("m1 0 a b", "m2 1000 a"));
  EXPECT_EQ(gateway_->ListProviders()[1].health(),
            v1::PROVIDER_HEALTH_UNHEALTHY);
  // The one that failed is asked again soon, the other in an hour.
  Answer(200, "m1 7");
  Pass(absl::Minutes(6));
  EXPECT_THAT(Listed(), ElementsAre("m1 7 a b", "m2 1000 a"));
  Answer(503, "down");
  Answer(503, "down");
  Pass(absl::Hours(1));
  EXPECT_THAT(Listed(), ElementsAre("m1 7 a b", "m2 1000 a"));
}

TEST_F(ModelDiscoveryTest, SurvivesAReload) {
  Create();
  Answer(200, "m2 1000");
  Answer(200, "m1 7");
  Pass(absl::Seconds(1));
  // The reload waits for every loop, which this thread runs: not for a lent
  // one.
  ASSERT_THAT(gateway_->Reload(absl::StrCat(kConfig, "aliases: {fast: m1}\n"),
                               /*validate_only=*/false),
              IsOk());
  loop_.RunUntilIdle();
  EXPECT_THAT(Listed(), ElementsAre("fast 7 a b", "m1 7 a b", "m2 1000 a"));
  Pass(absl::Minutes(1));
  EXPECT_EQ(Asked().size(), 2u);
}

TEST_F(ModelDiscoveryTest, IsOverWhenTheGatewayCloses) {
  Create();
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  Pass(absl::Seconds(1));
  gateway_->Close();
  loop_.RunUntilIdle();
  Pass(absl::Hours(1));
  EXPECT_EQ(Asked().size(), 1u);
}

// A context that is too long for one is too long for one that is no larger.
TEST_F(ModelDiscoveryTest, TakesWhatIsTooLongToATargetWithMoreRoom) {
  Create();
  Answer(200, "m1 8000");
  Answer(200, "m1 8000");
  Pass(absl::Seconds(1));
  Answer(413, "too long");
  EXPECT_THAT(Route(), HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_EQ(Asked().size(), 3u) << "b has no more room than a";

  Answer(200, "m1 8000");
  Answer(200, "m1 9000");
  Pass(absl::Hours(2));
  Answer(413, "too long");
  Answer(200, "hello");
  EXPECT_THAT(Route(), IsOk());
}

}  // namespace
}  // namespace aigateway
