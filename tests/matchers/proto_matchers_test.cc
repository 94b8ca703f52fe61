#include "tests/matchers/proto_matchers.h"

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::google::protobuf::Int64Value;
using ::google::protobuf::Value;
using ::testing::Not;
using ::testing::StringMatchResultListener;

TEST(EqualsProtoTest, ComparesWithTextFormat) {
  Int64Value value;
  value.set_value(7);
  EXPECT_THAT(value, EqualsProto("value: 7"));
  EXPECT_THAT(&value, EqualsProto("value: 7"));
  EXPECT_THAT(value, Not(EqualsProto("value: 8")));
  EXPECT_THAT(value, Not(EqualsProto("")));
}

TEST(EqualsProtoTest, ComparesWithAMessage) {
  Int64Value value;
  value.set_value(7);
  Int64Value other = value;
  EXPECT_THAT(value, EqualsProto(other));
  other.set_value(8);
  EXPECT_THAT(value, Not(EqualsProto(other)));
  EXPECT_THAT(value, Not(EqualsProto(Value())));
}

TEST(EqualsProtoTest, TellsUnsetFromZero) {
  Value zero;
  zero.set_number_value(0);
  EXPECT_THAT(zero, EqualsProto("number_value: 0"));
  EXPECT_THAT(zero, Not(EqualsProto("")));
  EXPECT_THAT(Value(), Not(EqualsProto("number_value: 0")));
}

TEST(EqualsProtoTest, FailsOnTextThatDoesNotParseAndSaysWhy) {
  StringMatchResultListener listener;
  EXPECT_FALSE(::testing::ExplainMatchResult(EqualsProto("no_field: 1"),
                                             Int64Value(), &listener));
  EXPECT_THAT(listener.str(), ::testing::HasSubstr("no_field"));
}

}  // namespace
}  // namespace aigateway
