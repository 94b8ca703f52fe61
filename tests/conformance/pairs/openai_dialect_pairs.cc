#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"
#include "tests/conformance/pairs/chat_shapes.h"

// Vendors that speak chat completions and say what the model thought, or count
// it, each in a way of its own.

namespace aigateway {
namespace {

constexpr absl::string_view kUsage = R"("usage":{"prompt_tokens":20,
    "completion_tokens":30,"total_tokens":50})";

// A pair of that type, whose answer names the model as it was asked for.
AnswerPair Of(absl::string_view type, absl::string_view model,
              AnswerPair pair) {
  pair.type = std::string(type);
  pair.model = std::string(model);
  pair.whole = ChatOfModel(model, pair.whole);
  for (std::string& event : pair.events) event = ChatOfModel(model, event);
  return pair;
}

AnswerPair DeepSeek() {
  constexpr absl::string_view kCounts = R"("usage":{"prompt_tokens":20,
      "completion_tokens":30,"total_tokens":50,"prompt_cache_hit_tokens":16,
      "prompt_cache_miss_tokens":4,
      "completion_tokens_details":{"reasoning_tokens":9}})";
  return Of(
      "deepseek", "deepseek-v4-pro",
      {
          .name = "reasoning_content before calls",
          .whole = ChatMessage(R"({"role":"assistant","content":"",
          "reasoning_content":"Two cities.","tool_calls":[
            {"index":0,"id":"call_00_a","type":"function","function":{
              "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
            {"index":1,"id":"call_01_b","type":"function","function":{
              "name":"now","arguments":"{}"}}]})",
                               "tool_calls", kCounts),
          .events =
              {ChatDelta(R"({"role":"assistant","content":null,
                         "reasoning_content":""})"),
               ChatDelta(R"({"content":null,"reasoning_content":"Two "})"),
               ChatDelta(R"({"content":null,"reasoning_content":"cities."})"),
               ChatDelta(
                   R"({"content":"","reasoning_content":null,"tool_calls":[{
               "index":0,"id":"call_00_a","type":"function","function":{
               "name":"weather","arguments":""}}]})"),
               ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"{\"city\": "}}]})"),
               ChatDelta(R"({"tool_calls":[{"index":0,"function":{
               "arguments":"\"Oslo\"}"}}]})"),
               ChatDelta(R"({"tool_calls":[{"index":1,"id":"call_01_b",
               "type":"function","function":{"name":"now",
               "arguments":""}}]})"),
               ChatDelta(R"({"tool_calls":[{"index":1,"function":{
               "arguments":"{}"}}]})"),
               ChatFinish("tool_calls"), ChatLast(kCounts)},
          .has = {R"(reasoning_content: "Two cities.")",
                  "cached_prompt_tokens: 16", "reasoning_tokens: 9"},
      });
}

AnswerPair Xai() {
  constexpr absl::string_view kCounts = R"("usage":{"prompt_tokens":20,
      "completion_tokens":2,"total_tokens":52,
      "prompt_tokens_details":{"cached_tokens":3},
      "completion_tokens_details":{"reasoning_tokens":30},
      "num_sources_used":0},"system_fingerprint":"fp_x")";
  AnswerPair pair =
      Of("xai", "grok-3-mini",
         {
             .name = "thoughts counted beside the answer",
             .whole = ChatMessage(R"({"role":"assistant","content":"144",
          "reasoning_content":"12 by 12","refusal":null})",
                                  "stop", kCounts),
             .events = {ChatDelta(R"({"role":"assistant",
                               "reasoning_content":"12 "})"),
                        ChatDelta(R"({"role":"assistant",
                               "reasoning_content":"by 12"})"),
                        ChatDelta(R"({"role":"assistant","content":"144"})"),
                        ChatFinish("stop"), ChatLast(kCounts)},
             .has = {"completion_tokens: 32", "reasoning_tokens: 30"},
         });
  pair.api = "chat";
  return pair;
}

