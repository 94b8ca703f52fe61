#include "providers/simulator.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "gateway/base/scope.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/provider.h"
#include "providers/simulator_testing.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Joins what a stream says.
class Events : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    text += delta.text();
    reasoning += delta.reasoning();
    for (const v1::ToolCallDelta& call : delta.tool_calls()) {
      name += call.name();
      arguments += call.arguments();
    }
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    finishes.push_back(finish.finish_reason());
    return absl::OkStatus();
  }
  void OnLife() override {}

  std::string text;
  std::string reasoning;
  std::string name;
  std::string arguments;
  std::vector<v1::FinishReason> finishes;
};

class SimulatorTest : public ::testing::Test {
 protected:
  SimulatorTest() {
    config_.set_name("rehearsal");
    config_.set_type("simulator");
    chat_.set_model("simulator");
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("Hello");
    options_.model = "simulator";
    options_.warnings = &warnings_;
  }

  void SetInstanceOptions(absl::string_view json) {
    *config_.mutable_options() = ParseJson(json);
  }
  void SetRequestOptions(absl::string_view json) {
    (*chat_.mutable_provider_options())["simulator"] = ParseJson(json);
  }
  std::unique_ptr<Provider> Make() {
    absl::StatusOr<std::unique_ptr<Provider>> made = CreateSimulator(config_);
    EXPECT_EQ(made.status(), absl::OkStatus());
    return made.ok() ? *std::move(made) : nullptr;
  }
  std::vector<FieldViolation> Violations() {
    return GetViolations(CreateSimulator(config_).status());
  }

