#include "gateway/net/sse_framer.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Event {
  std::string type;
  std::string data;
  std::string id;

  friend bool operator==(const Event&, const Event&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Event& event) {
    return out << "{" << event.type << "|" << event.data << "|" << event.id
               << "}";
  }
};

// What a stream gave, from the first byte on.
struct Reading {
  std::vector<Event> events;
  int life = 0;
  size_t pending = 0;
  absl::Status status;

  friend bool operator==(const Reading&, const Reading&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Reading& reading) {
    out << reading.status << " life " << reading.life << " pending "
        << reading.pending;
    for (const Event& event : reading.events) out << " " << event;
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
        [this](const SseEvent& event) {
          reading_.events.push_back({std::string(event.type),
                                     std::string(event.data),
                                     std::string(event.id)});
          return absl::OkStatus();
        },
        [this] { ++reading_.life; });
    reading_.pending = framer_.pending_bytes();
  }
  const Reading& reading() const { return reading_; }
  const SseFramer& framer() const { return framer_; }

 private:
  SseFramer framer_;
  Reading reading_;
};

Reading Read(absl::string_view stream) {
  Reader reader;
  reader.Feed(stream);
  return reader.reading();
}

Event Data(absl::string_view data) {
  return {.type = "message", .data = std::string(data)};
}

TEST(SseFramerTest, GivesTheDataOfEachEvent) {
  EXPECT_THAT(Read("data: one\n\ndata: two\n\n").events,
              ElementsAre(Data("one"), Data("two")));
}

TEST(SseFramerTest, EndsLinesAtLfCrAndCrLf) {
  EXPECT_THAT(Read("data: a\n\ndata: b\r\rdata: c\r\n\r\n").events,
              ElementsAre(Data("a"), Data("b"), Data("c")));
}

TEST(SseFramerTest, GivesAnEventAtItsCrWithoutWaitingForTheLf) {
  Reader reader;
  reader.Feed("data: a\r\n\r");
  EXPECT_THAT(reader.reading().events, ElementsAre(Data("a")));

  reader.Feed("\ndata: b\r\n\r\n");
  EXPECT_THAT(reader.reading().events, ElementsAre(Data("a"), Data("b")));
  EXPECT_EQ(reader.reading().life, 0);
}

TEST(SseFramerTest, StripsOneSpaceAfterTheColon) {
  EXPECT_THAT(Read("data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n").events,
              ElementsAre(Data("a"), Data("b"), Data(" c"), Data("\td")));
}

TEST(SseFramerTest, JoinsDataLinesWithLf) {
  EXPECT_THAT(Read("data: a\ndata\ndata:b\r\ndata:\n\n").events,
              ElementsAre(Data("a\n\nb\n")));
}

TEST(SseFramerTest, GivesAnEventWhoseDataIsEmpty) {
  EXPECT_THAT(Read("data\n\ndata:\n\n").events,
              ElementsAre(Data(""), Data("")));
}

TEST(SseFramerTest, DoesNotGiveAnEventWithoutData) {
  const Reading reading = Read("event: ping\n\nid: 1\n\n\n\ndata: a\n\n");

  EXPECT_THAT(reading.events, ElementsAre(Event{"message", "a", "1"}));
  EXPECT_EQ(reading.life, 2) << "the blank lines alone are no life";
}

TEST(SseFramerTest, NamesTheEventForItselfOnly) {
  EXPECT_THAT(Read("event: x\ndata: a\n\nevent: y\n\ndata: b\n\n").events,
              ElementsAre(Event{"x", "a", ""}, Data("b")));
}

TEST(SseFramerTest, TakesTheLastOfSeveralNames) {
  EXPECT_THAT(Read("event: x\nevent: y\ndata: a\n\n").events,
              ElementsAre(Event{"y", "a", ""}));
}

TEST(SseFramerTest, KeepsTheIdForLaterEventsAndIgnoresOneWithNul) {
  const std::string stream(
      "id: 7\ndata: a\n\nid: \0\ndata: b\n\nid\ndata: c\n\n", 43);
  EXPECT_THAT(Read(stream).events, ElementsAre(Event{"message", "a", "7"},
                                               Event{"message", "b", "7"},
                                               Event{"message", "c", ""}));
}

TEST(SseFramerTest, ReadsRetryOnlyFromDigits) {
  Reader reader;
  EXPECT_EQ(reader.framer().retry(), std::nullopt);
  reader.Feed("retry: 1500\n");
  EXPECT_EQ(reader.framer().retry(), absl::Milliseconds(1500));
  reader.Feed("retry: -1\nretry: 2s\nretry:\n");
  EXPECT_EQ(reader.framer().retry(), absl::Milliseconds(1500));
  reader.Feed("retry: 99999999999999999999999999\n");
  EXPECT_GT(reader.framer().retry(), absl::Hours(24 * 365));
}

