#include "tests/conformance/two_turns.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

// The pair of that name and type among those of a family.
AnswerPair Named(const std::vector<AnswerPair>& pairs, absl::string_view type,
                 absl::string_view name) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const AnswerPair& pair) {
        return pair.type == type && pair.name == name;
      });
  AIGW_CHECK(found != pairs.end());
  return *found;
}

// The same answer, of another type and model, wherever it names that.
AnswerPair AsOf(absl::string_view type, absl::string_view model,
                AnswerPair pair) {
  const std::string named = std::exchange(pair.model, std::string(model));
  pair.type = std::string(type);
  absl::StrReplaceAll({{named, model}}, &pair.whole);
  for (std::string& event : pair.events) {
    absl::StrReplaceAll({{named, model}}, &event);
  }
  return pair;
}

TwoTurns OpenAiChat() {
  const std::vector<AnswerPair> pairs = OpenAiChatPairs();
  return {
      .first =
          AsOf("openai", "gpt-5",
               Named(pairs, "openai", "a text, then parallel calls of tools")),
      .second = AsOf("openai", "gpt-5",
                     Named(pairs, "openai", "text and all counts")),
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"QUESTION"},
            {"type":"image_url","image_url":{
             "url":"data:image/png;base64,iVBORw0KGgo="}}]},
          {"role":"assistant","content":"Let me see.","tool_calls":[
            {"id":"call_1","type":"function","function":{
              "name":"weather","arguments":"{\"city\":\"Köln\"}"}},
            {"id":"call_2","type":"function","function":{"name":"weather",
              "arguments":"{\"city\": \"Oslo\", \"n\": 1.50}"}},
            {"id":"call_3","type":"function","function":{
              "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"call_1","content":"FIRST"},
          {"role":"tool","tool_call_id":"call_2","content":"SECOND"},
          {"role":"tool","tool_call_id":"call_3","content":"THIRD"}]})",
  };
}

TwoTurns Responses() {
  const std::vector<AnswerPair> pairs = ResponsesPairs();
  return {
      .first = Named(pairs, "openai",
                     "a sealed thought, a comment and parallel calls"),
      .second = Named(pairs, "openai", "a thought in its own words"),
      .verbatim = R"({"id":"rs_1","type":"reasoning",)"
                  R"("encrypted_content":"gAAAAAB-seal","summary":[)"
                  R"({"type":"summary_text","text":"**First**"},)"
                  R"({"type":"summary_text","text":"**Second**"}]})",
      .conversation = R"({"instructions":"Be brief.","input":[
          {"type":"message","role":"user","content":[
            {"type":"input_text","text":"QUESTION"},
            {"type":"input_image",
             "image_url":"data:image/png;base64,iVBORw0KGgo="}]},
          {"id":"rs_1","type":"reasoning",
           "encrypted_content":"gAAAAAB-seal","summary":[
            {"type":"summary_text","text":"**First**"},
            {"type":"summary_text","text":"**Second**"}]},
          {"type":"message","role":"assistant","content":"One moment.",
           "phase":"commentary"},
          {"type":"function_call","call_id":"call_1","name":"weather",
           "arguments":"{\"city\":\"Oslo\"}"},
          {"type":"function_call","call_id":"call_2","name":"now",
           "arguments":"{}"},
          {"type":"function_call_output","call_id":"call_1",
           "output":"FIRST"},
          {"type":"function_call_output","call_id":"call_2",
           "output":"SECOND"}]})",
  };
}

// The same over xAI's, which has no field for instructions.
TwoTurns XaiResponses() {
  TwoTurns turns = Responses();
  turns.first = AsOf("xai", "grok-4.6", std::move(turns.first));
  turns.second = AsOf("xai", "grok-4.6", std::move(turns.second));
  turns.conversation =
      R"({"input":[
      {"type":"message","role":"system","content":"Be brief."},)" +
      turns.conversation.substr(turns.conversation.find("{\"type\""));
  return turns;
}

