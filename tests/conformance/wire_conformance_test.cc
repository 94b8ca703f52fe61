// Walks the recorded traffic of the providers: what each codec reads must be
// the recorded right values, whole and cut at every byte. The recordings lie
// beside the checkout (AIGATEWAY_SHARED); without them the test is skipped.

#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

#include "tests/conformance/codec_reading.h"
#include "tests/conformance/wire_case.h"
#include "tests/conformance/wire_expectations.h"
#include "tests/conformance/wire_reading.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

class WireConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (AllWireCases().empty()) {
      GTEST_SKIP() << "no recordings: AIGATEWAY_SHARED names no folder that "
                      "has wire/";
    }
  }

  WireReader reader_;
};

TEST_F(WireConformanceTest, ReadsEveryWholeAnswer) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.stream || wire.format == "error" ||
        wire.format == "models" || wire.format == "embeddings") {
      continue;
    }
    ++count;
    ExpectAnswer(wire, reader_.ReadWhole(wire));
  }
  EXPECT_GT(count, 80);
}

TEST_F(WireConformanceTest, ReadsEveryStreamWhole) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    ++count;
    ExpectAnswer(wire, reader_.ReadStream(wire, {}));
  }
  EXPECT_GT(count, 40);
}

TEST_F(WireConformanceTest, ReadsEveryStreamTheSameCutAtEveryByte) {
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    const WireReading whole = reader_.ReadStream(wire, {});
    const std::string expected = whole.response.ShortDebugString();
    // Single cuts, at a stride in long streams, and all of them at once.
    const size_t size = wire.response.body.size();
    const size_t stride = size / 200 + 1;
    for (size_t cut = 0; cut < size; cut += stride) {
      const WireReading read = reader_.ReadStream(wire, {cut});
      ASSERT_EQ(read.status, whole.status) << wire.id() << " cut at " << cut;
      ASSERT_EQ(read.response.ShortDebugString(), expected)
          << wire.id() << " cut at " << cut;
    }
    std::vector<size_t> every;
    for (size_t cut = 1; cut < size; ++cut) every.push_back(cut);
    const WireReading read = reader_.ReadStream(wire, every);
    ASSERT_EQ(read.response.ShortDebugString(), expected)
        << wire.id() << " byte by byte";
  }
}

TEST_F(WireConformanceTest, NeverTakesACutStreamForAWholeOne) {
  for (WireCase wire : AllWireCases()) {
    if (!IsServed(wire) || !wire.stream || wire.format == "error") continue;
    if (Get(wire.expected, "stream_error") != nullptr) continue;
    // Two exchanges in one body: the first one's end is in its first half.
    if (wire.id() == "cerebras/stream-two-tools-same-index") continue;
    const std::string whole = wire.response.body;
    const std::string text =
        TextOf(reader_.ReadStream(wire, {}).response.choices(0).message());
    // Ends in the first half: no dialect has said its end there.
    for (size_t size : {whole.size() / 4, whole.size() / 2}) {
      wire.response.body = whole.substr(0, size);
      const WireReading read = reader_.ReadStream(wire, {}, /*clean=*/false);
      const bool same = read.response.choices_size() > 0 &&
                        TextOf(read.response.choices(0).message()) == text;
      EXPECT_TRUE(!read.status.ok() || same) << wire.id() << " cut to " << size;
    }
  }
}

TEST_F(WireConformanceTest, ClassifiesEveryError) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.format != "error") continue;
    const Struct* expected = GetStruct(wire.expected, "error");
    if (expected == nullptr) continue;
    ++count;
    const absl::Status status = reader_.Codec(wire).ParseError(
        wire.response, absl::FromUnixSeconds(1764000000));
    ExpectError(wire, *expected, status);
  }
  EXPECT_GT(count, 25);
}

TEST_F(WireConformanceTest, ListsModels) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.format != "models") continue;
    const Struct* expected = GetStruct(wire.expected, "models");
    if (expected == nullptr) continue;
    ++count;
    const auto page = reader_.Codec(wire).ParseModels(wire.response);
    ASSERT_TRUE(page.ok()) << wire.id() << ": " << page.status();
    ExpectModels(wire, *expected, page->models);
  }
  EXPECT_GT(count, 4);
}

TEST_F(WireConformanceTest, ReadsEmbeddings) {
  int count = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire) || wire.format != "embeddings") continue;
    const Struct* expected = GetStruct(wire.expected, "embeddings");
    ASSERT_NE(expected, nullptr) << wire.id();
    ++count;
    const auto read = reader_.ReadEmbeddings(
        wire, static_cast<int>(Get(*expected, "count")->number_value()));
    ASSERT_TRUE(read.ok()) << wire.id() << ": " << read.status();
    ExpectEmbeddings(wire, *expected, *read);
  }
  EXPECT_GT(count, 8);
}

TEST_F(WireConformanceTest, SaysWhatIsNotOfThisVersion) {
  std::map<std::string, int> left_out;
  int served = 0;
  for (const WireCase& wire : AllWireCases()) {
    if (IsServed(wire)) {
      ++served;
    } else {
      ++left_out[wire.provider + " " + wire.format];
    }
  }
  std::cout << served << " of " << AllWireCases().size()
            << " recordings apply; not applicable:\n";
  for (const auto& [what, count] : left_out) {
    std::cout << "  " << count << " x " << what << "\n";
  }
  EXPECT_GT(served, 150);
}

}  // namespace
}  // namespace aigateway
