#include "gateway/core/gateway.h"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/random.h"
#include "gateway/config/secrets.h"
#include "strategies/strategy.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Extensions of every kind, registered from outside core: nothing of core
// knows them.

AIGW_REGISTER_PROVIDER("toy", {.create = &ToyProvider::Create,
                               .key_variables = {"TOY_API_KEY"},
                               .model_patterns = {"toy-*"}});

class LastFirstStrategy final : public Strategy {
 public:
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config) {
    return std::make_unique<LastFirstStrategy>();
  }
  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override {
    std::vector<Choice> plan;
    for (size_t i = targets.size(); i > 0; --i) plan.push_back({i - 1, ""});
    return plan;
  }
};
AIGW_REGISTER_STRATEGY("last-first", &LastFirstStrategy::Create);

// Replaces a word of the prompt and a model, in order to be seen at work.
class ShoutPlugin final : public Plugin {
 public:
  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings) {
    return std::make_unique<ShoutPlugin>();
  }
  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    request.chat.mutable_messages(0)->set_content("HI");
    if (request.chat.model() == "other-1") request.chat.set_model("OTHER-1");
    co_return Verdict(Allow{});
  }
};

std::vector<Stage> StagesIfAnswersToo(
    const google::protobuf::Message& settings) {
  const auto& config = static_cast<const google::protobuf::Struct&>(settings);
  if (!config.fields().contains("answers")) return {};
  return {Stage::kBeforeRequest, Stage::kAfterRequest};
}

AIGW_REGISTER_PLUGIN("shout", {.create = &ShoutPlugin::Create,
                               .type = "transform",
                               .more_stages = &StagesIfAnswersToo});

namespace stillborn {
absl::StatusOr<std::unique_ptr<Plugin>> Create(
    const google::protobuf::Message&) {
  throw std::runtime_error("boom-secret");
}
AIGW_REGISTER_PLUGIN("stillborn", {.create = &Create});
}  // namespace stillborn

// One event of a stream, as short text.
std::string Say(const v1::RouteStreamResponse& event) {
  switch (event.event_case()) {
    case v1::RouteStreamResponse::kStarted:
      return absl::StrCat("started ", event.started().route().target());
    case v1::RouteStreamResponse::kDelta:
      return absl::StrCat("delta ", event.delta().text());
    case v1::RouteStreamResponse::kFinish:
      return "finish";
    case v1::RouteStreamResponse::kEnd:
      return absl::StrCat("end ", event.end().usage().total_tokens());
    default:
      return "?";
  }
}

class RecordingReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {
    this->response.Swap(&response);
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    events.push_back(Say(event));
    if (event.has_end()) end = event.end();
  }
  v1::RouteResponse response;
  std::vector<std::string> events;
  v1::End end;
};

// A gateway over a loop, a clock and a network that the test moves by hand.
class GatewayTest : public testing::Test {
 protected:
  static constexpr absl::string_view kTwoTargets = R"yaml(
providers:
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
targets: [{virtual_key: a}, {virtual_key: b}]
)yaml";

  GatewayTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .http = &http_,
             .random = &random_} {}

  ~GatewayTest() override {
    if (gateway_ != nullptr) gateway_->Close();
    loop_.RunUntilIdle();
  }

  absl::Status Create(absl::string_view yaml) {
    GatewayOptions options;
    options.config.text = std::string(yaml);
    options.secrets = &secrets_;
    options.envs = {env_};
    absl::StatusOr<std::unique_ptr<Gateway>> gateway =
        Gateway::Create(std::move(options));
    if (!gateway.ok()) return gateway.status();
    gateway_ = *std::move(gateway);
    return absl::OkStatus();
  }

  void Answer(int status, std::string body, HttpHeaders headers = {}) {
    SimulatedAnswer answer;
    answer.status = status;
    answer.headers = std::move(headers);
    answer.body.push_back({.bytes = std::move(body)});
    http_.Enqueue(std::move(answer));
  }

  absl::Status Serve(bool stream, std::string model = "m1",
                     CallerIdentity caller = {}) {
    chat_.set_model(std::move(model));
    chat_.clear_messages();
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    RequestSettings settings;
    settings.stream = stream;
    settings.caller = std::move(caller);
    reply_ = RecordingReply();
    context_ = std::make_unique<RequestContext>(
        env_, gateway_->snapshot(0), chat_, options_, std::move(settings));
    return RunToEnd(loop_, timers_, gateway_->Serve(*context_, reply_));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  Env env_;
  FixedSecrets secrets_{{{"EMPTY", ""}, {"KEY_A", "ka"}}};
  std::unique_ptr<Gateway> gateway_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  std::unique_ptr<RequestContext> context_;
  RecordingReply reply_;
};

