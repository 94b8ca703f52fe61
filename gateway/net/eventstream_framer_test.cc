#include "gateway/net/eventstream_framer.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "zlib.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string BigEndian(uint32_t value, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    text.push_back(static_cast<char>(value >> shift));
  }
  return text;
}

std::string Sum(absl::string_view bytes) {
  return BigEndian(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()), 4);
}

std::string Header(absl::string_view name, char type, absl::string_view value) {
  return absl::StrCat(BigEndian(name.size(), 1), name,
                      absl::string_view(&type, 1), value);
}

std::string StringHeader(absl::string_view name, absl::string_view value) {
  return Header(name, 7, absl::StrCat(BigEndian(value.size(), 2), value));
}

// A message with these lengths in its prelude, whatever it is made of.
std::string Message(uint32_t total, uint32_t headers_bytes,
                    absl::string_view rest) {
  std::string message =
      absl::StrCat(BigEndian(total, 4), BigEndian(headers_bytes, 4));
  message += Sum(message);
  absl::StrAppend(&message, rest);
  message += Sum(message);
  return message;
}

std::string Message(absl::string_view headers, absl::string_view payload) {
  return Message(16 + headers.size() + payload.size(), headers.size(),
                 absl::StrCat(headers, payload));
}

std::string EventMessage(absl::string_view type, absl::string_view payload) {
  return Message(
      absl::StrCat(StringHeader(":message-type", "event"),
                   StringHeader(":event-type", type),
                   StringHeader(":content-type", "application/json")),
      payload);
}

struct Reading {
  std::vector<std::string> messages;  // "message type|type|content|payload".
  size_t pending = 0;
  absl::Status status;

  friend bool operator==(const Reading&, const Reading&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Reading& reading) {
    out << reading.status << " pending " << reading.pending;
    for (const std::string& each : reading.messages) out << " {" << each << "}";
    return out;
  }
};

class Reader {
 public:
  void Feed(absl::string_view bytes) {
    if (!reading_.status.ok()) return;
    // A copy of the exact size, so that ASan sees a read beyond it.
    const std::vector<char> copy(bytes.begin(), bytes.end());
    reading_.status = framer_.Feed(
        absl::string_view(copy.data(), copy.size()),
        [this](const EventstreamMessage& message) {
          reading_.messages.push_back(absl::StrCat(
              message.message_type, "|", message.event_type,
              message.exception_type, message.error_code, message.error_message,
              "|", message.content_type, "|", message.payload));
          return absl::OkStatus();
        });
    reading_.pending = framer_.pending_bytes();
  }
  const Reading& reading() const { return reading_; }

 private:
  EventstreamFramer framer_;
  Reading reading_;
};

Reading Read(absl::string_view stream) {
  Reader reader;
  reader.Feed(stream);
  return reader.reading();
}

void ExpectRefused(absl::string_view stream, absl::string_view word) {
  const Reading whole = Read(stream);
  EXPECT_THAT(whole.messages, IsEmpty());
  EXPECT_EQ(ReasonOf(whole.status), ErrorReason::kProviderProtocolError);
  EXPECT_THAT(std::string(whole.status.message()),
              HasSubstr(std::string(word)));
  Reader by_byte;
  for (const char& c : stream) by_byte.Feed(absl::string_view(&c, 1));
  EXPECT_EQ(by_byte.reading().status, whole.status);
}

TEST(EventstreamFramerTest, ReadsTheEmptyMessageThatAwsPublishes) {
  // An independent check of both sums: aws-c-event-stream's own example.
  const std::string message =
      absl::HexStringToBytes("000000100000000005c248eb7d98c8ff");
  EXPECT_THAT(Read(message).messages, ElementsAre("|||"));
}

TEST(EventstreamFramerTest, GivesTypeContentTypeAndPayload) {
  EXPECT_THAT(
      Read(EventMessage("contentBlockDelta", "{\"a\":1}")).messages,
      ElementsAre("event|contentBlockDelta|application/json|{\"a\":1}"));
}

TEST(EventstreamFramerTest, GivesTheTypeOfAnException) {
  const std::string headers =
      absl::StrCat(StringHeader(":exception-type", "throttlingException"),
                   StringHeader(":message-type", "exception"));
  EXPECT_THAT(Read(Message(headers, "{}")).messages,
              ElementsAre("exception|throttlingException||{}"));
}

TEST(EventstreamFramerTest, GivesCodeAndTextOfAnError) {
  const std::string headers =
      absl::StrCat(StringHeader(":message-type", "error"),
                   StringHeader(":error-code", "Internal"),
                   StringHeader(":error-message", " broke"));
  EXPECT_THAT(Read(Message(headers, "")).messages,
              ElementsAre("error|Internal broke||"));
}

TEST(EventstreamFramerTest, SkipsHeadersOfEveryType) {
  std::string headers = absl::StrCat(Header("t", 0, ""), Header("f", 1, ""));
  absl::StrAppend(&headers, Header("b", 2, "1"), Header("s", 3, "12"),
                  Header("i", 4, "1234"), Header("l", 5, "12345678"));
  absl::StrAppend(
      &headers, Header("y", 6, absl::StrCat(BigEndian(3, 2), "abc")),
      Header("d", 8, "12345678"), Header("u", 9, "0123456789abcdef"),
      StringHeader(":event-type", "x"));
  EXPECT_THAT(Read(Message(headers, "p")).messages, ElementsAre("|x||p"));
}

