// Reported case 018: the arguments of a tool call flow as they are written.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

// Plays `head`, then `pieces`, each only when the client has had the one
// before, then `tail`; the client looks on. What is held back comes never.
class LockStep {
 public:
  LockStep(std::vector<std::string> head, std::vector<std::string> pieces,
           std::vector<std::string> tail) {
    reply_.Send(SseHead());
    for (const std::string& event : head) reply_.Send(Chunk(event));
    for (const std::string& piece : pieces) {
      gates_.push_back(std::make_shared<UpstreamGate>());
      reply_.Await(gates_.back())
          .Pause(absl::Milliseconds(100))
          .Send(Chunk(piece));
    }
    for (const std::string& event : tail) reply_.Send(Chunk(event));
    reply_.Send(LastChunk());
  }

  const UpstreamReply& reply() const { return reply_; }

  // Makes the call, and returns the pieces of tool calls as they came.
  std::vector<v1::ToolCallDelta> Call(GatewayProcess& gateway,
                                      grpc::Status* status) {
    v1::RouteStreamRequest request;
    *request.mutable_chat() = EmptyChat();
    AddTool("save", R"({"type":"object"})", *request.mutable_chat());
    AddMessage(v1::ROLE_USER, "hi", *request.mutable_chat());
    grpc::ClientContext context;
    auto reader = gateway.gateway().RouteStream(&context, request);
    std::vector<v1::ToolCallDelta> pieces;
    size_t opened = 0;
    v1::RouteStreamResponse event;
    while (reader->Read(&event)) {
      if (event.delta().tool_calls().empty()) continue;
      for (const v1::ToolCallDelta& piece : event.delta().tool_calls()) {
        pieces.push_back(piece);
      }
      if (opened < gates_.size()) gates_[opened++]->Open();
    }
    *status = reader->Finish();
    return pieces;
  }

 private:
  UpstreamReply reply_;
  std::vector<std::shared_ptr<UpstreamGate>> gates_;
};

constexpr int kFragments = 20;

// 20 fragments that make {"text":"aaaa...a"} with 100 a.
std::vector<std::string> Fragments() {
  std::string json = R"({"text":")" + std::string(100, 'a') + R"("})";
  std::vector<std::string> fragments;
  const size_t size = json.size() / kFragments + 1;
  for (size_t at = 0; at < json.size(); at += size) {
    fragments.push_back(json.substr(at, size));
  }
  return fragments;
}

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// They all came, each by itself, and the first alone names the call.
void ExpectSaved(const std::vector<v1::ToolCallDelta>& pieces) {
  std::string arguments;
  for (size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(pieces[i].index(), 0);
    EXPECT_EQ(pieces[i].id(), i == 0 ? "t1" : "");
    EXPECT_EQ(pieces[i].name(), i == 0 ? "save" : "");
    arguments += pieces[i].arguments();
  }
  EXPECT_GE(pieces.size(), Fragments().size());
  EXPECT_EQ(arguments, R"({"text":")" + std::string(100, 'a') + R"("})");
}

// A gateway with one upstream, whose idle limit a call of 2 s outlasts.
class ToolStreamCases : public testing::Test {
 protected:
  void Start(absl::string_view type) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config =
            absl::StrCat("providers:\n", Instance("t", upstream_, type),
                         "targets:\n"
                         "- {virtual_key: t, timeouts: {idle: 1500ms}}\n")});
  }

  FakeUpstream upstream_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(ToolStreamCases, Case018PassesAnthropicsArgumentsOnAsTheyCome) {
  Start("anthropic");
  std::vector<std::string> pieces;
  for (const std::string& fragment : Fragments()) {
    pieces.push_back(AnthropicDelta(
        0, absl::StrCat(R"({"type":"input_json_delta","partial_json":")",
                        Escaped(fragment), R"("})")));
  }
  LockStep steps(
      {AnthropicStart(),
       AnthropicBlock(
           0, R"({"type":"tool_use","id":"t1","name":"save","input":{}})")},
      pieces,
      {AnthropicBlockEnd(0), AnthropicFinish("tool_use"),
       AnthropicEvent("message_stop")});
  upstream_.SetReply(steps.reply());
  grpc::Status status;
  ExpectSaved(steps.Call(*gateway_, &status));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(ToolStreamCases, Case018PassesOpenAisArgumentsOnAsTheyCome) {
  Start("openai-compatible");
  const auto chunk = [](absl::string_view call) {
    return SseEvent(
        absl::StrCat(R"({"id":"r1","model":"m1","choices":[{"index":0,"delta":)"
                     R"({"tool_calls":[{"index":0,)",
                     call, R"(}]},"finish_reason":null}]})"));
  };
  std::vector<std::string> pieces;
  for (const std::string& fragment : Fragments()) {
    pieces.push_back(chunk(absl::StrCat(R"("function":{"arguments":")",
                                        Escaped(fragment), R"("})")));
  }
  LockStep steps(
      {chunk(
          R"("id":"t1","type":"function","function":{"name":"save","arguments":""})")},
      pieces, {SseEvent(FinishJson("tool_calls")), SseEvent("[DONE]")});
  upstream_.SetReply(steps.reply());
  grpc::Status status;
  ExpectSaved(steps.Call(*gateway_, &status));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace aigateway