TEST_F(GatewayTest, RoutesAUnaryRequestToTheFirstTarget) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  const v1::RouteResponse& response = reply_.response;
  EXPECT_EQ(response.chat().choices(0).message().content(), "hello");
  EXPECT_EQ(response.route().target(), "a");
  EXPECT_EQ(response.route().strategy(), "fallback");
  EXPECT_THAT(response.route().attempts(), SizeIs(1));
  EXPECT_FALSE(response.route().request_id().empty());
  EXPECT_EQ(response.route().config_revision(), gateway_->GetConfig().revision);
  ASSERT_THAT(http_.requests(), SizeIs(1));
  EXPECT_EQ(http_.requests()[0].headers.Get("authorization"), "Bearer ka");
}

TEST_F(GatewayTest, SaysWhenAnAnswerArrivedThatDoesNotSayWhenItWasMade) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(FromProto(reply_.response.chat().create_time()), timers_.Now());
}

TEST_F(GatewayTest, SendsTheEventsOfAStreamInTheOrderOfTheContract) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(200, "one\ntwo\n.\n");
  EXPECT_THAT(Serve(/*stream=*/true), IsOk());
  EXPECT_THAT(reply_.events, ElementsAre("started a", "delta one", "delta two",
                                         "finish", "end 3"));
  EXPECT_EQ(reply_.end.route().target(), "a");
  EXPECT_TRUE(reply_.end.route().has_time_to_first_token());
}

TEST_F(GatewayTest, FailsOverAndTellsOfBothAttempts) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(503, "busy");
  Answer(200, "one\n.\n");
  EXPECT_THAT(Serve(/*stream=*/true), IsOk());
  EXPECT_THAT(reply_.events,
              ElementsAre("started b", "delta one", "finish", "end 2"));
  ASSERT_THAT(reply_.end.route().attempts(), SizeIs(2));
  EXPECT_EQ(reply_.end.route().attempts(0).target(), "a");
  EXPECT_EQ(reply_.end.route().attempts(0).outcome(),
            v1::ATTEMPT_OUTCOME_FAILED);
  EXPECT_EQ(reply_.end.route().attempts(0).http_status(), 503);
  EXPECT_EQ(reply_.end.route().attempts(1).outcome(),
            v1::ATTEMPT_OUTCOME_SUCCEEDED);
}

TEST_F(GatewayTest, NamesTheTargetBehindTheProvidersOwnWords) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(400, "top_p must be at most 1");
  const absl::Status status = Serve(/*stream=*/false);
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("top_p must be at most 1 (target 'a', HTTP 400)"));
  EXPECT_EQ(GetErrorMetadata(status, "target"), "a");
  EXPECT_EQ(GetErrorMetadata(status, "provider"), "toy");
  EXPECT_EQ(GetErrorMetadata(status, "http_status"), "400");
}

TEST_F(GatewayTest, NeverFollowsARedirectNorShowsItsQuery) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  HttpHeaders headers;
  headers.Add("location", "http://evil.example/steal?key=secret");
  Answer(307, "", headers);
  Answer(307, "", headers);
  const absl::Status status = Serve(/*stream=*/false);
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()), HasSubstr("evil.example"));
  EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("secret")));
  EXPECT_THAT(http_.requests(), SizeIs(2));
}

