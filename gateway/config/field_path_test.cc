#include "gateway/config/field_path.h"

#include <string>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(FieldPathTest, JoinsKeysAndIndices) {
  const FieldPath root;
  const FieldPath targets = root.Key("targets");
  const FieldPath second = targets.Index(1);
  const FieldPath retry = second.Key("retry");
  EXPECT_EQ(root.ToString(), "");
  EXPECT_EQ(second.ToString(), "targets[1]");
  EXPECT_EQ(retry.Key("attempts").ToString(), "targets[1].retry.attempts");
}

TEST(FieldPathTest, QuotesKeysThatAreNoNames) {
  const FieldPath root;
  const FieldPath aliases = root.Key("aliases");
  EXPECT_EQ(aliases.Key("gpt-4.1").ToString(), R"(aliases["gpt-4.1"])");
  EXPECT_EQ(aliases.Key("a \"b\" \\").ToString(), R"(aliases["a \"b\" \\"])");
  EXPECT_EQ(aliases.Key("").ToString(), R"(aliases[""])");
}

TEST(FieldPathTest, IsOneLineWhateverAKeyHasInIt) {
  EXPECT_EQ(FieldPath().Key("a\nb\x01").ToString(), "[\"a b \"]");
}

TEST(FieldPathTest, IsBounded) {
  const std::string long_key(100000, 'k');
  EXPECT_LE(FieldPath().Key(long_key).ToString().size(), 80);
  std::string path;
  FieldPath root;
  const FieldPath* last = &root;
  FieldPath steps[100];
  for (FieldPath& step : steps) {
    step = last->Key("a_key_of_some_length");
    last = &step;
  }
  EXPECT_LE(last->ToString().size(), kMaxPathBytes);
}

}  // namespace
}  // namespace aigateway