TEST(SseFramerTest, IgnoresOtherFields) {
  EXPECT_THAT(Read("dataX: 1\n data: 2\nDATA: 3\nevil\ndata: a\n\n").events,
              ElementsAre(Data("a")));
}

TEST(SseFramerTest, TakesCommentsForLifeAndForNothingElse) {
  const Reading reading = Read(": WAITING\n\n:\n\ndata: a\n: data: b\n\n");

  EXPECT_THAT(reading.events, ElementsAre(Data("a")));
  EXPECT_EQ(reading.life, 3);
}

TEST(SseFramerTest, DropsOneByteOrderMarkAtTheStartOnly) {
  EXPECT_THAT(Read("\xEF\xBB\xBF"
                   "data: a\n\n\xEF\xBB\xBF"
                   "data: b\n\ndata: c\n\n")
                  .events,
              ElementsAre(Data("a"), Data("c")));
  EXPECT_THAT(Read("\xEF\xBB\xBF\xEF\xBB\xBF"
                   "data: a\n\n")
                  .events,
              IsEmpty());
}

TEST(SseFramerTest, PassesNulAndBytesThatAreNoUtf8) {
  const std::string stream("data: a\0\xFF\xC0z\n\n", 13);
  EXPECT_THAT(Read(stream).events,
              ElementsAre(Data(absl::string_view("a\0\xFF\xC0z", 5))));
}

TEST(SseFramerTest, ShowsAnIncompleteEventAsPending) {
  EXPECT_EQ(Read("data: a\n\n").pending, 0u);
  EXPECT_EQ(Read(": comment\n").pending, 0u);
  EXPECT_EQ(Read("data: a\n").pending, 8u);
  EXPECT_EQ(Read("data: a\nda").pending, 10u);
  EXPECT_EQ(Read("data: a\n\n: com").pending, 5u);
  EXPECT_THAT(Read("data: a\n").events, IsEmpty());
}

TEST(SseFramerTest, EndsWithWhatTheCallbackReturns) {
  SseFramer framer;
  int calls = 0;
  const absl::Status status = framer.Feed(
      "data: a\n\ndata: b\n\n",
      [&calls](const SseEvent&) {
        ++calls;
        return absl::CancelledError("enough");
      },
      [] {});

  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(calls, 1);
}

TEST(SseFramerTest, TakesAnEventUpToTheLimitInAnyCut) {
  const std::string text(SseFramer::kMaxEventBytes - 5, 'x');
  const std::string stream = absl::StrCat("data:", text, "\n\n");

  EXPECT_THAT(Read(stream).events, ElementsAre(Data(text)));
  Reader reader;
  for (size_t at = 0; at < stream.size(); at += 16384) {
    reader.Feed(absl::string_view(stream).substr(at, 16384));
  }
  EXPECT_THAT(reader.reading().events, ElementsAre(Data(text)));
}

TEST(SseFramerTest, RefusesAnEventOverTheLimitAndNamesIt) {
  const std::string stream = absl::StrCat(
      "data: before\n\ndata:", std::string(SseFramer::kMaxEventBytes - 4, 'x'),
      "\n\n");

  Reader reader;
  for (size_t at = 0; at < stream.size(); at += 16384) {
    reader.Feed(absl::string_view(stream).substr(at, 16384));
  }
  for (const Reading& reading : {Read(stream), reader.reading()}) {
    EXPECT_THAT(reading.events, ElementsAre(Data("before")));
    EXPECT_EQ(ReasonOf(reading.status), ErrorReason::kProviderProtocolError);
    EXPECT_THAT(std::string(reading.status.message()), HasSubstr("8388608"));
  }
}

TEST(SseFramerTest, RefusesManyLinesThatPassTheLimitTogether) {
  const std::string line =
      absl::StrCat("data:", std::string(size_t{1} << 20, 'x'), "\n");
  Reader reader;
  int lines = 0;
  for (; reader.reading().status.ok() && lines < 20; ++lines) reader.Feed(line);

  EXPECT_EQ(lines, 8);
  EXPECT_EQ(ReasonOf(reader.reading().status),
            ErrorReason::kProviderProtocolError);
}

TEST(SseFramerTest, RefusesALineWithoutEndWhateverItIs) {
  for (const absl::string_view begin : {": ", "event: ", "id: ", "x", ""}) {
    Reader reader;
    reader.Feed(begin);
    const std::string part(size_t{1} << 20, 'x');
    for (int i = 0; i < 9; ++i) reader.Feed(part);

    EXPECT_EQ(ReasonOf(reader.reading().status),
              ErrorReason::kProviderProtocolError)
        << begin;
  }
}

