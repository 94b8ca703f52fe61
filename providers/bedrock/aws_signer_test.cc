#include "providers/bedrock/aws_signer.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

// Gives keys "AKIA1", "AKIA2", ... out.
class NumberedKeys final : public CredentialFetcher {
 public:
  explicit NumberedKeys(int* fetches) : fetches_(*fetches) {}
  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    Credential keys;
    keys.id = absl::StrCat("AKIA", ++fetches_);
    keys.secret = Secret("s");
    co_return keys;
  }
  std::string identity() const override { return "numbered"; }

 private:
  int& fetches_;
};

class AwsSignerTest : public AwsFixture {
 protected:
  HttpRequest Sign(HttpRequest request = {}) {
    request.url = "https://bedrock.example/model/x";
    EXPECT_THAT(
        RunToEnd(loop_, signer_.Authorize(scope_, env_, /*background=*/nullptr,
                                          request)),
        IsOk());
    return request;
  }
  static std::string Authorization(const HttpRequest& request) {
    return std::string(request.headers.Get("authorization"));
  }

  int fetches_ = 0;
  AwsSigner signer_{"us-east-1", "bedrock",
                    std::make_unique<NumberedKeys>(&fetches_)};
};

TEST_F(AwsSignerTest, SignsWithKeysThatItKeeps) {
  EXPECT_THAT(
      Authorization(Sign()),
      HasSubstr("Credential=AKIA1/20231114/us-east-1/bedrock/aws4_request"));
  Sign();
  EXPECT_EQ(fetches_, 1);
}

TEST_F(AwsSignerTest, LeavesARequestAloneThatHasItsKey) {
  HttpRequest request;
  request.headers.Add("Authorization", "Bearer key");
  EXPECT_EQ(Authorization(Sign(request)), "Bearer key");
  EXPECT_EQ(fetches_, 0);
}

TEST_F(AwsSignerTest, TakesOtherKeysOnceTheseAreRefused) {
  const HttpRequest first = Sign();
  timers_.Advance(absl::Minutes(1));
  signer_.OnRefused(env_, first);
  EXPECT_THAT(Authorization(Sign()), HasSubstr("Credential=AKIA2/"));
  timers_.Advance(absl::Minutes(1));
  // Nobody uses the first ones any more.
  signer_.OnRefused(env_, first);
  EXPECT_THAT(Authorization(Sign()), HasSubstr("Credential=AKIA2/"));
}

}  // namespace
}  // namespace aigateway
