#include <vector>

#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"
#include "tests/conformance/pairs/chat_shapes.h"

// Chat completions as OpenAI itself and Azure have them.

namespace aigateway {
namespace {

constexpr absl::string_view kUsage = R"("usage":{"prompt_tokens":20,
    "completion_tokens":30,"total_tokens":50,
    "prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},
    "completion_tokens_details":{"reasoning_tokens":12,"audio_tokens":0}},
    "service_tier":"default","system_fingerprint":"fp_1")";

AnswerPair Chat(AnswerPair pair) {
  pair.type = "openai";
  pair.api = "chat";
  pair.model = "gpt-4o";
  return pair;
}

AnswerPair Text() {
  return Chat({
      .name = "text and all counts",
      .whole = ChatMessage(R"({"role":"assistant","content":"Grüße, 世界",
                               "refusal":null,"annotations":[]})",
                           "stop", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":"",
                               "refusal":null})"),
                 ChatDelta(R"({"content":"Grü"})"),
                 ChatDelta(R"({"content":"ße, 世"})"),
                 ChatDelta(R"({"content":"界"})"), ChatFinish("stop"),
                 ChatLast(kUsage)},
      .has = {R"(content: "Gr)", "cached_prompt_tokens: 8",
              "reasoning_tokens: 12", R"(service_tier: "default")",
              R"(system_fingerprint: "fp_1")",
              R"(provider_finish_reason: "stop")"},
  });
}

AnswerPair TwoChoices() {
  return Chat({
      .name = "two choices that end for different reasons",
      .asked = "n: 2",
      .whole = ChatWhole(R"({"index":0,"message":{"role":"assistant",
                              "content":"One."},"finish_reason":"stop"},
                            {"index":1,"message":{"role":"assistant",
                              "content":"Two, and"},
                             "finish_reason":"length"})",
                         kUsage),
      .events =
          {ChatChunk(R"({"index":0,"delta":{"role":"assistant","content":""},
                         "finish_reason":null})"),
           ChatChunk(R"({"index":1,"delta":{"role":"assistant","content":""},
                         "finish_reason":null})"),
           ChatChunk(R"({"index":1,"delta":{"content":"Two"},
                         "finish_reason":null})"),
           ChatChunk(R"({"index":0,"delta":{"content":"One."},
                         "finish_reason":null})"),
           ChatChunk(R"({"index":0,"delta":{},"finish_reason":"stop"})"),
           ChatChunk(R"({"index":1,"delta":{"content":", and"},
                         "finish_reason":null})"),
           ChatChunk(R"({"index":1,"delta":{},"finish_reason":"length"})"),
           ChatLast(kUsage)},
      .has = {R"(content: "Two, and")", "FINISH_REASON_LENGTH"},
  });
}

AnswerPair ParallelTools() {
  return Chat({
      .name = "a text, then parallel calls of tools",
      .whole = ChatMessage(R"({"role":"assistant","content":"Let me see.",
          "tool_calls":[
            {"id":"call_1","type":"function","function":{
              "name":"weather","arguments":"{\"city\":\"Köln\"}"}},
            {"id":"call_2","type":"function","function":{
              "name":"weather","arguments":"{\"city\": \"Oslo\", \"n\": 1.50}"}},
            {"id":"call_3","type":"function","function":{
              "name":"now","arguments":"{}"}}]})",
                           "tool_calls", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":null})"),
                 ChatDelta(R"({"content":"Let me see."})"),
                 ChatDelta(R"({"tool_calls":[{"index":0,"id":"call_1",
               "type":"function","function":{
               "name":"weather","arguments":""}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"{\"city\":"}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"\"Köln\"}"}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":1,"id":"call_2",
               "type":"function","function":{
               "name":"weather","arguments":""}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":1,"function":{
               "arguments":"{\"city\": \"Oslo\", \"n\""}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":1,"function":{
               "arguments":": 1.50}"}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":2,"id":"call_3",
               "type":"function","function":{
               "name":"now","arguments":""}}]})"),
                 ChatFinish("tool_calls"), ChatLast(kUsage)},
      .has = {R"(content: "Let me see.")", R"(id: "call_3")",
              R"(arguments: "{}")", "1.50", "FINISH_REASON_TOOL_CALLS"},
  });
}

