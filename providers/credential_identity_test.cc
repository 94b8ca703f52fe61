#include "providers/credential_identity.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CredentialIdentityTest, IsTheSameForTheSameParts) {
  EXPECT_EQ(CredentialIdentity({"entra", "tenant", "hush"}),
            CredentialIdentity({"entra", "tenant", "hush"}));
  EXPECT_NE(CredentialIdentity({"entra", "tenant", "hush"}),
            CredentialIdentity({"entra", "tenant", "hush!"}));
}

TEST(CredentialIdentityTest, KnowsWhereAPartEnds) {
  EXPECT_NE(CredentialIdentity({"ab", "c"}), CredentialIdentity({"a", "bc"}));
  EXPECT_NE(CredentialIdentity({"a", ""}), CredentialIdentity({"a"}));
  EXPECT_NE(CredentialIdentity({"a", "b"}), CredentialIdentity({"a1:b"}));
}

TEST(CredentialIdentityTest, ShowsNoPart) {
  const std::string identity = CredentialIdentity({"entra", "hush"});
  EXPECT_EQ(identity.size(), 64U);
  EXPECT_THAT(identity, Not(HasSubstr("hush")));
  EXPECT_THAT(identity, Not(HasSubstr("entra")));
}

}  // namespace
}  // namespace aigateway
