#include "gateway/core/plugin_run.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/turn_meter.h"
#include "tests/fakes/core_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

enum class Behaviour {
  kAllow,
  kDeny,
  kDenyChunk,
  kFail,
  kThrow,
  kThrowInt,
  kAnswer
};

// Does one thing at every stage and notes that it ran.
class ScriptedPlugin final : public Plugin {
 public:
  ScriptedPlugin(std::string name, Behaviour behaviour,
                 std::vector<std::string>* ran)
      : name_(std::move(name)), behaviour_(behaviour), ran_(ran) {}

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest&) override {
    co_return Act();
  }
  Task<absl::StatusOr<Verdict>> AfterRequest(PluginRequest&,
                                             v1::ChatResponse&) override {
    co_return Act();
  }
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest&) override {
    struct Filter final : ChunkFilter {
      explicit Filter(ScriptedPlugin* plugin) : plugin(plugin) {}
      absl::Status OnDelta(v1::Delta& delta) override {
        return plugin->Act().status();
      }
      ScriptedPlugin* const plugin;
    };
    return std::make_unique<Filter>(this);
  }
  Task<absl::Status> OnError(PluginRequest&, const absl::Status&) override {
    co_return Act().status();
  }

 private:
  absl::StatusOr<Verdict> Act() {
    ran_->push_back(name_);
    switch (behaviour_) {
      case Behaviour::kAllow:
        return Verdict(Allow{});
      case Behaviour::kDeny:
        return Verdict(Deny{.message = "not here",
                            .retry_after = absl::Milliseconds(1500),
                            .quotas = {{"per key", "2 requests a minute"}}});
      case Behaviour::kDenyChunk:
        return Error(ErrorReason::kGuardrailRejected, "not this");
      case Behaviour::kFail:
        return absl::InternalError("boom-secret");
      case Behaviour::kThrow:
        throw std::runtime_error("boom-secret");
      case Behaviour::kThrowInt:
        throw 7;
      case Behaviour::kAnswer: {
        AnswerInstead answer;
        answer.response.set_id("cached");
        return Verdict(std::move(answer));
      }
    }
    return Verdict(Allow{});
  }

  const std::string name_;
  const Behaviour behaviour_;
  std::vector<std::string>* const ran_;
};

// Does what its functions say; those that are null allow.
class CustomPlugin final : public Plugin {
 public:
  using Work =
      std::function<Task<absl::StatusOr<Verdict>>(PluginRequest& request)>;

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    if (before == nullptr) co_return Verdict(Allow{});
    co_return co_await before(request);
  }
  Task<absl::StatusOr<Verdict>> AfterRequest(PluginRequest& request,
                                             v1::ChatResponse&) override {
    if (after == nullptr) co_return Verdict(Allow{});
    co_return co_await after(request);
  }
  Task<absl::Status> OnError(PluginRequest& request,
                             const absl::Status&) override {
    if (error == nullptr) co_return absl::OkStatus();
    co_return (co_await error(request)).status();
  }
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest&) override {
    return filter == nullptr ? nullptr : filter();
  }

  Work before;
  Work after;
  Work error;
  std::function<std::unique_ptr<ChunkFilter>()> filter;
};

// Holds the last `size` bytes of text back and writes them in capitals when the
// choice ends.
class HoldingFilter final : public ChunkFilter {
 public:
  explicit HoldingFilter(size_t size) : size_(size) {}

  absl::Status OnDelta(v1::Delta& delta) override {
    std::string& held = held_[delta.index()];
    held += delta.text();
    const size_t out = held.size() > size_ ? held.size() - size_ : 0;
    delta.set_text(held.substr(0, out));
    held.erase(0, out);
    return absl::OkStatus();
  }
  absl::Status OnChoiceEnd(v1::Delta& rest) override {
    rest.set_text(absl::AsciiStrToUpper(held_[rest.index()]));
    return absl::OkStatus();
  }
  void OnRestart() override { held_.clear(); }

 private:
  const size_t size_;
  std::map<int, std::string> held_;
};

