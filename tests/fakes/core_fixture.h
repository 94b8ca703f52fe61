#ifndef AIGATEWAY_TESTS_FAKES_CORE_FIXTURE_H_
#define AIGATEWAY_TESTS_FAKES_CORE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/target.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {

// Keeps what it is given.
class RecordingSink final : public EventSink {
 public:
  absl::Status OnResponse(v1::ChatResponse& response) override {
    text += response.choices(0).message().content();
    return absl::OkStatus();
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    text += delta.text();
    ++deltas;
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    ++finishes;
    return absl::OkStatus();
  }
  absl::Status OnEnd(v1::End& end) override {
    ++ends;
    return absl::OkStatus();
  }
  absl::Status OnFailover(v1::Failover& failover) override {
    failovers.push_back(failover);
    if (failover.mode() == v1::FAILOVER_MODE_RESTARTED) text.clear();
    return absl::OkStatus();
  }
  void OnLife() override { ++lives; }

  std::string text;
  int deltas = 0;
  int finishes = 0;
  int ends = 0;
  int lives = 0;
  std::vector<v1::Failover> failovers;
};

// A loop, its time and one request, for tests of what is between the pipeline
// and the provider.
class CoreFixture : public testing::Test {
 protected:
  CoreFixture()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .random = &random_} {}

  // Makes the request; the deadline is `time` from now.
  RequestContext& MakeRequest(bool stream,
                              absl::Duration time = absl::Hours(1)) {
    RequestSettings settings;
    settings.deadline = timers_.Now() + time;
    settings.stream = stream;
    request_ = std::make_unique<RequestContext>(env_, nullptr, chat_, options_,
                                                std::move(settings));
    return *request_;
  }

  // A target over `caller`, with one key unless said otherwise.
  std::unique_ptr<Target> MakeTarget(std::string name,
                                     std::unique_ptr<Caller> caller,
                                     std::vector<std::string> keys = {"k"},
                                     Target::Options options = {}) {
    auto instance = std::make_shared<ProviderInstance>();
    instance->name = name;
    instance->type = "fake";
    instance->keys = std::make_shared<KeyRing>(std::move(keys));
    instance->codec = codec_;
    options.name = std::move(name);
    return std::make_unique<Target>(std::move(options), std::move(instance),
                                    std::make_shared<TargetStats>(),
                                    std::move(caller));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  Env env_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  // What targets that are made from now on speak; null until a test sets it.
  std::shared_ptr<const Provider> codec_;
  std::unique_ptr<RequestContext> request_;
  RecordingSink sink_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_CORE_FIXTURE_H_
