#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

// What ends a message: the reason, and the counts that are known then.
constexpr absl::string_view kWholeUsage = R"("usage":{"input_tokens":700,
    "cache_creation_input_tokens":40,"cache_read_input_tokens":60,
    "cache_creation":{"ephemeral_5m_input_tokens":40,
      "ephemeral_1h_input_tokens":0},
    "output_tokens":111,"output_tokens_details":{"thinking_tokens":30},
    "service_tier":"standard"})";
constexpr absl::string_view kFirstUsage = R"("usage":{"input_tokens":700,
    "cache_creation_input_tokens":40,"cache_read_input_tokens":60,
    "cache_creation":{"ephemeral_5m_input_tokens":40,
      "ephemeral_1h_input_tokens":0},
    "output_tokens":3,"service_tier":"standard"})";
constexpr absl::string_view kLastUsage = R"("usage":{"output_tokens":111,
    "output_tokens_details":{"thinking_tokens":30}})";

// A pair of a message with `blocks`, which ends as `stop` says.
AnswerPair Make(AnswerPair pair, absl::string_view blocks,
                absl::string_view stop) {
  pair.type = "anthropic";
  pair.model = "claude-opus-4-5-20251101";
  pair.framing = StreamFraming::kNamed;
  constexpr absl::string_view kHead = R"("id":"msg_1","type":"message",
      "role":"assistant","model":"claude-opus-4-5-20251101",)";
  pair.whole = absl::StrCat("{", kHead, R"("content":[)", blocks, "],", stop,
                            ",", kWholeUsage, "}");
  std::vector<std::string> events = {
      absl::StrCat(R"({"type":"message_start","message":{)", kHead,
                   R"("content":[],"stop_reason":null,"stop_sequence":null,)",
                   kFirstUsage, "}}")};
  events.insert(events.end(), pair.events.begin(), pair.events.end());
  events.push_back(absl::StrCat(R"({"type":"message_delta","delta":{)", stop,
                                "},", kLastUsage, "}"));
  events.push_back(R"({"type":"message_stop"})");
  pair.events = std::move(events);
  return pair;
}

std::string Start(int index, absl::string_view block) {
  return absl::StrCat(R"({"type":"content_block_start","index":)", index,
                      R"(,"content_block":)", block, "}");
}

std::string Delta(int index, absl::string_view delta) {
  return absl::StrCat(R"({"type":"content_block_delta","index":)", index,
                      R"(,"delta":)", delta, "}");
}

std::string Stop(int index) {
  return absl::StrCat(R"({"type":"content_block_stop","index":)", index, "}");
}

std::string Json(int index, absl::string_view piece) {
  return Delta(index,
               absl::StrCat(R"({"type":"input_json_delta","partial_json":")",
                            piece, R"("})"));
}

std::string Text(int index, absl::string_view piece) {
  return Delta(
      index, absl::StrCat(R"({"type":"text_delta","text":")", piece, R"("})"));
}

AnswerPair ThinkingTools() {
  return Make(
      {.name = "thoughts, signed and withheld, then parallel calls",
       .events = {Start(0,
                        R"({"type":"thinking","thinking":"","signature":""})"),
                  R"({"type":"ping"})",
                  Delta(0, R"({"type":"thinking_delta","thinking":"Two "})"),
                  Delta(0, R"({"type":"thinking_delta","thinking":"calls."})"),
                  Delta(0,
                        R"({"type":"signature_delta","signature":"c2lnMQ=="})"),
                  Stop(0),
                  Start(1, R"({"type":"redacted_thinking","data":"cmVk"})"),
                  Stop(1),
                  Start(2, R"({"type":"text","text":""})"),
                  Text(2, "Let me "),
                  Text(2, "see."),
                  Stop(2),
                  Start(3, R"({"type":"tool_use","id":"toolu_1",
                         "name":"weather","input":{}})"),
                  Json(3, ""),
                  Json(3, R"({\"city\": \"Os)"),
                  Json(3, R"(lo\"})"),
                  Stop(3),
                  Start(4, R"({"type":"tool_use","id":"toolu_2","name":"now",
                         "input":{}})"),
                  Json(4, ""),
                  Stop(4)},
       .has = {R"(reasoning_content: "Two calls.")", R"(signature: "c2lnMQ==")",
               R"(opaque: "cmVk")",
               R"(id: "toolu_2" name: "now" arguments: "{}")",
               "cached_prompt_tokens: 60", "cache_write_tokens: 40",
               "reasoning_tokens: 30", "prompt_tokens: 800",
               "FINISH_REASON_TOOL_CALLS"}},
      R"({"type":"thinking","thinking":"Two calls.","signature":"c2lnMQ=="},
         {"type":"redacted_thinking","data":"cmVk"},
         {"type":"text","text":"Let me see."},
         {"type":"tool_use","id":"toolu_1","name":"weather",
          "input":{"city": "Oslo"}},
         {"type":"tool_use","id":"toolu_2","name":"now","input":{}})",
      R"("stop_reason":"tool_use","stop_sequence":null)");
}