AnswerPair Groq() {
  return Of(
      "groq", "openai/gpt-oss-120b",
      {
          .name = "reasoning, and counts in x_groq",
          .whole = ChatMessage(R"({"role":"assistant","content":"Yes.",
          "reasoning":"Simple."})",
                               "stop",
                               R"("usage":{"queue_time":0.5,"prompt_tokens":20,
          "completion_tokens":30,"total_tokens":50},
          "x_groq":{"id":"req_9"})"),
          .events = {ChatDelta(R"({"role":"assistant","content":"",
                               "channel":"analysis"})"),
                     ChatDelta(R"({"reasoning":"Sim","channel":"analysis"})"),
                     ChatDelta(R"({"reasoning":"ple.","channel":"analysis"})"),
                     ChatDelta(R"({"content":"Ye","channel":"final"})"),
                     ChatDelta(R"({"content":"s."})"),
                     absl::StrCat(
                         R"({"object":"chat.completion.chunk","id":"chatcmpl-1",
          "created":1764000000,"model":"model-2026-11-01",)",
                         R"("choices":[{"index":0,"delta":{},"logprobs":null,
          "finish_reason":"stop"}],"x_groq":{"id":"req_9",
          "usage":{"queue_time":0.5,"prompt_tokens":20,
          "completion_tokens":30,"total_tokens":50}}})")},
          .has = {R"(reasoning_content: "Simple.")", "total_tokens: 50",
                  "req_9"},
      });
}

AnswerPair OpenRouterSigned() {
  constexpr absl::string_view kCounts = R"("provider":"Anthropic",
      "usage":{"prompt_tokens":20,"completion_tokens":30,"total_tokens":50,
      "cost":0.0016,"is_byok":false,
      "prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":6},
      "completion_tokens_details":{"reasoning_tokens":11}})";
  return Of(
      "openrouter", "anthropic/claude-haiku-4.5",
      {
          .name = "signed details before parallel calls",
          .whole = ChatWhole(R"({"index":0,"finish_reason":"tool_calls",
          "native_finish_reason":"tool_use","logprobs":null,
          "message":{"role":"assistant","content":null,"refusal":null,
          "reasoning":"Ask both.","reasoning_details":[
            {"format":"anthropic-claude-v1","index":0,
             "type":"reasoning.text","text":"Ask both.",
             "signature":"c2VhbA=="}],
          "tool_calls":[
            {"index":0,"id":"toolu_1","type":"function","function":{
              "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
            {"index":1,"id":"toolu_2","type":"function","function":{
              "name":"now","arguments":"{}"}}]}})",
                             kCounts),
          .events =
              {ChatDelta(R"({"role":"assistant","content":"",
               "reasoning":"Ask ","reasoning_details":[
               {"format":"anthropic-claude-v1","index":0,
                "type":"reasoning.text","text":"Ask "}]})"),
               ChatDelta(R"({"role":"assistant","content":"",
               "reasoning":"both.","reasoning_details":[
               {"format":"anthropic-claude-v1","index":0,
                "type":"reasoning.text","text":"both."}]})"),
               ChatDelta(R"({"role":"assistant","content":"",
               "reasoning_details":[
               {"format":"anthropic-claude-v1","index":0,
                "type":"reasoning.text","signature":"c2VhbA=="}]})"),
               ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[
               {"index":0,"id":"toolu_1","type":"function","function":{
                "name":"weather","arguments":""}}]})"),
               ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[
               {"index":0,"function":{"arguments":"{\"city\": \"Oslo\"}"}}]})"),
               ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[
               {"index":1,"id":"toolu_2","type":"function","function":{
                "name":"now","arguments":""}}]})"),
               ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[
               {"index":1,"function":{"arguments":"{"}}]})"),
               ChatDelta(R"({"role":"assistant","content":null,"tool_calls":[
               {"index":1,"function":{"arguments":"}"}}]})"),
               ChatChunk(
                   R"({"index":0,"delta":{"role":"assistant","content":""},
               "finish_reason":"tool_calls",
               "native_finish_reason":"tool_use"})"),
               ChatLast(kCounts)},
          .has = {R"(reasoning_content: "Ask both.")", "reasoning_blocks",
                  "c2VhbA==", "cache_write_tokens: 6", "native_finish_reason",
                  R"(key: "cost")"},
      });
}