class PluginRunTest : public CoreFixture {
 protected:
  PluginChain::Entry& Add(std::string name, std::shared_ptr<Plugin> plugin,
                          Stage stage, std::string type = "guardrail") {
    PluginChain::Entry& entry = entries_.emplace_back();
    entry.name = std::move(name);
    entry.type = std::move(type);
    entry.stage = stage;
    entry.plugin = std::move(plugin);
    return entry;
  }
  PluginChain::Entry& Add(std::string name, Behaviour behaviour, Stage stage,
                          std::string type = "guardrail") {
    return Add(name, std::make_shared<ScriptedPlugin>(name, behaviour, &ran_),
               stage, std::move(type));
  }

  // The run of a request that has just come.
  PluginRun& Run() {
    run_.reset();
    chain_ = std::make_unique<PluginChain>(
        entries_, nullptr, std::vector<RequestObserver*>{&observer_});
    return run_.emplace(*chain_, MakeRequest(/*stream=*/false));
  }

  absl::StatusOr<std::optional<AnswerInstead>> Before() {
    return RunToEnd(loop_, timers_, Run().Before());
  }
  void TellError(absl::Status error) {
    const auto run = [&]() -> Task<absl::Status> {
      co_await run_->OnError(error);
      co_return absl::OkStatus();
    };
    EXPECT_THAT(RunToEnd(loop_, timers_, run()), IsOk());
  }

  // What comes out of texts of choice 0 and its end.
  std::string Stream(std::vector<std::string> texts) {
    PluginRun& run = Run();
    std::string out;
    const auto take = [&](v1::Delta& delta) {
      out += delta.text() + "|";
      return absl::OkStatus();
    };
    for (const std::string& text : texts) {
      v1::Delta delta;
      delta.set_text(text);
      EXPECT_THAT(run.OnDelta(delta), IsOk());
      if (!delta.text().empty()) EXPECT_THAT(take(delta), IsOk());
    }
    EXPECT_THAT(run.OnChoiceEnd(0, take), IsOk());
    return out;
  }

  class Observer final : public RequestObserver {
   public:
    void OnLoopHeld(absl::string_view plugin, absl::Duration) override {
      held_by.emplace_back(plugin);
    }
    std::vector<std::string> held_by;
  };

  Observer observer_;
  std::vector<PluginChain::Entry> entries_;
  std::vector<std::string> ran_;
  std::unique_ptr<PluginChain> chain_;
  std::optional<PluginRun> run_;
};

TEST_F(PluginRunTest, RunsTheStagesPluginsInOrder) {
  Add("one", Behaviour::kAllow, Stage::kBeforeRequest);
  Add("other stage", Behaviour::kAllow, Stage::kAfterRequest);
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  EXPECT_THAT(Before(), IsOk());
  EXPECT_THAT(ran_, ElementsAre("one", "two"));
}

TEST_F(PluginRunTest, StopsAtTheFirstThatDenies) {
  Add("guard", Behaviour::kDeny, Stage::kBeforeRequest);
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  const auto result = Before();
  EXPECT_THAT(result, HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(GetErrorMetadata(result.status(), "plugin"), "guard");
  EXPECT_THAT(ran_, ElementsAre("guard"));
}

TEST_F(PluginRunTest, TellsTheWaitAndTheLimitsOfARefusal) {
  Add("guard", Behaviour::kDeny, Stage::kBeforeRequest);
  const absl::Status status = Before().status();
  EXPECT_EQ(RetryAfter(status), absl::Milliseconds(1500));
  ASSERT_EQ(GetQuotaViolations(status).size(), 1u);
  EXPECT_EQ(GetQuotaViolations(status)[0].subject, "per key");
}

TEST_F(PluginRunTest, EndsWithInternalWhenAGuardBreaks) {
  for (Behaviour behaviour :
       {Behaviour::kFail, Behaviour::kThrow, Behaviour::kThrowInt}) {
    entries_.clear();
    Add("guard", behaviour, Stage::kBeforeRequest);
    const auto result = Before();
    EXPECT_THAT(result, HasReason(ErrorReason::kInternal));
    EXPECT_THAT(std::string(result.status().message()),
                Not(HasSubstr("boom-secret")));
  }
}

TEST_F(PluginRunTest, NeverLetsAnObserverDecide) {
  for (Behaviour behaviour : {Behaviour::kFail, Behaviour::kThrow,
                              Behaviour::kDeny, Behaviour::kAnswer}) {
    entries_.clear();
    Add("logger", behaviour, Stage::kBeforeRequest, "logging");
    const auto result = Before();
    ASSERT_THAT(result, IsOk());
    EXPECT_FALSE(result->has_value());
  }
}

TEST_F(PluginRunTest, TakesAnAnswerInsteadOfTheProviders) {
  Add("cache", Behaviour::kAnswer, Stage::kBeforeRequest, "transform");
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  const auto result = Before();
  ASSERT_THAT(result, IsOk());
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->response.id(), "cached");
  EXPECT_THAT(ran_, ElementsAre("cache"));
}

