#include "strategies/request_field.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class RequestFieldTest : public testing::Test {
 protected:
  // What the field has of the request; "-" if nothing.
  std::string Of(absl::string_view field) {
    const auto made = RequestField::Make(field, "sticky.field");
    EXPECT_THAT(made, IsOk());
    const auto value =
        made->Of({.chat = chat_, .options = options_, .key = key_});
    return value.has_value() ? std::string(*value) : "-";
  }

  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  std::string key_;
};

TEST_F(RequestFieldTest, TakesTheUserUnlessToldOtherwise) {
  EXPECT_EQ(Of(""), "-");
  chat_.set_user("alice");
  EXPECT_EQ(Of(""), "alice");
  EXPECT_EQ(Of("user"), "alice");
}

TEST_F(RequestFieldTest, TakesMetadataTagAndKey) {
  EXPECT_EQ(Of("metadata.tenant"), "-");
  EXPECT_EQ(Of("tag"), "-");
  EXPECT_EQ(Of("key"), "-");
  (*chat_.mutable_metadata())["tenant"] = "blue";
  options_.add_tags("first");
  options_.add_tags("second");
  key_ = "ann";
  EXPECT_EQ(Of("metadata.tenant"), "blue");
  EXPECT_EQ(Of("metadata.team"), "-");
  EXPECT_EQ(Of("tag"), "first");
  EXPECT_EQ(Of("key"), "ann");
}

TEST_F(RequestFieldTest, HasNothingInAnEmptyText) {
  chat_.set_user("");
  EXPECT_EQ(Of("user"), "-");
}

TEST_F(RequestFieldTest, RefusesWhatTellsNoUsersApart) {
  for (const char* field : {"model", "metadata.", "metadata", "User"}) {
    const auto made = RequestField::Make(field, "sticky.field");
    ASSERT_THAT(made, HasReason(ErrorReason::kInvalidConfig)) << field;
    EXPECT_EQ(GetViolations(made.status())[0].field, "sticky.field");
  }
}

}  // namespace
}  // namespace aigateway