TEST(SseFramerTest, ReadsManyShortCrLinesInLinearTime) {
  // Were each line to search the rest for a LF, this would take minutes.
  const std::string stream(size_t{8} << 20, '\r');
  EXPECT_EQ(Read(stream), (Reading{}));
}

// A second reader, written from the WHATWG text and nothing else: it splits
// the whole stream into lines first. Its `pending` counts as the framer's.
Reading ReadSlowly(absl::string_view stream) {
  absl::ConsumePrefix(&stream, "\xEF\xBB\xBF");
  Reading reading;
  std::string data, type, id;
  std::string line;
  bool any_field = false;
  for (size_t i = 0; i < stream.size(); ++i) {
    const char c = stream[i];
    if (c != '\r' && c != '\n') {
      line.push_back(c);
      continue;
    }
    if (c == '\r' && i + 1 < stream.size() && stream[i + 1] == '\n') ++i;
    if (line.empty()) {
      if (!data.empty()) {
        data.pop_back();
        reading.events.push_back({type.empty() ? "message" : type, data, id});
      } else if (any_field) {
        ++reading.life;
      }
      data.clear();
      type.clear();
      any_field = false;
      reading.pending = 0;
      continue;
    }
    if (line[0] == ':') {
      ++reading.life;
      line.clear();
      continue;
    }
    any_field = true;
    reading.pending += line.size() + 1;
    const size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    std::string value =
        colon == std::string::npos ? std::string() : line.substr(colon + 1);
    if (!value.empty() && value[0] == ' ') value.erase(0, 1);
    if (name == "data") data += value + "\n";
    if (name == "event") type = value;
    if (name == "id" && value.find('\0') == std::string::npos) id = value;
    line.clear();
  }
  reading.pending += line.size();
  return reading;
}

const char* const kPieces[] = {"data: {\"a\":1}",
                               "data:",
                               "data",
                               "data: ",
                               "event: x",
                               "event",
                               "id: 5",
                               "id",
                               ":",
                               ": keep",
                               "retry: 3",
                               "retry: x",
                               "\n",
                               "\r",
                               "\r\n",
                               "\n\n",
                               "\r\n\r\n",
                               "\r\r",
                               " ",
                               "na\xC3\xAFve \xF0\x9F\x98\x80",
                               "\xEF\xBB\xBF",
                               "\xFF\xFE"};

std::string RandomStream(Random& random) {
  std::string stream;
  const uint64_t pieces = random.Next() % 24;
  for (uint64_t i = 0; i < pieces; ++i) {
    // Half of the pieces are line ends, or few events would be whole.
    const uint64_t pick = random.Next();
    stream += pick % 2 == 0 ? kPieces[12 + pick / 2 % 6]
                            : kPieces[pick / 2 % std::size(kPieces)];
    if (random.Next() % 64 == 0) stream.push_back('\0');
  }
  return stream;
}

TEST(SseFramerTest, AgreesWithASecondReaderHoweverTheBytesAreCut) {
  Random random(20261125);
  size_t events = 0;
  for (int round = 0; round < 6000; ++round) {
    const std::string stream = RandomStream(random);
    const Reading expected = ReadSlowly(stream);
    events += expected.events.size();
    ASSERT_EQ(Read(stream), expected) << absl::CEscape(stream);

    Reader by_byte;
    for (const char& c : stream) by_byte.Feed(absl::string_view(&c, 1));
    ASSERT_EQ(by_byte.reading(), expected) << absl::CEscape(stream);

    Reader by_chance;
    for (size_t at = 0; at < stream.size();) {
      const size_t length = random.Next() % 9;
      by_chance.Feed(absl::string_view(stream).substr(at, length));
      at += length;
    }
    ASSERT_EQ(by_chance.reading(), expected) << absl::CEscape(stream);
  }
  EXPECT_GT(events, 2000u) << "the streams must have something in them";
}

TEST(SseFramerTest, GivesTheSameEventsAtEveryCut) {
  const std::string stream =
      "\xEF\xBB\xBF"
      ": hello\r\n\r\nid: 1\r\nevent: delta\r\ndata: "
      "{\"t\":\"na\xC3\xAFve\"}\r\n"
      "\r\ndata: a\ndata: b\n\nretry: 5\rdata:c\r\revent: ping\n\ndata: [DONE]"
      "\n\ndata: rest";
  const Reading expected = ReadSlowly(stream);
  ASSERT_THAT(expected.events, SizeIs(4));
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    Reader reader;
    reader.Feed(absl::string_view(stream).substr(0, cut));
    reader.Feed(absl::string_view(stream).substr(cut));
    EXPECT_EQ(reader.reading(), expected) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace aigateway
