#include "gateway/server/auth.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    config::v1::AuthConfig auth;
    Add(auth, "ann", "ann-key-1234", "route")->add_models("gpt-4o");
    Add(auth, "ops", "ops-key-1234", "admin");
    auto table = AuthTable::Create(auth);
    AIGW_CHECK(table.ok());
    keys_ = *std::move(table);
  }

  static config::v1::AuthKeyConfig* Add(config::v1::AuthConfig& auth,
                                        const char* name, const char* key,
                                        const char* scope) {
    config::v1::AuthKeyConfig* entry = auth.add_keys();
    entry->set_name(name);
    entry->set_key(key);
    entry->add_scopes(scope);
    return entry;
  }

  absl::StatusOr<CallerIdentity> Check(const ClientMetadata& metadata,
                                       KeyScope scope = KeyScope::kRoute) {
    return CheckKey(keys_.get(), WithoutKeys::kAdmitAll, metadata, scope);
  }

  std::shared_ptr<const AuthTable> keys_;
};

TEST_F(AuthTest, TellsWhoHoldsTheKey) {
  const auto caller = Check({{"authorization", "Bearer ann-key-1234"}});

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->name, "ann");
  EXPECT_THAT(caller->models, ElementsAre("gpt-4o"));
}

TEST_F(AuthTest, TakesTheSchemeInAnyCaseAndSpacesAroundTheKey) {
  EXPECT_THAT(Check({{"authorization", "bearer  ann-key-1234 "}}), IsOk());
}

TEST_F(AuthTest, RefusesACallWithoutAKeyAndSaysHowToSendOne) {
  const auto caller = Check({});

  EXPECT_THAT(caller, HasReason(ErrorReason::kInvalidApiKey));
  EXPECT_THAT(caller, StatusIs(absl::StatusCode::kUnauthenticated,
                               HasSubstr("authorization: Bearer KEY")));
}

TEST_F(AuthTest, RefusesWhatIsNoKnownKeyWithoutRepeatingIt) {
  for (const char* value :
       {"Bearer ann-key-123", "Bearer ann-key-12345", "Bearer ", "Bearer",
        "ann-key-1234", "", "Basic ann-key-1234", "Bearer ANN-KEY-1234"}) {
    const auto caller = Check({{"authorization", value}});
    EXPECT_THAT(caller, HasReason(ErrorReason::kInvalidApiKey)) << value;
    EXPECT_THAT(caller.status().ToString(), Not(HasSubstr("ann-key")));
  }
}

TEST_F(AuthTest, RefusesTwoKeysAtOnce) {
  EXPECT_THAT(Check({{"authorization", "Bearer ann-key-1234"},
                     {"authorization", "Bearer ann-key-1234"}}),
              HasReason(ErrorReason::kInvalidApiKey));
}

TEST_F(AuthTest, KeepsTheScopesApart) {
  const ClientMetadata ann = {{"authorization", "Bearer ann-key-1234"}};
  const ClientMetadata ops = {{"authorization", "Bearer ops-key-1234"}};

  EXPECT_THAT(Check(ops, KeyScope::kAdmin), IsOk());
  EXPECT_THAT(Check(ann, KeyScope::kAdmin),
              HasReason(ErrorReason::kScopeMissing));
  const auto refused = Check(ops, KeyScope::kRoute);
  EXPECT_THAT(refused, HasReason(ErrorReason::kScopeMissing));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied,
                                HasSubstr("'route'")));
  EXPECT_EQ(GetErrorMetadata(refused.status(), "key"), "ops");
}

TEST_F(AuthTest, AdmitsAllWhereNoKeysAreAskedFor) {
  const auto caller =
      CheckKey(nullptr, WithoutKeys::kAdmitAll, {}, KeyScope::kAdmin);

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->name, "");
}

TEST_F(AuthTest, AdmitsNobodyAfterTheKeysWereTakenAway) {
  EXPECT_THAT(
      CheckKey(nullptr, WithoutKeys::kRefuseAll,
               {{"authorization", "Bearer ann-key-1234"}}, KeyScope::kRoute),
      HasReason(ErrorReason::kInvalidApiKey));
}

}  // namespace
}  // namespace aigateway