AnswerPair CutTools() {
  return Chat({
      .name = "a call that the limit cut",
      .whole = ChatMessage(R"({"role":"assistant","content":null,
          "tool_calls":[{"id":"call_1","type":"function","function":{
            "name":"weather","arguments":"{\"city\":\"Kö"}}]})",
                           "length", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[{
               "index":0,"id":"call_1","type":"function","function":{
               "name":"weather","arguments":""}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"{\"city\":\"K"}}]})"),
                 ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"ö"}}]})"),
                 ChatFinish("length"), ChatLast(kUsage)},
      .has = {"arguments: ", "FINISH_REASON_LENGTH"},
  });
}

AnswerPair Refusal() {
  return Chat({
      .name = "a refusal with its probabilities",
      .asked = "logprobs: true",
      .whole = ChatWhole(R"({"index":0,"message":{"role":"assistant",
          "content":null,"refusal":"I cannot."},
          "logprobs":{"content":null,"refusal":[
            {"token":"I","logprob":-0.25,"bytes":[73],"top_logprobs":[]},
            {"token":" cannot.","logprob":-0.5,"bytes":null,
             "top_logprobs":[]}]},
          "finish_reason":"stop"})",
                         kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":null,
                               "refusal":""})"),
                 ChatChunk(R"({"index":0,"delta":{"refusal":"I"},
          "logprobs":{"content":null,"refusal":[{"token":"I","logprob":-0.25,
            "bytes":[73],"top_logprobs":[]}]},
          "finish_reason":null})"),
                 ChatChunk(R"({"index":0,"delta":{"refusal":" cannot."},
          "logprobs":{"content":null,"refusal":[{"token":" cannot.",
            "logprob":-0.5,"bytes":null,"top_logprobs":[]}]},
          "finish_reason":null})"),
                 ChatFinish("stop"), ChatLast(kUsage)},
      .has = {R"(refusal: "I cannot.")", "refusal { token: "},
  });
}

AnswerPair Logprobs() {
  return Chat({
      .name = "probabilities with their rivals",
      .asked = "logprobs: true top_logprobs: 2",
      .whole = ChatWhole(R"({"index":0,"message":{"role":"assistant",
          "content":"Hi you"},
          "logprobs":{"content":[
            {"token":"Hi","logprob":-0.125,"bytes":[72,105],"top_logprobs":[
              {"token":"Hi","logprob":-0.125,"bytes":[72,105]},
              {"token":"Yo","logprob":-3.5,"bytes":[89,111]}]},
            {"token":" you","logprob":-1.0,"bytes":[32,121,111,117],
             "top_logprobs":[]}],"refusal":null},
          "finish_reason":"stop"})",
                         kUsage),
      .events = {ChatChunk(R"({"index":0,"delta":{"role":"assistant",
          "content":""},"logprobs":{"content":[],"refusal":null},
          "finish_reason":null})"),
                 ChatChunk(R"({"index":0,"delta":{"content":"Hi"},
          "logprobs":{"content":[
            {"token":"Hi","logprob":-0.125,"bytes":[72,105],"top_logprobs":[
              {"token":"Hi","logprob":-0.125,"bytes":[72,105]},
              {"token":"Yo","logprob":-3.5,"bytes":[89,111]}]}],
          "refusal":null},"finish_reason":null})"),
                 ChatChunk(R"({"index":0,"delta":{"content":" you"},
          "logprobs":{"content":[
            {"token":" you","logprob":-1.0,"bytes":[32,121,111,117],
             "top_logprobs":[]}],"refusal":null},"finish_reason":null})"),
                 ChatFinish("stop"), ChatLast(kUsage)},
      .has = {"logprob: -3.5", R"(token: " you")"},
  });
}

