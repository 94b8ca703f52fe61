// Plays every recorded answer of the providers to the real server, from an
// upstream on loopback, and expects of a client's call what the recording says.
// An instance is its type, base URL and key. Prints what applied and what did
// not, and the table of docs/providers.md. The recordings lie beside the
// checkout (AIGATEWAY_SHARED); without them the test is skipped.

#include "tests/conformance/wire_server.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

#include "aigateway/v1/gateway.pb.h"
#include "tests/conformance/provider_page.h"
#include "tests/conformance/wire_case.h"
#include "tests/conformance/wire_expectations.h"
#include "tests/conformance/wire_features.h"
#include "tests/conformance/wire_reading.h"
#include "tests/conformance/wire_request.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

// What became of a recording.
struct Outcome {
  const WireCase* wire;
  std::vector<std::string> faults;
};

void CheckError(const WireCase& wire, WireServer& server) {
  const Struct* expected = GetStruct(wire.expected, "error");
  ASSERT_NE(expected, nullptr) << wire.id();
  if (absl::EndsWith(wire.endpoint, "/embeddings")) {
    ExpectError(wire, *expected, server.CallEmbed(wire).status());
    return;
  }
  ExpectError(wire, *expected,
              server.CallChat(wire, WirePieces::kWhole).status);
  // A target that stated a wait is not asked again before it is over.
  if (Get(*expected, "retry_after_ms") != nullptr) return;
  SCOPED_TRACE("by the other call");
  WireCase other = wire;
  other.stream = !wire.stream;
  ExpectError(other, *expected,
              server.CallChat(other, WirePieces::kWhole).status);
}

void CheckEmbeddings(const WireCase& wire, WireServer& server) {
  const Struct* expected = GetStruct(wire.expected, "embeddings");
  ASSERT_NE(expected, nullptr) << wire.id();
  const auto read = server.CallEmbed(wire);
  ASSERT_TRUE(read.ok()) << wire.id() << ": " << read.status();
  ExpectEmbeddings(wire, *expected, *read, EmbedRequestFor(wire).model());
}

void CheckAnswer(const WireCase& wire, WireServer& server) {
  // The values are those of the last exchange.
  const WireCase& last = *ExchangesOf(wire).back();
  ExpectAnswer(last, server.CallChat(wire, WirePieces::kWhole));
  if (last.stream) {
    SCOPED_TRACE("in small pieces");
    ExpectAnswer(last, server.CallChat(wire, WirePieces::kSmall));
  }
}

// The server lists by name; the recording's first ones go first again.
std::vector<v1::Model> InRecordedOrder(const Struct& expected,
                                       std::vector<v1::Model> models) {
  const google::protobuf::Value* ids = Get(expected, "first_ids");
  if (ids == nullptr) return models;
  auto place = models.begin();
  for (const auto& value : ids->list_value().values()) {
    const absl::string_view id =
        absl::StripPrefix(value.string_value(), "models/");
    const auto found =
        std::find_if(place, models.end(),
                     [id](const v1::Model& model) { return model.id() == id; });
    if (found == models.end()) continue;
    std::rotate(place, found, std::next(found));
    ++place;
  }
  return models;
}

void CheckModels(
    const WireCase& wire,
    const std::map<std::string, std::vector<v1::Model>>& discovered) {
  const Struct* expected = GetStruct(wire.expected, "models");
  ASSERT_NE(expected, nullptr) << wire.id();
  const auto models = discovered.find(wire.id());
  ASSERT_NE(models, discovered.end()) << wire.id() << ": none were listed";
  ExpectModels(wire, *expected, InRecordedOrder(*expected, models->second));
}

// Plays all that this version serves. What is not as recorded is kept, not
// reported.
std::vector<Outcome> PlayAll() {
  std::vector<const WireCase*> calls;
  std::vector<const WireCase*> listings;
  for (const WireCase& wire : AllWireCases()) {
    if (!IsServed(wire)) continue;
    (wire.format == "models" ? listings : calls).push_back(&wire);
  }
  std::vector<Outcome> outcomes;
  const auto note = [&](const WireCase& wire, auto check) {
    testing::TestPartResultArray results;
    {
      const testing::ScopedFakeTestPartResultReporter reporter(
          testing::ScopedFakeTestPartResultReporter::
              INTERCEPT_ONLY_CURRENT_THREAD,
          &results);
      check();
    }
    Outcome& outcome = outcomes.emplace_back();
    outcome.wire = &wire;
    for (int i = 0; i < results.size(); ++i) {
      outcome.faults.push_back(results.GetTestPartResult(i).message());
    }
  };
  WireServer server(calls);
  for (const WireCase* wire : calls) {
    note(*wire, [&] {
      if (wire->format == "error") return CheckError(*wire, server);
      if (wire->format == "embeddings") return CheckEmbeddings(*wire, server);
      CheckAnswer(*wire, server);
    });
  }
  const auto discovered = DiscoverModels(listings);
  for (const WireCase* wire : listings) {
    note(*wire, [&] { CheckModels(*wire, discovered); });
  }
  return outcomes;
}