TEST_F(GatewayTest, UsesAStrategyThatIsRegisteredFromOutside) {
  ASSERT_THAT(Create(absl::StrCat(kTwoTargets, "strategy: {mode: last-first}")),
              IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(reply_.response.route().target(), "b");
}

TEST_F(GatewayTest, AnswersAsIfThereWereNoMirror) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "strategy: {mode: mirror, mirror: {target: b}}")),
      IsOk());
  Answer(200, "hello");
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  const absl::Time start = timers_.Now();
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(timers_.Now(), start);
  const v1::RouteInfo& route = reply_.response.route();
  EXPECT_EQ(route.target(), "a");
  EXPECT_THAT(route.attempts(), SizeIs(1));
  EXPECT_EQ(gateway_->in_flight(), 0);
  // The copy is on its way, and the mirror's state shows it.
  ASSERT_THAT(http_.requests(), SizeIs(2));
  EXPECT_EQ(http_.requests()[1].headers.Get("authorization"), "Bearer kb");
  EXPECT_EQ(http_.requests()[1].body, http_.requests()[0].body);
  EXPECT_EQ(gateway_->ListTargets()[1].in_flight(), 1);
  timers_.Advance(absl::Minutes(2));
  EXPECT_EQ(gateway_->ListTargets()[1].in_flight(), 0);
  context_.reset();
  EXPECT_EQ(timers_.pending(), 0u);
}

TEST_F(GatewayTest, NeverAsksTheMirrorForAnAnswer) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "strategy: {mode: mirror, mirror: {target: b}}")),
      IsOk());
  Answer(503, "busy");
  Answer(200, "hello");  // The mirror's.
  EXPECT_THAT(Serve(/*stream=*/false),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(context_->route().attempts(), SizeIs(1));
}

TEST_F(GatewayTest, EndsCopiesWhenItCloses) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "strategy: {mode: mirror, mirror: {target: b}}")),
      IsOk());
  Answer(200, "one\n.\n");
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  EXPECT_THAT(Serve(/*stream=*/true), IsOk());
  EXPECT_THAT(reply_.events,
              ElementsAre("started a", "delta one", "finish", "end 2"));
  EXPECT_EQ(gateway_->ListTargets()[1].in_flight(), 1);
  gateway_->Close();
  loop_.RunUntilIdle();
  EXPECT_EQ(gateway_->ListTargets()[1].in_flight(), 0);
}

TEST_F(GatewayTest, ShowsTheVariantThatAnswered) {
  ASSERT_THAT(Create(R"yaml(
providers:
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
- {name: c, type: toy, base_url: "http://c", api_key: kb}
targets:
- {virtual_key: a, label: old}
- label: new
  strategy: {mode: fallback}
  targets: [{virtual_key: b}]
- {virtual_key: c}
)yaml"),
              IsOk());
  std::vector<std::string> variants;
  for (int failures : {0, 1, 2}) {
    for (int i = 0; i < failures; ++i) Answer(503, "busy");
    Answer(200, "hello");
    EXPECT_THAT(Serve(/*stream=*/false), IsOk());
    variants.push_back(reply_.response.route().variant());
  }
  EXPECT_THAT(variants, ElementsAre("old", "new", ""));
}

TEST_F(GatewayTest, RunsAPluginThatIsRegisteredFromOutside) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "plugins: [{name: shout, stage: before_request}]")),
      IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(http_.requests()[0].body, "HI");
}

TEST_F(GatewayTest, CallsAHookOnceForEachRequestUntilItIsRemoved) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  std::vector<std::string> seen;
  const int id = gateway_->AddHook([&](const RequestRecord& record) {
    seen.push_back(absl::StrCat(record.model, " ", record.status.ok()));
  });
  Answer(200, "hello");
  Answer(400, "bad");
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_FALSE(Serve(/*stream=*/false).ok());
  gateway_->RemoveHook(id);
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_THAT(seen, ElementsAre("m1 1", "m1 0"));
}

TEST_F(GatewayTest, SurvivesAHookThatThrows) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  gateway_->AddHook([](const RequestRecord&) { throw 7; });
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
}

