// Reported case 046: large messages both ways, and the limit for them.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kLimit = 32 * kMiB;  // docs/operating.md
constexpr absl::Duration kSoon = absl::Seconds(kSanitized ? 10 : 1);

// Bytes of all values that compress badly and repeat nowhere soon.
std::string Picture(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

v1::ChatRequest ChatOf(size_t bytes) {
  v1::ChatRequest chat = EmptyChat();
  AddMessage(v1::ROLE_USER, std::string(bytes, 'x'), chat);
  return chat;
}

class SizeCases : public testing::TestWithParam<const char*> {
 protected:
  void Start(std::vector<std::string> flags = {}) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config =
            absl::StrCat("providers:\n", Instance("t", upstream_, GetParam()),
                         "targets: [{virtual_key: t}]\n"),
        .flags = std::move(flags)});
  }

  FakeUpstream upstream_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_P(SizeCases, Case046PassesALargePictureOnByteForByte) {
  Start();
  const std::string picture = Picture(kMiB * 9 / 2);
  std::string base64;
  absl::Base64Escape(picture, &base64);
  ASSERT_EQ(base64.size(), 6 * kMiB);
  v1::ChatRequest chat = EmptyChat();
  AddMessage(v1::ROLE_USER, "", chat).clear_content();
  v1::Message& message = *chat.mutable_messages(0);
  message.add_parts()->set_text("what is this?");
  v1::ImagePart& image = *message.add_parts()->mutable_image();
  image.set_media_type("image/png");
  for (bool stream : {false, true}) {
    // As bytes and as a URL that has them in it.
    if (stream) {
      image.set_url(absl::StrCat("data:image/png;base64,", base64));
    } else {
      image.set_data(picture);
    }
    upstream_.SetReply(TextReply(GetParam(), stream, "a picture"));
    const Seen seen = CallEither(*gateway_, stream, chat);
    EXPECT_EQ(seen.text, "a picture") << seen.message();
    EXPECT_NE(upstream_.requests().back().body.find(base64), std::string::npos);
  }
}

TEST_P(SizeCases, Case046PassesALongHistoryOn) {
  Start();
  v1::ChatRequest chat = EmptyChat();
  for (int i = 0; i < 20000; ++i) {
    AddMessage(i % 2 == 0 ? v1::ROLE_USER : v1::ROLE_ASSISTANT,
               absl::StrCat(i, std::string(95, 'x')), chat);
  }
  AddMessage(v1::ROLE_USER, "and?", chat);
  for (bool stream : {false, true}) {
    upstream_.SetReply(TextReply(GetParam(), stream, "long"));
    const Seen seen = CallEither(*gateway_, stream, chat);
    EXPECT_EQ(seen.text, "long") << seen.message();
    EXPECT_THAT(upstream_.requests().back().body, HasSubstr("19999xxxxx"));
  }
}

TEST_P(SizeCases, Case046PassesALargeAnswerOnToAClientThatTakesIt) {
  Start();
  const std::string text(6 * kMiB, 'y');
  for (bool stream : {false, true}) {
    upstream_.SetReply(TextReply(GetParam(), stream, text));
    const Seen seen = CallEither(*gateway_, stream);
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    EXPECT_EQ(seen.text.size(), text.size());
    EXPECT_TRUE(seen.text == text);
  }
}

