#include "providers/credential_exchange.h"

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class CredentialExchangeTest : public testing::Test {
 protected:
  absl::StatusOr<HttpResponse> Exchange() {
    HttpRequest request;
    request.url = "http://169.254.170.2/token";
    return RunToEnd(
        loop_, timers_,
        ExchangeForCredential(scope_, env_, request, absl::Seconds(2)));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  FakeHttpClient http_{&timers_};
  Env env_{
      .loop = &loop_, .clock = &timers_, .timers = &timers_, .http = &http_};
  Scope scope_;
};

TEST_F(CredentialExchangeTest, KeepsTheWholeAnswerWhateverItsStatus) {
  http_.EnqueueJson(404, "no such role");
  const absl::StatusOr<HttpResponse> answer = Exchange();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "no such role");
}

TEST_F(CredentialExchangeTest, RefusesWhatIsTooLargeForACredential) {
  http_.EnqueueJson(200, std::string(kMaxCredentialBytes + 1, 'x'));
  EXPECT_THAT(Exchange().status(),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(CredentialExchangeTest, WaitsNoLongerThanItsLimit) {
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  const absl::Time begin = timers_.Now();
  EXPECT_THAT(Exchange().status(),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(timers_.Now() - begin, absl::Seconds(2));
}

TEST_F(CredentialExchangeTest, SaysThatNobodyAnswers) {
  EXPECT_THAT(Exchange().status(),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway
