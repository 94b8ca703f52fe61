#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

constexpr absl::string_view kReport = R"("usage":{"inputTokens":10,
    "outputTokens":22,"totalTokens":72,"cacheReadInputTokens":30,
    "cacheWriteInputTokens":10},"metrics":{"latencyMs":845},
    "serviceTier":{"type":"default"})";

// A pair of a message with these blocks, which ends for `reason`; `more` is
// reported with the counts.
AnswerPair Make(AnswerPair pair, absl::string_view blocks,
                absl::string_view reason, absl::string_view more = "") {
  pair.type = "bedrock";
  pair.model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  pair.framing = StreamFraming::kFrames;
  pair.whole = absl::StrCat(R"({"output":{"message":{"role":"assistant",
                            "content":[)",
                            blocks, R"(]}},"stopReason":")", reason, R"(",)",
                            kReport, more, "}");
  std::vector<std::string> events = {
      R"({"messageStart":{"role":"assistant","p":"abc"}})"};
  events.insert(events.end(), pair.events.begin(), pair.events.end());
  events.push_back(
      absl::StrCat(R"({"messageStop":{"stopReason":")", reason, R"("}})"));
  events.push_back(absl::StrCat(R"({"metadata":{)", kReport, more, "}}"));
  pair.events = std::move(events);
  return pair;
}

std::string Start(int index, absl::string_view start) {
  return absl::StrCat(R"({"contentBlockStart":{"contentBlockIndex":)", index,
                      R"(,"start":)", start, "}}");
}

std::string Delta(int index, absl::string_view delta) {
  return absl::StrCat(R"({"contentBlockDelta":{"contentBlockIndex":)", index,
                      R"(,"delta":)", delta, R"(,"p":"abcd"}})");
}

std::string Stop(int index) {
  return absl::StrCat(R"({"contentBlockStop":{"contentBlockIndex":)", index,
                      "}}");
}

AnswerPair ThinkingTools() {
  return Make(
      {.name = "thoughts, signed and withheld, then parallel calls",
       .events = {Delta(0, R"({"reasoningContent":{"text":"Two "}})"),
                  Delta(0, R"({"reasoningContent":{"text":"calls."}})"),
                  Delta(0, R"({"reasoningContent":{"signature":"c2lnMQ=="}})"),
                  Stop(0),
                  Delta(1,
                        R"({"reasoningContent":{"redactedContent":"cmVk"}})"),
                  Stop(1), Delta(2, R"({"text":"Let me "})"),
                  Delta(2, R"({"text":"see."})"), Stop(2),
                  Start(3, R"({"toolUse":{"toolUseId":"tooluse_1",
                         "name":"weather"}})"),
                  Delta(3, R"({"toolUse":{"input":"{\"city\": \"Os"}})"),
                  Delta(3, R"({"toolUse":{"input":"lo\"}"}})"), Stop(3),
                  Start(4, R"({"toolUse":{"toolUseId":"tooluse_2",
                         "name":"now"}})"),
                  Delta(4, R"({"toolUse":{"input":""}})"), Stop(4)},
       .has = {R"(reasoning_content: "Two calls.")", R"(signature: "c2lnMQ==")",
               R"(opaque: "cmVk")",
               R"(id: "tooluse_2" name: "now" arguments: "{}")",
               "cached_prompt_tokens: 30", "cache_write_tokens: 10",
               "prompt_tokens: 50", R"(id: "req_1")", "latencyMs"}},
      R"({"reasoningContent":{"reasoningText":{"text":"Two calls.",
          "signature":"c2lnMQ=="}}},
         {"reasoningContent":{"redactedContent":"cmVk"}},
         {"text":"Let me see."},
         {"toolUse":{"toolUseId":"tooluse_1","name":"weather",
          "input":{"city": "Oslo"}}},
         {"toolUse":{"toolUseId":"tooluse_2","name":"now","input":{}}})",
      "tool_use");
}

AnswerPair Interleaved() {
  return Make(
      {.name = "a thought between text and call",
       .events = {Delta(0, R"({"text":"Hm: "})"), Stop(0),
                  Delta(1, R"({"reasoningContent":{"text":"So."}})"),
                  Delta(1, R"({"reasoningContent":{
                      "signature":"c2lnMg=="}})"),
                  Stop(1), Delta(2, R"({"reasoningContent":{
                      "redactedContent":"cmVkMg=="}})"),
                  Stop(2), Start(3, R"({"toolUse":{"toolUseId":"tooluse_1",
                               "name":"now"}})"),
                  Stop(3)},
       .has = {"anthropic_place", "c2lnMg==", "cmVkMg=="}},
      R"({"text":"Hm: "},
         {"reasoningContent":{"reasoningText":{"text":"So.",
          "signature":"c2lnMg=="}}},
         {"reasoningContent":{"redactedContent":"cmVkMg=="}},
         {"toolUse":{"toolUseId":"tooluse_1","name":"now","input":{}}})",
      "tool_use");
}

AnswerPair Cited() {
  return Make(
      {.name = "a text with citations",
       .events = {Delta(0, R"({"text":"Grass is "})"),
                  Delta(0, R"({"text":"green."})"),
                  Delta(0, R"({"citation":{"title":"facts",
                      "sourceContent":[{"text":"Grass."}],
                      "location":{"documentChar":{"documentIndex":0,
                       "start":0,"end":6}}}})"),
                  Delta(0, R"({"citation":{"title":"more",
                      "sourceContent":[{"text":"Green."}],
                      "location":{"documentChar":{"documentIndex":1,
                       "start":0,"end":6}}}})"),
                  Stop(0)},
       .has = {R"(content: "Grass is green.")", "citations", "facts", "more"}},
      R"({"citationsContent":{"content":[{"text":"Grass is green."}],
          "citations":[{"title":"facts",
            "sourceContent":[{"text":"Grass."}],
            "location":{"documentChar":{"documentIndex":0,
             "start":0,"end":6}}},{"title":"more",
            "sourceContent":[{"text":"Green."}],
            "location":{"documentChar":{"documentIndex":1,
             "start":0,"end":6}}}]}})",
      "end_turn");
}

AnswerPair Guarded() {
  return Make({.name = "an answer that a guardrail masked",
               .events = {Delta(0, R"({"text":"It is {CITY}."})"), Stop(0)},
               .has = {"FINISH_REASON_CONTENT_FILTER", "trace", "ANONYMIZED"}},
              R"({"text":"It is {CITY}."})", "guardrail_intervened",
              R"(,"trace":{"guardrail":{"outputAssessments":{"g1":[
              {"sensitiveInformationPolicy":{"piiEntities":[
              {"action":"ANONYMIZED","type":"CITY"}]}}]}}})");
}

AnswerPair Cut() {
  return Make({.name = "a call that the limit cut before its arguments",
               .events = {Delta(0, R"({"text":"So:"})"), Stop(0),
                          Start(1, R"({"toolUse":{"toolUseId":"tooluse_1",
                              "name":"weather"}})"),
                          Stop(1)},
               .has = {"FINISH_REASON_LENGTH", "tooluse_1"}},
              R"({"text":"So:"},{"toolUse":{"toolUseId":"tooluse_1",
                  "name":"weather","input":{}}})",
              "max_tokens");
}

AnswerPair Empty() {
  return Make({.name = "no content at all",
               .has = {"role: ROLE_ASSISTANT", "FINISH_REASON_STOP"}},
              "", "end_turn");
}

}  // namespace

std::vector<AnswerPair> BedrockPairs() {
  return {ThinkingTools(), Interleaved(), Cited(), Guarded(), Cut(), Empty()};
}

}  // namespace aigateway
