#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

// A response in this state. `rest` goes on behind its output.
std::string Response(absl::string_view status, absl::string_view output,
                     absl::string_view rest) {
  return absl::StrCat(
      R"({"id":"resp_1","object":"response","created_at":1764000000,
      "status":")",
      status, R"(","error":null,"model":"gpt-5.5-2026-04-23",
      "temperature":1.0,"output":[)",
      output, "],", rest, "}");
}

constexpr absl::string_view kUsage = R"("incomplete_details":null,
    "service_tier":"default","usage":{"input_tokens":58,
    "input_tokens_details":{"cached_tokens":32,"cache_write_tokens":5},
    "output_tokens":23,"output_tokens_details":{"reasoning_tokens":7},
    "total_tokens":81})";
constexpr absl::string_view kCut = R"("incomplete_details":
    {"reason":"max_output_tokens"},"service_tier":"default","usage":{
    "input_tokens":58,"output_tokens":23,"total_tokens":81})";

// A pair whose stream begins and ends as all do.
AnswerPair Make(AnswerPair pair, absl::string_view status,
                absl::string_view output, absl::string_view rest) {
  pair.type = "openai";
  pair.api = "responses";
  pair.model = "gpt-5.5";
  pair.framing = StreamFraming::kNamed;
  pair.whole = Response(status, output, rest);
  const std::string begun =
      Response("in_progress", "", R"("service_tier":"auto","usage":null)");
  std::vector<std::string> events = {
      absl::StrCat(R"({"type":"response.created","sequence_number":0,
                       "response":)",
                   begun, "}"),
      absl::StrCat(R"({"type":"response.in_progress","response":)", begun,
                   "}")};
  events.insert(events.end(), pair.events.begin(), pair.events.end());
  events.push_back(absl::StrCat(R"({"type":"response.)", status,
                                R"(","response":)", pair.whole, "}"));
  pair.events = std::move(events);
  return pair;
}

std::string Added(int index, absl::string_view item) {
  return absl::StrCat(R"({"type":"response.output_item.added","output_index":)",
                      index, R"(,"item":)", item, "}");
}

std::string Done(int index, absl::string_view item) {
  return absl::StrCat(R"({"type":"response.output_item.done","output_index":)",
                      index, R"(,"item":)", item, "}");
}

std::string Piece(absl::string_view kind, int index, absl::string_view text) {
  return absl::StrCat(R"({"type":"response.)", kind, R"(","output_index":)",
                      index, R"(,"content_index":0,"item_id":"item",
                      "delta":")",
                      text, R"("})");
}

std::string SummaryPiece(int part, absl::string_view text) {
  return absl::StrCat(
      R"({"type":"response.reasoning_summary_text.delta","output_index":0,
      "summary_index":)",
      part, R"(,"item_id":"rs_1","delta":")", text, R"("})");
}

AnswerPair Text() {
  constexpr absl::string_view kItem = R"({"id":"msg_1","type":"message",
      "status":"completed","role":"assistant","content":[{
        "type":"output_text","text":"It rains.","annotations":[
          {"type":"url_citation","start_index":0,"end_index":4,
           "url":"https://a.example","title":"A"}],
        "logprobs":[
          {"token":"It","logprob":-0.5,"bytes":[73,116],"top_logprobs":[]},
          {"token":" rains.","logprob":-0.25,"bytes":[],
           "top_logprobs":[{"token":" pours.","logprob":-2.5}]}]}]})";
  return Make(
      {.name = "a text with citations and probabilities",
       .asked = "logprobs: true top_logprobs: 1",
       .events = {Added(0, R"({"id":"msg_1","type":"message",
               "status":"in_progress","role":"assistant","content":[]})"),
                  R"({"type":"response.content_part.added","output_index":0,
                "content_index":0,"part":{"type":"output_text","text":"",
                "annotations":[]}})",
                  Piece("output_text.delta", 0, "It "),
                  Piece("output_text.delta", 0, "rains."),
                  R"({"type":"response.output_text.annotation.added",
                "output_index":0,"content_index":0,"annotation_index":0,
                "annotation":{"type":"url_citation","start_index":0,
                "end_index":4,"url":"https://a.example","title":"A"}})",
                  R"({"type":"response.output_text.done","output_index":0,
                "content_index":0,"text":"It rains."})",
                  Done(0, kItem)},
       .has = {R"(content: "It rains.")", "https://a.example", "logprob: -2.5",
               "cached_prompt_tokens: 32", "cache_write_tokens: 5",
               "reasoning_tokens: 7"}},
      "completed", kItem, kUsage);
}

