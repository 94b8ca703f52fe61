#include "providers/anthropic_usage.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

AnthropicUsage Read(absl::string_view json) {
  AnthropicUsage usage;
  JsonReader reader;
  EXPECT_TRUE(
      reader.Read(json, [&](JsonValue& value) { return usage.Read(value); })
          .ok());
  return usage;
}

TEST(AnthropicUsageTest, CountsCachedTokensAsPartOfThePrompt) {
  v1::Usage usage;
  EXPECT_TRUE(Read(R"({"input_tokens":11,"cache_creation_input_tokens":20,
                       "cache_read_input_tokens":300,"output_tokens":50,
                       "output_tokens_details":{"thinking_tokens":7}})")
                  .Write(&usage));
  EXPECT_THAT(usage, EqualsProto(R"pb(prompt_tokens: 331
                                      completion_tokens: 50
                                      total_tokens: 381
                                      cached_prompt_tokens: 300
                                      cache_write_tokens: 20
                                      reasoning_tokens: 7)pb"));
}

TEST(AnthropicUsageTest, ReplacesWhatALaterReportNames) {
  AnthropicUsage usage =
      Read(R"({"input_tokens":31,"output_tokens":1,"service_tier":"batch"})");
  usage.Update(Read(R"({"output_tokens":9})"));
  usage.Update(Read(R"({"input_tokens":null,"output_tokens":17})"));

  v1::Usage written;
  EXPECT_TRUE(usage.Write(&written));
  EXPECT_THAT(written, EqualsProto(R"pb(prompt_tokens: 31
                                        completion_tokens: 17
                                        total_tokens: 48)pb"));
  EXPECT_EQ(usage.service_tier(), "batch");
}

TEST(AnthropicUsageTest, GuessesNothing) {
  v1::Usage usage;
  EXPECT_FALSE(Read("{}").Write(&usage));
  EXPECT_FALSE(Read("null").Write(&usage));
  EXPECT_FALSE(
      Read(R"({"input_tokens":"5","output_tokens":-1})").Write(&usage));
  EXPECT_FALSE(
      Read(R"({"input_tokens":1e400,"output_tokens":[1]})").Write(&usage));
  EXPECT_FALSE(Read(R"({"input_tokens":9223372036854775807})").Write(&usage));
  EXPECT_THAT(usage, EqualsProto(""));

  EXPECT_TRUE(Read(R"({"output_tokens":3})").Write(&usage));
  EXPECT_THAT(usage, EqualsProto("completion_tokens: 3"));
}

TEST(AnthropicUsageTest, PutsTheRestIntoMetadata) {
  AnthropicUsage usage = Read(
      R"({"input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":2},
          "server_tool_use":null})");
  usage.Update(Read(R"({"server_tool_use":{"web_search_requests":1}})"));

  AnthropicMetadata metadata;
  usage.Write(&metadata);

  EXPECT_THAT(metadata.members(), EqualsProto(R"pb(
                fields {
                  key: "usage"
                  value {
                    struct_value {
                      fields {
                        key: "cache_creation"
                        value {
                          struct_value {
                            fields {
                              key: "ephemeral_1h_input_tokens"
                              value { number_value: 2 }
                            }
                          }
                        }
                      }
                      fields {
                        key: "server_tool_use"
                        value {
                          struct_value {
                            fields {
                              key: "web_search_requests"
                              value { number_value: 1 }
                            }
                          }
                        }
                      }
                    }
                  }
                })pb"));
}

}  // namespace
}  // namespace aigateway
