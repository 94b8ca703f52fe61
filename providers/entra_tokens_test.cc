#include "providers/entra_tokens.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/token_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class EntraTokensTest : public TokenFixture {
 protected:
  absl::StatusOr<Credential> Ask() {
    return Fetch(*NewEntraTokens(client_, "https://ai.azure.com/.default"));
  }

  EntraClient client_{.tenant_id = "tenant/1",
                      .client_id = "app-1",
                      .client_secret = Secret("hush+hush=")};
};

TEST_F(EntraTokensTest, AsksForATokenByTheApplicationsSecret) {
  http_.EnqueueJson(200, kTokenJson);
  const auto token = Ask();
  ASSERT_THAT(token, IsOk());
  EXPECT_EQ(token->token.Reveal(), "ya29.token");
  const HttpRequest& request = http_.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://login.microsoftonline.com/tenant%2F1/oauth2/v2.0/token");
  EXPECT_EQ(request.headers.Get("content-type"),
            "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body,
            "grant_type=client_credentials&client_id=app-1"
            "&client_secret=hush%2Bhush%3D"
            "&scope=https%3A%2F%2Fai.azure.com%2F.default");
}

TEST_F(EntraTokensTest, AsksElsewhereWhereItIsTold) {
  client_.authority_host = "https://login.example";
  http_.EnqueueJson(200, kTokenJson);
  EXPECT_THAT(Ask(), IsOk());
  EXPECT_EQ(http_.requests()[0].url,
            "https://login.example/tenant%2F1/oauth2/v2.0/token");
}

TEST_F(EntraTokensTest, SaysWhoWasRefusedAndNoSecret) {
  http_.EnqueueJson(401,
                    R"({"error":"invalid_client","error_description":)"
                    R"("AADSTS7000215: Invalid client secret hush+hush=."})");
  const absl::Status status = Ask().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the application app-1 of tenant tenant/1 at "
                        "https://login.microsoftonline.com: status 401: "
                        "invalid_client, AADSTS7000215"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hush")));
}

TEST_F(EntraTokensTest, KnowsWhoAsksByEachOfItsSettings) {
  const std::string scope = "https://ai.azure.com/.default";
  const std::string identity = NewEntraTokens(client_, scope)->identity();
  EXPECT_EQ(NewEntraTokens(client_, scope)->identity(), identity);
  EXPECT_THAT(identity, Not(HasSubstr("hush")));
  EXPECT_NE(NewEntraTokens(client_, "other")->identity(), identity);
  for (std::string* setting :
       {&client_.tenant_id, &client_.client_id, &client_.authority_host}) {
    const std::string before = std::exchange(*setting, "other");
    EXPECT_NE(NewEntraTokens(client_, scope)->identity(), identity);
    *setting = before;
  }
  client_.client_secret = Secret("other");
  EXPECT_NE(NewEntraTokens(client_, scope)->identity(), identity);
}

}  // namespace
}  // namespace aigateway
