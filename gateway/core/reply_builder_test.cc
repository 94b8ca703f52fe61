#include "gateway/core/reply_builder.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/plugin_chain.h"
#include "gateway/core/plugin_run.h"
#include "tests/fakes/core_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

// Holds the last four bytes of each choice back, gives them out in capitals,
// and refuses "bad".
class HoldingFilter final : public ChunkFilter {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    if (delta.text() == "bad") {
      return Error(ErrorReason::kGuardrailRejected, "not that");
    }
    std::string& held = held_[delta.index()];
    held += delta.text();
    const size_t out = held.size() > 4 ? held.size() - 4 : 0;
    delta.set_text(held.substr(0, out));
    held.erase(0, out);
    return absl::OkStatus();
  }
  absl::Status OnChoiceEnd(v1::Delta& rest) override {
    rest.set_text(absl::AsciiStrToUpper(held_[rest.index()]));
    return absl::OkStatus();
  }
  void OnRestart() override {
    if (breaks_at_restart) throw 7;
    held_.clear();
  }

  bool breaks_at_restart = false;

 private:
  std::map<int, std::string> held_;
};

// Wants to know what the provider said.
class Listener final : public PluginState {
 public:
  explicit Listener(std::string* heard) : heard_(heard) {}
  bool WantsAnswer() const override { return true; }
  void OnAnswer(const v1::ChatResponse& answer, const v1::RouteInfo&) override {
    *heard_ = answer.choices(0).message().content();
  }

 private:
  std::string* const heard_;
};

class TestPlugin final : public Plugin {
 public:
  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    request.state = std::make_unique<Listener>(&heard);
    co_return Verdict(Allow{});
  }
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest&) override {
    auto filter = std::make_unique<HoldingFilter>();
    filter->breaks_at_restart = breaks_at_restart;
    return filter;
  }

  bool breaks_at_restart = false;
  std::string heard;
};

// One event, as short text.
std::string Say(const v1::RouteStreamResponse& event) {
  switch (event.event_case()) {
    case v1::RouteStreamResponse::kStarted:
      return "started";
    case v1::RouteStreamResponse::kDelta:
      return absl::StrCat(
          event.delta().role() != v1::ROLE_UNSPECIFIED ? "role " : "",
          event.delta().index(), " ", event.delta().text());
    case v1::RouteStreamResponse::kFinish:
      return absl::StrCat("finish ", event.finish().index());
    case v1::RouteStreamResponse::kFailover:
      return absl::StrCat("failover at ", event.failover().resume_offset());
    case v1::RouteStreamResponse::kEnd:
      return "end";
    default:
      return "?";
  }
}

class ReplyBuilderTest : public CoreFixture {
 protected:
  class Reply final : public ReplySink {
   public:
    void OnResponse(v1::RouteResponse& response) override {
      whole.Swap(&response);
    }
    void OnEvent(v1::RouteStreamResponse& event) override {
      events.push_back(Say(event));
      if (event.has_end()) end = event.end();
    }
    v1::End end;
    v1::RouteResponse whole;
    std::vector<std::string> events;
  };

  // With the plugin at all its stages.
  void Begin(bool stream = true) {
    std::vector<PluginChain::Entry> entries;
    for (const Stage stage :
         {Stage::kBeforeRequest, Stage::kOnChunk, Stage::kAfterRequest}) {
      PluginChain::Entry& entry = entries.emplace_back();
      entry.name = "holder";
      entry.type = "guardrail";
      entry.stage = stage;
      entry.plugin = plugin_;
    }
    chain_ = std::make_unique<PluginChain>(std::move(entries), nullptr,
                                           std::vector<RequestObserver*>());
    RequestContext& request = MakeRequest(stream);
    run_.emplace(*chain_, request);
    EXPECT_THAT(RunToEnd(loop_, timers_, run_->Before()), IsOk());
    builder_.emplace(request, *run_, reply_);
  }

  absl::Status Text(const std::string& text, int index = 0) {
    v1::Delta delta;
    delta.set_index(index);
    delta.set_text(text);
    return builder_->OnDelta(delta);
  }
  absl::Status Finish(int index = 0) {
    v1::Finish finish;
    finish.set_index(index);
    finish.set_finish_reason(v1::FINISH_REASON_STOP);
    return builder_->OnFinish(finish);
  }
  absl::Status End() {
    v1::End end;
    return builder_->OnEnd(end);
  }
  absl::Status GoOver(v1::FailoverMode mode) {
    v1::Failover failover;
    failover.set_mode(mode);
    return builder_->OnFailover(failover);
  }

  std::shared_ptr<TestPlugin> plugin_ = std::make_shared<TestPlugin>();
  std::unique_ptr<PluginChain> chain_;
  std::optional<PluginRun> run_;
  Reply reply_;
  std::optional<ReplyBuilder> builder_;
};