AnswerPair OpenRouterEncrypted() {
  return Of("openrouter", "openai/o4-mini",
            {
                .name = "a summary and encrypted details",
                .whole = ChatMessage(R"({"role":"assistant","content":"Yes.",
          "reasoning":"**Check**","reasoning_details":[
            {"type":"reasoning.summary","summary":"**Check**",
             "format":"openai-responses-v1","index":0},
            {"type":"reasoning.encrypted","data":"gAAAAAB",
             "format":"openai-responses-v1","id":"rs_1","index":0}]})",
                                     "stop", kUsage),
                .events = {ChatDelta(R"({"role":"assistant","content":"",
               "reasoning":"**Che","reasoning_details":[
               {"type":"reasoning.summary","summary":"**Che",
                "format":"openai-responses-v1","index":0}]})"),
                           ChatDelta(R"({"role":"assistant","content":"",
               "reasoning":"ck**","reasoning_details":[
               {"type":"reasoning.summary","summary":"ck**",
                "format":"openai-responses-v1","index":0}]})"),
                           ChatDelta(R"({"role":"assistant","content":"",
               "reasoning_details":[
               {"type":"reasoning.encrypted","data":"gAAAAAB",
                "format":"openai-responses-v1","id":"rs_1","index":0}]})"),
                           ChatDelta(R"({"content":"Yes."})"),
                           ChatFinish("stop"), ChatLast(kUsage)},
                .has = {"gAAAAAB", "reasoning.summary"},
            });
}

AnswerPair OpenRouterImage() {
  return Of(
      "openrouter", "google/gemini-3-flash-image",
      {
          .name = "a text and a picture",
          .whole = ChatMessage(R"({"role":"assistant","content":"Here it is.",
          "images":[{"type":"image_url","index":0,"image_url":{
            "url":"data:image/png;base64,iVBORw0KGgo="}}]})",
                               "stop", kUsage),
          .events = {ChatDelta(R"({"role":"assistant","content":"Here "})"),
                     ChatDelta(R"({"content":"it is."})"),
                     ChatDelta(R"({"content":"","images":[{"type":"image_url",
            "index":0,"image_url":{
            "url":"data:image/png;base64,iVBORw0KGgo="}}]})"),
                     ChatFinish("stop"), ChatLast(kUsage)},
          .has = {R"(parts { text: "Here it is." } parts { image)"},
      });
}

AnswerPair MistralThinking() {
  return Of(
      "mistral", "magistral-medium-2509",
      {
          .name = "thinking parts before a text",
          .whole = ChatMessage(R"({"role":"assistant","tool_calls":null,
          "content":[{"type":"thinking","thinking":[
            {"type":"text","text":"12 by 12."}],"closed":true},
            {"type":"text","text":"It is 144."}]})",
                               "stop", kUsage),
          .events = {ChatDelta(R"({"role":"assistant","content":""})"),
                     ChatDelta(R"({"content":[{"type":"thinking","thinking":[
            {"type":"text","text":"12 "}]}]})"),
                     ChatDelta(R"({"content":[{"type":"thinking","thinking":[
            {"type":"text","text":"by 12."}],"closed":true},
            {"type":"text","text":"It "}]})"),
                     ChatDelta(R"({"content":"is 144."})"), ChatFinish("stop"),
                     ChatLast(kUsage)},
          .has = {R"(content: "It is 144.")",
                  R"(reasoning_content: "12 by 12.")"},
      });
}

AnswerPair MistralSigned() {
  return Of(
      "mistral", "magistral-medium-2509",
      {
          .name = "a signed thought before parallel calls",
          .whole = ChatMessage(R"({"role":"assistant",
          "content":[{"type":"thinking","thinking":[
            {"type":"text","text":"Ask both."}],"signature":"bWlz",
            "closed":true}],
          "tool_calls":[
            {"id":"aaaaaaaa1","index":0,"function":{"name":"weather",
             "arguments":{"city": "Oslo"}}},
            {"id":"aaaaaaaa2","index":1,"function":{"name":"now",
             "arguments":"{}"}}]})",
                               "tool_calls", kUsage),
          .events = {ChatDelta(R"({"role":"assistant","content":[
            {"type":"thinking","thinking":[{"type":"text","text":"Ask "}]}]})"),
                     ChatDelta(R"({"content":[{"type":"thinking","thinking":[
            {"type":"text","text":"both."}]}]})"),
                     ChatDelta(R"({"content":[{"type":"thinking","thinking":[],
            "signature":"bWlz","closed":true}]})"),
                     ChatChunk(R"({"index":0,"delta":{"tool_calls":[
            {"id":"aaaaaaaa1","index":0,"function":{"name":"weather",
             "arguments":{"city": "Oslo"}}},
            {"id":"aaaaaaaa2","index":1,"function":{"name":"now",
             "arguments":"{}"}}]},"finish_reason":"tool_calls"})"),
                     ChatLast(kUsage)},
          .has = {R"(signature: "bWlz")", R"(text: "Ask both.")",
                  R"(id: "aaaaaaaa2")"},
      });
}

