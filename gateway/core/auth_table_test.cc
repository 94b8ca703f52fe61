#include "gateway/core/auth_table.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::NotNull;

config::v1::AuthKeyConfig* AddKey(config::v1::AuthConfig& auth,
                                  const std::string& name,
                                  const std::string& key) {
  config::v1::AuthKeyConfig* entry = auth.add_keys();
  entry->set_name(name);
  entry->set_key(key);
  return entry;
}

TEST(AuthTableTest, FindsTheHolderOfAKey) {
  config::v1::AuthConfig auth;
  AddKey(auth, "ann", "key-a");
  AddKey(auth, "bob", "key-b")->add_models("gpt-4o");

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, IsOk());
  ASSERT_THAT((*table)->Find("key-b"), NotNull());
  EXPECT_EQ((*table)->Find("key-b")->caller.name, "bob");
  EXPECT_THAT((*table)->Find("key-b")->caller.models, ElementsAre("gpt-4o"));
  EXPECT_THAT((*table)->Find("key-a")->caller.models, IsEmpty());
}

TEST(AuthTableTest, KnowsNoOtherKey) {
  config::v1::AuthConfig auth;
  AddKey(auth, "ann", "key-a");

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, IsOk());
  for (const char* key : {"", "key-", "key-aa", "KEY-A", " key-a", "ann"}) {
    EXPECT_THAT((*table)->Find(key), IsNull()) << key;
  }
}

TEST(AuthTableTest, GivesTheScopeRouteToWhoeverNamesNone) {
  config::v1::AuthConfig auth;
  AddKey(auth, "ann", "key-a");
  AddKey(auth, "ops", "key-b")->add_scopes("admin");
  config::v1::AuthKeyConfig* both = AddKey(auth, "all", "key-c");
  both->add_scopes("admin");
  both->add_scopes("route");

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, IsOk());
  EXPECT_TRUE((*table)->Find("key-a")->route);
  EXPECT_FALSE((*table)->Find("key-a")->admin);
  EXPECT_FALSE((*table)->Find("key-b")->route);
  EXPECT_TRUE((*table)->Find("key-b")->admin);
  EXPECT_TRUE((*table)->Find("key-c")->route);
  EXPECT_TRUE((*table)->Find("key-c")->admin);
}

TEST(AuthTableTest, DropsWhiteSpaceAroundAKey) {
  config::v1::AuthConfig auth;
  AddKey(auth, "ann", " key-a\r\n");

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, IsOk());
  EXPECT_THAT((*table)->Find("key-a"), NotNull());
}

TEST(AuthTableTest, ReportsEveryBadKeyWithoutShowingOne) {
  config::v1::AuthConfig auth;
  AddKey(auth, "ann", "good-key");
  AddKey(auth, "bob", " \n");
  AddKey(auth, "cid", "evil\r\nX-Evil: 1");
  AddKey(auth, "dan", "good-key ");

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, HasReason(ErrorReason::kInvalidConfig));
  const auto violations = GetViolations(table.status());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "keys[1].key");
  EXPECT_EQ(violations[1].field, "keys[2].key");
  EXPECT_EQ(violations[2].field, "keys[3].key");
  EXPECT_THAT(table.status().ToString(), Not(HasSubstr("good-key")));
  EXPECT_THAT(table.status().ToString(), Not(HasSubstr("evil")));
}

TEST(AuthTableTest, HoldsTenThousandKeys) {
  config::v1::AuthConfig auth;
  for (int i = 0; i < 10000; ++i) {
    AddKey(auth, absl::StrCat("n", i), absl::StrCat("key-", i));
  }

  const auto table = AuthTable::Create(auth);

  ASSERT_THAT(table, IsOk());
  EXPECT_EQ((*table)->size(), 10000u);
  for (int i = 0; i < 10000; i += 37) {
    const KeyRights* rights = (*table)->Find(absl::StrCat("key-", i));
    ASSERT_THAT(rights, NotNull());
    EXPECT_EQ(rights->caller.name, absl::StrCat("n", i));
  }
}

}  // namespace
}  // namespace aigateway
