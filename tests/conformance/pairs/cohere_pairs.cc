#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

constexpr absl::string_view kUsage = R"("usage":{"billed_units":{
    "input_tokens":65,"output_tokens":63},"tokens":{"input_tokens":508,
    "output_tokens":86,"reasoning_tokens":28},"cached_tokens":144})";

// A pair of a message with these members, which ends for `reason`.
AnswerPair Make(AnswerPair pair, absl::string_view message,
                absl::string_view reason, absl::string_view more = "") {
  pair.type = "cohere";
  pair.model = "command-a-plus-05-2026";
  pair.framing = StreamFraming::kNamedDone;
  pair.whole = absl::StrCat(R"({"id":"c-1","message":{"role":"assistant",)",
                            message, R"(},"finish_reason":")", reason, R"(",)",
                            kUsage, more, "}");
  std::vector<std::string> events = {R"({"type":"message-start","id":"c-1",
      "delta":{"message":{"role":"assistant","content":[],"tool_plan":"",
      "tool_calls":[],"citations":[]}}})"};
  events.insert(events.end(), pair.events.begin(), pair.events.end());
  events.push_back(
      absl::StrCat(R"({"type":"message-end","delta":{"finish_reason":")",
                   reason, R"(",)", kUsage, "}}"));
  pair.events = std::move(events);
  return pair;
}

// An event of the list entry at `index` that says `message`.
std::string Event(absl::string_view type, int index, absl::string_view message,
                  absl::string_view more = "") {
  return absl::StrCat(R"({"type":")", type, R"(","index":)", index,
                      R"(,"delta":{"message":)", message, "}", more, "}");
}

std::string End(absl::string_view type, int index) {
  return absl::StrCat(R"({"type":")", type, R"(","index":)", index, "}");
}

std::string Text(int index, absl::string_view text,
                 absl::string_view more = "") {
  return Event("content-delta", index,
               absl::StrCat(R"({"content":{"text":")", text, R"("}})"), more);
}

std::string Plan(absl::string_view text) {
  return absl::StrCat(
      R"({"type":"tool-plan-delta","delta":{"message":{"tool_plan":")", text,
      R"("}}})");
}

std::string Arguments(int index, absl::string_view piece) {
  return Event("tool-call-delta", index,
               absl::StrCat(R"({"tool_calls":{"function":{"arguments":")",
                            piece, R"("}}})"));
}

AnswerPair PlannedCalls() {
  return Make({.name = "a plan, then parallel calls",
               .events = {Plan("I ask "), Plan("both."),
                          Event("tool-call-start", 0, R"({"tool_calls":{
                      "id":"weather_1","type":"function","function":{
                      "name":"weather","arguments":""}}})"),
                          Arguments(0, R"({\"city\": )"),
                          Arguments(0, R"(\"Oslo\"})"), End("tool-call-end", 0),
                          Event("tool-call-start", 1, R"({"tool_calls":{
                      "id":"now_1","type":"function","function":{
                      "name":"now","arguments":""}}})"),
                          End("tool-call-end", 1)},
               .has = {R"(id: "now_1" name: "now" arguments: "{}")",
                       "tool_plan", "reasoning_blocks",
                       "FINISH_REASON_TOOL_CALLS", "cached_prompt_tokens: 144",
                       "reasoning_tokens: 28", "billed_units"}},
              R"("tool_plan":"I ask both.","tool_calls":[
         {"id":"weather_1","type":"function","function":{
          "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
         {"id":"now_1","type":"function","function":{
          "name":"now","arguments":"{}"}}])",
              "TOOL_CALL");
}

AnswerPair ThoughtAndPlan() {
  return Make({.name = "a thought and a plan before a call",
               .events = {Event("content-start", 0, R"({"content":{
                      "type":"thinking","thinking":""}})"),
                          Event("content-delta", 0, R"({"content":{
                      "thinking":"Which city?"}})"),
                          End("content-end", 0), Plan("I ask."),
                          Event("tool-call-start", 0, R"({"tool_calls":{
                      "id":"now_1","type":"function","function":{
                      "name":"now","arguments":""}}})"),
                          Arguments(0, "{}"), End("tool-call-end", 0)},
               .has = {R"(reasoning_content: "Which city?")",
                       R"(reasoning_blocks { text: "Which city?")"}},
              R"("content":[{"type":"thinking","thinking":"Which city?"}],
         "tool_plan":"I ask.","tool_calls":[{"id":"now_1",
          "type":"function","function":{"name":"now","arguments":"{}"}}])",
              "TOOL_CALL");
}