  // One exchange, as the core would make it.
  absl::Status Send(const HttpRequest& request, HttpSink& sink) {
    SimulatedHttpClient client(&timers_, TypeEntry().make_responder());
    return RunToEnd(loop_, timers_,
                    client.Send(scope_, request, sink, nullptr));
  }
  absl::StatusOr<v1::ChatResponse> Route() {
    const std::unique_ptr<Provider> provider = Make();
    absl::StatusOr<HttpRequest> request =
        provider->BuildRequest(chat_, options_);
    if (!request.ok()) return request.status();
    CollectingHttpSink sink;
    if (absl::Status sent = Send(*request, sink); !sent.ok()) return sent;
    if (sink.response.status != 200) {
      return provider->ParseError(sink.response, timers_.Now());
    }
    auto parsed = provider->ParseResponse(sink.response, chat_, options_);
    if (!parsed.ok()) return parsed.status();
    return std::get<v1::ChatResponse>(*std::move(parsed));
  }
  absl::Status RouteStream(Events& events, v1::End* end = nullptr) {
    options_.stream = true;
    const std::unique_ptr<Provider> provider = Make();
    absl::StatusOr<HttpRequest> request =
        provider->BuildRequest(chat_, options_);
    if (!request.ok()) return request.status();
    CollectingHttpSink sink;
    const absl::Status sent = Send(*request, sink);
    const std::unique_ptr<StreamDecoder> decoder =
        provider->NewStreamDecoder(sink.response.headers, chat_, options_);
    for (const std::string& piece : sink.pieces) {
      if (decoder->done()) break;
      if (absl::Status fed = decoder->Feed(piece, events); !fed.ok()) {
        return fed;
      }
    }
    absl::Status ended = decoder->End(sent.ok(), events);
    if (end != nullptr) *end = decoder->end();
    return ended;
  }
  static const ProviderType& TypeEntry() {
    return *Registry<ProviderType>::Global().Find("simulator");
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Scope scope_;
  config::v1::ProviderConfig config_;
  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
  CallOptions options_;
};

TEST_F(SimulatorTest, IsRegisteredForItsOwnModelsOnlyAndNeedsNoKey) {
  ASSERT_NE(Registry<ProviderType>::Global().Find("simulator"), nullptr);
  EXPECT_THAT(TypeEntry().model_patterns,
              ElementsAre("simulator", "simulator-*"));
  EXPECT_TRUE(TypeEntry().only_patterns);
  EXPECT_FALSE(TypeEntry().needs_key);
  EXPECT_NE(TypeEntry().make_responder, nullptr);
  EXPECT_EQ(Make()->base_url(), kSimulatorUrl);
}

TEST_F(SimulatorTest, AnswersThroughTheCodecOfAnyProvider) {
  const absl::StatusOr<v1::ChatResponse> answer = Route();

  ASSERT_EQ(answer.status(), absl::OkStatus());
  ASSERT_EQ(answer->choices_size(), 1);
  EXPECT_THAT(answer->choices(0).message().content(),
              HasSubstr("You said: \"Hello\""));
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_EQ(answer->model(), "simulator");
  EXPECT_EQ(answer->usage().prompt_tokens(), 4);
  EXPECT_GT(answer->usage().completion_tokens(), 20);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SimulatorTest, StreamsTheSameTextWithUsage) {
  const std::string whole = Route()->choices(0).message().content();
  Events events;
  v1::End end;
  ASSERT_EQ(RouteStream(events, &end), absl::OkStatus());

  EXPECT_EQ(events.text, whole);
  EXPECT_THAT(events.finishes, ElementsAre(v1::FINISH_REASON_STOP));
  EXPECT_EQ(end.usage().prompt_tokens(), 4);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SimulatorTest, CallsToolsThinksAndWritesJson) {
  v1::Tool& tool = *chat_.add_tools();
  tool.set_name("weather");
  tool.set_parameters(
      R"({"type":"object","properties":{"city":{"type":"string"}}})");
  chat_.mutable_tool_choice()->set_mode(v1::TOOL_CHOICE_MODE_REQUIRED);
  chat_.mutable_reasoning()->set_effort("high");
  Events events;
  ASSERT_EQ(RouteStream(events), absl::OkStatus());
  EXPECT_EQ(events.name, "weather");
  EXPECT_EQ(events.arguments, R"({"city":"some city"})");
  EXPECT_THAT(events.reasoning, HasSubstr("(high)"));
  EXPECT_THAT(events.finishes, ElementsAre(v1::FINISH_REASON_TOOL_CALLS));

  options_.stream = false;
  chat_.clear_tools();
  chat_.clear_tool_choice();
  v1::JsonSchemaFormat& format =
      *chat_.mutable_response_format()->mutable_json_schema();
  format.set_name("answer");
  format.set_schema(R"({"properties":{"ok":{"type":"boolean"}}})");
  const absl::StatusOr<v1::ChatResponse> answer = Route();
  ASSERT_EQ(answer.status(), absl::OkStatus());
  EXPECT_EQ(answer->choices(0).message().content(), R"({"ok":true})");
  EXPECT_GT(answer->usage().reasoning_tokens(), 0);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SimulatorTest, TakesEveryParameterThatTheCodecSends) {
  chat_.set_temperature(0.5);
  chat_.set_top_p(0.5);
  chat_.set_n(2);
  chat_.set_seed(7);
  chat_.set_max_output_tokens(20);
  chat_.set_presence_penalty(0.5);
  chat_.set_frequency_penalty(0.5);
  chat_.add_stop("never there");
  chat_.set_logprobs(true);
  chat_.set_top_logprobs(1);
  (*chat_.mutable_logit_bias())["7"] = 1;
  chat_.set_user("someone");
  chat_.set_service_tier("flex");
  (*chat_.mutable_metadata())["a"] = "b";
  chat_.mutable_response_format()->mutable_json_object();
  v1::Tool& tool = *chat_.add_tools();
  tool.set_name("weather");
  chat_.set_parallel_tool_calls(false);
  const absl::StatusOr<v1::ChatResponse> answer = Route();

  ASSERT_EQ(answer.status(), absl::OkStatus());
  EXPECT_EQ(answer->choices_size(), 2);
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(answer->service_tier(), "flex");
  EXPECT_GT(answer->choices(1).logprobs().content_size(), 0);
}

TEST_F(SimulatorTest, HeedsOptionsOfTheInstanceAndOfTheRequest) {
  SetInstanceOptions(R"({"tokens":6,"token_interval":"1s","cached_tokens":2})");
  const absl::Time start = timers_.Now();
  absl::StatusOr<v1::ChatResponse> answer = Route();
  ASSERT_EQ(answer.status(), absl::OkStatus());
  EXPECT_EQ(answer->usage().completion_tokens(), 6);
  EXPECT_EQ(answer->usage().cached_prompt_tokens(), 2);
  EXPECT_EQ(timers_.Now() - start, absl::Seconds(5));

  SetRequestOptions(R"({"tokens":3})");
  answer = Route();
  ASSERT_EQ(answer.status(), absl::OkStatus());
  EXPECT_EQ(answer->usage().completion_tokens(), 3);
}

TEST_F(SimulatorTest, ClassifiesItsFaultsAsAnyProviders) {
  const struct {
    const char* fault;
    ErrorReason reason;
  } faults[] = {
      {R"({"type":"rate_limit"})", ErrorReason::kProviderRateLimited},
      {R"({"type":"error","status":401})", ErrorReason::kProviderAuthFailed},
      {R"({"type":"error","status":402})",
       ErrorReason::kProviderQuotaExhausted},
      {R"({"type":"error","status":404})", ErrorReason::kModelNotFound},
      {R"({"type":"error","status":503})", ErrorReason::kProviderUnavailable},
      {R"({"type":"context_length"})", ErrorReason::kContextLengthExceeded},
      {R"({"type":"content_policy"})", ErrorReason::kContentFiltered},
      {R"({"type":"html"})", ErrorReason::kProviderProtocolError},
      {R"({"type":"empty"})", ErrorReason::kProviderProtocolError},
      {R"({"type":"half_json"})", ErrorReason::kProviderProtocolError},
      {R"({"type":"redirect"})", ErrorReason::kProviderProtocolError},
      {R"({"type":"refuse"})", ErrorReason::kProviderUnavailable},
      {R"({"type":"error_event","status":429})",
       ErrorReason::kProviderRateLimited},
  };
  for (const auto& [fault, reason] : faults) {
    SetRequestOptions(std::string(R"({"fault":)") + fault + "}");
    EXPECT_EQ(ReasonOf(Route().status()), reason) << fault;
  }
}

TEST_F(SimulatorTest, NamesTheWaitOfARefusal) {
  SetRequestOptions(R"({"fault":{"type":"rate_limit","retry_after":"2s"}})");
  EXPECT_EQ(RetryAfter(Route().status()), absl::Seconds(2));
}

TEST_F(SimulatorTest, BreaksStreamsSoThatTheyAreNoSuccess) {
  for (const char* type :
       {"cut", "stall", "reset", "half_json", "error_event", "empty", "html"}) {
    SetRequestOptions(std::string(R"({"tokens":60,"fault":{"type":")") + type +
                      R"("}})");
    Events events;
    EXPECT_NE(RouteStream(events), absl::OkStatus()) << type;
    EXPECT_THAT(events.finishes, IsEmpty()) << type;
  }
}