TEST(EventstreamFramerTest, TakesNoNameFromAHeaderThatIsNoString) {
  EXPECT_THAT(Read(Message(Header(":event-type", 4, "1234"), "")).messages,
              ElementsAre("|||"));
}

TEST(EventstreamFramerTest, ShowsAnIncompleteMessageAsPending) {
  const std::string message = EventMessage("x", "{}");
  EXPECT_EQ(Read(message).pending, 0u);
  const Reading cut = Read(absl::StrCat(message, message.substr(0, 5)));
  EXPECT_EQ(cut.pending, 5u);
  EXPECT_THAT(cut.messages, SizeIs(1));
}

TEST(EventstreamFramerTest, RefusesWrongLengthsBeforeWaitingForThem) {
  ExpectRefused(Message(15, 0, ""), "lengths");
  ExpectRefused(Message(17, 2, "x"), "lengths");
  ExpectRefused(Message(16, 0xFFFFFFFF, ""), "lengths");
}

TEST(EventstreamFramerTest, RefusesAPreludeWithAWrongSum) {
  std::string message = EventMessage("x", "{}");
  message[3] ^= 1;
  ExpectRefused(message, "checksum of a message's lengths");
}

TEST(EventstreamFramerTest, RefusesAMessageWithAWrongSum) {
  std::string message = EventMessage("x", "{}");
  message[message.size() - 5] ^= 1;
  ExpectRefused(message, "checksum of a message is");
}

TEST(EventstreamFramerTest, RefusesALengthOverTheLimitAndNamesIt) {
  ExpectRefused(Message(EventstreamFramer::kMaxMessageBytes + 1, 0, ""),
                "16777216");
  EXPECT_EQ(Read(Message(EventstreamFramer::kMaxMessageBytes, 0, "")).status,
            absl::OkStatus());
}

TEST(EventstreamFramerTest, RefusesHeadersThatAreCut) {
  const std::string header = StringHeader(":event-type", "abc");
  for (size_t cut = 1; cut < header.size(); ++cut) {
    ExpectRefused(Message(header.substr(0, cut), "payload"), "header is cut");
  }
}

TEST(EventstreamFramerTest, RefusesAHeaderOfUnknownTypeOrWithoutName) {
  ExpectRefused(Message(Header("x", 10, ""), ""), "unknown type");
  ExpectRefused(Message(StringHeader("", "x"), ""), "no name");
}

TEST(EventstreamFramerTest, RefusesTooManyHeadersAndNamesTheLimit) {
  std::string headers;
  for (int i = 0; i < EventstreamFramer::kMaxHeaders; ++i) {
    headers += Header("x", 0, "");
  }
  EXPECT_EQ(Read(Message(headers, "")).status, absl::OkStatus());
  ExpectRefused(Message(absl::StrCat(headers, Header("x", 0, "")), ""), "64");
}

TEST(EventstreamFramerTest, EndsWithWhatTheCallbackReturns) {
  const std::string message = EventMessage("x", "{}");
  EventstreamFramer framer;
  int calls = 0;
  EXPECT_EQ(framer.Feed(absl::StrCat(message, message),
                        [&calls](const EventstreamMessage&) {
                          ++calls;
                          return absl::CancelledError("enough");
                        }),
            absl::CancelledError("enough"));
  EXPECT_EQ(calls, 1);
}

TEST(EventstreamFramerTest, GivesTheSameMessagesAtEveryCut) {
  const std::string stream = absl::StrCat(
      EventMessage("a", "{\"t\":\"na\xC3\xAFve\"}"), Message("", ""),
      EventMessage("b", ""), std::string(3, '\0'));
  const Reading expected = Read(stream);
  ASSERT_THAT(expected.messages, SizeIs(3));
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    Reader reader;
    reader.Feed(absl::string_view(stream).substr(0, cut));
    reader.Feed(absl::string_view(stream).substr(cut));
    EXPECT_EQ(reader.reading(), expected) << "cut at " << cut;
  }
}

TEST(EventstreamFramerTest, GivesTheSameForAnyBytesHoweverTheyAreCut) {
  Random random(20261125);
  size_t messages = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string stream;
    for (uint64_t i = random.Next() % 5; i > 0; --i) {
      stream += EventMessage("x", std::string(random.Next() % 50, 'p'));
    }
    if (!stream.empty() && random.Next() % 2 == 0) {
      stream[random.Next() % stream.size()] ^= 1 << random.Next() % 8;
    }
    if (random.Next() % 4 == 0) {
      stream.resize(stream.size() - random.Next() % (stream.size() + 1));
    }
    Reading expected = Read(stream);
    messages += expected.messages.size();

    Reader by_chance;
    for (size_t at = 0; at < stream.size();) {
      const size_t length = random.Next() % 40;
      by_chance.Feed(absl::string_view(stream).substr(at, length));
      at += length;
    }
    // After an error nothing more is taken, so the rest does not compare.
    Reading cut = by_chance.reading();
    if (!cut.status.ok()) cut.pending = expected.pending = 0;
    ASSERT_EQ(cut, expected) << absl::BytesToHexString(stream);
  }
  EXPECT_GT(messages, 1000u);
}

}  // namespace
}  // namespace aigateway
