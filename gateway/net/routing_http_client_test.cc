#include "gateway/net/routing_http_client.h"

#include "absl/status/status.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/net/http_message.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

TEST(RoutingHttpClientTest, SendsOnlySimulatorUrlsToTheSimulatedClient) {
  FakeLoop loop;
  FakeTimers timers(&loop);
  FakeHttpClient real(&timers);
  FakeHttpClient simulated(&timers);
  RoutingHttpClient client(&real, &simulated);
  Scope scope;
  CollectingHttpSink sink;
  for (const char* url :
       {"https://simulator.example/", "http://x/?u=simulator://local",
        "simulator:/local", "", "simulator://local/v1"}) {
    const HttpRequest request{.url = url};
    real.EnqueueJson(200, "{}");
    simulated.EnqueueJson(200, "{}");
    EXPECT_EQ(
        RunToEnd(loop, timers, client.Send(scope, request, sink, nullptr)),
        absl::OkStatus());
  }

  ASSERT_EQ(real.requests().size(), 4u);
  EXPECT_EQ(real.requests()[1].url, "http://x/?u=simulator://local");
  ASSERT_EQ(simulated.requests().size(), 1u);
  EXPECT_EQ(simulated.requests()[0].url, "simulator://local/v1");
}

}  // namespace
}  // namespace aigateway