AnswerPair Citations() {
  return Chat({
      .name = "citations that come one by one",
      .whole = ChatMessage(R"({"role":"assistant","content":"It rains.",
          "annotations":[
            {"type":"url_citation","url_citation":{"start_index":0,
             "end_index":4,"url":"https://a.example","title":"A"}},
            {"type":"url_citation","url_citation":{"start_index":5,
             "end_index":9,"url":"https://b.example","title":"B"}}]})",
                           "stop", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":"It "})"),
                 ChatDelta(R"({"content":"rains."})"),
                 ChatDelta(R"({"annotations":[
            {"type":"url_citation","url_citation":{"start_index":0,
             "end_index":4,"url":"https://a.example","title":"A"}}]})"),
                 ChatDelta(R"({"annotations":[
            {"type":"url_citation","url_citation":{"start_index":5,
             "end_index":9,"url":"https://b.example","title":"B"}}]})"),
                 ChatFinish("stop"), ChatLast(kUsage)},
      .has = {"https://a.example", "https://b.example"},
  });
}

AnswerPair Empty() {
  return Chat({
      .name = "nothing but hidden thoughts before the limit",
      .whole = ChatMessage(R"({"role":"assistant","content":"",
                               "refusal":null})",
                           "length", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":"",
                               "refusal":null})"),
                 ChatFinish("length"), ChatLast(kUsage)},
      .has = {"role: ROLE_ASSISTANT", "FINISH_REASON_LENGTH"},
  });
}

AnswerPair Sound() {
  return Chat({
      .name = "sound and what it says",
      .whole = ChatMessage(R"({"role":"assistant","content":null,"audio":{
          "id":"audio_1","data":"AAECAwQFBgc=","transcript":"Hello."}})",
                           "stop", kUsage),
      .events = {ChatDelta(R"({"role":"assistant","content":null,
                               "audio":{"id":"audio_1"}})"),
                 ChatDelta(R"({"audio":{"transcript":"Hel"}})"),
                 ChatDelta(R"({"audio":{"data":"AAECAw=="}})"),
                 ChatDelta(R"({"audio":{"transcript":"lo."}})"),
                 ChatDelta(R"({"audio":{"data":"BAUGBw=="}})"),
                 ChatDelta(R"({"audio":{"expires_at":1764003600}})"),
                 ChatFinish("stop"), ChatLast(kUsage)},
      .has = {R"(transcript: "Hello.")", "audio { data: "},
  });
}

AnswerPair Filtered() {
  AnswerPair pair = Chat({
      .name = "an answer that Azure's filter withheld",
      .whole = ChatWhole(R"({"index":0,"finish_reason":"content_filter",
          "content_filter_results":{"hate":{"filtered":true,
            "severity":"high"}}})",
                         R"("prompt_filter_results":[{"prompt_index":0,
          "content_filter_results":{"hate":{"filtered":false,
            "severity":"safe"}}}],"usage":{"prompt_tokens":9,
          "completion_tokens":0,"total_tokens":9})"),
      .events = {ChatLast(R"("prompt_filter_results":[{"prompt_index":0,
          "content_filter_results":{"hate":{"filtered":false,
            "severity":"safe"}}}])"),
                 ChatChunk(R"({"index":0,"delta":{},
          "finish_reason":"content_filter",
          "content_filter_results":{"hate":{"filtered":true,
            "severity":"high"}}})"),
                 ChatLast(R"("usage":{"prompt_tokens":9,
          "completion_tokens":0,"total_tokens":9})")},
      .has = {"FINISH_REASON_CONTENT_FILTER", "prompt_filter_results",
              "content_filter_results"},
  });
  pair.type = "azure-openai";
  return pair;
}

}  // namespace

std::vector<AnswerPair> OpenAiChatPairs() {
  return {Text(),     TwoChoices(), ParallelTools(), CutTools(), Refusal(),
          Logprobs(), Citations(),  Empty(),         Sound(),    Filtered()};
}

}  // namespace aigateway
