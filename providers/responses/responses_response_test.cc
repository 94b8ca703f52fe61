#include "providers/responses/responses_response.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/openai_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ResponsesResponseTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ChatResponse> Read(absl::string_view body,
                                        absl::string_view model = "gpt-5.5") {
    HttpResponse response;
    response.status = 200;
    response.body = std::string(body);
    const CallOptions options{.model = std::string(model),
                              .warnings = &warnings_};
    return ReadResponsesResponse(instance_, response, options);
  }

  const OpenAiInstance instance_ = InstanceOf("openai");
  std::vector<std::string> warnings_;
};

TEST_F(ResponsesResponseTest, ReadsAnAnswer) {
  const auto answer = Read(R"({
    "id": "resp_1", "created_at": 1778037176, "status": "completed",
    "model": "gpt-5.5-2026-04-23", "error": null, "incomplete_details": null,
    "instructions": null, "service_tier": "default", "temperature": 1.0,
    "output": [{"id": "msg_1", "type": "message", "content": [
      {"type": "output_text", "annotations": [], "logprobs": [],
       "text": "pong"}], "role": "assistant"}],
    "usage": {"input_tokens": 11, "input_tokens_details":
      {"cached_tokens": 3, "cache_write_tokens": 4}, "output_tokens": 5,
      "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 16},
    "metadata": {"system_fingerprint": "fp_1"}})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(*answer, EqualsProto(R"pb(
    id: "resp_1"
    model: "gpt-5.5-2026-04-23"
    create_time { seconds: 1778037176 }
    choices {
      message { role: ROLE_ASSISTANT content: "pong" }
      finish_reason: FINISH_REASON_STOP
      provider_finish_reason: "completed"
    }
    usage {
      prompt_tokens: 11
      completion_tokens: 5
      total_tokens: 16
      cached_prompt_tokens: 3
      cache_write_tokens: 4
      reasoning_tokens: 2
    }
    system_fingerprint: "fp_1"
    service_tier: "default"
  )pb"));
}

TEST_F(ResponsesResponseTest, InventsNoUsage) {
  const auto answer = Read(R"({"status":"completed","output":[]})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_usage());
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_STOP);
}

TEST_F(ResponsesResponseTest, KeepsSealsAndTheirPlaces) {
  const auto answer = Read(
      R"({"model":"gpt-5.5-2026-04-23","status":"completed","output":[)"
      R"({"type":"message","phase":"commentary","content":)"
      R"([{"type":"output_text","text":"Hm."}]},)"
      R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},)"
      R"({ "type":"reasoning",  "encrypted_content":"g=","summary":[]}]})");
  ASSERT_THAT(answer, IsOk());
  std::vector<std::string> blocks;
  for (const auto& block : answer->choices(0).message().reasoning_blocks()) {
    EXPECT_EQ(block.model(), "gpt-5.5-2026-04-23");
    blocks.push_back(block.opaque());
  }
  EXPECT_THAT(
      blocks,
      ElementsAre(
          R"({"type":"message","phase":"commentary","bytes":3})",
          R"({"type":"function_call","call_id":"c1"})",
          R"({ "type":"reasoning",  "encrypted_content":"g=","summary":[]})"));
}

// Who asks a deployment or an alias will ask it again by that name.
TEST_F(ResponsesResponseTest, NamesTheModelOfASealAsItWasAskedFor) {
  const auto answer =
      Read(R"({"model":"gpt-5.1","status":"completed","output":[)"
           R"({"type":"reasoning","encrypted_content":"g","summary":[]}]})",
           "my-deployment");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().reasoning_blocks(0).model(),
            "my-deployment");
}

TEST_F(ResponsesResponseTest, SetsThoughtsApart) {
  const auto answer =
      Read(R"({"status":"completed","output":[)"
           R"({"type":"reasoning","summary":[{"text":"a"},{"text":""},)"
           R"({"text":"b"}]},)"
           R"({"type":"reasoning","summary":[{"text":"short"}],"content":)"
           R"([{"type":"reasoning_text","text":"long"}]}]})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->choices(0).message().reasoning_content(), "a\n\nb\n\nlong");
  EXPECT_THAT(answer->choices(0).message().reasoning_blocks(), IsEmpty());
}

TEST_F(ResponsesResponseTest, PutsWhatNoFieldHasIntoTheMetadata) {
  const auto answer =
      Read(R"({"status":"completed","content_filters":[{"blocked":false}],)"
           R"("tools":[],"usage":{"input_tokens":1,"cost_in_usd_ticks":7},)"
           R"("output":[{"type":"web_search_call","id":"w"},)"
           R"({"type":"message","content":[{"type":"output_text","text":"x",)"
           R"("annotations":[{"url":"u"}]},{"type":"hologram"}]}]})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->provider_metadata(), EqualsProto(R"pb(
                fields {
                  key: "annotations"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "url"
                            value { string_value: "u" }
                          }
                        }
                      }
                    }
                  }
                }
                fields {
                  key: "content_filters"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "blocked"
                            value { bool_value: false }
                          }
                        }
                      }
                    }
                  }
                }
                fields {
                  key: "output_items"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "id"
                            value { string_value: "w" }
                          }
                          fields {
                            key: "type"
                            value { string_value: "web_search_call" }
                          }
                        }
                      }
                    }
                  }
                }
                fields {
                  key: "usage"
                  value {
                    struct_value {
                      fields {
                        key: "cost_in_usd_ticks"
                        value { number_value: 7 }
                      }
                    }
                  }
                }
              )pb"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("hologram")));
}

TEST_F(ResponsesResponseTest, KeepsTheSealOfACall) {
  const auto answer =
      Read(R"({"status":"requires_action","output":[{"type":"function_call",)"
           R"("call_id":"c","name":"f","arguments":{"a": 1},)"
           R"("thought_signature":"s="}]})");
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->choices(0).message().tool_calls(0), EqualsProto(R"pb(
                id: "c"
                name: "f"
                arguments: "{\"a\":1}"
                signature: "s="
              )pb"));
  EXPECT_EQ(answer->choices(0).finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

TEST_F(ResponsesResponseTest, ReadsAFailureUnderStatus200) {
  EXPECT_THAT(Read(R"({"status":"failed","error":{"code":"invalid_prompt",)"
                   R"("message":"your prompt was flagged"},"output":[]})"),
              HasReason(ErrorReason::kContentFiltered));
  EXPECT_THAT(Read(R"({"status":"failed","output":[]})"),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(Read(R"({"error":{"message":"m","type":"server_error"}})"),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(ResponsesResponseTest, RefusesWhatIsNoAnswer) {
  for (absl::string_view body :
       {"", "  ", "<html>", "[]", "{}", R"({"choices":[]})", R"({"output":{}})",
        R"({"output":[1]})", R"({"output":[],"output":[]})",
        R"({"status":"queued","output":[]})",
        R"({"output":[{"type":"message","content":7}]})",
        R"({"output":[{"type":"function_call","arguments":"{}"}]})"}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

TEST_F(ResponsesResponseTest, BoundsTheItems) {
  std::string items = "{}";
  for (size_t i = 0; i < ResponsesBody::kMaxItems; ++i) items += ",{}";
  EXPECT_THAT(Read(absl::StrCat(R"({"output":[)", items, "]}")),
              HasReason(ErrorReason::kProviderProtocolError));
}

}  // namespace
}  // namespace aigateway