AnswerPair SealedCalls() {
  constexpr absl::string_view kThought = R"({"id":"rs_1","type":"reasoning",
      "encrypted_content":"gAAAAAB-seal","summary":[
        {"type":"summary_text","text":"**First**"},
        {"type":"summary_text","text":"**Second**"}]})";
  constexpr absl::string_view kSaid = R"({"id":"msg_1","type":"message",
      "status":"completed","role":"assistant","phase":"commentary",
      "content":[{"type":"output_text","text":"One moment.",
      "annotations":[]}]})";
  constexpr absl::string_view kFirst = R"({"id":"fc_1",
      "type":"function_call","status":"completed","call_id":"call_1",
      "name":"weather","arguments":"{\"city\":\"Oslo\"}"})";
  constexpr absl::string_view kSecond = R"({"id":"fc_2",
      "type":"function_call","status":"completed","call_id":"call_2",
      "name":"now","arguments":"{}"})";
  return Make(
      {.name = "a sealed thought, a comment and parallel calls",
       .events = {Added(0, R"({"id":"rs_1","type":"reasoning",
               "encrypted_content":"gAAAAAB-early","summary":[]})"),
                  SummaryPiece(0, "**Fi"), SummaryPiece(0, "rst**"),
                  SummaryPiece(1, "**Second**"), Done(0, kThought),
                  Added(1, R"({"id":"msg_1","type":"message",
               "status":"in_progress","role":"assistant",
               "phase":"commentary","content":[]})"),
                  Piece("output_text.delta", 1, "One "),
                  Piece("output_text.delta", 1, "moment."), Done(1, kSaid),
                  Added(2, R"({"id":"fc_1","type":"function_call",
               "status":"in_progress","arguments":"","call_id":"call_1",
               "name":"weather"})"),
                  Piece("function_call_arguments.delta", 2, R"({\"city\":)"),
                  Piece("function_call_arguments.delta", 2, R"(\"Oslo\"})"),
                  Done(2, kFirst),
                  Added(3, R"({"id":"fc_2","type":"function_call",
               "status":"in_progress","arguments":"","call_id":"call_2",
               "name":"now"})"),
                  Piece("function_call_arguments.delta", 3, "{}"),
                  Done(3, kSecond)},
       .has = {"gAAAAAB-seal", "commentary", R"(id: "call_2")",
               R"(reasoning_content: "**First**\n\n**Second**")",
               "FINISH_REASON_TOOL_CALLS"}},
      "completed",
      absl::StrCat(kThought, ",", kSaid, ",", kFirst, ",", kSecond), kUsage);
}

AnswerPair BareThoughts() {
  constexpr absl::string_view kThought = R"({"id":"rs_1","type":"reasoning",
      "summary":[],"content":[{"type":"reasoning_text","text":"Hm. Yes."}]})";
  constexpr absl::string_view kSaid = R"({"id":"msg_1","type":"message",
      "status":"completed","role":"assistant","content":[
      {"type":"output_text","text":"Yes.","annotations":[]}]})";
  return Make(
      {.name = "a thought in its own words",
       .events = {Added(0, R"({"id":"rs_1","type":"reasoning",
                              "summary":[]})"),
                  Piece("reasoning_text.delta", 0, "Hm. "),
                  Piece("reasoning_text.delta", 0, "Yes."), Done(0, kThought),
                  Added(1, R"({"id":"msg_1","type":"message",
                              "role":"assistant","content":[]})"),
                  Piece("output_text.delta", 1, "Yes."), Done(1, kSaid)},
       .has = {R"(reasoning_content: "Hm. Yes.")"}},
      "completed", absl::StrCat(kThought, ",", kSaid), kUsage);
}

AnswerPair Refusal() {
  constexpr absl::string_view kItem = R"({"id":"msg_1","type":"message",
      "status":"completed","role":"assistant","content":[
      {"type":"refusal","refusal":"I cannot."}]})";
  return Make({.name = "a refusal",
               .events = {Added(0, R"({"id":"msg_1","type":"message",
                              "role":"assistant","content":[]})"),
                          Piece("refusal.delta", 0, "I "),
                          Piece("refusal.delta", 0, "cannot."), Done(0, kItem)},
               .has = {R"(refusal: "I cannot.")"}},
              "completed", kItem, kUsage);
}

AnswerPair Cut() {
  constexpr absl::string_view kItem = R"({"id":"fc_1",
      "type":"function_call","status":"incomplete","call_id":"call_1",
      "name":"weather","arguments":"{\"ci"})";
  return Make({.name = "a call that the limit cut",
               .events = {Added(0, R"({"id":"fc_1","type":"function_call",
                              "arguments":"","call_id":"call_1",
                              "name":"weather"})"),
                          Piece("function_call_arguments.delta", 0, R"({\"c)"),
                          Piece("function_call_arguments.delta", 0, "i"),
                          Done(0, kItem)},
               .has = {"FINISH_REASON_LENGTH", "max_output_tokens"}},
              "incomplete", kItem, kCut);
}

AnswerPair OnlyThoughts() {
  constexpr absl::string_view kItem = R"({"id":"rs_1","type":"reasoning",
      "encrypted_content":"gAAAAAB-cut","summary":[]})";
  return Make({.name = "nothing but a sealed thought before the limit",
               .events = {Added(0, R"({"id":"rs_1","type":"reasoning",
                              "summary":[]})"),
                          Done(0, kItem)},
               .has = {"gAAAAAB-cut", "FINISH_REASON_LENGTH"}},
              "incomplete", kItem, kCut);
}

AnswerPair OwnTools() {
  constexpr absl::string_view kSearch = R"({"id":"ws_1",
      "type":"web_search_call","status":"completed","action":{
      "type":"search","query":"rain"}})";
  constexpr absl::string_view kSaid = R"({"id":"msg_1","type":"message",
      "status":"completed","role":"assistant","content":[
      {"type":"output_text","text":"It rains.","annotations":[]}]})";
  return Make(
      {.name = "a search of the vendor's own",
       .events = {Added(0, R"({"id":"ws_1",
                              "type":"web_search_call",
                              "status":"in_progress"})"),
                  R"({"type":"response.web_search_call.searching",
                              "output_index":0,"item_id":"ws_1"})",
                  Done(0, kSearch), Added(1, R"({"id":"msg_1","type":"message",
                              "role":"assistant","content":[]})"),
                  Piece("output_text.delta", 1, "It rains."), Done(1, kSaid)},
       .has = {"web_search_call"}},
      "completed", absl::StrCat(kSearch, ",", kSaid), kUsage);
}

}  // namespace

std::vector<AnswerPair> ResponsesPairs() {
  return {Text(), SealedCalls(),  BareThoughts(), Refusal(),
          Cut(),  OnlyThoughts(), OwnTools()};
}

}  // namespace aigateway