constexpr absl::string_view kClaudeConversation = R"({
    "system":"Be brief.","messages":[
    {"role":"user","content":[{"type":"text","text":"QUESTION"},
      {"type":"image","source":{"type":"base64","media_type":"image/png",
       "data":"iVBORw0KGgo="}}]},
    {"role":"assistant","content":[
      {"type":"thinking","thinking":"Two calls.","signature":"c2lnMQ=="},
      {"type":"redacted_thinking","data":"cmVk"},
      {"type":"text","text":"Let me see."},
      {"type":"tool_use","id":"toolu_1","name":"weather",
       "input":{"city": "Oslo"}},
      {"type":"tool_use","id":"toolu_2","name":"now","input":{}}]},
    {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"toolu_1",
       "content":"FIRST"},
      {"type":"tool_result","tool_use_id":"toolu_2",
       "content":"SECOND"}]}]})";

TwoTurns Claude(absl::string_view type) {
  const std::vector<AnswerPair> pairs = AnthropicPairs();
  return {.first = Named(pairs, type,
                         "thoughts, signed and withheld, then parallel calls"),
          .second = Named(pairs, type, "texts with citations"),
          .verbatim = R"("input":{"city": "Oslo"}})",
          .conversation = std::string(kClaudeConversation)};
}

// What Claude thought between its text and its calls stays there.
TwoTurns ClaudeInterleaved() {
  const std::vector<AnswerPair> pairs = AnthropicPairs();
  constexpr absl::string_view kModel = "claude-opus-4-7";
  return {.first = AsOf(
              "anthropic", kModel,
              Named(pairs, "anthropic", "a thought between text and call")),
          .second = AsOf("anthropic", kModel,
                         Named(pairs, "anthropic", "texts with citations")),
          .conversation = R"({
    "system":"Be brief.","messages":[
    {"role":"user","content":[{"type":"text","text":"QUESTION"},
      {"type":"image","source":{"type":"base64","media_type":"image/png",
       "data":"iVBORw0KGgo="}}]},
    {"role":"assistant","content":[
      {"type":"text","text":"Hm: "},
      {"type":"thinking","thinking":"So.","signature":"c2lnMg=="},
      {"type":"thinking","thinking":"","signature":"c2lnMw=="},
      {"type":"tool_use","id":"toolu_1","name":"now","input":{}}]},
    {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"toolu_1",
       "content":"FIRST"}]}]})"};
}

TwoTurns Gemini(absl::string_view type) {
  const std::vector<AnswerPair> pairs = GeminiPairs();
  return {
      .first = Named(pairs, type, "parallel calls, the first of them sealed"),
      .second = Named(pairs, type, "thoughts, then a text that is sealed"),
      .conversation = R"({"systemInstruction":{"parts":[
          {"text":"Be brief."}]},"contents":[
          {"role":"user","parts":[{"text":"QUESTION"},
            {"inlineData":{"mimeType":"image/png",
             "data":"iVBORw0KGgo="}}]},
          {"role":"model","parts":[{"text":"Both."},
            {"functionCall":{"id":"br4t","name":"weather",
             "args":{"city":"Oslo"}},"thoughtSignature":"Y2FsbA=="},
            {"functionCall":{"id":"m12q","name":"weather",
             "args":{"city":"Köln"}}}]},
          {"role":"user","parts":[
            {"functionResponse":{"id":"br4t","name":"weather",
             "response":{"output":"FIRST"}}},
            {"functionResponse":{"id":"m12q","name":"weather",
             "response":{"output":"SECOND"}}}]}]})",
  };
}

TwoTurns Bedrock() {
  const std::vector<AnswerPair> pairs = BedrockPairs();
  return {
      .first = Named(pairs, "bedrock",
                     "thoughts, signed and withheld, then parallel calls"),
      .second = Named(pairs, "bedrock", "a text with citations"),
      .note =
          "chat.reasoning.effort: this model knows budgets only; it is 16384 "
          "tokens",
      .verbatim = R"("input":{"city": "Oslo"}})",
      .conversation = R"({"system":[{"text":"Be brief."}],"messages":[
          {"role":"user","content":[{"text":"QUESTION"},
            {"image":{"format":"png","source":{
             "bytes":"iVBORw0KGgo="}}}]},
          {"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"Two calls.",
             "signature":"c2lnMQ=="}}},
            {"reasoningContent":{"redactedContent":"cmVk"}},
            {"text":"Let me see."},
            {"toolUse":{"toolUseId":"tooluse_1","name":"weather",
             "input":{"city": "Oslo"}}},
            {"toolUse":{"toolUseId":"tooluse_2","name":"now",
             "input":{}}}]},
          {"role":"user","content":[
            {"toolResult":{"toolUseId":"tooluse_1","content":[
             {"text":"FIRST"}]}},
            {"toolResult":{"toolUseId":"tooluse_2","content":[
             {"text":"SECOND"}]}}]}]})",
  };
}

