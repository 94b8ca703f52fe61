#include "gateway/server/unary_call.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

#include "aigateway/v1/route.pb.h"
#include "gateway/base/errors.h"
#include "gateway/server/test_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class UnaryCallTest : public ::testing::Test {
 protected:
  grpc::Status Route(const v1::RouteRequest& request) {
    SetTestDeadline(context_);
    return server_.stub().Route(&context_, request, &response_);
  }

  TestServer server_;
  grpc::ClientContext context_;
  v1::RouteResponse response_;
};

TEST_F(UnaryCallTest, BringsTheAnswer) {
  const grpc::Status status = Route(RouteRequestOf("echo", "hello"));

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response_.chat().choices(0).message().content(), "hello");
  EXPECT_EQ(response_.route().target(), "t");
}

TEST_F(UnaryCallTest, NamesRequestTargetAndAttemptsInTheTrailer) {
  context_.AddMetadata("x-request-id", "my-id");

  ASSERT_TRUE(Route(RouteRequestOf("echo")).ok());

  EXPECT_EQ(TrailerOf(context_, "x-request-id"), "my-id");
  EXPECT_EQ(TrailerOf(context_, "x-aigateway-target"), "t");
  EXPECT_EQ(TrailerOf(context_, "x-aigateway-attempts"), "1");
  EXPECT_EQ(response_.route().request_id(), "my-id");
}

TEST_F(UnaryCallTest, PrefersTheRequestIdOfTheOptions) {
  context_.AddMetadata("x-request-id", "of-metadata");
  v1::RouteRequest request = RouteRequestOf("echo");
  request.mutable_options()->set_request_id("of-options");

  ASSERT_TRUE(Route(request).ok());

  EXPECT_EQ(TrailerOf(context_, "x-request-id"), "of-options");
}

TEST_F(UnaryCallTest, SurvivesARequestIdThatNoHeaderCanCarry) {
  v1::RouteRequest request = RouteRequestOf("echo");
  request.mutable_options()->set_request_id("1\r\nX-Evil: 1");

  ASSERT_TRUE(Route(request).ok());

  EXPECT_EQ(TrailerOf(context_, "x-request-id"), "1%0D%0AX-Evil:%201");
}

TEST_F(UnaryCallTest, GoesOnWithTheTraceOfTheClient) {
  const std::string parent =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  context_.AddMetadata("traceparent", parent);
  context_.AddMetadata("tracestate", "a=1");

  ASSERT_TRUE(Route(RouteRequestOf("echo")).ok());

  EXPECT_EQ(response_.route().trace_id(), "0af7651916cd43dd8448eb211c80319c");
  const auto ended = server_.gateway().ended();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].settings.traceparent, parent);
  EXPECT_EQ(ended[0].settings.tracestate, "a=1");
}

TEST_F(UnaryCallTest, ReportsAFailureWithReasonAndAttempts) {
  const grpc::Status status =
      Route(RouteRequestOf("fail:PROVIDER_UNAVAILABLE"));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "told to fail");
  EXPECT_EQ(ReasonIn(status), "PROVIDER_UNAVAILABLE");
  const auto failure = DetailIn<v1::RouteFailure>(status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->attempts(), SizeIs(2));
  EXPECT_EQ(TrailerOf(context_, "x-aigateway-attempts"), "2");
}

TEST_F(UnaryCallTest, SendsNoHeadersWithAFailure) {
  // Headers would count as the beginning of an answer: no client would retry.
  ASSERT_FALSE(Route(RouteRequestOf("fail:PROVIDER_UNAVAILABLE")).ok());

  EXPECT_THAT(context_.GetServerInitialMetadata(), SizeIs(0));
}

TEST_F(UnaryCallTest, TakesSuccessWithoutAnAnswerForADefect) {
  const grpc::Status status = Route(RouteRequestOf("nothing"));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ReasonIn(status), "INTERNAL");
}

