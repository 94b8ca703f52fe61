// Reported case 042: a redirect takes neither key nor prompt anywhere.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class RedirectCases : public testing::TestWithParam<const char*> {
 protected:
  // Starts a gateway whose targets are `u1` of the family, and what else.
  void Start(absl::string_view more_targets = "") {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config =
            absl::StrCat("providers:\n", Instance("u1", u1_, GetParam()),
                         Instance("spare", spare_),
                         "targets: [{virtual_key: u1}", more_targets, "]\n")});
    u2_.SetReply(TextReply(GetParam(), false, "stolen"));
  }

  FakeUpstream u1_;
  FakeUpstream u2_;
  FakeUpstream spare_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_P(RedirectCases, Case042FollowsNone) {
  Start();
  const std::string query = "?key=key-u1&q=word-of-the-query";
  const std::string elsewhere[] = {
      u2_.url("/steal"), u2_.url("/steal") + query,
      absl::StrCat("http://user:word-of-the-query@", u2_.host(), "/steal"),
      absl::StrCat("//", u2_.host(), "/steal")};
  const std::string inside[] = {"/v1/other", "other", "file:///etc/hostname",
                                "gopher://127.0.0.1/x", ""};
  const auto run = [&](int status, const std::string& location, bool stream) {
    u1_.SetReply(
        Answer(status, "moved",
               {{"Content-Type", "text/plain"}, {"Location", location}}));
    const size_t before = u1_.request_count();
    const Seen seen = CallEither(*gateway_, stream);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE)
        << status << " to " << location;
    EXPECT_EQ(seen.reason(), "PROVIDER_PROTOCOL_ERROR");
    EXPECT_THAT(seen.message(), HasSubstr(absl::StrCat(status)));
    EXPECT_THAT(seen.message(), Not(HasSubstr("word-of-the-query")));
    EXPECT_THAT(seen.message(), Not(HasSubstr("key-u1")));
    EXPECT_EQ(u1_.request_count() - before, 1u);
    return seen;
  };
  for (bool stream : {false, true}) {
    for (int status : {301, 302, 303, 307, 308}) {
      for (const std::string& location : elsewhere) {
        EXPECT_THAT(run(status, location, stream).message(),
                    HasSubstr(location[0] == '/' ? "" : u2_.host()));
      }
      for (const std::string& location : inside) {
        run(status, location, stream);
      }
    }
  }
  EXPECT_EQ(u2_.connection_count(), 0u);
  for (const UpstreamRequest& request : u1_.requests()) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_THAT(request.target, Not(HasSubstr("other")));
  }
  u1_.SetReply(TextReply(GetParam(), false, "ok"));
  EXPECT_EQ(CallRoute(*gateway_).text, "ok");
}

TEST_P(RedirectCases, Case042AsksTheNextTarget) {
  Start(", {virtual_key: spare}");
  u1_.SetReply(Answer(307, "", {{"Location", u2_.url("/steal")}}));
  for (bool stream : {false, true}) {
    spare_.SetReply(stream ? TextStream({"spared"}) : Completion("spared"));
    const Seen seen = CallEither(*gateway_, stream);
    EXPECT_EQ(seen.text, "spared") << seen.message();
  }
  EXPECT_EQ(u1_.request_count(), 2u);
  EXPECT_EQ(u2_.connection_count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Families, RedirectCases,
                         testing::Values("openai-compatible", "anthropic",
                                         "gemini"));

}  // namespace
}  // namespace aigateway