// Case 035, 6 and 7; the rest of it is in plugin_run_test.
TEST_F(GatewayTest, Case035RefusesAPluginWhoseConstructorThrows) {
  const std::string broken = absl::StrCat(
      kTwoTargets, "plugins: [{name: stillborn, stage: before_request}]");
  const absl::Status refused = Create(broken);
  EXPECT_THAT(refused, HasReason(ErrorReason::kInvalidConfig));
  ASSERT_EQ(GetViolations(refused).size(), 1);
  EXPECT_THAT(GetViolations(refused)[0].field, StartsWith("plugins[0]"));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr("boom-secret")));

  ASSERT_THAT(Create(kTwoTargets), IsOk());
  const std::string revision = gateway_->GetConfig().revision;
  EXPECT_THAT(gateway_->Reload(broken, /*validate_only=*/false),
              HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(gateway_->GetConfig().revision, revision);
  loop_.RunUntilIdle();
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
}

TEST_F(GatewayTest, AddsAProviderByHandThatStaysAcrossReloads) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  config::v1::ProviderConfig config;
  config.set_base_url("http://mine");
  ASSERT_THAT(gateway_->RegisterProvider("mine", *ToyProvider::Create(config)),
              IsOk());
  EXPECT_FALSE(
      gateway_->RegisterProvider("mine", *ToyProvider::Create(config)).ok());
  ASSERT_THAT(gateway_->Reload("targets: [{virtual_key: mine}]", false),
              IsOk());
  loop_.RunUntilIdle();
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(reply_.response.route().target(), "mine");
  EXPECT_THAT(gateway_->GetProvider("mine"), IsOk());
  EXPECT_THAT(gateway_->GetProvider("a"),
              HasReason(ErrorReason::kResourceNotFound));
}

TEST_F(GatewayTest, KeepsTheOldConfigurationWhenTheNewOneIsBad) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  const std::string revision = gateway_->GetConfig().revision;
  for (const char* text :
       {"[", "strategy: {mode: nope}", "targets: []", "",
        "targets: [{virtual_key: a, weight: -1}]",
        "plugins: [{name: nope, stage: before_request}]",
        "providers: [{name: a, type: toy, api_key: \"${NOT_SET}\"}]",
        "targets: [{virtual_key: nobody}]"}) {
    EXPECT_THAT(gateway_->Reload(text, false),
                HasReason(ErrorReason::kInvalidConfig))
        << text;
    EXPECT_THAT(gateway_->Reload(text, true),
                HasReason(ErrorReason::kInvalidConfig))
        << text;
    EXPECT_EQ(gateway_->GetConfig().revision, revision);
  }
  loop_.RunUntilIdle();
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
}

TEST_F(GatewayTest, ValidatesWithoutApplying) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  const std::string revision = gateway_->GetConfig().revision;
  const auto result = gateway_->Reload(
      "providers: [{name: a, type: toy, base_url: 'http://x', api_key: k}]",
      /*validate_only=*/true);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->changed);
  EXPECT_NE(result->revision, revision);
  EXPECT_FALSE(result->changes.empty());
  EXPECT_EQ(gateway_->GetConfig().revision, revision);
}

TEST_F(GatewayTest, LetsARequestKeepTheConfigurationThatItBeganWith) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  const std::shared_ptr<const Snapshot> before = gateway_->snapshot(0);
  ASSERT_THAT(
      gateway_->Reload("providers: [{name: c, type: toy, base_url: 'http://c', "
                       "api_key: k}]",
                       false),
      IsOk());
  loop_.RunUntilIdle();
  EXPECT_NE(gateway_->snapshot(0), before);
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(reply_.response.route().target(), "c");
}

TEST_F(GatewayTest, RefusesWhatTheCallersKeyDoesNotCover) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  EXPECT_THAT(Serve(false, "m1", {.name = "k", .models = {"other-*"}}),
              HasReason(ErrorReason::kModelNotAllowed));
  EXPECT_THAT(http_.requests(), IsEmpty());
  Answer(200, "hello");
  EXPECT_THAT(Serve(false, "other-1", {.name = "k", .models = {"other-*"}}),
              IsOk());
}