TEST_P(SizeCases, Case046AClientThatTakesNoLargeAnswerHarmsNobody) {
  Start();
  const std::string text(6 * kMiB, 'y');
  grpc::ChannelArguments arguments;
  arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  auto stub = v1::GatewayService::NewStub(grpc::CreateCustomChannel(
      gateway_->address(), grpc::InsecureChannelCredentials(), arguments));
  upstream_.SetReply(TextReply(GetParam(), false, text));
  grpc::ClientContext unary_context;
  v1::RouteResponse response;
  const grpc::Status status = stub->Route(&unary_context, Q1(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("larger than max"));
  // A stream's pieces are small enough for everyone.
  upstream_.SetReply(TextReply(GetParam(), true, text));
  grpc::ClientContext stream_context;
  auto reader = stub->RouteStream(&stream_context, StreamQ1());
  v1::RouteStreamResponse event;
  size_t bytes = 0;
  while (reader->Read(&event)) bytes += event.delta().text().size();
  const grpc::Status stream_status = reader->Finish();
  EXPECT_TRUE(stream_status.ok()) << stream_status.error_message();
  EXPECT_EQ(bytes, text.size());

  upstream_.SetReply(TextReply(GetParam(), false, "ok"));
  grpc::ClientContext context;
  EXPECT_TRUE(stub->Route(&context, Q1(), &response).ok());
}

INSTANTIATE_TEST_SUITE_P(Families, SizeCases,
                         testing::Values("openai-compatible", "anthropic",
                                         "gemini"));

using LimitCases = SizeCases;

TEST_P(LimitCases, Case046RefusesARequestOverTheLimitAndForgetsIt) {
  Start();
  upstream_.SetReply(Completion("ok"));
  EXPECT_EQ(CallRoute(*gateway_).text, "ok");
  const v1::ChatRequest large = ChatOf(kLimit + kMiB);
  absl::Duration best = absl::InfiniteDuration();
  const auto refuse = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const Seen seen = CallEither(*gateway_, /*stream=*/i % 2 == 0, large);
      EXPECT_THAT(seen.status.error_code(),
                  AnyOf(grpc::StatusCode::RESOURCE_EXHAUSTED,
                        grpc::StatusCode::INVALID_ARGUMENT))
          << seen.message();
      best = std::min(best, seen.took);
      EXPECT_EQ(CallRoute(*gateway_).text, "ok");
    }
  };
  // What the allocator keeps of the first ones is enough for the others.
  refuse(6);
  const int64_t before = gateway_->resident_kib();
  refuse(12);
  EXPECT_LE(gateway_->resident_kib() - before, int64_t{64} * 1024);
  EXPECT_LT(best, kSoon);
  EXPECT_EQ(upstream_.request_count(), 19u);
  // Just under it, it passes.
  upstream_.SetReply(Completion("large"));
  EXPECT_EQ(CallEither(*gateway_, false, ChatOf(kLimit - 1000)).text, "large");
}

TEST_P(LimitCases, Case046TakesTheLimitFromTheFlag) {
  Start({"--max_message_bytes=100000"});
  upstream_.SetReply(Completion("ok"));
  EXPECT_EQ(CallEither(*gateway_, false, ChatOf(90000)).text, "ok");
  const Seen seen = CallEither(*gateway_, false, ChatOf(110000));
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(CallRoute(*gateway_).text, "ok");
}

TEST_P(LimitCases, Case046BoundsMetadata) {
  Start();
  upstream_.SetReply(Completion("ok"));
  grpc::ClientContext context;
  context.AddMetadata("x-large", std::string(20 * 1024, 'x'));
  v1::RouteResponse response;
  const grpc::Status status =
      gateway_->gateway().Route(&context, Q1(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
      << status.error_message();
  EXPECT_EQ(upstream_.request_count(), 0u);
  // gRPC 1.51 then closes the connection, and a call that the client began on
  // it meanwhile fails; the one after has a connection of its own.
  Seen next = CallRoute(*gateway_);
  if (next.message() == "Socket closed") next = CallRoute(*gateway_);
  EXPECT_EQ(next.text, "ok") << next.message();
}

INSTANTIATE_TEST_SUITE_P(OpenAi, LimitCases,
                         testing::Values("openai-compatible"));

// The embedded default is everybody's first server: one large prompt must not
// hold it up.
TEST(SimulatorSizeCases, Case046ALargePromptHoldsNobodyUp) {
  GatewayProcess gateway({.flags = {"--loops=1"}});
  v1::ChatRequest large = ChatOf(8 * kMiB);
  large.set_model("simulator");
  v1::ChatRequest small = Q1().chat();
  small.set_model("simulator");
  for (bool stream : {false, true}) {
    const Seen seen = CallEither(gateway, stream, large);
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    EXPECT_GE(seen.usage().prompt_tokens(), int64_t{1} << 19);
    EXPECT_TRUE(CallEither(gateway, stream, small).status.ok());
  }
}

}  // namespace
}  // namespace aigateway