TEST_F(SimulatorTest, BreaksStreamsSoThatTheirTextIsWholeAllTheSame) {
  SetRequestOptions(R"({"tokens":60})");
  Events whole;
  ASSERT_EQ(RouteStream(whole), absl::OkStatus());
  for (const char* type : {"bad_event", "no_done", "double_usage", "late_usage",
                           "trickle", "late"}) {
    SetRequestOptions(std::string(R"({"tokens":60,"fault":{"type":")") + type +
                      R"("}})");
    warnings_.clear();
    Events events;
    EXPECT_EQ(RouteStream(events), absl::OkStatus()) << type;
    EXPECT_EQ(events.text, whole.text) << type;
    EXPECT_THAT(warnings_, SizeIs(type == std::string("bad_event") ? 1 : 0))
        << type;
  }
}

TEST_F(SimulatorTest, RefusesUnknownOptionsOfARequest) {
  SetRequestOptions(R"({"fault":{"type":"nonsense"}})");
  const absl::Status status = Route().status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidRequest);
  EXPECT_THAT(std::string(status.message()), HasSubstr("fault.type"));
}

TEST_F(SimulatorTest, RefusesABadConfigWithAllItsFaults) {
  SetInstanceOptions(
      R"({"tokens":0,"fault":{"type":"cutt"},"prefill":"maybe","zzz":1})");
  config_.set_base_url("https://api.openai.com/v1");
  config_.set_on_unsupported("perhaps");
  std::vector<std::string> fields;
  for (const FieldViolation& violation : Violations()) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, testing::UnorderedElementsAre(
                          "base_url", "options.tokens", "options.fault.type",
                          "options.zzz", "options.prefill", "on_unsupported"));
  EXPECT_EQ(ReasonOf(CreateSimulator(config_).status()),
            ErrorReason::kInvalidConfig);
}

TEST_F(SimulatorTest, CountsFaultsByTheInstancesName) {
  SetInstanceOptions(
      R"({"fault":{"type":"error","times":1,"key":"by-instance"}})");
  EXPECT_NE(Route().status(), absl::OkStatus());
  EXPECT_EQ(Route().status(), absl::OkStatus());
  config_.set_name("another");
  EXPECT_NE(Route().status(), absl::OkStatus());
}

TEST_F(SimulatorTest, ListsItsModel) {
  const std::unique_ptr<Provider> provider = Make();
  const absl::StatusOr<HttpRequest> request =
      provider->BuildModelsRequest("", "");
  ASSERT_EQ(request.status(), absl::OkStatus());
  CollectingHttpSink sink;
  ASSERT_EQ(Send(*request, sink), absl::OkStatus());
  const absl::StatusOr<Provider::ModelsPage> page =
      provider->ParseModels(sink.response);
  ASSERT_EQ(page.status(), absl::OkStatus());
  ASSERT_THAT(page->models, SizeIs(1));
  EXPECT_EQ(page->models[0].id(), "simulator");
}

}  // namespace
}  // namespace aigateway