const std::vector<Outcome>& Outcomes() {
  static const auto* const outcomes = new std::vector<Outcome>(PlayAll());
  return *outcomes;
}

// Why a recording does not apply.
std::string WhyNot(const WireCase& wire) {
  if (wire.format == "count-tokens") return "v1 has no call that counts tokens";
  if (wire.format == "openai-completions" || wire.id() == "ollama/generate") {
    return "completion of a text, which is no chat";
  }
  if (wire.format == "bedrock-invoke-stream") {
    return "Bedrock is asked by Converse";
  }
  return "no provider type reads it";
}

class WireServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (AllWireCases().empty()) {
      GTEST_SKIP() << "no recordings: AIGATEWAY_SHARED names no folder that "
                      "has wire/";
    }
  }
};

TEST_F(WireServerTest, GivesWhatEveryRecordingSays) {
  for (const Outcome& outcome : Outcomes()) {
    for (const std::string& fault : outcome.faults) {
      ADD_FAILURE() << outcome.wire->id() << ": " << fault;
    }
  }
  EXPECT_GT(Outcomes().size(), 200);
}

TEST_F(WireServerTest, SaysWhatAppliedAndWhatDidNot) {
  struct Count {
    int played = 0;
    int good = 0;
  };
  std::map<std::string, Count> applied;
  std::set<std::string> settings;
  for (const Outcome& outcome : Outcomes()) {
    const WireCase& wire = *outcome.wire;
    Count& count = applied[absl::StrCat(wire.provider, " ", wire.format,
                                        wire.stream ? " (stream)" : "")];
    ++count.played;
    count.good += outcome.faults.empty() ? 1 : 0;
    if (const std::string more = MoreSettingsFor(wire); !more.empty()) {
      settings.insert(
          absl::StrCat(TypeOf(wire), " for ", wire.format, ": ", more));
    }
  }
  std::map<std::string, int> left_out;
  for (const WireCase& wire : AllWireCases()) {
    if (IsServed(wire)) continue;
    ++left_out[absl::StrCat(wire.provider, " ", wire.format, ": ",
                            WhyNot(wire))];
  }
  std::cout << Outcomes().size() << " of " << AllWireCases().size()
            << " recordings apply and were played to the server:\n";
  for (const auto& [what, count] : applied) {
    std::cout << "  " << count.good << " of " << count.played
              << " as recorded: " << what << "\n";
  }
  std::cout << AllWireCases().size() - Outcomes().size()
            << " are not applicable:\n";
  for (const auto& [what, count] : left_out) {
    std::cout << "  " << count << " x " << what << "\n";
  }
  std::cout << "an instance was more than type, base URL and key:\n";
  for (const std::string& setting : settings) {
    std::cout << "  " << setting << "\n";
  }
}

TEST_F(WireServerTest, TheTableOfProvidersMarksWhatRecordingsShow) {
  std::map<std::string, std::set<Feature>> shown;
  for (const Outcome& outcome : Outcomes()) {
    if (!outcome.faults.empty()) continue;
    for (const Feature feature :
         FeaturesOf(*ExchangesOf(*outcome.wire).back())) {
      shown[TypeOf(*outcome.wire)].insert(feature);
    }
  }
  const auto rows = ReadFeatureTable();
  for (const std::string& row : FeatureTable(shown)) std::cout << row << "\n";
  for (const auto& [type, marks] : rows) {
    for (const auto& [feature, mark] : marks) {
      EXPECT_EQ(mark == FeatureMark::kRecorded, shown[type].contains(feature))
          << type << ": " << TitleOf(feature);
    }
  }
}

}  // namespace
}  // namespace aigateway