AnswerPair Cited() {
  return Make({.name = "a thought, and a text with citations",
               .events = {Event("content-start", 0, R"({"content":{
                      "type":"thinking","thinking":""}})"),
                          Event("content-delta", 0, R"({"content":{
                      "thinking":"The document "}})"),
                          Event("content-delta", 0, R"({"content":{
                      "thinking":"says it."}})"),
                          End("content-end", 0),
                          Event("content-start", 1, R"({"content":{
                      "type":"text","text":""}})"),
                          Text(1, "Grass is "), Text(1, "green."),
                          Event("citation-start", 0, R"({"citations":{"start":0,
                      "end":5,"text":"Grass","sources":[{"type":"document",
                      "id":"doc:0"}],"content_index":1,
                      "type":"TEXT_CONTENT"}})"),
                          End("citation-end", 0),
                          Event("citation-start", 1, R"({"citations":{"start":9,
                      "end":14,"text":"green","sources":[{
                      "type":"document","id":"doc:1"}],"content_index":1,
                      "type":"TEXT_CONTENT"}})"),
                          End("citation-end", 1), End("content-end", 1)},
               .has = {R"(reasoning_content: "The document says it.")",
                       R"(content: "Grass is green.")", "doc:0", "doc:1"}},
              R"("content":[
         {"type":"thinking","thinking":"The document says it."},
         {"type":"text","text":"Grass is green."}],
         "citations":[{"start":0,"end":5,"text":"Grass","sources":[{
          "type":"document","id":"doc:0"}],"content_index":1,
          "type":"TEXT_CONTENT"},{"start":9,"end":14,"text":"green",
          "sources":[{"type":"document","id":"doc:1"}],"content_index":1,
          "type":"TEXT_CONTENT"}])",
              "COMPLETE");
}

AnswerPair Logprobs() {
  return Make({.name = "probabilities",
               .asked = "logprobs: true",
               .events = {Event("content-start", 0, R"({"content":{
                      "type":"text","text":""}})"),
                          Text(0, "Hi", R"(,"logprobs":{"token_ids":[1],
                      "text":"Hi","logprobs":[-0.5]})"),
                          Text(0, " you", R"(,"logprobs":{"token_ids":[2,3],
                      "text":" you","logprobs":[-0.25,-0.5]})"),
                          End("content-end", 0)},
               .has = {R"(token: "Hi" logprob: -0.5)",
                       R"(token: " you" logprob: -0.75)"}},
              R"("content":[{"type":"text","text":"Hi you"}])", "COMPLETE",
              R"(,"logprobs":[{"token_ids":[1],"text":"Hi","logprobs":[-0.5]},
         {"token_ids":[2,3],"text":" you","logprobs":[-0.25,-0.5]}])");
}

AnswerPair Cut() {
  return Make({.name = "a text that the limit cut",
               .events = {Event("content-start", 0, R"({"content":{
                              "type":"text","text":""}})"),
                          Text(0, "Once upon"), End("content-end", 0)},
               .has = {"FINISH_REASON_LENGTH", "MAX_TOKENS"}},
              R"("content":[{"type":"text","text":"Once upon"}])",
              "MAX_TOKENS");
}

AnswerPair Broken() {
  return Make({.name = "an answer that broke off",
               .events = {Event("content-start", 0, R"({"content":{
                              "type":"text","text":""}})"),
                          Text(0, "So"), End("content-end", 0)},
               .has = {"FINISH_REASON_ERROR"}},
              R"("content":[{"type":"text","text":"So"}])", "ERROR");
}

}  // namespace

std::vector<AnswerPair> CoherePairs() {
  return {PlannedCalls(), ThoughtAndPlan(), Cited(), Logprobs(),
          Cut(),          Broken()};
}

}  // namespace aigateway
