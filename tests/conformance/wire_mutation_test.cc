// Damages every recorded stream in a thousand ways and holds what the codecs
// make of it against another reader: no crash, no hang, and no success without
// a warning where that reader does not find the same text and its end.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

#include "gateway/base/random.h"
#include "tests/conformance/codec_reading.h"
#include "tests/conformance/independent_reader.h"
#include "tests/conformance/wire_case.h"
#include "tests/conformance/wire_reading.h"

namespace aigateway {
namespace {

constexpr int kMutations = 1000;

size_t Below(Random& random, size_t bound) {
  return bound == 0 ? 0 : random.Next() % bound;
}

// Bytes that mean something to SSE, to JSON or to UTF-8.
constexpr char kTelling[] = "\n\r:{}[]\",\\ 0\x00\xEF\xC3\xFF";

void Mutate(Random& random, std::string* body) {
  const size_t at = Below(random, body->size());
  const size_t length = 1 + Below(random, 40);
  switch (Below(random, 7)) {
    case 0:
      (*body)[at] = static_cast<char>(random.Next());
      break;
    case 1:
      (*body)[at] = static_cast<char>((*body)[at] ^ (1 << Below(random, 8)));
      break;
    case 2:
      (*body)[at] = kTelling[Below(random, sizeof(kTelling) - 1)];
      break;
    case 3:
      body->insert(at, 1, kTelling[Below(random, sizeof(kTelling) - 1)]);
      break;
    case 4:
      body->erase(at, 1);
      break;
    case 5:
      body->erase(at, length);
      break;
    case 6:
      body->insert(Below(random, body->size()), body->substr(at, length));
      break;
  }
  if (body->empty()) *body = "\n";
}

std::string TextOf(const v1::Message& message) {
  std::string text = message.content();
  for (const v1::ContentPart& part : message.parts()) text += part.text();
  return text;
}

// What is around the first byte that differs.
std::string ShowDamage(const std::string& whole, const std::string& damaged) {
  size_t at = 0;
  while (at < whole.size() && at < damaged.size() && whole[at] == damaged[at]) {
    ++at;
  }
  const size_t begin = at < 150 ? 0 : at - 150;
  return absl::CHexEscape(damaged.substr(begin, 400));
}

// Snowflake's streams just end.
bool SaysFinish(const WireCase& wire) { return wire.provider != "snowflake"; }

// One test for each recording, so that they run side by side in shards.
class WireMutationTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const WireCase& wire : AllWireCases()) {
      if (wire.id() == GetParam()) wire_ = wire;
    }
  }

  // Why the codec's success is a wrong one; empty if it is right, or none.
  std::string WhyWrong(const WireReading& read) {
    if (!read.status.ok() || !read.warnings.empty()) return "";
    const IndependentAnswer answer =
        ReadIndependently(wire_.format, wire_.response.body, SaysFinish(wire_));
    if (answer.broken) return "an event is no JSON";
    if (answer.failed) return "the provider says that it failed";
    if (!answer.ended) return "it did not end";
    for (const v1::Choice& choice : read.response.choices()) {
      const auto text = answer.texts.find(choice.index());
      const std::string read_text = TextOf(choice.message());
      if (text == answer.texts.end() ? !read_text.empty()
                                     : text->second != read_text) {
        return "its text is another: '" + read_text + "' for '" +
               (text == answer.texts.end() ? "none" : text->second) + "'";
      }
    }
    return "";
  }

  WireCase wire_;
  WireReader reader_;
};

TEST_P(WireMutationTest, IsReadAsTheOtherReaderReadsItWhenWhole) {
  const WireReading read = reader_.ReadStream(wire_, {});
  EXPECT_EQ(WhyWrong(read), "");
  if (Get(wire_.expected, "stream_error") == nullptr) {
    EXPECT_TRUE(read.status.ok()) << read.status;
  }
}

TEST_P(WireMutationTest, IsNeverTakenForAWholeOneWhenDamaged) {
  const std::string whole = wire_.response.body;
  int wrong = 0;
  for (int i = 0; i < kMutations && wrong < 3; ++i) {
    Random random(static_cast<uint64_t>(i) * 1000003 + whole.size());
    wire_.response.body = whole;
    for (size_t edits = 1 + Below(random, 3); edits > 0; --edits) {
      Mutate(random, &wire_.response.body);
    }
    const size_t cut = Below(random, wire_.response.body.size());
    const WireReading read = reader_.ReadStream(wire_, {cut});
    const std::string why = WhyWrong(read);
    EXPECT_EQ(why, "") << GetParam() << ", mutation " << i << ": "
                       << ShowDamage(whole, wire_.response.body);
    wrong += why.empty() ? 0 : 1;
  }
}

std::vector<std::string> Streams() {
  std::vector<std::string> ids;
  for (const WireCase& wire : AllWireCases()) {
    if (IsServed(wire) && wire.stream && wire.format != "error") {
      ids.push_back(wire.id());
    }
  }
  return ids;
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(WireMutationTest);
INSTANTIATE_TEST_SUITE_P(Recorded, WireMutationTest,
                         testing::ValuesIn(Streams()), NameOf);

TEST(WireMutations, HaveRecordingsToDamage) {
  if (AllWireCases().empty()) {
    GTEST_SKIP() << "no recordings: AIGATEWAY_SHARED names no folder that has "
                    "wire/";
  }
  EXPECT_GT(Streams().size(), 40U);
}

}  // namespace
}  // namespace aigateway