TwoTurns Cohere() {
  const std::vector<AnswerPair> pairs = CoherePairs();
  return {
      .first = Named(pairs, "cohere", "a thought and a plan before a call"),
      .second = Named(pairs, "cohere", "a thought, and a text with citations"),
      .note =
          "chat.reasoning.effort: Cohere knows budgets only; it is 16384 "
          "tokens",
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"QUESTION"},
            {"type":"image_url","image_url":{
             "url":"data:image/png;base64,iVBORw0KGgo="}}]},
          {"role":"assistant","content":[
            {"type":"thinking","thinking":"Which city?"}],
           "tool_plan":"I ask.","tool_calls":[
            {"id":"now_1","type":"function","function":{
             "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"now_1","content":"FIRST"}]})",
  };
}

TwoTurns CoherePlanned() {
  TwoTurns turns = Cohere();
  turns.first = Named(CoherePairs(), "cohere", "a plan, then parallel calls");
  turns.conversation = R"({"messages":[
      {"role":"system","content":"Be brief."},
      {"role":"user","content":[{"type":"text","text":"QUESTION"},
        {"type":"image_url","image_url":{
         "url":"data:image/png;base64,iVBORw0KGgo="}}]},
      {"role":"assistant","tool_plan":"I ask both.","tool_calls":[
        {"id":"weather_1","type":"function","function":{
         "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
        {"id":"now_1","type":"function","function":{
         "name":"now","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"weather_1","content":"FIRST"},
      {"role":"tool","tool_call_id":"now_1","content":"SECOND"}]})";
  return turns;
}

TwoTurns Ollama() {
  const std::vector<AnswerPair> pairs = OllamaPairs();
  return {
      .first = Named(pairs, "ollama", "a thought, then parallel calls"),
      .second = Named(pairs, "ollama", "a thought, then a text"),
      .note =
          "chat.reasoning.effort: this model knows on and off only; it is on",
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":"QUESTION","images":["iVBORw0KGgo="]},
          {"role":"assistant","content":"","thinking":"Both.",
           "tool_calls":[
            {"id":"call_a","function":{"index":0,"name":"weather",
             "arguments":{"city":"Oslo"}}},
            {"id":"call_b","function":{"index":1,"name":"now",
             "arguments":{}}}]},
          {"role":"tool","content":"FIRST","tool_name":"weather",
           "tool_call_id":"call_a"},
          {"role":"tool","content":"SECOND","tool_name":"now",
           "tool_call_id":"call_b"}]})",
  };
}

TwoTurns Mistral() {
  const std::vector<AnswerPair> pairs = OpenAiDialectPairs();
  return {
      .first =
          Named(pairs, "mistral", "a signed thought before parallel calls"),
      .second = Named(pairs, "mistral", "thinking parts before a text"),
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"QUESTION"},
            {"type":"image_url","image_url":{
             "url":"data:image/png;base64,iVBORw0KGgo="}}]},
          {"role":"assistant","content":[{"type":"thinking","thinking":[
            {"type":"text","text":"Ask both."}],"signature":"bWlz"}],
           "tool_calls":[
            {"id":"aaaaaaaa1","type":"function","function":{
             "name":"weather","arguments":"{\"city\":\"Oslo\"}"}},
            {"id":"aaaaaaaa2","type":"function","function":{
             "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"aaaaaaaa1","content":"FIRST"},
          {"role":"tool","tool_call_id":"aaaaaaaa2","content":"SECOND"}]})",
  };
}

