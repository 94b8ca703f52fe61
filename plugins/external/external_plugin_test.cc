#include "plugins/external/external_plugin.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdlib.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/plugin.grpc.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/event_loop.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::HasSubstr;

// Long enough for a machine that has much else to do; nobody waits for it.
constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr int kMaxBytes = 64 * 1024;

// Something that happens, once and for ever.
class Sign {
 public:
  void Set() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    set_ = true;
    changed_.SignalAll();
  }
  void Await() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    while (!set_) changed_.Wait(&mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool set_ ABSL_GUARDED_BY(mutex_) = false;
};

// A plugin as somebody else would write it. Its functions may be changed while
// no call is out.
class PluginServer final : public v1::PluginService::Service {
 public:
  grpc::Status BeforeRequest(grpc::ServerContext* context,
                             const v1::BeforeRequestRequest* request,
                             v1::BeforeRequestResponse* response) override {
    has_deadline =
        context->deadline() != std::chrono::system_clock::time_point::max();
    seen = *request;
    return before(*response);
  }
  grpc::Status AfterRequest(grpc::ServerContext*,
                            const v1::AfterRequestRequest* request,
                            v1::AfterRequestResponse* response) override {
    seen_after = *request;
    return after(*response);
  }
  grpc::Status OnError(grpc::ServerContext*, const v1::OnErrorRequest* request,
                       v1::OnErrorResponse*) override {
    seen_error = *request;
    return grpc::Status::OK;
  }

  std::function<grpc::Status(v1::BeforeRequestResponse&)> before =
      [](v1::BeforeRequestResponse& response) {
        response.mutable_allow();
        return grpc::Status::OK;
      };
  std::function<grpc::Status(v1::AfterRequestResponse&)> after =
      [](v1::AfterRequestResponse& response) {
        response.mutable_allow();
        return grpc::Status::OK;
      };
  v1::BeforeRequestRequest seen;
  v1::AfterRequestRequest seen_after;
  v1::OnErrorRequest seen_error;
  bool has_deadline = false;
};

// Says what `serving` says, to probes once they may be `answered`.
class HealthServer final : public grpc::health::v1::Health::Service {
 public:
  grpc::Status Check(grpc::ServerContext*, const HealthCheckRequest*,
                     HealthCheckResponse* response) override {
    if (++checks == 2) second_check.Set();
    answered.Await();
    response->set_status(HealthCheckResponse::SERVING);
    return grpc::Status::OK;
  }
  grpc::Status Watch(grpc::ServerContext*, const HealthCheckRequest*,
                     grpc::ServerWriter<HealthCheckResponse>* writer) override {
    HealthCheckResponse response;
    response.set_status(HealthCheckResponse::NOT_SERVING);
    if (!serves_at_once) writer->Write(response);
    serving.Await();
    response.set_status(HealthCheckResponse::SERVING);
    writer->Write(response);
    ending.Await();
    return grpc::Status::OK;
  }

  bool serves_at_once = true;
  std::atomic<int> checks = 0;
  Sign second_check;
  Sign answered;
  Sign serving;
  Sign ending;
};

class ExternalPluginTest : public testing::Test {
 protected:
  ExternalPluginTest() {
    char folder[] = "/tmp/plugin-XXXXXX";
    folder_ = mkdtemp(folder);
    address_ = absl::StrCat("unix:", folder_, "/s");
    auto loop = EventLoop::Create({.seed = 1});
    EXPECT_THAT(loop, IsOk());
    loop_ = *std::move(loop);
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("Hello");
    chat_.set_model("m1");
  }
  ~ExternalPluginTest() override {
    // What is out of calls that were left goes before what answers it.
    plugin_.reset();
    channel_.reset();
    StopServer();
    loop_->Post([this] { loop_->Stop(); });
    loop_->Run();
    unlink(absl::StrCat(folder_, "/s").c_str());
    rmdir(folder_.c_str());
  }

