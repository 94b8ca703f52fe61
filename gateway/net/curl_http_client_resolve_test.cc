// Names that resolve slowly, or not at all. This program's getaddrinfo stands
// in the place of the C library's, also for libcurl.

#include <arpa/inet.h>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/upstream_script.h"

namespace {

// Lookups of "slow.test" wait for it.
aigateway::UpstreamGate* slow_gate = nullptr;
std::atomic<int> slow_lookups_begun = 0;
std::atomic<int> slow_lookups_ended = 0;
// How many lookups of "late.test" fail before the first that does not.
std::atomic<int> late_failures = 0;

}  // namespace

// All names that are known here are 127.0.0.1.
extern "C" int getaddrinfo(const char* node, const char* service,
                           const addrinfo* hints, addrinfo** result) {
  const std::string name = node == nullptr ? "" : node;
  if (name == "slow.test") {
    ++slow_lookups_begun;
    slow_gate->Await(absl::Seconds(60));
    ++slow_lookups_ended;
  } else if (name == "late.test") {
    if (late_failures-- > 0) return EAI_AGAIN;
  } else if (name != "fast.test") {
    return EAI_NONAME;
  }
  addrinfo* const info =
      static_cast<addrinfo*>(calloc(1, sizeof(addrinfo) + sizeof(sockaddr_in)));
  sockaddr_in* const address = reinterpret_cast<sockaddr_in*>(info + 1);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (service != nullptr) {
    address->sin_port = htons(static_cast<uint16_t>(atoi(service)));
  }
  info->ai_family = AF_INET;
  info->ai_socktype = SOCK_STREAM;
  info->ai_addrlen = sizeof(sockaddr_in);
  info->ai_addr = reinterpret_cast<sockaddr*>(address);
  *result = info;
  return 0;
}

extern "C" void freeaddrinfo(addrinfo* info) { free(info); }

namespace aigateway {
namespace {

using ::testing::HasSubstr;

class CurlHttpClientResolveTest : public HttpClientTest {
 protected:
  CurlHttpClientResolveTest() {
    slow_gate = &gate_;
    slow_lookups_begun = 0;
    slow_lookups_ended = 0;
  }
  // No lookup outlives the test.
  ~CurlHttpClientResolveTest() override {
    gate_.Open();
    while (slow_lookups_ended < slow_lookups_begun) poll(nullptr, 0, 1);
  }

  std::string Url(absl::string_view name) const {
    return absl::StrCat("http://", name, ":", upstream_.port(), "/");
  }
  Exchange& BeginSlow() {
    const int begun = slow_lookups_begun;
    Exchange& exchange = New(Url("slow.test"));
    Begin(exchange);
    EXPECT_TRUE(RunUntil([begun] { return slow_lookups_begun > begun; }));
    return exchange;
  }

  FakeUpstream upstream_;
  UpstreamGate gate_;
};

TEST_F(CurlHttpClientResolveTest, ASlowNameDelaysNoOther) {
  Exchange& slow = BeginSlow();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(Get(Url("fast.test")).ok());
    EXPECT_TRUE(Get(upstream_.url()).ok());
  }
  EXPECT_FALSE(slow.ended());
  EXPECT_EQ(slow_lookups_ended, 0);

  gate_.Open();
  EXPECT_TRUE(Finish(slow).ok());
  EXPECT_EQ(slow.sink.body, "{}");
}

TEST_F(CurlHttpClientResolveTest, CancellingWhileANameResolvesEndsAtOnce) {
  for (int i = 0; i < 3; ++i) {
    Exchange& slow = BeginSlow();
    slow.scope.Cancel(absl::CancelledError("gone"));
    loop().RunReady();
    ASSERT_TRUE(slow.ended());
    EXPECT_EQ(*slow.result, absl::CancelledError("gone"));
  }
  EXPECT_EQ(slow_lookups_ended, 0) << "nobody waited for the lookup";
  EXPECT_TRUE(Get(upstream_.url()).ok());
  // The late answers find nobody.
  gate_.Open();
  while (slow_lookups_ended < slow_lookups_begun) poll(nullptr, 0, 1);
  EXPECT_TRUE(Get(Url("slow.test")).ok());
}

TEST_F(CurlHttpClientResolveTest, TheClientMayEndWhileANameResolves) {
  BeginSlow().scope.Cancel(absl::CancelledError("gone"));
  MakeLoop({});
  EXPECT_EQ(slow_lookups_ended, 0);
}

TEST_F(CurlHttpClientResolveTest, ResolvingCountsAsConnecting) {
  Exchange& slow = New(Url("slow.test"));
  slow.request.connect_timeout = absl::Milliseconds(50);
  const absl::Status status = Run(slow);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "resolve");
  EXPECT_EQ(slow_lookups_ended, 0);
}

TEST_F(CurlHttpClientResolveTest, AnUnknownNameIsAnError) {
  const absl::Status status = Get("http://user:pw@nowhere.test/secret?secret");
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "resolve");
  EXPECT_EQ(std::string(status.message()),
            "nowhere.test: the name cannot be resolved");
}

TEST_F(CurlHttpClientResolveTest, AFailedLookupIsNotRemembered) {
  late_failures = 2;
  EXPECT_FALSE(Get(Url("late.test")).ok());
  EXPECT_FALSE(Get(Url("late.test")).ok());
  EXPECT_TRUE(Get(Url("late.test")).ok());
}

TEST_F(CurlHttpClientResolveTest, ManyCancelledLookupsLeaveNoDescriptor) {
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 50; ++i) {
    BeginSlow().scope.Cancel(absl::CancelledError("gone"));
  }
  RunFor(absl::Milliseconds(1));
  gate_.Open();
  while (slow_lookups_ended < 50) poll(nullptr, 0, 1);
  EXPECT_TRUE(RunUntil([before] { return OpenDescriptors() <= before + 2; }));
}

}  // namespace
}  // namespace aigateway