TEST_F(GatewayTest, AsksForTheRightBeforeAndAfterThePlugins) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "plugins: [{name: shout, stage: before_request}]")),
      IsOk());
  EXPECT_THAT(Serve(false, "m1", {.name = "k", .models = {"other-*"}}),
              HasReason(ErrorReason::kModelNotAllowed));
  // No plugin worked for a call that may not be.
  EXPECT_EQ(chat_.messages(0).content(), "hi");
  // A plugin that changes the model gives nobody a right.
  EXPECT_THAT(Serve(false, "other-1", {.name = "k", .models = {"other-1"}}),
              HasReason(ErrorReason::kModelNotAllowed));
  EXPECT_THAT(http_.requests(), IsEmpty());
}

TEST_F(GatewayTest, NamesAModelThatNobodyServes) {
  ASSERT_THAT(Create("providers: [{name: a, type: toy, base_url: 'http://a', "
                     "api_key: k, models: [m1]}]"),
              IsOk());
  EXPECT_THAT(Serve(false, "m2"), HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(gateway_->FindByModel("m1"), IsOk());
  EXPECT_THAT(gateway_->FindByModel("m2"),
              HasReason(ErrorReason::kModelNotFound));
  ASSERT_THAT(gateway_->AllModels(), SizeIs(1));
  EXPECT_EQ(gateway_->AllModels()[0].id(), "m1");
}

TEST_F(GatewayTest, EndsARequestAtItsDeadlineAndStartsNothingAfter) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  chat_.set_model("m1");
  chat_.add_messages()->set_role(v1::ROLE_USER);
  RequestSettings settings;
  settings.deadline = timers_.Now() + absl::Milliseconds(300);
  RequestContext context(env_, gateway_->snapshot(0), chat_, options_,
                         std::move(settings));
  const absl::Time start = timers_.Now();
  EXPECT_THAT(RunToEnd(loop_, timers_, gateway_->Serve(context, reply_)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(timers_.Now() - start, absl::Milliseconds(300));
  EXPECT_THAT(http_.requests(), SizeIs(1));
  EXPECT_EQ(gateway_->in_flight(), 0);
}

TEST_F(GatewayTest, SendsNothingForARequestThatComesAtItsDeadline) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(200, "hello");
  chat_.set_model("m1");
  chat_.add_messages()->set_role(v1::ROLE_USER);
  RequestSettings settings;
  settings.deadline = timers_.Now();
  RequestContext context(env_, gateway_->snapshot(0), chat_, options_,
                         std::move(settings));
  EXPECT_THAT(RunToEnd(loop_, timers_, gateway_->Serve(context, reply_)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_THAT(http_.requests(), IsEmpty());
}

TEST_F(GatewayTest, WithholdsSecretsFromTheConfigurationItShows) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  EXPECT_EQ(gateway_->GetConfig().config.providers(0).api_key(), "[withheld]");
  EXPECT_EQ(gateway_->GetConfig().origin, v1::CONFIG_ORIGIN_RELOAD);
}

TEST_F(GatewayTest, ListsProvidersAndTargetsInTheOrderOfTheConfig) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  Answer(400, "bad");
  EXPECT_FALSE(Serve(/*stream=*/false).ok());
  const std::vector<v1::Provider> providers = gateway_->ListProviders();
  ASSERT_THAT(providers, SizeIs(2));
  EXPECT_EQ(providers[0].instance(), "a");
  EXPECT_EQ(providers[0].type(), "toy");
  const std::vector<v1::Target> targets = gateway_->ListTargets();
  ASSERT_THAT(targets, SizeIs(2));
  EXPECT_EQ(targets[0].target(), "a");
  EXPECT_EQ(targets[0].last_error().http_status(), 400);
  EXPECT_EQ(targets[0].in_flight(), 0);
  EXPECT_FALSE(targets[1].has_last_error());
}

TEST_F(GatewayTest, HandsOverAWholeAnswerPastAPluginThatSeesIt) {
  ASSERT_THAT(
      Create(absl::StrCat(kTwoTargets,
                          "plugins: [{name: shout, stage: after_request}]")),
      IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_EQ(reply_.response.chat().choices(0).message().content(), "hello");
  Answer(200, "one\ntwo\n.\n");
  EXPECT_THAT(Serve(/*stream=*/true), IsOk());
  EXPECT_THAT(reply_.events, testing::Contains("delta two"));
}

TEST_F(GatewayTest, ListsPluginsWithWhatCameOfThem) {
  ASSERT_THAT(Create(absl::StrCat(kTwoTargets, R"yaml(
plugins:
- {name: shout, stage: before_request, timeout: 1s}
- {name: shout, stage: after_request, enabled: false}
)yaml")),
              IsOk());
  ASSERT_THAT(gateway_->RegisterPlugin("by hand", Stage::kAfterRequest,
                                       std::make_shared<ShoutPlugin>()),
              IsOk());
  loop_.RunUntilIdle();  // Takes the new snapshot.
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  const std::vector<v1::Plugin> plugins = gateway_->ListPlugins();
  ASSERT_THAT(plugins, SizeIs(3));
  EXPECT_EQ(plugins[0].name(), "shout");
  EXPECT_EQ(plugins[0].type(), "transform");
  EXPECT_EQ(plugins[0].stage(), v1::PLUGIN_STAGE_BEFORE_REQUEST);
  EXPECT_TRUE(plugins[0].enabled());
  EXPECT_EQ(plugins[0].runs(), 1);
  EXPECT_FALSE(plugins[1].enabled());
  EXPECT_EQ(plugins[1].stage(), v1::PLUGIN_STAGE_AFTER_REQUEST);
  EXPECT_EQ(plugins[2].name(), "by hand");
  EXPECT_EQ(plugins[2].runs(), 1);
}

TEST_F(GatewayTest, RunsAPluginAtTheStagesThatItsSettingsAskFor) {
  ASSERT_THAT(Create(absl::StrCat(kTwoTargets, R"yaml(
plugins:
- {name: shout, stage: before_request, config: {answers: true}}
- {name: shout, stage: after_request, config: {answers: true}}
- {name: shout, stage: before_request}
)yaml")),
              IsOk());
  const std::vector<v1::Plugin> plugins = gateway_->ListPlugins();
  ASSERT_THAT(plugins, SizeIs(3));
  EXPECT_EQ(plugins[0].stage(), v1::PLUGIN_STAGE_BEFORE_REQUEST);
  EXPECT_EQ(plugins[1].stage(), v1::PLUGIN_STAGE_AFTER_REQUEST);
  EXPECT_EQ(plugins[2].stage(), v1::PLUGIN_STAGE_BEFORE_REQUEST);
}

TEST_F(GatewayTest, KeepsAPluginAcrossAReloadAsLongAsItsSettingsStay) {
  const auto text = [](absl::string_view settings, absl::string_view mode) {
    return absl::StrCat(kTwoTargets, "strategy: {mode: ", mode,
                        "}\nplugins: [{name: shout, stage: before_request, "
                        "config: ",
                        settings, "}]");
  };
  ASSERT_THAT(Create(text("{a: 1}", "fallback")), IsOk());
  Answer(200, "hello");
  EXPECT_THAT(Serve(/*stream=*/false), IsOk());
  EXPECT_THAT(gateway_->Reload(text("{a: 1}", "last-first"), false), IsOk());
  EXPECT_EQ(gateway_->ListPlugins()[0].runs(), 1);
  EXPECT_THAT(gateway_->Reload(text("{a: 2}", "last-first"), false), IsOk());
  EXPECT_EQ(gateway_->ListPlugins()[0].runs(), 0);
}

TEST_F(GatewayTest, ReportsEveryFaultOfAConfigurationAtOnce) {
  const absl::Status status = Create(R"yaml(
providers:
- {name: a, type: toy, api_key: "${NOT_SET}"}
- {name: b, type: toy, api_key: "${EMPTY}"}
targets: [{virtual_key: a}, {virtual_key: nobody}]
)yaml");
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_GE(GetViolations(status).size(), 1u);
}

TEST_F(GatewayTest, RefusesRequestsOnceItIsClosed) {
  ASSERT_THAT(Create(kTwoTargets), IsOk());
  gateway_->Close();
  EXPECT_THAT(Serve(/*stream=*/false), HasReason(ErrorReason::kShuttingDown));
  EXPECT_THAT(gateway_->Reload(std::nullopt, false),
              HasReason(ErrorReason::kShuttingDown));
}

}  // namespace
}  // namespace aigateway