TEST_F(PluginRunTest, RunsEveryErrorStageWhateverTheOthersDo) {
  Add("one", Behaviour::kThrow, Stage::kOnError);
  Add("two", Behaviour::kFail, Stage::kOnError);
  Add("three", Behaviour::kAllow, Stage::kOnError);
  Run();
  TellError(absl::InternalError(""));
  EXPECT_THAT(ran_, ElementsAre("one", "two", "three"));
}

TEST_F(PluginRunTest, WithholdsAnAnswerThatAnAfterStageDenies) {
  Add("guard", Behaviour::kDeny, Stage::kAfterRequest);
  v1::ChatResponse response;
  EXPECT_THAT(RunToEnd(loop_, Run().After(response)),
              HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(entries_[0].counts->runs, 1);
  EXPECT_EQ(entries_[0].counts->rejections, 1);
  EXPECT_EQ(entries_[0].counts->failures, 0);
}

TEST_F(PluginRunTest, PassesOverAGuardThatMayFail) {
  for (Behaviour behaviour : {Behaviour::kFail, Behaviour::kThrow}) {
    entries_.clear();
    Add("guard", behaviour, Stage::kBeforeRequest).fail_open = true;
    ASSERT_THAT(Before(), IsOk());
    EXPECT_THAT(request_->route().warnings(),
                ElementsAre("plugin 'guard' failed and was passed over"));
    EXPECT_EQ(entries_[0].counts->failures, 1);
  }
  // A denial is no failure.
  entries_.clear();
  Add("guard", Behaviour::kDeny, Stage::kBeforeRequest).fail_open = true;
  EXPECT_THAT(Before(), HasReason(ErrorReason::kGuardrailRejected));
}

// Waits for an hour, or as long as it may.
Task<absl::StatusOr<Verdict>> WaitAnHour(PluginRequest& request) {
  const absl::Status status =
      co_await request.env.timers->Sleep(request.scope, absl::Hours(1));
  if (!status.ok()) co_return status;
  co_return Verdict(Allow{});
}

TEST_F(PluginRunTest, EndsAStageThatTakesLongerThanItsTime) {
  auto slow = std::make_shared<CustomPlugin>();
  slow->before = WaitAnHour;
  PluginChain::Entry& entry = Add("slow", slow, Stage::kBeforeRequest);
  entry.time = absl::Milliseconds(300);
  const absl::Time start = env_.clock->Now();
  EXPECT_THAT(Before(), HasReason(ErrorReason::kInternal));
  EXPECT_EQ(env_.clock->Now() - start, absl::Milliseconds(300));
  EXPECT_EQ(entry.counts->failures, 1);
  entries_[0].fail_open = true;
  EXPECT_THAT(Before(), IsOk());
}

TEST_F(PluginRunTest, TellsWhenTheWholeRequestEnds) {
  auto plugin = std::make_shared<CustomPlugin>();
  absl::Time stage;
  absl::Time request_end;
  plugin->before =
      [&](PluginRequest& request) -> Task<absl::StatusOr<Verdict>> {
    stage = request.scope.deadline();
    request_end = request.deadline;
    co_return Verdict(Allow{});
  };
  Add("plugin", plugin, Stage::kBeforeRequest);
  EXPECT_THAT(Before(), IsOk());
  EXPECT_EQ(request_end, request_->scope().deadline());
  EXPECT_LT(stage, request_end);
  EXPECT_LT(request_end, absl::InfiniteFuture());
}

// Puts a request for `model` with one message in place of the caller's.
CustomPlugin::Work ReplaceBy(std::string model) {
  return [model](PluginRequest&) -> Task<absl::StatusOr<Verdict>> {
    auto chat = std::make_unique<v1::ChatRequest>();
    chat->set_model(model);
    v1::Message& message = *chat->add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("changed");
    co_return Verdict(Allow{.chat = std::move(chat)});
  };
}

TEST_F(PluginRunTest, PutsAPluginsRequestInPlaceOfTheCallers) {
  auto plugin = std::make_shared<CustomPlugin>();
  plugin->before = ReplaceBy("m2");
  Add("outside", plugin, Stage::kBeforeRequest);
  EXPECT_THAT(Before(), IsOk());
  EXPECT_EQ(request_->chat().model(), "m2");
  EXPECT_EQ(request_->chat().messages(0).content(), "changed");
}

TEST_F(PluginRunTest, TakesARequestThatIsNotValidForAFailureOfThePlugin) {
  auto plugin = std::make_shared<CustomPlugin>();
  plugin->before = ReplaceBy("");
  Add("outside", plugin, Stage::kBeforeRequest);
  EXPECT_THAT(Before(), HasReason(ErrorReason::kInternal));
  entries_[0].fail_open = true;
  EXPECT_THAT(Before(), IsOk());
  EXPECT_EQ(request_->chat().messages_size(), 0);
  EXPECT_EQ(request_->route().warnings_size(), 1);
}

TEST_F(PluginRunTest, GivesTheErrorStageTimeOfItsOwn) {
  auto slow = std::make_shared<CustomPlugin>();
  bool ended = false;
  slow->error = [&](PluginRequest& request) -> Task<absl::StatusOr<Verdict>> {
    const absl::Status status = co_await request.env.timers->Sleep(
        request.scope, absl::Milliseconds(100));
    ended = status.ok();
    co_return Verdict(Allow{});
  };
  Add("slow", slow, Stage::kOnError);
  Run();
  request_->scope().Cancel(absl::DeadlineExceededError("late"));
  TellError(absl::DeadlineExceededError("late"));
  EXPECT_TRUE(ended);
}

TEST_F(PluginRunTest, KeepsWhatAPluginRemembersUntilTheRequestIsOver) {
  struct Remembered final : PluginState {
    Remembered(bool* gone, std::vector<absl::Status>* told)
        : gone(gone), told(told) {}
    ~Remembered() override { *gone = true; }
    void OnEnd(const absl::Status& status) override { told->push_back(status); }
    bool* const gone;
    std::vector<absl::Status>* const told;
  };
  bool gone = false;
  std::vector<absl::Status> told;
  bool found = false;
  auto plugin = std::make_shared<CustomPlugin>();
  plugin->before =
      [&](PluginRequest& request) -> Task<absl::StatusOr<Verdict>> {
    request.state = std::make_unique<Remembered>(&gone, &told);
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_MISS});
  };
  plugin->after = [&](PluginRequest& request) -> Task<absl::StatusOr<Verdict>> {
    found = request.state != nullptr;
    co_return Verdict(Allow{});
  };
  Add("one", plugin, Stage::kBeforeRequest);
  Add("one", plugin, Stage::kAfterRequest);
  EXPECT_THAT(Before(), IsOk());
  EXPECT_EQ(request_->route().cache(), v1::CACHE_STATUS_MISS);
  v1::ChatResponse response;
  EXPECT_THAT(RunToEnd(loop_, run_->After(response)), IsOk());
  EXPECT_TRUE(found);
  EXPECT_FALSE(gone);
  run_->End(absl::CancelledError(""));
  EXPECT_THAT(told, ElementsAre(absl::CancelledError("")));
  EXPECT_TRUE(gone);
  run_.reset();
  EXPECT_EQ(told.size(), 1);
}

