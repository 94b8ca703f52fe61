#include "gateway/net/url_host.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(UrlHostTest, KeepsHostAndPortOnly) {
  EXPECT_EQ(UrlHost("https://api.example.com/v1?key=x"), "api.example.com");
  EXPECT_EQ(UrlHost("http://127.0.0.1:8080"), "127.0.0.1:8080");
  EXPECT_EQ(UrlHost("http://user:p@ss@host:1/x"), "host:1");
  EXPECT_EQ(UrlHost("http://[::1]:80/"), "[::1]:80");
}

TEST(UrlHostTest, IsEmptyWithoutAHostOrForWhatIsNoText) {
  EXPECT_EQ(UrlHost("/v1/other"), "");
  EXPECT_EQ(UrlHost("file:///etc/hostname"), "");
  EXPECT_EQ(UrlHost("http://a\nb/"), "");
  EXPECT_EQ(UrlHost("http://" + std::string(300, 'a')), "");
}

}  // namespace
}  // namespace aigateway
