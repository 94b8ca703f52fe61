#ifndef AIGATEWAY_PROVIDERS_TOKEN_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_TOKEN_TEST_KIT_H_

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "providers/credential.h"
#include "providers/credential_cache.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

// What the tests of what fetches tokens share.
namespace aigateway {

class TokenFixture : public testing::Test {
 protected:
  absl::StatusOr<Credential> Fetch(const CredentialFetcher& fetcher) {
    return RunToEnd(loop_, timers_, fetcher.Fetch(scope_, env_));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  FakeHttpClient http_{&timers_};
  Env env_{
      .loop = &loop_, .clock = &timers_, .timers = &timers_, .http = &http_};
  Scope scope_;
};

// As token endpoints and metadata servers answer.
inline constexpr char kTokenJson[] =
    R"({"access_token":"ya29.token","expires_in":3599,"token_type":"Bearer"})";

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_TOKEN_TEST_KIT_H_
