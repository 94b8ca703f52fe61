#include "gateway/net/http_head_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Result = HttpHeadReader::Result;

// Feeds `lines` and returns what the last one gave.
Result Feed(HttpHeadReader& reader, const std::vector<std::string>& lines) {
  Result result = Result::kMore;
  for (const std::string& line : lines) result = reader.Take(line);
  return result;
}

class HttpHeadReaderTest : public ::testing::Test {
 protected:
  HttpHeadReaderTest() { reader_.Reset(1000); }

  HttpHeadReader reader_;
};

TEST_F(HttpHeadReaderTest, ReadsStatusAndHeaders) {
  EXPECT_EQ(Feed(reader_, {"HTTP/1.1 404 Not Found\r\n", "A: 1\r\n",
                           "b:\t two words \r\n", "empty:\r\n", "\r\n"}),
            Result::kDone);

  EXPECT_EQ(reader_.status(), 404);
  EXPECT_EQ(reader_.headers().Get("a"), "1");
  EXPECT_EQ(reader_.headers().Get("B"), "two words");
  EXPECT_TRUE(reader_.headers().Has("empty"));
}

TEST_F(HttpHeadReaderTest, ReadsBareLineFeedsAndHttp2) {
  EXPECT_EQ(Feed(reader_, {"HTTP/2 200 \n", "a: 1\n", "\n"}), Result::kDone);
  EXPECT_EQ(reader_.status(), 200);
  EXPECT_EQ(reader_.headers().Get("a"), "1");
}

TEST_F(HttpHeadReaderTest, SkipsInformationalAnswersWithTheirHeaders) {
  EXPECT_EQ(Feed(reader_, {"HTTP/1.1 100 Continue\r\n", "\r\n",
                           "HTTP/1.1 103 Early Hints\r\n", "link: </x>\r\n",
                           "\r\n", "HTTP/1.1 200 OK\r\n", "a: 1\r\n", "\r\n"}),
            Result::kDone);
  EXPECT_EQ(reader_.status(), 200);
  EXPECT_FALSE(reader_.headers().Has("link"));
}

TEST_F(HttpHeadReaderTest, RefusesASwitchOfProtocols) {
  EXPECT_EQ(Feed(reader_, {"HTTP/1.1 101 Switching Protocols\r\n", "\r\n"}),
            Result::kMalformed);
}

TEST_F(HttpHeadReaderTest, JoinsFoldedLines) {
  EXPECT_EQ(Feed(reader_, {"HTTP/1.1 200 OK\r\n", "a: one\r\n", "  two\r\n",
                           "\tthree\r\n", "b: 1\r\n", "\r\n"}),
            Result::kDone);
  EXPECT_EQ(reader_.headers().Get("a"), "one two three");
  EXPECT_EQ(reader_.headers().Get("b"), "1");
}

TEST_F(HttpHeadReaderTest, RefusesWhatIsNoHead) {
  for (const std::string& line :
       {"<html>\r\n", "HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000\r\n",
        "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 099 X\r\n", "\r\n", ""}) {
    reader_.Reset(1000);
    EXPECT_EQ(reader_.Take(line), Result::kMalformed) << line;
  }
  for (const std::string& line :
       {"no colon\r\n", ": 1\r\n", " : 1\r\n", " folded onto nothing\r\n"}) {
    reader_.Reset(1000);
    reader_.Take("HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(reader_.Take(line), Result::kMalformed) << line;
  }
}

TEST_F(HttpHeadReaderTest, BoundsTheHead) {
  reader_.Reset(40);
  EXPECT_EQ(reader_.Take("HTTP/1.1 200 OK\r\n"), Result::kMore);       // 17
  EXPECT_EQ(reader_.Take("a: 12345678901234567\r\n"), Result::kMore);  // 39
  EXPECT_EQ(reader_.Take("\r\n"), Result::kTooLarge);
}

TEST_F(HttpHeadReaderTest, BoundsEndlessInformationalAnswers) {
  Result result = Result::kMore;
  int lines = 0;
  while (result == Result::kMore && ++lines < 1000) {
    reader_.Take("HTTP/1.1 102 Processing\r\n");
    result = reader_.Take("\r\n");
  }
  EXPECT_EQ(result, Result::kTooLarge);
}

TEST_F(HttpHeadReaderTest, DropsTrailersAndBoundsThem) {
  Feed(reader_, {"HTTP/1.1 200 OK\r\n", "a: 1\r\n", "\r\n"});

  EXPECT_EQ(reader_.Take("a: 2\r\n"), Result::kMore);
  EXPECT_EQ(reader_.headers().Get("a"), "1");
  EXPECT_EQ(reader_.Take(std::string(1000, 'x')), Result::kTooLarge);
}

TEST_F(HttpHeadReaderTest, CarriesNothingIntoTheNextAnswer) {
  Feed(reader_, {"HTTP/1.1 200 OK\r\n", "a: 1\r\n", "b: 2\r\n"});

  reader_.Reset(1000);

  EXPECT_FALSE(reader_.done());
  EXPECT_EQ(Feed(reader_, {"HTTP/1.1 204 No Content\r\n", "\r\n"}),
            Result::kDone);
  EXPECT_TRUE(reader_.headers().all().empty());
}

}  // namespace
}  // namespace aigateway