AnswerPair Databricks() {
  return Of(
      "databricks", "databricks-claude-sonnet-4",
      {
          .name = "a signed part before a call",
          .whole = ChatMessage(R"({"role":"assistant","content":[
          {"type":"reasoning","summary":[{"type":"summary_text",
            "text":"It is so.","signature":"ZGI="}]},
          {"type":"text","text":"Yes."}],
          "tool_calls":[{"id":"toolu_1","type":"function","function":{
            "name":"now","arguments":"{}"}}]})",
                               "tool_calls", kUsage),
          .events = {ChatDelta(R"({"role":"assistant","content":[
          {"type":"reasoning","summary":[{"type":"summary_text",
            "text":"It is","signature":""}]}]})"),
                     ChatDelta(R"({"content":[
          {"type":"reasoning","summary":[{"type":"summary_text",
            "text":" so.","signature":""}]}]})"),
                     ChatDelta(R"({"content":[
          {"type":"reasoning","summary":[{"type":"summary_text",
            "text":"","signature":"ZGI="}]}]})"),
                     ChatDelta(
                         R"({"content":[{"type":"text","text":"Yes."}]})"),
                     ChatDelta(R"({"tool_calls":[{"index":0,"id":"toolu_1",
          "type":"function","function":{"name":"now","arguments":"{}"}}]})"),
                     ChatFinish("tool_calls"), ChatLast(kUsage)},
          .has = {R"(signature: "ZGI=")", R"(reasoning_content: "It is so.")"},
      });
}

AnswerPair MinimaxTags() {
  return Of("minimax", "MiniMax-M2",
            {
                .name = "a thought in tags",
                .whole = ChatMessage(R"({"role":"assistant",
          "content":"<think>\nHm.\n</think>\n\nYes <b>."})",
                                     "stop", kUsage),
                .events = {ChatDelta(R"({"role":"assistant","content":"<th"})"),
                           ChatDelta(R"({"content":"ink>\nHm."})"),
                           ChatDelta(R"({"content":"\n</thi"})"),
                           ChatDelta(R"({"content":"nk>\n"})"),
                           ChatDelta(R"({"content":"\nYes <"})"),
                           ChatDelta(R"({"content":"b>."})"),
                           ChatFinish("stop"), ChatLast(kUsage)},
                .has = {"reasoning_content: ", R"(content: "Yes <b>.")"},
            });
}

AnswerPair Perplexity() {
  constexpr absl::string_view kSources =
      R"("citations":["https://a.example","https://b.example"],
      "search_results":[{"title":"A","url":"https://a.example"}],)";
  const auto chunk = [&](absl::string_view delta, absl::string_view message,
                         absl::string_view reason) {
    return absl::StrCat(
        R"({"object":"chat.completion.chunk","id":"chatcmpl-1",
        "created":1764000000,"model":"model-2026-11-01",)",
        kSources, kUsage, R"(,"choices":[{"index":0,"finish_reason":)", reason,
        R"(,"message":{"role":"assistant","content":")", message,
        R"("},"delta":{"role":"assistant","content":")", delta, R"("}}]})");
  };
  AnswerPair pair = Of(
      "perplexity", "sonar",
      {
          .name = "sources that each chunk repeats",
          .framing = StreamFraming::kUntilClosed,
          .whole = ChatMessage(R"({"role":"assistant","content":"It rains."})",
                               "stop", absl::StrCat(kSources, kUsage)),
          .events = {chunk("It ", "It ", "null"),
                     chunk("rains.", "It rains.", R"("stop")")},
          .has = {"https://b.example", "search_results"},
      });
  pair.api = "chat";
  return pair;
}

}  // namespace

std::vector<AnswerPair> OpenAiDialectPairs() {
  return {DeepSeek(),
          Xai(),
          Groq(),
          OpenRouterSigned(),
          OpenRouterEncrypted(),
          OpenRouterImage(),
          MistralThinking(),
          MistralSigned(),
          Databricks(),
          MinimaxTags(),
          Perplexity()};
}

}  // namespace aigateway
