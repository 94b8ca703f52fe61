#include "gateway/net/curl_header_list.h"

#include <string>
#include <vector>

#include "curl/curl.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Lines(CurlHeaderList& list) {
  std::vector<std::string> lines;
  for (const curl_slist* node = list.list(); node != nullptr;
       node = node->next) {
    lines.emplace_back(node->data);
  }
  return lines;
}

TEST(CurlHeaderListTest, WritesLinesAsLibcurlReadsThem) {
  CurlHeaderList list;
  list.Add("a", "1");
  list.Add("b", " two words ");
  list.Add("empty", "");
  list.Add("blank", " \t");
  list.Suppress("Expect");

  EXPECT_THAT(Lines(list), ElementsAre("a: 1", "b: two words", "empty;",
                                       "blank;", "Expect:"));
}

TEST(CurlHeaderListTest, IsNullWhenEmpty) {
  CurlHeaderList list;
  EXPECT_EQ(list.list(), nullptr);
  list.Add("a", "1");
  list.Clear();
  EXPECT_EQ(list.list(), nullptr);
}

TEST(CurlHeaderListTest, CarriesNothingIntoTheNextRequest) {
  CurlHeaderList list;
  for (int i = 0; i < 20; ++i) list.Add("authorization", "a long secret");
  ASSERT_EQ(Lines(list).size(), 20);

  list.Clear();
  list.Add("a", "1");
  list.Add("b", "2");

  EXPECT_THAT(Lines(list), ElementsAre("a: 1", "b: 2"));
}

}  // namespace
}  // namespace aigateway
