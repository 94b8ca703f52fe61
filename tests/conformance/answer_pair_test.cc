// The contract's rule that joining the deltas of RouteStream gives, for every
// provider, the message that Route gives: answers whole and as their vendors
// stream them, read by the codecs as they are registered, must become the same
// ChatResponse in every field.

#include "tests/conformance/answer_pair.h"

#include <cctype>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "tests/conformance/codec_reading.h"
#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

v1::ChatRequest ChatOf(const AnswerPair& pair) {
  v1::ChatRequest chat;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(pair.asked, &chat));
  chat.set_model(pair.model);
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  return chat;
}

// The field of that name of a response or its choices.
const FieldDescriptor* FieldOf(const std::string& name) {
  const FieldDescriptor* const field =
      v1::ChatResponse::descriptor()->FindFieldByName(name);
  return field != nullptr ? field
                          : v1::Choice::descriptor()->FindFieldByName(name);
}

// How `streamed` differs from `whole` beside the fields `ignored`; empty if it
// does not.
std::string Difference(const v1::ChatResponse& whole,
                       const v1::ChatResponse& streamed,
                       const std::vector<std::string>& ignored) {
  MessageDifferencer differencer;
  for (const std::string& name : ignored) {
    differencer.IgnoreField(FieldOf(name));
  }
  std::string report;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(whole, streamed) ? "" : report;
}

std::vector<size_t> CutsAtEvery(size_t step) {
  std::vector<size_t> cuts;
  for (size_t cut = step; cut < (size_t{1} << 16); cut += step) {
    cuts.push_back(cut);
  }
  return cuts;
}

class AnswerPairTest : public testing::TestWithParam<AnswerPair> {
 protected:
  void SetUp() override {
    codec_ = MakeCodec(GetParam().type, GetParam().api);
    ASSERT_NE(codec_, nullptr);
    whole_ = ReadWholeAnswer(*codec_,
                             {.status = 200,
                              .headers = WholeHeaders(),
                              .body = WithoutLineBreaks(GetParam().whole)},
                             chat_, GetParam().model);
    ASSERT_TRUE(whole_.status.ok()) << whole_.status;
    // A stream says nowhere when it was made; the caller is told when it began.
    whole_.response.clear_create_time();
  }

  WireReading ReadStream(const std::vector<size_t>& cuts) const {
    const AnswerPair& pair = GetParam();
    std::vector<std::string> bodies = {StreamBody(pair.framing, pair.events)};
    HttpHeaders headers = StreamHeaders(pair.framing);
    if (!pair.before_stream.empty()) {
      bodies.insert(bodies.begin(), WithoutLineBreaks(pair.before_stream));
      headers = WholeHeaders();
    }
    return ReadStreamedAnswer(*codec_, headers, bodies, chat_, pair.model,
                              cuts);
  }

  v1::ChatRequest chat_ = ChatOf(GetParam());
  std::unique_ptr<Provider> codec_;
  WireReading whole_;
};

TEST_P(AnswerPairTest, RouteGivesAllThatTheVendorSaid) {
  for (const std::string& text : GetParam().has) {
    EXPECT_THAT(whole_.response.ShortDebugString(), HasSubstr(text));
  }
}

TEST_P(AnswerPairTest, JoinsToWhatRouteGives) {
  for (const size_t step : {size_t{1} << 16, size_t{37}, size_t{1}}) {
    SCOPED_TRACE(absl::StrCat("in pieces of ", step, " bytes"));
    const WireReading streamed = ReadStream(CutsAtEvery(step));
    ASSERT_TRUE(streamed.status.ok()) << streamed.status;
    EXPECT_EQ(
        Difference(whole_.response, streamed.response, GetParam().differs), "");
    EXPECT_EQ(streamed.warnings, whole_.warnings);
  }
}

TEST_P(AnswerPairTest, DiffersInEachFieldThatIsExcused) {
  const WireReading streamed = ReadStream({});
  for (const std::string& name : GetParam().differs) {
    std::vector<std::string> others = GetParam().differs;
    std::erase(others, name);
    EXPECT_NE(Difference(whole_.response, streamed.response, others), "")
        << name;
  }
}

std::string NameOf(const testing::TestParamInfo<AnswerPair>& info) {
  std::string name = absl::StrCat(info.param.type, "_", info.param.name);
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(OpenAiChat, AnswerPairTest,
                         testing::ValuesIn(OpenAiChatPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(OpenAiDialects, AnswerPairTest,
                         testing::ValuesIn(OpenAiDialectPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Responses, AnswerPairTest,
                         testing::ValuesIn(ResponsesPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Anthropic, AnswerPairTest,
                         testing::ValuesIn(AnthropicPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Gemini, AnswerPairTest,
                         testing::ValuesIn(GeminiPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Bedrock, AnswerPairTest,
                         testing::ValuesIn(BedrockPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Cohere, AnswerPairTest,
                         testing::ValuesIn(CoherePairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Ollama, AnswerPairTest,
                         testing::ValuesIn(OllamaPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(Replicate, AnswerPairTest,
                         testing::ValuesIn(ReplicatePairs()), NameOf);

}  // namespace
}  // namespace aigateway