TEST_F(UnaryCallTest, EndsAtTheClientsDeadline) {
  const absl::Time start = absl::Now();
  SetTestDeadline(context_, absl::Milliseconds(200));

  const grpc::Status status =
      server_.stub().Route(&context_, RouteRequestOf("hang"), &response_);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(server_.gateway().WaitForEnded(1));
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
  const auto ended = server_.gateway().ended();
  EXPECT_THAT(ended[0].status, HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_LE(ended[0].settings.deadline - ended[0].start,
            absl::Milliseconds(205));
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST_F(UnaryCallTest, EndsWhenTheClientCancels) {
  std::thread client([this] {
    EXPECT_EQ(Route(RouteRequestOf("hang")).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  ASSERT_TRUE(server_.gateway().WaitForStarted(1));
  const absl::Time cancelled = absl::Now();
  context_.TryCancel();

  ASSERT_TRUE(server_.gateway().WaitForEnded(1));
  client.join();

  const auto ended = server_.gateway().ended();
  EXPECT_THAT(ended[0].status, HasReason(ErrorReason::kCancelled));
  EXPECT_LT(ended[0].end - cancelled, absl::Milliseconds(500));
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST_F(UnaryCallTest, RefusesBytesThatAreNoRequest) {
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(
      server_.channel());
  grpc::Slice slice("\xff\xff\xff");
  grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(
      &context_, "/aigateway.v1.GatewayService/Route", request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, this);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "INVALID_REQUEST");
}

// Case 046: 1, 2 and 3.
TEST_F(UnaryCallTest, TakesAndBringsLargeMessages) {
  const std::string picture(6 * 1024 * 1024, 'p');

  ASSERT_TRUE(Route(RouteRequestOf("echo", picture)).ok());

  EXPECT_EQ(response_.chat().choices(0).message().content(), picture);
}

TEST_F(UnaryCallTest, RefusesAMessageOverTheLimitAndGoesOn) {
  const grpc::Status status =
      Route(RouteRequestOf("echo", std::string(33 * 1024 * 1024, 'p')));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  grpc::ClientContext context;
  SetTestDeadline(context);
  EXPECT_TRUE(
      server_.stub().Route(&context, RouteRequestOf("echo"), &response_).ok());
}

TEST_F(UnaryCallTest, GoesOnAfterAClientRefusedALargeAnswer) {
  grpc::ChannelArguments arguments;  // With gRPC's usual limit of 4 MiB.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  auto stub = v1::GatewayService::NewStub(grpc::CreateCustomChannel(
      server_.address(), grpc::InsecureChannelCredentials(), arguments));
  SetTestDeadline(context_);

  const grpc::Status status =
      stub->Route(&context_, RouteRequestOf("size:6291456"), &response_);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  grpc::ClientContext context;
  SetTestDeadline(context);
  EXPECT_TRUE(stub->Route(&context, RouteRequestOf("echo"), &response_).ok());
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST_F(UnaryCallTest, RefusesMetadataOverTheLimit) {
  context_.AddMetadata("x-long", std::string(20000, 'a'));

  EXPECT_EQ(Route(RouteRequestOf("echo")).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(UnaryCallLoadTest, ServesThousandsOfCallsOnSeveralLoopsAndKeepsNone) {
  TestServer server({.loops = 3});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 10; ++c) {
    clients.emplace_back([&server, &wrong, c] {
      for (int i = 0; i < 500; ++i) {
        const std::string text = absl::StrCat(c, "/", i);
        grpc::ClientContext context;
        SetTestDeadline(context, absl::Seconds(60));
        v1::RouteResponse response;
        const grpc::Status status = server.stub().Route(
            &context, RouteRequestOf("echo", text), &response);
        if (!status.ok() ||
            response.chat().choices(0).message().content() != text) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(server.gateway().started(), 5000);
  EXPECT_TRUE(server.WaitUntilIdle());
}

TEST(UnaryCallLoadTest, SurvivesCancellationsAtRandomMoments) {
  TestServer server({.loops = 2});
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&server, c] {
      for (int i = 0; i < 150; ++i) {
        grpc::ClientContext context;
        // From before the call leaves to after it has answered.
        SetTestDeadline(context, absl::Microseconds(37 * ((i * 7 + c) % 100)));
        v1::RouteResponse response;
        (void)server.stub().Route(&context, RouteRequestOf("slow:1"),
                                  &response);
      }
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_TRUE(server.WaitUntilIdle());
  EXPECT_EQ(server.gateway().in_flight(), 0);
}

TEST(UnaryCallAuthTest, AsksForAKeyIfThereAreAny) {
  TestServer::Options options;
  auto* key = options.auth.add_keys();
  key->set_name("ann");
  key->set_key("ann-key");
  key->add_models("gpt-4o");
  TestServer server(options);
  v1::RouteResponse response;

  grpc::ClientContext without;
  SetTestDeadline(without);
  const grpc::Status refused =
      server.stub().Route(&without, RouteRequestOf("echo"), &response);
  grpc::ClientContext with;
  SetTestDeadline(with);
  with.AddMetadata("authorization", "Bearer ann-key");
  const grpc::Status admitted =
      server.stub().Route(&with, RouteRequestOf("echo"), &response);

  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonIn(refused), "INVALID_API_KEY");
  // Observers are told of it all the same.
  EXPECT_EQ(server.gateway().refusals(), 1);
  EXPECT_TRUE(admitted.ok()) << admitted.error_message();
  const auto ended = server.gateway().ended();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].settings.caller.name, "ann");
  EXPECT_THAT(ended[0].settings.caller.models,
              ::testing::ElementsAre("gpt-4o"));
}

}  // namespace
}  // namespace aigateway
