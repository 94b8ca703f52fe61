#include "gateway/server/paging.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string NameOfItem(const std::string& item) { return item; }

class PagingTest : public ::testing::Test {
 protected:
  // Leaves the page in page_ and its token in next_.
  absl::Status Page(std::vector<std::string> items, int size,
                    const std::string& token = "") {
    v1::ListModelsRequest request;
    request.set_page_size(size);
    request.set_page_token(token);
    page_ = std::move(items);
    next_.clear();
    return TakePage(request, NameOfItem, &page_, &next_);
  }

  std::vector<std::string> page_;
  std::string next_;
};

TEST_F(PagingTest, WalksAListPageByPage) {
  const std::vector<std::string> items = {"a", "b", "c", "d", "e"};

  EXPECT_THAT(Page(items, 2), IsOk());
  EXPECT_THAT(page_, ElementsAre("a", "b"));
  EXPECT_THAT(Page(items, 2, next_), IsOk());
  EXPECT_THAT(page_, ElementsAre("c", "d"));
  EXPECT_THAT(Page(items, 2, next_), IsOk());
  EXPECT_THAT(page_, ElementsAre("e"));
  EXPECT_THAT(next_, IsEmpty());
}

TEST_F(PagingTest, GivesNoTokenWhenThePageEndsTheList) {
  EXPECT_THAT(Page({"a", "b"}, 2), IsOk());
  EXPECT_THAT(next_, IsEmpty());
  EXPECT_THAT(Page({}, 2), IsOk());
  EXPECT_THAT(next_, IsEmpty());
}

TEST_F(PagingTest, HasADefaultAndALargestSize) {
  std::vector<std::string> items;
  for (int i = 0; i < 1500; ++i) items.push_back(absl::StrCat(i));

  EXPECT_THAT(Page(items, 0), IsOk());
  EXPECT_THAT(page_, SizeIs(100));
  EXPECT_THAT(Page(items, 2000000000), IsOk());
  EXPECT_THAT(page_, SizeIs(1000));
}

TEST_F(PagingTest, RefusesASizeBelowZero) {
  const absl::Status status = Page({"a"}, -1);

  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(GetViolations(status)[0].field, "page_size");
}

TEST_F(PagingTest, SkipsAndRepeatsNothingWhenEntriesComeAndGoBefore) {
  EXPECT_THAT(Page({"b", "c", "d"}, 2), IsOk());

  EXPECT_THAT(Page({"a", "b", "c", "d"}, 2, next_), IsOk());
  EXPECT_THAT(page_, ElementsAre("d"));
}

TEST_F(PagingTest, GoesOnAtItsPlaceWhenTheLastEntryIsGone) {
  EXPECT_THAT(Page({"a", "b", "c"}, 2), IsOk());

  EXPECT_THAT(Page({"a", "x", "c"}, 2, next_), IsOk());
  EXPECT_THAT(page_, ElementsAre("c"));
}

TEST_F(PagingTest, EndsWhenTheListBecameShorter) {
  EXPECT_THAT(Page({"a", "b", "c"}, 2), IsOk());

  EXPECT_THAT(Page({"x"}, 2, next_), IsOk());
  EXPECT_THAT(page_, IsEmpty());
}

TEST_F(PagingTest, RefusesATokenThatItDidNotMake) {
  for (const std::string& token :
       {std::string("x"), std::string("!!!"), std::string("MTo="),
        std::string("MjoxOmE="), std::string("MTotMTphOg=="),
        std::string(5000, 'A')}) {
    const absl::Status status = Page({"a"}, 1, token);
    EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest)) << token;
    EXPECT_EQ(GetViolations(status)[0].field, "page_token");
  }
}

}  // namespace
}  // namespace aigateway