// A vendor that gives a thought as DeepSeek does, and wants it back in the
// members `thought` of the assistant's turn.
TwoTurns OfDialect(absl::string_view type, absl::string_view model,
                   absl::string_view thought) {
  const std::vector<AnswerPair> pairs = OpenAiDialectPairs();
  return {
      .first = AsOf(type, model,
                    Named(pairs, "deepseek", "reasoning_content before calls")),
      .second = AsOf(type, model,
                     Named(pairs, "xai", "thoughts counted beside the answer")),
      .takes_images = false,
      .conversation = absl::StrCat(R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":"QUESTION"},
          {"role":"assistant",)",
                                   thought, R"(,"tool_calls":[
            {"id":"call_00_a","type":"function","function":{
             "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
            {"id":"call_01_b","type":"function","function":{
             "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"call_00_a","content":"FIRST"},
          {"role":"tool","tool_call_id":"call_01_b","content":"SECOND"}]})"),
  };
}

// It is told whether to think, not how hard, and thinks in tags.
TwoTurns Minimax() {
  TwoTurns turns = OfDialect("minimax", "MiniMax-M3",
                             R"("content":"<think>Two cities.</think>")");
  turns.note =
      "chat.reasoning.effort was left out: it cannot be said to MiniMax-M3, "
      "which is only told whether to think";
  return turns;
}

TwoTurns Databricks() {
  const std::vector<AnswerPair> pairs = OpenAiDialectPairs();
  constexpr absl::string_view kModel = "databricks-claude-sonnet-4";
  return {
      .first = Named(pairs, "databricks", "a signed part before a call"),
      .second = AsOf("databricks", kModel,
                     Named(pairs, "xai", "thoughts counted beside the answer")),
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"QUESTION"},
            {"type":"image_url","image_url":{
             "url":"data:image/png;base64,iVBORw0KGgo="}}]},
          {"role":"assistant","content":[
            {"type":"reasoning","summary":[{"type":"summary_text",
             "text":"It is so.","signature":"ZGI="}]},
            {"type":"text","text":"Yes."}],"tool_calls":[
            {"id":"toolu_1","type":"function","function":{
             "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"toolu_1","content":"FIRST"}]})",
  };
}

TwoTurns OpenRouter() {
  const std::vector<AnswerPair> pairs = OpenAiDialectPairs();
  return {
      .first =
          Named(pairs, "openrouter", "signed details before parallel calls"),
      .second = Named(pairs, "openrouter", "a summary and encrypted details"),
      .verbatim = R"({"format":"anthropic-claude-v1","index":0,)"
                  R"("type":"reasoning.text","text":"Ask both.",)"
                  R"("signature":"c2VhbA=="})",
      .conversation = R"({"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"QUESTION"},
            {"type":"image_url","image_url":{
             "url":"data:image/png;base64,iVBORw0KGgo="}}]},
          {"role":"assistant","reasoning_details":[
            {"format":"anthropic-claude-v1","index":0,
             "type":"reasoning.text","text":"Ask both.",
             "signature":"c2VhbA=="}],"content":null,"tool_calls":[
            {"id":"toolu_1","type":"function","function":{
             "name":"weather","arguments":"{\"city\": \"Oslo\"}"}},
            {"id":"toolu_2","type":"function","function":{
             "name":"now","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"toolu_1","content":"FIRST"},
          {"role":"tool","tool_call_id":"toolu_2","content":"SECOND"}]})",
  };
}

}  // namespace

std::vector<TwoTurns> AllTwoTurns() {
  constexpr absl::string_view kReasoningContent =
      R"("reasoning_content":"Two cities.","content":null)";
  return {OpenAiChat(),
          Responses(),
          XaiResponses(),
          Claude("anthropic"),
          Claude("vertex-ai"),
          ClaudeInterleaved(),
          Gemini("gemini"),
          Gemini("vertex-ai"),
          Bedrock(),
          Cohere(),
          CoherePlanned(),
          Ollama(),
          Mistral(),
          OpenRouter(),
          Databricks(),
          OfDialect("deepseek", "deepseek-v4-pro", kReasoningContent),
          OfDialect("moonshot", "kimi-k3", kReasoningContent),
          OfDialect("cerebras", "gpt-oss-120b",
                    R"("reasoning":"Two cities.","content":null)"),
          Minimax()};
}

}  // namespace aigateway
