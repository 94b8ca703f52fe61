#include "tests/conformance/scripted_gateway.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/stream_joiner.h"
#include "gateway/net/simulated_http_client.h"

namespace aigateway {
namespace {

// Odd, so that it goes through the middle of lines, frames and characters.
constexpr size_t kSmallPiece = 37;

std::string ConfigFor(const AnswerPair& pair) {
  return absl::StrCat(
      "providers: [{name: p, type: ", pair.type,
      ", base_url: 'http://p.example', api_key: key-of-p",
      pair.api.empty() ? "" : absl::StrCat(", options: {api: ", pair.api, "}"),
      "}]\ntargets: [{virtual_key: p}]\n");
}

class JoiningReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& reply) override {
    response.Swap(reply.mutable_chat());
    TakeWarnings(reply.route());
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    if (event.has_delta()) joiner_.Add(event.delta());
    if (event.has_finish()) joiner_.Add(event.finish());
    if (!event.has_end()) return;
    joiner_.Add(event.end());
    response = joiner_.Response();
    TakeWarnings(event.end().route());
  }

  v1::ChatResponse response;
  std::vector<std::string> warnings;

 private:
  void TakeWarnings(const v1::RouteInfo& route) {
    warnings.assign(route.warnings().begin(), route.warnings().end());
  }

  StreamJoiner joiner_;
};

}  // namespace

ScriptedGateway::ScriptedGateway(const AnswerPair& pair)
    : env_{.loop = &loop_,
           .clock = &timers_,
           .timers = &timers_,
           .http = &http_,
           .random = &random_} {
  GatewayOptions options;
  options.config.text = ConfigFor(pair);
  options.secrets = &secrets_;
  options.envs = {env_};
  auto gateway = Gateway::Create(std::move(options));
  EXPECT_TRUE(gateway.ok()) << gateway.status();
  gateway_ = *std::move(gateway);
}

ScriptedGateway::~ScriptedGateway() {
  gateway_->Close();
  loop_.RunUntilIdle();
}

ScriptedGateway::Reply ScriptedGateway::Call(v1::ChatRequest chat, bool stream,
                                             const AnswerPair& pair) {
  SimulatedAnswer answer;
  answer.headers = stream ? StreamHeaders(pair.framing) : WholeHeaders();
  answer.body.push_back({.bytes = stream ? StreamBody(pair.framing, pair.events)
                                         : WithoutLineBreaks(pair.whole)});
  if (stream) answer.trickle_bytes = kSmallPiece;
  http_.Enqueue(std::move(answer));
  RequestSettings settings;
  settings.stream = stream;
  settings.deadline = timers_.Now() + absl::Hours(1);
  const v1::RoutingOptions options;
  RequestContext context(env_, gateway_->snapshot(0), chat, options,
                         std::move(settings));
  JoiningReply sink;
  Reply reply;
  reply.status = RunToEnd(loop_, timers_, gateway_->Serve(context, sink));
  reply.response = std::move(sink.response);
  reply.warnings = std::move(sink.warnings);
  return reply;
}

}  // namespace aigateway
