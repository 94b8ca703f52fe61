#include "gateway/net/ndjson_framer.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Reading {
  std::vector<std::string> lines;
  int life = 0;
  absl::Status status;

  friend bool operator==(const Reading&, const Reading&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Reading& reading) {
    out << reading.status << " life " << reading.life;
    for (const std::string& line : reading.lines) out << " [" << line << "]";
    return out;
  }
};

class Reader {
 public:
  void Feed(absl::string_view bytes) {
    if (!reading_.status.ok()) return;
    // A copy of the exact size, so that ASan sees a view that is kept.
    const std::vector<char> copy(bytes.begin(), bytes.end());
    reading_.status = framer_.Feed(
        absl::string_view(copy.data(), copy.size()),
        [this](absl::string_view line) { return Take(line); },
        [this] { ++reading_.life; });
  }
  void End() {
    if (!reading_.status.ok()) return;
    reading_.status =
        framer_.End([this](absl::string_view line) { return Take(line); });
  }
  const Reading& reading() const { return reading_; }
  const NdjsonFramer& framer() const { return framer_; }

 private:
  absl::Status Take(absl::string_view line) {
    reading_.lines.emplace_back(line);
    return absl::OkStatus();
  }

  NdjsonFramer framer_;
  Reading reading_;
};

Reading Read(absl::string_view body) {
  Reader reader;
  reader.Feed(body);
  reader.End();
  return reader.reading();
}

TEST(NdjsonFramerTest, GivesEachLineWithoutItsEnd) {
  EXPECT_THAT(Read("{\"a\":1}\n{\"b\":2}\r\n").lines,
              ElementsAre("{\"a\":1}", "{\"b\":2}"));
}

TEST(NdjsonFramerTest, GivesALineAsSoonAsItIsWhole) {
  Reader reader;
  reader.Feed("1\n2");
  EXPECT_THAT(reader.reading().lines, ElementsAre("1"));
  EXPECT_EQ(reader.framer().pending_bytes(), 1u);
}

TEST(NdjsonFramerTest, TakesBlankLinesForLife) {
  const Reading reading = Read("\n1\n \t\r\n\r\n2\n");

  EXPECT_THAT(reading.lines, ElementsAre("1", "2"));
  EXPECT_EQ(reading.life, 3);
}

TEST(NdjsonFramerTest, GivesALastLineWithoutEndAtTheEnd) {
  Reader reader;
  reader.Feed("1\n2\r");
  reader.End();

  EXPECT_THAT(reader.reading().lines, ElementsAre("1", "2"));
  EXPECT_EQ(reader.framer().pending_bytes(), 0u);
}

TEST(NdjsonFramerTest, GivesNothingForAnEmptyOrBlankRest) {
  EXPECT_THAT(Read("").lines, IsEmpty());
  EXPECT_THAT(Read("  \r").lines, IsEmpty());
}

TEST(NdjsonFramerTest, PassesBytesThatAreNoJsonAndNoUtf8) {
  EXPECT_THAT(Read(absl::string_view("\xFF\0\rx\n", 5)).lines,
              ElementsAre(std::string("\xFF\0\rx", 4)));
}

TEST(NdjsonFramerTest, EndsWithWhatTheCallbackReturns) {
  NdjsonFramer framer;
  int calls = 0;
  const auto refuse = [&calls](absl::string_view) {
    ++calls;
    return absl::CancelledError("enough");
  };
  EXPECT_EQ(framer.Feed("1\n2\n", refuse, [] {}),
            absl::CancelledError("enough"));
  EXPECT_EQ(calls, 1);

  NdjsonFramer other;
  ASSERT_EQ(other.Feed("3", refuse, [] {}), absl::OkStatus());
  EXPECT_EQ(other.End(refuse), absl::CancelledError("enough"));
}

TEST(NdjsonFramerTest, TakesALineUpToTheLimit) {
  const std::string line(NdjsonFramer::kMaxLineBytes, 'x');

  EXPECT_THAT(Read(line).lines, ElementsAre(line));
  EXPECT_THAT(Read(absl::StrCat(line, "\n")).lines, ElementsAre(line));
}

TEST(NdjsonFramerTest, RefusesALineOverTheLimitInAnyCutAndNamesIt) {
  const std::string body = absl::StrCat(
      "1\n", std::string(NdjsonFramer::kMaxLineBytes + 1, 'x'), "\n");
  Reader reader;
  for (size_t at = 0; at < body.size(); at += 16384) {
    reader.Feed(absl::string_view(body).substr(at, 16384));
  }

  for (const Reading& reading : {Read(body), reader.reading()}) {
    EXPECT_THAT(reading.lines, ElementsAre("1"));
    EXPECT_EQ(ReasonOf(reading.status), ErrorReason::kProviderProtocolError);
    EXPECT_THAT(std::string(reading.status.message()), HasSubstr("8388608"));
  }
}

// A second reader that splits the whole body first.
Reading ReadSlowly(absl::string_view body) {
  Reading reading;
  std::vector<std::string> lines = absl::StrSplit(body, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool ended = i + 1 < lines.size();
    if (lines[i].find_first_not_of(" \t\r") == std::string::npos) {
      if (ended) ++reading.life;
      continue;
    }
    reading.lines.emplace_back(absl::StripSuffix(lines[i], "\r"));
  }
  return reading;
}

TEST(NdjsonFramerTest, AgreesWithASecondReaderHoweverTheBytesAreCut) {
  constexpr char kAlphabet[] = "\n\n\n\r\r {}\"1a\xC3\xAF";
  Random random(20261125);
  for (int round = 0; round < 3000; ++round) {
    std::string body;
    const uint64_t length = random.Next() % 40;
    for (uint64_t i = 0; i < length; ++i) {
      body.push_back(kAlphabet[random.Next() % (sizeof(kAlphabet) - 1)]);
    }
    const Reading expected = ReadSlowly(body);
    ASSERT_EQ(Read(body), expected) << absl::CEscape(body);
    for (size_t cut = 0; cut <= body.size(); ++cut) {
      Reader reader;
      reader.Feed(absl::string_view(body).substr(0, cut));
      reader.Feed(absl::string_view(body).substr(cut));
      reader.End();
      ASSERT_EQ(reader.reading(), expected)
          << absl::CEscape(body) << " cut at " << cut;
    }
    Reader by_byte;
    for (const char& c : body) by_byte.Feed(absl::string_view(&c, 1));
    by_byte.End();
    ASSERT_EQ(by_byte.reading(), expected) << absl::CEscape(body);
  }
}

}  // namespace
}  // namespace aigateway
