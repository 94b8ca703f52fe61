#ifndef AIGATEWAY_TESTS_FAKES_PLUGIN_FIXTURE_H_
#define AIGATEWAY_TESTS_FAKES_PLUGIN_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/log.h"
#include "gateway/base/random.h"
#include "gateway/base/scope.h"
#include "plugins/plugin.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {

// The refusal in a verdict; nullopt, and a failure of the test if the plugin
// itself failed, if it is none.
inline std::optional<Deny> DenialOf(const absl::StatusOr<Verdict>& verdict) {
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  if (!verdict.ok() || !std::holds_alternative<Deny>(*verdict)) {
    return std::nullopt;
  }
  return std::get<Deny>(*verdict);
}

// One request and a loop, for tests of a single plugin: calls its stages as the
// gateway would. NextRequest() begins another request.
class PluginFixture : public testing::Test {
 protected:
  PluginFixture()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .random = &random_} {
    NextRequest();
  }

  // What plugins kept of the last one is destroyed.
  void NextRequest() {
    state_.reset();
    chat_.Clear();
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("Hello");
    chat_.set_model("m1");
    options_.Clear();
    route_.Clear();
    request_.reset();
    scope_.emplace();
    request_.emplace(PluginRequest{.chat = chat_,
                                   .options = options_,
                                   .route = route_,
                                   .stream = stream_,
                                   .embed = embed_,
                                   .caller = caller_,
                                   .env = env_,
                                   .scope = *scope_,
                                   .state = state_,
                                   .logger = &logger_});
  }

  // Time moves to the next timer where a plugin waits.
  absl::StatusOr<Verdict> Before(Plugin& plugin) {
    request_->stream = stream_;
    request_->embed = embed_;
    request_->caller = caller_;
    return RunToEnd(loop_, timers_, plugin.BeforeRequest(*request_));
  }
  absl::StatusOr<Verdict> After(Plugin& plugin, v1::ChatResponse& response) {
    return RunToEnd(loop_, timers_, plugin.AfterRequest(*request_, response));
  }
  // The provider has given that answer.
  void Answered(const v1::ChatResponse& answer) {
    if (state_ != nullptr && state_->WantsAnswer()) {
      state_->OnAnswer(answer, route_);
    }
  }
  // The request is over; the next begins, with the same text.
  void EndRequest(const absl::Status& status) {
    if (state_ != nullptr) state_->OnEnd(status);
    state_.reset();
  }
  absl::Status OnError(Plugin& plugin, const absl::Status& error) {
    return RunToEnd(loop_, timers_, plugin.OnError(*request_, error));
  }

  // What leaves of choice 0 when these texts come, a delta each, and then its
  // end. A refusal ends it; `refusal` gets it.
  std::string Stream(Plugin& plugin, const std::vector<std::string>& texts,
                     absl::Status* refusal = nullptr) {
    std::string out;
    const std::unique_ptr<ChunkFilter> filter =
        plugin.NewChunkFilter(*request_);
    if (filter == nullptr) {
      for (const std::string& text : texts) out += text;
      return out;
    }
    absl::Status status;
    for (const std::string& text : texts) {
      v1::Delta delta;
      delta.set_text(text);
      status = filter->OnDelta(delta);
      if (!status.ok()) break;
      out += delta.text();
    }
    if (status.ok()) {
      v1::Delta rest;
      status = filter->OnChoiceEnd(rest);
      if (status.ok()) out += rest.text();
    }
    if (refusal != nullptr) *refusal = status;
    return out;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  Env env_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  v1::RouteInfo route_;
  bool stream_ = false;
  v1::EmbedRequest* embed_ = nullptr;
  std::string caller_;
  std::string logged_;  // Lines of JSON.
  std::optional<PluginRequest> request_;

 private:
  class Sink final : public LogSink {
   public:
    explicit Sink(std::string* lines) : lines_(lines) {}
    void Write(absl::string_view lines) override {
      lines_->append(lines.data(), lines.size());
    }

   private:
    std::string* const lines_;
  };

  Sink sink_{&logged_};
  Logger logger_{{}, &timers_, &sink_};
  std::optional<Scope> scope_;
  std::unique_ptr<PluginState> state_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_PLUGIN_FIXTURE_H_
