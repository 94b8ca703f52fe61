#include "plugins/cache_key.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

v1::ChatRequest Chat(const std::string& text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &chat));
  return chat;
}

std::string KeyOf(v1::ChatRequest chat, const v1::RoutingOptions& options = {},
                  const CacheScopeKey& scope = {},
                  const std::vector<std::string>& metadata_keys = {}) {
  const v1::ChatRequest before = chat;
  std::string key = CacheKey(chat, options, scope, metadata_keys);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(chat, before));
  return key;
}

// C030: whatever changes the answer changes the key.
TEST(CacheKeyTest, Case030DiffersWhereverAnAnswerCanDiffer) {
  const std::string base =
      R"(model: "m" temperature: 0 max_output_tokens: 100
         messages { role: ROLE_USER content: "Hello" })";
  const std::vector<std::string> others = {
      R"(model: "n" temperature: 0 max_output_tokens: 100
         messages { role: ROLE_USER content: "Hello" })",
      R"(model: "m" max_output_tokens: 100
         messages { role: ROLE_USER content: "Hello" })",
      R"(model: "m" temperature: 0.7 max_output_tokens: 100
         messages { role: ROLE_USER content: "Hello" })",
      R"(model: "m" temperature: 0 max_output_tokens: 16
         messages { role: ROLE_USER content: "Hello" })",
      base + "top_p: 0.5",
      base + "stop: '.'",
      base + "n: 2",
      base + "seed: 0",
      base + "presence_penalty: 0",
      base + "logprobs: true",
      base + "response_format { json_object {} }",
      base + "reasoning { effort: 'high' }",
      base + "user: 'u'",
      base + R"(provider_options { key: "openai" value {
                  fields { key: "x" value { bool_value: true } } } })",
      base + "tools { name: 't' }",
      base + "tools { name: 't' } tool_choice { mode: TOOL_CHOICE_MODE_NONE }",
      base + "tools { name: 't' } tool_choice { mode: TOOL_CHOICE_MODE_AUTO }",
      base + "messages { role: ROLE_USER parts { image { data: 'a' } } }",
      base + "messages { role: ROLE_USER parts { image { data: 'b' } } }",
      base + R"(messages { role: ROLE_ASSISTANT
                  tool_calls { id: "1" name: "t" arguments: "{}" } })",
      base + R"(messages { role: ROLE_ASSISTANT
                  tool_calls { id: "1" name: "t" arguments: "[]" } })",
      base +
          "messages { role: ROLE_USER content: 'ab' }"
          "messages { role: ROLE_USER content: 'c' }",
      base +
          "messages { role: ROLE_USER content: 'a' }"
          "messages { role: ROLE_USER content: 'bc' }",
      base +
          "messages { role: ROLE_SYSTEM content: 'ab' }"
          "messages { role: ROLE_USER content: 'c' }",
      base +
          "messages { role: ROLE_USER content: 'ab' }"
          "messages { role: ROLE_SYSTEM content: 'c' }",
  };
  std::set<std::string> keys = {KeyOf(Chat(base))};
  for (const std::string& other : others) {
    EXPECT_TRUE(keys.insert(KeyOf(Chat(other))).second) << other;
  }
}

TEST(CacheKeyTest, Case030IsTheSameWhereNoAnswerDiffers) {
  const v1::ChatRequest chat = Chat(
      R"(model: "m" messages { role: ROLE_USER content: "Hello" }
         logit_bias { key: "1" value: 2 } logit_bias { key: "2" value: 1 })");
  const v1::ChatRequest reordered = Chat(
      R"(logit_bias { key: "2" value: 1 } logit_bias { key: "1" value: 2 }
         messages { content: "Hello" role: ROLE_USER } model: "m"
         metadata { key: "trace" value: "1" })");
  EXPECT_EQ(KeyOf(chat), KeyOf(reordered));
  v1::RoutingOptions options;
  options.set_request_id("r");
  options.set_priority(v1::PRIORITY_HIGH);
  EXPECT_EQ(KeyOf(chat, options), KeyOf(chat));
}

TEST(CacheKeyTest, CountsWhereAndForWhomItIsAsked) {
  v1::ChatRequest chat =
      Chat(R"(model: "m" messages { role: ROLE_USER content: "Hello" })");
  std::set<std::string> keys = {KeyOf(chat), KeyOf(chat, {}, {"alice", ""}),
                                KeyOf(chat, {}, {"bob", ""}),
                                KeyOf(chat, {}, {"", "bob"})};
  v1::RoutingOptions options;
  options.set_target("t");
  keys.insert(KeyOf(chat, options));
  options.clear_target();
  options.add_tags("t");
  keys.insert(KeyOf(chat, options));
  options.add_tags("");
  keys.insert(KeyOf(chat, options));
  (*chat.mutable_metadata())["tier"] = "gold";
  keys.insert(KeyOf(chat, {}, {}, {"tier"}));
  (*chat.mutable_metadata())["tier"] = "";
  keys.insert(KeyOf(chat, {}, {}, {"tier"}));
  EXPECT_EQ(keys.size(), 9);
  EXPECT_EQ(KeyOf(chat, {}, {}, {"other"}), KeyOf(chat));
}

}  // namespace
}  // namespace aigateway