TEST_F(ReplyBuilderTest, GivesOutWhatIsHeldBackBeforeTheFinish) {
  Begin();
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(Text("ghijkl"), IsOk());
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(End(), IsOk());
  builder_->Deliver();
  EXPECT_THAT(reply_.events, ElementsAre("started", "role 0 ab", "0 cdefgh",
                                         "0 IJKL", "finish 0", "end"));
  EXPECT_THAT(builder_->finish_reasons(), ElementsAre(v1::FINISH_REASON_STOP));
}

TEST_F(ReplyBuilderTest, KeepsChoicesApart) {
  Begin();
  EXPECT_THAT(Text("abc", 0), IsOk());
  EXPECT_THAT(Text("xyz", 1), IsOk());
  EXPECT_THAT(Finish(1), IsOk());
  EXPECT_THAT(Finish(0), IsOk());
  EXPECT_THAT(reply_.events, ElementsAre("started", "role 1 XYZ", "finish 1",
                                         "role 0 ABC", "finish 0"));
}

TEST_F(ReplyBuilderTest, MakesNothingUpForAChoiceThatSaidNothing) {
  Begin();
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(End(), IsOk());
  builder_->Deliver();
  EXPECT_THAT(reply_.events, ElementsAre("started", "finish 0", "end"));
}

TEST_F(ReplyBuilderTest, GivesOutWhatIsHeldBackWhereNoFinishComes) {
  Begin();
  EXPECT_THAT(Text("abc"), IsOk());
  EXPECT_THAT(End(), IsOk());
  builder_->Deliver();
  EXPECT_THAT(reply_.events, ElementsAre("started", "role 0 ABC", "end"));
}

TEST_F(ReplyBuilderTest, ForgetsWhatIsHeldBackOfAnAnswerThatBeginsAnew) {
  Begin();
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(GoOver(v1::FAILOVER_MODE_RESTARTED), IsOk());
  EXPECT_THAT(Text("new"), IsOk());
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(reply_.events,
              ElementsAre("started", "role 0 ab", "failover at 0", "role 0 NEW",
                          "finish 0"));
}

TEST_F(ReplyBuilderTest, CountsTheTextThatWasSentWhereAnotherGoesOn) {
  Begin();
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(GoOver(v1::FAILOVER_MODE_CONTINUED), IsOk());
  EXPECT_THAT(Text("gh"), IsOk());
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(reply_.events,
              ElementsAre("started", "role 0 ab", "failover at 2", "0 cd",
                          "0 EFGH", "finish 0"));
}

TEST_F(ReplyBuilderTest, SendsMetadataAsPluginsAfterTheRequestLeftIt) {
  const auto end_with = [&](const std::string& word) {
    v1::End end;
    (*end.mutable_provider_metadata()->mutable_fields())["said"]
        .set_string_value(word);
    EXPECT_THAT(builder_->OnEnd(end), IsOk());
    builder_->JoinStream();
    return builder_->response().mutable_provider_metadata();
  };
  Begin();
  end_with("first");
  builder_->Deliver();
  EXPECT_EQ(reply_.end.provider_metadata().fields().at("said").string_value(),
            "first");
  Begin();
  (*end_with("secret")->mutable_fields())["said"].set_string_value("hidden");
  builder_->Deliver();
  EXPECT_EQ(reply_.end.provider_metadata().fields().at("said").string_value(),
            "hidden");
}

TEST_F(ReplyBuilderTest, StaysRefusedWhateverComesAfter) {
  Begin();
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(Text("bad"), HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(Text("good"), HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(Finish(), HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(End(), HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(reply_.events, ElementsAre("started", "role 0 ab"));
}

TEST_F(ReplyBuilderTest, EndsAStreamWhoseFilterBreaksAtARestart) {
  plugin_->breaks_at_restart = true;
  Begin();
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(GoOver(v1::FAILOVER_MODE_RESTARTED),
              HasReason(ErrorReason::kInternal));
  EXPECT_THAT(Text("unseen"), HasReason(ErrorReason::kInternal));
}

TEST_F(ReplyBuilderTest, TellsWhatTheProviderSaidBeforeAnyFilter) {
  Begin();
  EXPECT_THAT(Text("lost"), IsOk());
  EXPECT_THAT(GoOver(v1::FAILOVER_MODE_RESTARTED), IsOk());
  EXPECT_THAT(Text("abcdef"), IsOk());
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(End(), IsOk());
  builder_->TellAnswer();
  EXPECT_EQ(plugin_->heard, "abcdef");
  Begin(/*stream=*/false);
  v1::ChatResponse response;
  response.add_choices()->mutable_message()->set_content("whole");
  EXPECT_THAT(builder_->OnResponse(response), IsOk());
  builder_->TellAnswer();
  EXPECT_EQ(plugin_->heard, "whole");
  EXPECT_EQ(builder_->response().choices(0).message().content(), "whole");
}

}  // namespace
}  // namespace aigateway
