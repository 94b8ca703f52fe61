#include "providers/json_struct.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

using ::google::protobuf::Value;

Value Read(absl::string_view json) {
  Value value;
  EXPECT_TRUE(ReadJsonIntoValue(json, &value)) << json;
  return value;
}

TEST(JsonStructTest, ReadsEveryKindOfValue) {
  EXPECT_THAT(Read(R"({"a":[1,2.5,"x",true,null]})"), EqualsProto(R"pb(
                struct_value {
                  fields {
                    key: "a"
                    value {
                      list_value {
                        values { number_value: 1 }
                        values { number_value: 2.5 }
                        values { string_value: "x" }
                        values { bool_value: true }
                        values { null_value: NULL_VALUE }
                      }
                    }
                  }
                })pb"));
}

TEST(JsonStructTest, KeepsNumbersThatADoubleWouldBendAsText) {
  EXPECT_EQ(Read("9007199254740993").string_value(), "9007199254740993");
  EXPECT_EQ(Read("1e400").string_value(), "1e400");
  EXPECT_EQ(Read("9007199254740992").number_value(), 9007199254740992.0);
}

TEST(JsonStructTest, KeepsWhatIsNestedTooDeepAsText) {
  const std::string deep = std::string(60, '[') + std::string(60, ']');

  const Value value = Read(deep);

  std::string bytes;
  ASSERT_TRUE(value.SerializeToString(&bytes));
  Value parsed;
  EXPECT_TRUE(parsed.ParseFromString(bytes));
  const Value* innermost = &value;
  while (innermost->has_list_value()) {
    innermost = &innermost->list_value().values(0);
  }
  EXPECT_EQ(innermost->string_value(), deep.substr(24, 72));
}

TEST(JsonStructTest, RefusesWhatIsNotJson) {
  Value value;
  EXPECT_FALSE(ReadJsonIntoValue("{", &value));
  EXPECT_FALSE(ReadJsonIntoValue("", &value));
}

}  // namespace
}  // namespace aigateway
