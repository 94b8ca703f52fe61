#include "gateway/core/plugin_chain.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
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
  absl::Status OnChunk(PluginRequest&, v1::Delta&) override {
    return Act().status();
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
        return Verdict(Deny{.message = "not here"});
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

class PluginChainTest : public CoreFixture {
 protected:
  void Add(std::string name, Behaviour behaviour, Stage stage,
           std::string type = "guardrail") {
    entries_.push_back(
        {name, std::move(type), stage,
         std::make_shared<ScriptedPlugin>(name, behaviour, &ran_)});
  }

  PluginRequest Request() {
    RequestContext& request = MakeRequest(/*stream=*/false);
    return PluginRequest{chat_, options_, request.route(), false, nullptr,
                         "",    env_,     request.scope()};
  }

  absl::StatusOr<std::optional<v1::ChatResponse>> Before() {
    const PluginChain chain(entries_, nullptr);
    PluginRequest request = Request();
    return RunToEnd(loop_, chain.Before(request));
  }

  std::vector<PluginChain::Entry> entries_;
  std::vector<std::string> ran_;
};

TEST_F(PluginChainTest, RunsTheStagesPluginsInOrder) {
  Add("one", Behaviour::kAllow, Stage::kBeforeRequest);
  Add("other stage", Behaviour::kAllow, Stage::kAfterRequest);
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  EXPECT_THAT(Before(), IsOk());
  EXPECT_THAT(ran_, ElementsAre("one", "two"));
}

TEST_F(PluginChainTest, StopsAtTheFirstThatDenies) {
  Add("guard", Behaviour::kDeny, Stage::kBeforeRequest);
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  const auto result = Before();
  EXPECT_THAT(result, HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(GetErrorMetadata(result.status(), "plugin"), "guard");
  EXPECT_THAT(ran_, ElementsAre("guard"));
}

TEST_F(PluginChainTest, EndsWithInternalWhenAGuardBreaks) {
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

TEST_F(PluginChainTest, NeverLetsAnObserverDecide) {
  for (Behaviour behaviour : {Behaviour::kFail, Behaviour::kThrow,
                              Behaviour::kDeny, Behaviour::kAnswer}) {
    entries_.clear();
    Add("logger", behaviour, Stage::kBeforeRequest, "logging");
    const auto result = Before();
    ASSERT_THAT(result, IsOk());
    EXPECT_FALSE(result->has_value());
  }
}

TEST_F(PluginChainTest, TakesAnAnswerInsteadOfTheProviders) {
  Add("cache", Behaviour::kAnswer, Stage::kBeforeRequest, "transform");
  Add("two", Behaviour::kAllow, Stage::kBeforeRequest);
  const auto result = Before();
  ASSERT_THAT(result, IsOk());
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->id(), "cached");
  EXPECT_THAT(ran_, ElementsAre("cache"));
}

TEST_F(PluginChainTest, RunsEveryErrorStageWhateverTheOthersDo) {
  Add("one", Behaviour::kThrow, Stage::kOnError);
  Add("two", Behaviour::kFail, Stage::kOnError);
  Add("three", Behaviour::kAllow, Stage::kOnError);
  const PluginChain chain(entries_, nullptr);
  PluginRequest request = Request();
  EXPECT_THAT(RunToEnd(loop_, chain.OnError(request, absl::InternalError(""))),
              IsOk());
  EXPECT_THAT(ran_, ElementsAre("one", "two", "three"));
}

TEST_F(PluginChainTest, EndsAStreamWhenAChunkGuardBreaks) {
  Add("guard", Behaviour::kThrow, Stage::kOnChunk);
  const PluginChain chain(entries_, nullptr);
  PluginRequest request = Request();
  v1::Delta delta;
  EXPECT_THAT(chain.OnChunk(request, delta), HasReason(ErrorReason::kInternal));
}

TEST_F(PluginChainTest, EndsAStreamWithTheRefusalOfItsGuard) {
  Add("guard", Behaviour::kDenyChunk, Stage::kOnChunk);
  const PluginChain chain(entries_, nullptr);
  PluginRequest request = Request();
  v1::Delta delta;
  const absl::Status status = chain.OnChunk(request, delta);
  EXPECT_THAT(status, HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(GetErrorMetadata(status, "plugin"), "guard");
}

TEST_F(PluginChainTest, WithholdsAnAnswerThatAnAfterStageDenies) {
  Add("guard", Behaviour::kDeny, Stage::kAfterRequest);
  const PluginChain chain(entries_, nullptr);
  PluginRequest request = Request();
  v1::ChatResponse response;
  EXPECT_THAT(RunToEnd(loop_, chain.After(request, response)),
              HasReason(ErrorReason::kGuardrailRejected));
}

}  // namespace
}  // namespace aigateway
