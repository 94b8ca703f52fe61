#include "gateway/config/settings.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

#include "gateway/base/json_writer.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/message_reader.h"
#include "gateway/config/test_settings.pb.h"
#include "gateway/config/yaml_reader.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::aigateway::config::testing::Everything;
using ::google::protobuf::Struct;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Everything Read(absl::string_view text) {
  Faults faults("f");
  const auto document = ReadYaml(text, faults);
  Everything message;
  MessageReader(&faults, {}).Read(document->root(), FieldPath(), &message);
  EXPECT_THAT(FaultsIn(faults.ToStatus()), IsEmpty());
  return message;
}

std::string Json(const Struct& fields) {
  std::string json;
  JsonWriter(&json).Struct(fields);
  return json;
}

constexpr absl::string_view kEverything = R"(
text: 007
small: -3
large: 9007199254740993
count: 4000000000
huge: 18446744073709551615
real: 0.1
rough: 0.5
flag: true
wait: 1m30s
action: mask_all
numbers: [1, 9223372036854775807, -9223372036854775808]
actions: [block]
limits: {a: 1, b: 2}
inners: {x: {name: y}}
inner: {inner: {name: deep}}
list: [{name: one}, {}]
free: {n: 1, big: 9007199254740993, s: "5", l: [true, null]}
any: [1, "1"]
right: r
maybe: 0
token: t
)";

TEST(ToStructTest, WritesAMessageAsAFileWouldHaveIt) {
  EXPECT_EQ(
      Json(ToStruct(Read(kEverything))),
      R"({"action":"mask_all","actions":["block"],"any":[1,"1"],)"
      R"("count":4000000000,"flag":true,"free":{"big":"9007199254740993",)"
      R"("l":[true,null],"n":1,"s":"5"},"huge":"18446744073709551615",)"
      R"("inner":{"inner":{"name":"deep"}},"inners":{"x":{"name":"y"}},)"
      R"("large":"9007199254740993","limits":{"a":1,"b":2},)"
      R"("list":[{"name":"one"},{}],"maybe":0,)"
      R"("numbers":[1,"9223372036854775807","-9223372036854775808"],)"
      R"("real":0.1,"right":"r","rough":0.5,"small":-3,"text":"007",)"
      R"("token":"t","wait":"1m30s"})");
}

TEST(FromStructTest, ReadsBackWhatToStructWrote) {
  const Everything message = Read(kEverything);
  Everything back;
  ASSERT_THAT(FromStruct(ToStruct(message), &back), IsOk());
  EXPECT_THAT(back, EqualsProto(message));
}

TEST(FromStructTest, ReportsEveryFaultWithItsPath) {
  Struct fields;
  (*fields.mutable_fields())["smal"].set_number_value(1);
  (*fields.mutable_fields())["flag"].set_string_value("yes");
  (*fields.mutable_fields())["count"].set_number_value(-1);
  (*fields.mutable_fields())["large"].set_number_value(0.5);
  (*fields.mutable_fields())["huge"].set_string_value("x");
  Everything message;
  const absl::Status status = FromStruct(fields, &message);
  EXPECT_THAT(FaultsIn(status),
              ElementsAre(HasSubstr("count: '-1' is out of range"),
                          HasSubstr("flag: true or false"),
                          HasSubstr("huge: a whole number"),
                          HasSubstr("large: a whole number"),
                          HasSubstr("did you mean 'small'?")));
}

TEST(FromStructTest, RefusesNumbersThatAreNone) {
  Struct fields;
  (*fields.mutable_fields())["real"].set_number_value(
      std::numeric_limits<double>::infinity());
  Everything message;
  EXPECT_FALSE(FromStruct(fields, &message).ok());
}

TEST(FromStructTest, IsBoundedInDepth) {
  Struct fields;
  Struct* inner = &fields;
  for (int i = 0; i < 5000; ++i) {
    inner = (*inner->mutable_fields())["inner"].mutable_struct_value();
  }
  Everything message;
  EXPECT_THAT(FaultsIn(FromStruct(fields, &message)),
              ElementsAre(HasSubstr("is nested too deep")));
}

TEST(FromStructTest, TakesAnUnsetValueForNull) {
  Struct fields;
  (*fields.mutable_fields())["small"];
  (*fields.mutable_fields())["text"].set_null_value(
      google::protobuf::NULL_VALUE);
  Everything message;
  EXPECT_THAT(FromStruct(fields, &message), IsOk());
  EXPECT_THAT(message, EqualsProto(Everything()));
}

}  // namespace
}  // namespace aigateway