TEST_F(PluginRunTest, NamesAPluginThatHoldsItsLoop) {
  TurnMeter meter;
  const auto hold = [&] {
    const absl::Duration before = meter.held_for();
    while (meter.held_for() - before <= TurnMeter::kLong) {
    }
  };
  auto quick = std::make_shared<CustomPlugin>();
  auto slow = std::make_shared<CustomPlugin>();
  slow->before = [&](PluginRequest& request) -> Task<absl::StatusOr<Verdict>> {
    EXPECT_EQ(*meter.label(), "slow");
    hold();
    co_return Verdict(Allow{});
  };
  Add("slow", slow, Stage::kBeforeRequest);
  Add("quick", quick, Stage::kBeforeRequest);
  {
    const TurnMeter::Turn turn(meter);
    EXPECT_THAT(Before(), IsOk());
    EXPECT_EQ(meter.label(), nullptr);
  }
  EXPECT_THAT(observer_.held_by, ElementsAre("slow"));
}

TEST_F(PluginRunTest, EndsAStreamWhenAChunkGuardBreaks) {
  Add("guard", Behaviour::kThrow, Stage::kOnChunk).fail_open = true;
  v1::Delta delta;
  delta.set_text("a");
  EXPECT_THAT(Run().OnDelta(delta), HasReason(ErrorReason::kInternal));
}