AnswerPair Interleaved() {
  return Make(
      {.name = "a thought between text and call",
       .events =
           {Start(0, R"({"type":"text","text":""})"), Text(0, "Hm: "), Stop(0),
            Start(1, R"({"type":"thinking","thinking":"","signature":""})"),
            Delta(1, R"({"type":"thinking_delta","thinking":"So."})"),
            Delta(1, R"({"type":"signature_delta","signature":"c2lnMg=="})"),
            Stop(1),
            Start(2, R"({"type":"thinking","thinking":"","signature":""})"),
            Delta(2, R"({"type":"signature_delta","signature":"c2lnMw=="})"),
            Stop(2), Start(3, R"({"type":"tool_use","id":"toolu_1","name":"now",
                         "input":{}})"),
            Stop(3)},
       .has = {"anthropic_place", "c2lnMg==", "c2lnMw=="}},
      R"({"type":"text","text":"Hm: "},
         {"type":"thinking","thinking":"So.","signature":"c2lnMg=="},
         {"type":"thinking","thinking":"","signature":"c2lnMw=="},
         {"type":"tool_use","id":"toolu_1","name":"now","input":{}})",
      R"("stop_reason":"tool_use","stop_sequence":null)");
}

AnswerPair Citations() {
  return Make(
      {.name = "texts with citations",
       .events = {Start(0, R"({"type":"text","text":""})"), Text(0, "Look: "),
                  Stop(0),
                  Start(1, R"({"type":"text","text":"","citations":[]})"),
                  Delta(1, R"({"type":"citations_delta","citation":{
                "type":"char_location","cited_text":"Grass.",
                "document_index":0,"start_char_index":0,
                "end_char_index":6}})"),
                  Text(1, "grass is "),
                  Delta(1, R"({"type":"citations_delta","citation":{
                "type":"char_location","cited_text":"Green.",
                "document_index":0,"start_char_index":7,
                "end_char_index":13}})"),
                  Text(1, "green."), Stop(1)},
       .has = {R"(content: "Look: grass is green.")", "citations", "Grass.",
               "Green.", "text_end"}},
      R"({"type":"text","text":"Look: "},
         {"type":"text","text":"grass is green.","citations":[
          {"type":"char_location","cited_text":"Grass.",
           "document_index":0,"start_char_index":0,"end_char_index":6},
          {"type":"char_location","cited_text":"Green.",
           "document_index":0,"start_char_index":7,"end_char_index":13}]})",
      R"("stop_reason":"end_turn","stop_sequence":null)");
}

AnswerPair Paused() {
  return Make(
      {.name = "a turn that pauses behind a search of its own",
       .events = {Start(0, R"({"type":"text","text":""})"),
                  Text(0, "I search."), Stop(0),
                  Start(1, R"({"type":"server_tool_use","id":"srvtoolu_1",
                         "name":"web_search","input":{}})"),
                  Json(1, R"({\"query\":)"), Json(1, R"( \"rain\"})"), Stop(1),
                  Start(2, R"({"type":"web_search_tool_result",
                "tool_use_id":"srvtoolu_1","content":[
                {"type":"web_search_result","url":"https://a.example",
                 "title":"A","encrypted_content":"ZW5j"}]})"),
                  Stop(2)},
       .has = {"server_tool_blocks", "srvtoolu_1", "ZW5j",
               "FINISH_REASON_PAUSE"}},
      R"({"type":"text","text":"I search."},
         {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search",
          "input":{"query": "rain"}},
         {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1",
          "content":[{"type":"web_search_result","url":"https://a.example",
           "title":"A","encrypted_content":"ZW5j"}]})",
      R"("stop_reason":"pause_turn","stop_sequence":null)");
}

AnswerPair Refused() {
  return Make({.name = "a refusal in the middle",
               .events = {Start(0, R"({"type":"text","text":""})"),
                          Text(0, "First you"), Stop(0)},
               .has = {"FINISH_REASON_CONTENT_FILTER", "refusal"}},
              R"({"type":"text","text":"First you"})",
              R"("stop_reason":"refusal","stop_sequence":null)");
}

AnswerPair StopSequence() {
  return Make({.name = "a stop sequence",
               .asked = R"(stop: "###")",
               .events = {Start(0, R"({"type":"text","text":""})"),
                          Text(0, "One"), Stop(0)},
               .has = {"stop_sequence", "###"}},
              R"({"type":"text","text":"One"})",
              R"("stop_reason":"stop_sequence","stop_sequence":"###")");
}

AnswerPair Cut() {
  return Make(
      {.name = "a call that the limit cut before its arguments",
       .events = {Start(0, R"({"type":"text","text":""})"), Text(0, "So:"),
                  Stop(0), Start(1, R"({"type":"tool_use","id":"toolu_1",
                              "name":"weather","input":{}})"),
                  Stop(1)},
       .has = {"FINISH_REASON_LENGTH", "toolu_1"}},
      R"({"type":"text","text":"So:"},
                 {"type":"tool_use","id":"toolu_1","name":"weather",
                  "input":{}})",
      R"("stop_reason":"max_tokens","stop_sequence":null)");
}

AnswerPair Empty() {
  return Make({.name = "no content at all",
               .has = {"role: ROLE_ASSISTANT", "FINISH_REASON_STOP"}},
              "", R"("stop_reason":"end_turn","stop_sequence":null)");
}

// The same from where Google serves it.
AnswerPair OnVertex(AnswerPair pair) {
  pair.type = "vertex-ai";
  pair.model = "claude-opus-4-5@20251101";
  return pair;
}

}  // namespace

std::vector<AnswerPair> AnthropicPairs() {
  return {ThinkingTools(),
          Interleaved(),
          Citations(),
          Paused(),
          Refused(),
          StopSequence(),
          Cut(),
          Empty(),
          OnVertex(ThinkingTools()),
          OnVertex(Citations())};
}

}  // namespace aigateway