  void StartServer(grpc::Service* health = nullptr) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    if (health != nullptr) builder.RegisterService(health);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void StopServer() {
    if (server_ == nullptr) return;
    // Its handlers end, whatever they wait for.
    for (Sign* sign :
         {&release_, &health_.answered, &health_.serving, &health_.ending}) {
      sign->Set();
    }
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  Plugin& MakePlugin(PluginClient::Options options = {}) {
    channel_ = MakePluginChannel(address_, kMaxBytes);
    plugin_ = std::make_unique<ExternalPlugin>(channel_, options);
    return *plugin_;
  }
  void AwaitReady() {
    EXPECT_TRUE(
        channel_->WaitForConnected(std::chrono::system_clock::now() +
                                   absl::ToChronoMilliseconds(kPatience)));
  }

  // Runs a stage with that much time, on the loop.
  template <typename T>
  T Run(const std::function<Task<T>(PluginRequest&)>& stage,
        absl::Duration time = kPatience) {
    const Env env = loop_->env();
    Scope scope(env.timers->Now() + time);
    const Timers::Handle limit = env.timers->After(time, [&scope] {
      scope.Cancel(absl::DeadlineExceededError("it took too long"));
    });
    std::unique_ptr<PluginState> state;
    PluginRequest request{.chat = chat_,
                          .options = options_,
                          .route = route_,
                          .stream = true,
                          .embed = embed_,
                          .caller = "team-a",
                          .env = env,
                          .scope = scope,
                          .state = state};
    std::optional<T> result;
    const absl::Time start = env.timers->Now();
    loop_->Spawn(Store<T>(stage(request), &result));
    EXPECT_TRUE(
        loop_->RunUntil([&] { return result.has_value(); }, 2 * kPatience));
    took_ = env.timers->Now() - start;
    return *std::move(result);
  }
  absl::StatusOr<Verdict> Before(absl::Duration time = kPatience) {
    return Run<absl::StatusOr<Verdict>>(
        [this](PluginRequest& request) {
          return plugin_->BeforeRequest(request);
        },
        time);
  }
  absl::StatusOr<Verdict> After(v1::ChatResponse& response) {
    return Run<absl::StatusOr<Verdict>>([&](PluginRequest& request) {
      return plugin_->AfterRequest(request, response);
    });
  }
  absl::Status OnError(const absl::Status& error) {
    return Run<absl::Status>([&](PluginRequest& request) {
      return plugin_->OnError(request, error);
    });
  }

  template <typename T>
  static Task<void> Store(Task<T> task, std::optional<T>* result) {
    result->emplace(co_await std::move(task));
  }

  std::string folder_;
  std::string address_;
  std::unique_ptr<EventLoop> loop_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  v1::RouteInfo route_;
  v1::EmbedRequest* embed_ = nullptr;
  Sign release_;  // Of handlers that wait; set when the server stops.
  PluginServer service_;
  HealthServer health_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ExternalPlugin> plugin_;
  absl::Duration took_;  // Of the last stage.
};

TEST_F(ExternalPluginTest, TellsThePluginWhatIsAskedAndByWhom) {
  StartServer();
  MakePlugin();
  options_.set_request_id("r1");
  route_.set_strategy("fallback");
  ASSERT_THAT(Before(), IsOk());
  EXPECT_EQ(service_.seen.chat().messages(0).content(), "Hello");
  EXPECT_EQ(service_.seen.call().caller(), "team-a");
  EXPECT_TRUE(service_.seen.call().stream());
  EXPECT_EQ(service_.seen.call().options().request_id(), "r1");
  EXPECT_EQ(service_.seen.call().route().strategy(), "fallback");
  EXPECT_FALSE(service_.seen.has_embed());
  EXPECT_TRUE(service_.has_deadline);
}

TEST_F(ExternalPluginTest, HandsOnAChangedRequest) {
  StartServer();
  MakePlugin();
  service_.before = [this](v1::BeforeRequestResponse& response) {
    *response.mutable_allow()->mutable_chat() = service_.seen.chat();
    response.mutable_allow()->mutable_chat()->set_model("m2");
    return grpc::Status::OK;
  };
  const absl::StatusOr<Verdict> verdict = Before();
  ASSERT_THAT(verdict, IsOk());
  ASSERT_NE(std::get<Allow>(*verdict).chat, nullptr);
  EXPECT_EQ(std::get<Allow>(*verdict).chat->model(), "m2");
  EXPECT_EQ(chat_.model(), "m1");  // Whoever runs the stage checks it first.
}

TEST_F(ExternalPluginTest, RefusesWithReasonWordsAndWait) {
  StartServer();
  MakePlugin();
  service_.before = [](v1::BeforeRequestResponse& response) {
    response.mutable_deny()->set_reason(v1::ERROR_REASON_RATE_LIMITED);
    response.mutable_deny()->set_message("enough for today");
    response.mutable_deny()->mutable_retry_after()->set_seconds(60);
    return grpc::Status::OK;
  };
  const absl::StatusOr<Verdict> verdict = Before();
  ASSERT_THAT(verdict, IsOk());
  const Deny& deny = std::get<Deny>(*verdict);
  EXPECT_EQ(deny.reason, ErrorReason::kRateLimited);
  EXPECT_EQ(deny.message, "enough for today");
  EXPECT_EQ(deny.retry_after, absl::Seconds(60));
}

TEST_F(ExternalPluginTest, AnswersInPlaceOfAProviderButNotOfVectors) {
  StartServer();
  MakePlugin();
  service_.before = [](v1::BeforeRequestResponse& response) {
    v1::Choice& choice =
        *response.mutable_answer()->mutable_response()->add_choices();
    choice.set_finish_reason(v1::FINISH_REASON_STOP);
    choice.mutable_message()->set_content("from outside");
    return grpc::Status::OK;
  };
  const absl::StatusOr<Verdict> verdict = Before();
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(
      std::get<AnswerInstead>(*verdict).response.choices(0).message().content(),
      "from outside");
  v1::EmbedRequest embed;
  embed.add_input("a text");
  embed_ = &embed;
  EXPECT_FALSE(Before().ok());
  EXPECT_EQ(service_.seen.embed().input(0), "a text");
}

TEST_F(ExternalPluginTest, ChangesAnAnswer) {
  StartServer();
  MakePlugin();
  service_.after = [this](v1::AfterRequestResponse& response) {
    v1::ChatResponse& changed = *response.mutable_allow()->mutable_response();
    changed = service_.seen_after.response();
    changed.mutable_choices(0)->mutable_message()->set_content("changed");
    return grpc::Status::OK;
  };
  v1::ChatResponse answer;
  answer.add_choices()->set_finish_reason(v1::FINISH_REASON_STOP);
  answer.mutable_choices(0)->mutable_message()->set_content("said");
  ASSERT_THAT(After(answer), IsOk());
  EXPECT_EQ(service_.seen_after.response().choices(0).message().content(),
            "said");
  EXPECT_EQ(answer.choices(0).message().content(), "changed");
}

TEST_F(ExternalPluginTest, TellsOfAnError) {
  StartServer();
  MakePlugin();
  ASSERT_THAT(OnError(Error(ErrorReason::kRateLimited, "too many")), IsOk());
  EXPECT_EQ(service_.seen_error.reason(), v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(service_.seen_error.message(), "too many");
  EXPECT_EQ(service_.seen_error.call().caller(), "team-a");
}

TEST_F(ExternalPluginTest, FailsWithWhatThePluginSaysShortened) {
  StartServer();
  MakePlugin();
  service_.before = [](v1::BeforeRequestResponse&) {
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                        "no table " + std::string(5000, 'x'));
  };
  const absl::Status status = Before().status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("no table"));
  EXPECT_LT(status.message().size(), 400);
  // It has answered: the next call goes to it.
  service_.before = [](v1::BeforeRequestResponse& response) {
    response.mutable_allow();
    return grpc::Status::OK;
  };
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(ExternalPluginTest, TakesAVerdictThatIsNoneForAFailure) {
  StartServer();
  MakePlugin();
  service_.before = [](v1::BeforeRequestResponse&) { return grpc::Status::OK; };
  EXPECT_THAT(std::string(Before().status().message()),
              HasSubstr("no verdict"));
}

TEST_F(ExternalPluginTest, BoundsMessagesOfBothWays) {
  StartServer();
  MakePlugin();
  service_.before = [](v1::BeforeRequestResponse& response) {
    response.mutable_deny()->set_message(std::string(kMaxBytes + 1, 'x'));
    return grpc::Status::OK;
  };
  EXPECT_EQ(Before().status().code(), absl::StatusCode::kResourceExhausted);
  service_.seen.Clear();
  chat_.mutable_messages(0)->set_content(std::string(kMaxBytes + 1, 'x'));
  EXPECT_EQ(Before().status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(service_.seen.has_chat());
}

TEST_F(ExternalPluginTest, EndsASlowCallAtItsTimeAndAsksAgain) {
  StartServer();
  MakePlugin();
  service_.before = [this](v1::BeforeRequestResponse& response) {
    release_.Await();
    response.mutable_allow();
    return grpc::Status::OK;
  };
  const absl::Duration time = absl::Milliseconds(100);
  EXPECT_EQ(Before(time).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(took_, time - absl::Milliseconds(5));
  EXPECT_LT(took_, kPatience);
  // Slow is not away: it said something to the probe, and is asked.
  release_.Set();
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(ExternalPluginTest, LeavesACallWhoseRequestHasEnded) {
  StartServer();
  MakePlugin();
  service_.before = [this](v1::BeforeRequestResponse& response) {
    release_.Await();
    response.mutable_allow();
    return grpc::Status::OK;
  };
  const absl::StatusOr<Verdict> verdict =
      Run<absl::StatusOr<Verdict>>([this](PluginRequest& request) {
        loop_->Post([&scope = request.scope] {
          scope.Cancel(absl::CancelledError("the caller went away"));
        });
        return plugin_->BeforeRequest(request);
      });
  EXPECT_EQ(verdict.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ExternalPluginTest, FailsAtOnceWhileNobodyListensAndComesBack) {
  MakePlugin();
  EXPECT_FALSE(Before().ok());
  EXPECT_LT(took_, kPatience);
  const absl::Status second = Before().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.message()), HasSubstr("not asked"));

  StartServer();
  AwaitReady();
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(ExternalPluginTest, NoticesThatItsPluginWentAndThatItIsBack) {
  StartServer();
  MakePlugin();
  ASSERT_THAT(Before(), IsOk());
  StopServer();
  EXPECT_FALSE(Before().ok());
  EXPECT_THAT(std::string(Before().status().message()), HasSubstr("not asked"));
  StartServer();
  AwaitReady();
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(ExternalPluginTest, DoesNotWaitForOneThatIsThereButSilent) {
  health_.serving.Set();
  StartServer(&health_);
  MakePlugin({.patience = absl::Milliseconds(50), .probe = kPatience});
  service_.before = [this](v1::BeforeRequestResponse& response) {
    release_.Await();
    response.mutable_allow();
    return grpc::Status::OK;
  };
  EXPECT_EQ(Before(absl::Milliseconds(100)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  // The first probe had no answer, so there is a second.
  health_.second_check.Await();
  EXPECT_THAT(std::string(Before().status().message()), HasSubstr("not asked"));

  // It wakes up: the probe that waits tells, and calls go on.
  release_.Set();
  health_.answered.Set();
  absl::StatusOr<Verdict> verdict = Before();
  const absl::Time end = loop_->env().timers->Now() + kPatience;
  while (!verdict.ok() && loop_->env().timers->Now() < end) verdict = Before();
  EXPECT_THAT(verdict, IsOk());
}

TEST_F(ExternalPluginTest, SendsNothingToOneThatSaysItDoesNotServe) {
  health_.serves_at_once = false;
  StartServer(&health_);
  MakePlugin();
  EXPECT_EQ(Before().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(service_.seen.has_chat());
  health_.serving.Set();
  AwaitReady();
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(ExternalPluginTest, ReachesAPort) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
  ASSERT_NE(server_, nullptr);
  address_ = absl::StrCat("127.0.0.1:", port);
  MakePlugin();
  EXPECT_THAT(Before(), IsOk());
}

TEST(ExternalSettingsTest, SaysWhatIsWrongWithAnAddress) {
  const auto faults_of = [](const std::string& address) {
    config::v1::ExternalSettings settings;
    settings.set_address(address);
    return GetViolations(ExternalPlugin::Create(settings).status()).size();
  };
  for (const char* address : {"unix:/run/plugin.sock", "127.0.0.1:9000",
                              "plugin:9000", "[::1]:9000"}) {
    EXPECT_EQ(faults_of(address), 0) << address;
  }
  for (const char* address :
       {"", "unix:", "plugin", ":9000", "plugin:", "plugin:0", "plugin:70000",
        "http://plugin:9000", "::1:9000", "plugin:9000/path"}) {
    EXPECT_EQ(faults_of(address), 1) << address;
  }
}

TEST(ExternalSettingsTest, SaysAllThatIsWrongAtOnce) {
  config::v1::ExternalSettings settings;
  settings.set_max_message_bytes(0);
  EXPECT_EQ(GetViolations(ExternalPlugin::Create(settings).status()).size(), 2);
}

}  // namespace
}  // namespace aigateway
