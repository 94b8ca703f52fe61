#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

constexpr absl::string_view kHead =
    R"("model":"qwen3:4b","created_at":"2026-11-01T10:00:00.5Z",)";
constexpr absl::string_view kCounts = R"("total_duration":1735248334,
    "load_duration":139246000,"prompt_eval_count":292,
    "prompt_eval_duration":247164000,"eval_count":143,
    "eval_duration":1337032000)";

// A line that is not the last.
std::string Line(absl::string_view message, absl::string_view more = "") {
  return absl::StrCat("{", kHead, R"("message":{"role":"assistant",)", message,
                      R"(},"done":false)", more, "}");
}

// A whole answer, or the last line of one.
std::string Last(absl::string_view message, absl::string_view reason,
                 absl::string_view more = "") {
  return absl::StrCat("{", kHead, R"("message":{"role":"assistant",)", message,
                      R"(},"done":true,"done_reason":")", reason, R"(",)",
                      kCounts, more, "}");
}

AnswerPair Ollama(AnswerPair pair) {
  pair.type = "ollama";
  pair.model = "qwen3:4b";
  pair.framing = StreamFraming::kLines;
  return pair;
}

AnswerPair Thinking() {
  return Ollama({
      .name = "a thought, then a text",
      .whole = Last(R"("thinking":"12 by 12.","content":"It is 144.")", "stop"),
      .events = {Line(R"("content":"","thinking":"12 ")"),
                 Line(R"("content":"","thinking":"by 12.")"),
                 Line(R"("content":"It is ")"), Line(R"("content":"144.")"),
                 Last(R"("content":"")", "stop")},
      .has = {R"(reasoning_content: "12 by 12.")", R"(content: "It is 144.")",
              "total_tokens: 435", "load_duration"},
  });
}

AnswerPair Tags() {
  return Ollama({
      .name = "a thought in tags",
      .whole = Last(R"("content":"<think>Hm.</think>Yes <b>.")", "stop"),
      .events = {Line(R"("content":"<thi")"), Line(R"("content":"nk>Hm.</")"),
                 Line(R"("content":"think>Yes <")"), Line(R"("content":"b>.")"),
                 Last(R"("content":"")", "stop")},
      .has = {R"(reasoning_content: "Hm.")", R"(content: "Yes <b>.")"},
  });
}

AnswerPair Calls() {
  return Ollama({
      .name = "a thought, then parallel calls",
      .whole = Last(R"("content":"","thinking":"Both.","tool_calls":[
          {"id":"call_a","function":{"index":0,"name":"weather",
           "arguments":{"city":"Oslo"}}},
          {"id":"call_b","function":{"index":1,"name":"now",
           "arguments":{}}}])",
                    "stop"),
      .events = {Line(R"("content":"","thinking":"Both.")"),
                 Line(R"("content":"","tool_calls":[
          {"id":"call_a","function":{"index":0,"name":"weather",
           "arguments":{"city":"Oslo"}}}])"),
                 Line(R"("content":"","tool_calls":[
          {"id":"call_b","function":{"index":0,"name":"now",
           "arguments":{}}}])"),
                 Last(R"("content":"")", "stop")},
      .has = {R"(id: "call_b" name: "now" arguments: "{}")",
              "FINISH_REASON_TOOL_CALLS"},
  });
}

AnswerPair NamelessCalls() {
  return Ollama({
      .name = "parallel calls without ids",
      .whole = Last(R"("content":"","tool_calls":[
          {"function":{"name":"weather","arguments":{"city":"Oslo"}}},
          {"function":{"name":"weather","arguments":{"city":"Bonn"}}}])",
                    "stop"),
      .events = {Line(R"("content":"","tool_calls":[
          {"function":{"name":"weather","arguments":{"city":"Oslo"}}}])"),
                 Line(R"("content":"","tool_calls":[
          {"function":{"name":"weather","arguments":{"city":"Bonn"}}}])"),
                 Last(R"("content":"")", "stop")},
      .has = {R"(id: "call_)"},
  });
}

AnswerPair Logprobs() {
  return Ollama({
      .name = "probabilities",
      .asked = "logprobs: true top_logprobs: 1",
      .whole = Last(R"("content":"Hi you")", "stop", R"(,"logprobs":[
          {"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[
           {"token":"Yo","logprob":-1.5}]},
          {"token":" you","logprob":-0.25}])"),
      .events = {Line(R"("content":"Hi")", R"(,"logprobs":[
          {"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[
           {"token":"Yo","logprob":-1.5}]}])"),
                 Line(R"("content":" you")", R"(,"logprobs":[
          {"token":" you","logprob":-0.25}])"),
                 Last(R"("content":"")", "stop")},
      .has = {R"(token: "Yo" logprob: -1.5)"},
  });
}

AnswerPair Cut() {
  return Ollama({
      .name = "a text that the limit cut",
      .whole = Last(R"("content":"Once upon")", "length"),
      .events = {Line(R"("content":"Once ")"), Line(R"("content":"upon")"),
                 Last(R"("content":"")", "length")},
      .has = {"FINISH_REASON_LENGTH"},
  });
}

AnswerPair Empty() {
  return Ollama({
      .name = "no text at all",
      .whole = Last(R"("content":"")", "stop"),
      .events = {Last(R"("content":"")", "stop")},
      .has = {"role: ROLE_ASSISTANT", "FINISH_REASON_STOP"},
  });
}

}  // namespace

std::vector<AnswerPair> OllamaPairs() {
  return {Thinking(), Tags(), Calls(), NamelessCalls(),
          Logprobs(), Cut(),  Empty()};
}

}  // namespace aigateway
