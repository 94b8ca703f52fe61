// Reported case 045: clients that ping through a long silence, and one that
// pings too much.

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/raw_connection.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

// As often as the documentation allows, and so long that there are four pings
// in it: a server with gRPC's defaults throws a client out at the fourth.
constexpr absl::Duration kPingEvery = absl::Milliseconds(5200);
constexpr absl::Duration kSilence = absl::Seconds(22);
constexpr char kEnhanceYourCalm[] = {0, 0, 0, 11};  // RFC 9113, section 7.

std::chrono::system_clock::time_point In(absl::Duration time) {
  return std::chrono::system_clock::now() + absl::ToChronoMicroseconds(time);
}

class PingCases : public testing::Test {
 protected:
  PingCases()
      : gateway_(GatewayProcess::Options{
            .config = absl::StrCat("providers:\n", Instance("a", upstream_),
                                   "targets: [{virtual_key: a}]\n")}) {}

  std::shared_ptr<grpc::Channel> PingingChannel() {
    const int every = static_cast<int>(absl::ToInt64Milliseconds(kPingEvery));
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, every);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    auto channel = grpc::CreateCustomChannel(
        gateway_.address(), grpc::InsecureChannelCredentials(), arguments);
    EXPECT_TRUE(channel->WaitForConnected(In(absl::Seconds(20))));
    return channel;
  }

  FakeUpstream upstream_;
  GatewayProcess gateway_;
};

// Whether the channel stays as it is, connected, for that time.
bool StaysConnected(grpc::Channel& channel, absl::Duration time) {
  return !channel.WaitForStateChange(GRPC_CHANNEL_READY, In(time)) &&
         channel.GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY;
}

TEST_F(PingCases, Case045LetsClientsPingThroughALongSilence) {
  const std::string answer = CompletionJson("ok");
  upstream_.SetHandler([&](const UpstreamRequest& request) {
    if (request.body.find("\"stream\":true") == std::string::npos) {
      return UpstreamReply()
          .Send(
              HttpHead(200, {{"Content-Type", "application/json"},
                             {"Content-Length", absl::StrCat(answer.size())}}))
          .Pause(kSilence)
          .Send(answer);
    }
    return UpstreamReply()
        .Send(SseHead())
        .Pause(kSilence)
        .Send(Chunk(SseEvent(DeltaJson("ok"))))
        .Send(Chunk(SseEvent(FinishJson())))
        .Send(Chunk(SseEvent("[DONE]")))
        .Send(LastChunk());
  });
  const std::shared_ptr<grpc::Channel> busy = PingingChannel();
  const std::shared_ptr<grpc::Channel> idle = PingingChannel();
  auto stub = v1::GatewayService::NewStub(busy);

  std::thread unary([&] {
    grpc::ClientContext context;
    v1::RouteResponse response;
    const grpc::Status status = stub->Route(&context, Q1(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.chat().choices(0).message().content(), "ok");
  });
  std::thread stream([&] {
    grpc::ClientContext context;
    auto reader = stub->RouteStream(&context, StreamQ1());
    v1::RouteStreamResponse event;
    std::string text;
    while (reader->Read(&event)) text += event.delta().text();
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(text, "ok");
  });
  // A client of which it is known that it pings, without any call.
  std::thread raw([&] {
    RawHttp2 client(gateway_.address());
    int answered = 0;
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(client.Send(
          {.type = Http2Frame::kPing, .payload = std::string(8, 'p')}));
      const absl::Time next = Clock::Real()->Now() + kPingEvery;
      while (std::optional<Http2Frame> frame =
                 client.Next(next - Clock::Real()->Now())) {
        EXPECT_NE(frame->type, Http2Frame::kGoAway) << frame->payload;
        answered += frame->type == Http2Frame::kPing;
      }
      ASSERT_FALSE(client.closed());
    }
    EXPECT_EQ(answered, 5);
  });
  EXPECT_TRUE(StaysConnected(*idle, kSilence));
  unary.join();
  stream.join();
  raw.join();
  EXPECT_EQ(busy->GetState(false), GRPC_CHANNEL_READY);

  upstream_.SetHandler([](const UpstreamRequest&) { return Completion("ok"); });
  grpc::ClientContext context;
  v1::RouteResponse response;
  EXPECT_TRUE(
      v1::GatewayService::NewStub(idle)->Route(&context, Q1(), &response).ok());
  EXPECT_EQ(idle->GetState(false), GRPC_CHANNEL_READY);
}

TEST_F(PingCases, Case045CutsAClientThatPingsWithoutPauseOff) {
  upstream_.SetReply(UpstreamReply().Stall());
  for (bool in_call : {false, true}) {
    RawHttp2 client(gateway_.address());
    if (in_call) {
      ASSERT_TRUE(client.SendCall(1, "/aigateway.v1.GatewayService/Route",
                                  Q1().SerializeAsString(), {}));
      ASSERT_TRUE(upstream_.WaitForRequests(1));
    }
    std::string goodbye;
    const absl::Time end = Clock::Real()->Now() + absl::Seconds(10);
    while (!client.closed() && Clock::Real()->Now() < end) {
      client.Send({.type = Http2Frame::kPing, .payload = std::string(8, 'p')});
      while (std::optional<Http2Frame> frame =
                 client.Next(absl::Milliseconds(50))) {
        if (frame->type == Http2Frame::kGoAway) goodbye = frame->payload;
      }
    }
    EXPECT_TRUE(client.closed());
    EXPECT_THAT(goodbye, HasSubstr(std::string(kEnhanceYourCalm, 4)));
  }
  // Its call has gone with it, and others are served as before.
  EXPECT_TRUE(upstream_.WaitForClientClose().has_value());
  upstream_.SetReply(Completion("ok"));
  EXPECT_EQ(CallRoute(gateway_).text, "ok");
}

}  // namespace
}  // namespace aigateway
