// A conversation with tools, a picture and thoughts over two turns, through the
// gateway as a library: a client that appends an answer as it got it, and what
// its tools gave, sends the vendor everything back that the vendor wants,
// byte for byte.

#include "tests/conformance/two_turns.h"

#include <cctype>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "aigateway/v1/chat.pb.h"
#include "tests/conformance/scripted_gateway.h"

namespace aigateway {
namespace {

using nlohmann::json;
using testing::HasSubstr;

v1::ChatRequest Question(const TwoTurns& turns) {
  v1::ChatRequest chat;
  chat.set_model(turns.first.model);
  v1::Message& instructions = *chat.add_messages();
  instructions.set_role(v1::ROLE_SYSTEM);
  instructions.set_content("Be brief.");
  v1::Message& question = *chat.add_messages();
  question.set_role(v1::ROLE_USER);
  question.add_parts()->set_text(kQuestion);
  if (turns.takes_images) {
    v1::ImagePart& image = *question.add_parts()->mutable_image();
    image.set_data(kPicture);
    image.set_media_type("image/png");
  }
  v1::Tool& weather = *chat.add_tools();
  weather.set_name("weather");
  weather.set_description("Tells the weather.");
  weather.set_parameters(R"({"type":"object","properties":{)"
                         R"("city":{"type":"string"}},"required":["city"]})");
  v1::Tool& now = *chat.add_tools();
  now.set_name("now");
  now.set_description("Tells the time.");
  chat.mutable_reasoning()->set_effort("high");
  return chat;
}

// What a client does with an answer that calls tools.
void GoOn(const v1::Message& answer, v1::ChatRequest& chat) {
  *chat.add_messages() = answer;
  for (int i = 0; i < answer.tool_calls_size(); ++i) {
    v1::Message& result = *chat.add_messages();
    result.set_role(v1::ROLE_TOOL);
    result.set_tool_call_id(answer.tool_calls(i).id());
    result.set_content(kResults[i]);
  }
}

// `text` as it stands between the quotation marks of a JSON string.
std::string Inside(const char* text) {
  const std::string quoted = json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

json Expected(const TwoTurns& turns) {
  return json::parse(absl::StrReplaceAll(turns.conversation,
                                         {{"QUESTION", Inside(kQuestion)},
                                          {"FIRST", Inside(kResults[0])},
                                          {"SECOND", Inside(kResults[1])},
                                          {"THIRD", Inside(kResults[2])}}));
}

// Takes those members that `like` has out of `body`.
json TakeMembers(const json& like, json& body) {
  json taken = json::object();
  for (const auto& [name, value] : like.items()) {
    if (!body.contains(name)) continue;
    taken[name] = body[name];
    body.erase(name);
  }
  return taken;
}

// What would have to be done to `from` to make it `to`, as JSON Patch has it.
std::string Difference(const json& from, const json& to) {
  return json::diff(from, to).dump(1);
}

// For either call, and for a second turn that is asked the other way.
class TwoTurnsTest
    : public testing::TestWithParam<std::tuple<TwoTurns, bool, bool>> {
 protected:
  const TwoTurns& turns() const { return std::get<0>(GetParam()); }
  bool first_streams() const { return std::get<1>(GetParam()); }
  bool second_streams() const { return std::get<2>(GetParam()); }
};

TEST_P(TwoTurnsTest, SendsBackAllThatTheVendorWants) {
  ScriptedGateway gateway(turns().first);
  v1::ChatRequest chat = Question(turns());
  const ScriptedGateway::Reply first =
      gateway.Call(chat, first_streams(), turns().first);
  ASSERT_TRUE(first.status.ok()) << first.status;
  EXPECT_EQ(absl::StrJoin(first.warnings, "\n"), turns().note);
  const v1::Message& answer = first.response.choices(0).message();
  ASSERT_GT(answer.tool_calls_size(), 0);

  GoOn(answer, chat);
  const ScriptedGateway::Reply second =
      gateway.Call(chat, second_streams(), turns().second);
  ASSERT_TRUE(second.status.ok()) << second.status;
  EXPECT_EQ(second.warnings, first.warnings);
  EXPECT_FALSE(second.response.choices(0).message().content().empty());

  ASSERT_EQ(gateway.requests().size(), 2U);
  json asked = json::parse(gateway.requests()[0].body);
  json sent = json::parse(gateway.requests()[1].body);
  EXPECT_THAT(gateway.requests()[1].body, HasSubstr(turns().verbatim));
  const json expected = Expected(turns());
  const json begun = TakeMembers(expected, asked);
  EXPECT_EQ(Difference(expected, TakeMembers(expected, sent)), "[]");
  // It goes on from what the first turn sent, and nothing else changes.
  for (const auto& [name, value] : begun.items()) {
    json beginning = expected[name];
    if (value.is_array()) {
      beginning.erase(beginning.begin() + static_cast<long>(value.size()),
                      beginning.end());
    }
    EXPECT_EQ(Difference(beginning, value), "[]") << name;
  }
  if (first_streams() == second_streams()) {
    EXPECT_EQ(Difference(asked, sent), "[]");
  }
}

std::string NameOf(
    const testing::TestParamInfo<TwoTurnsTest::ParamType>& info) {
  const auto& [turns, first, second] = info.param;
  std::string name = absl::StrCat(turns.first.type, "_", turns.first.name,
                                  first ? "_streamed" : "_whole",
                                  second ? "_streamed" : "_whole");
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(AllFamilies, TwoTurnsTest,
                         testing::Combine(testing::ValuesIn(AllTwoTurns()),
                                          testing::Bool(), testing::Bool()),
                         NameOf);

}  // namespace
}  // namespace aigateway