TEST_F(PluginRunTest, EndsAStreamWithTheRefusalOfItsGuard) {
  Add("guard", Behaviour::kDenyChunk, Stage::kOnChunk);
  v1::Delta delta;
  delta.set_text("a");
  const absl::Status status = Run().OnDelta(delta);
  EXPECT_THAT(status, HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(GetErrorMetadata(status, "plugin"), "guard");
  EXPECT_EQ(entries_[0].counts->rejections, 1);
}

TEST_F(PluginRunTest, GivesOutWhatFiltersHeldBackInOrder) {
  auto four = std::make_shared<CustomPlugin>();
  four->filter = [] { return std::make_unique<HoldingFilter>(4); };
  auto two = std::make_shared<CustomPlugin>();
  two->filter = [] { return std::make_unique<HoldingFilter>(2); };
  Add("four", four, Stage::kOnChunk);
  Add("none", std::make_shared<CustomPlugin>(), Stage::kOnChunk);
  Add("two", two, Stage::kOnChunk);
  EXPECT_EQ(Stream({"abcdef", "ghijkl"}), "abcdef|ghIJ|KL|");
  EXPECT_EQ(Stream({"ab"}), "AB|");
  EXPECT_EQ(Stream({}), "");
}

TEST_F(PluginRunTest, ForgetsWhatWasHeldBackOfAnAnswerThatBeginsAnew) {
  auto plugin = std::make_shared<CustomPlugin>();
  plugin->filter = [] { return std::make_unique<HoldingFilter>(4); };
  Add("four", plugin, Stage::kOnChunk);
  PluginRun& run = Run();
  v1::Delta delta;
  delta.set_text("abc");
  EXPECT_THAT(run.OnDelta(delta), IsOk());
  EXPECT_THAT(run.OnRestart(), IsOk());
  EXPECT_THAT(run.OnChoiceEnd(0,
                              [](v1::Delta& rest) {
                                ADD_FAILURE() << rest.text();
                                return absl::OkStatus();
                              }),
              IsOk());
}

TEST_F(PluginRunTest, LetsAnObserverChangeNoChunk) {
  auto plugin = std::make_shared<CustomPlugin>();
  plugin->filter = [] { return std::make_unique<HoldingFilter>(4); };
  Add("watcher", plugin, Stage::kOnChunk, "metrics");
  Add("broken", Behaviour::kThrow, Stage::kOnChunk, "logging");
  EXPECT_EQ(Stream({"abcdef", "gh"}), "abcdef|gh|");
  // Once: a filter that broke is done.
  EXPECT_EQ(entries_[1].counts->failures, 1);
}

}  // namespace
}  // namespace aigateway
