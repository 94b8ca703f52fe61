#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

constexpr absl::string_view kUsage = R"("usageMetadata":{
    "promptTokenCount":40,"candidatesTokenCount":12,"totalTokenCount":82,
    "cachedContentTokenCount":16,"thoughtsTokenCount":30,
    "promptTokensDetails":[{"modality":"TEXT","tokenCount":40}]})";
constexpr absl::string_view kFirstUsage = R"("usageMetadata":{
    "promptTokenCount":40,"totalTokenCount":40,
    "promptTokensDetails":[{"modality":"TEXT","tokenCount":40}]})";

// A response, whole or a piece, that has `candidates`.
std::string Response(absl::string_view candidates, absl::string_view usage) {
  return absl::StrCat(R"({"candidates":[)", candidates, "],", usage,
                      R"(,"modelVersion":"gemini-3.5-flash",
                      "responseId":"resp-1"})");
}

// One candidate of these parts that ends for `reason`, and has `more`.
std::string Whole(absl::string_view parts, absl::string_view reason,
                  absl::string_view more = "") {
  return Response(absl::StrCat(R"({"content":{"role":"model","parts":[)", parts,
                               R"(]},"finishReason":")", reason,
                               R"(","index":0)", more, "}"),
                  kUsage);
}

std::string Piece(absl::string_view parts) {
  return Response(absl::StrCat(R"({"content":{"role":"model","parts":[)", parts,
                               R"(]},"index":0})"),
                  kFirstUsage);
}

AnswerPair Gemini(AnswerPair pair) {
  pair.type = "gemini";
  pair.model = "gemini-3.5-flash";
  pair.framing = StreamFraming::kUntilClosed;
  return pair;
}

AnswerPair Thoughts() {
  return Gemini({
      .name = "thoughts, then a text that is sealed",
      .whole = Whole(R"({"text":"**Plan** Easy.","thought":true},
                        {"text":"It is 144.","thoughtSignature":"c2VhbA=="})",
                     "STOP"),
      .events = {Piece(R"({"text":"**Plan** ","thought":true})"),
                 Piece(R"({"text":"Easy.","thought":true})"),
                 Piece(R"({"text":"It is "})"), Piece(R"({"text":"144."})"),
                 Whole(R"({"text":"","thoughtSignature":"c2VhbA=="})", "STOP")},
      .has = {R"(reasoning_content: "**Plan** Easy.")",
              R"(content: "It is 144.")", R"(signature: "c2VhbA==")",
              "cached_prompt_tokens: 16", "reasoning_tokens: 30",
              "completion_tokens: 42"},
  });
}

AnswerPair SealedThought() {
  return Gemini({
      .name = "a thought with a seal of its own",
      .whole = Whole(R"({"text":"Hm.","thought":true,
                         "thoughtSignature":"dGg="},{"text":"Yes."})",
                     "STOP"),
      .events = {Piece(R"({"text":"Hm.","thought":true,
                           "thoughtSignature":"dGg="})"),
                 Piece(R"({"text":"Ye"})"), Whole(R"({"text":"s."})", "STOP")},
      .has = {"gemini_thought", R"(signature: "dGg=")"},
  });
}

AnswerPair Calls() {
  return Gemini({
      .name = "parallel calls, the first of them sealed",
      .whole = Whole(R"({"text":"Both."},
          {"functionCall":{"name":"weather","args":{"city":"Oslo"},
           "id":"br4t"},"thoughtSignature":"Y2FsbA=="},
          {"functionCall":{"name":"weather","args":{"city":"Köln"},
           "id":"m12q"}})",
                     "STOP"),
      .events = {Piece(R"({"text":"Both."})"), Piece(R"({"functionCall":{
          "name":"weather","args":{"city":"Oslo"},"id":"br4t"},
          "thoughtSignature":"Y2FsbA=="})"),
                 Piece(R"({"functionCall":{"name":"weather",
          "args":{"city":"Köln"},"id":"m12q"}})"),
                 Whole(R"({"text":""})", "STOP")},
      .has = {R"(id: "br4t")", R"(signature: "Y2FsbA==")", R"(id: "m12q")",
              "FINISH_REASON_TOOL_CALLS"},
  });
}

AnswerPair NamelessCalls() {
  return Gemini({
      .name = "parallel calls without ids",
      .whole = Whole(R"({"functionCall":{"name":"now","args":{}}},
                        {"functionCall":{"name":"now"}})",
                     "STOP"),
      .events = {Piece(R"({"functionCall":{"name":"now","args":{}}})"),
                 Whole(R"({"functionCall":{"name":"now"}})", "STOP")},
      .has = {R"(id: "call_)", R"(arguments: "{}")"},
  });
}

AnswerPair Picture() {
  return Gemini({
      .name = "a picture between texts",
      .whole = Whole(R"({"text":"Here: "},
          {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="},
           "thoughtSignature":"cGlj"},{"text":"Nice?"})",
                     "STOP"),
      .events = {Piece(R"({"text":"He"})"), Piece(R"({"text":"re: "})"),
                 Piece(R"({"inlineData":{"mimeType":"image/png",
          "data":"iVBORw0KGgo="},"thoughtSignature":"cGlj"})"),
                 Piece(R"({"text":"Ni"})"), Whole(R"({"text":"ce?"})", "STOP")},
      .has = {R"(parts { text: "Here: " } parts { image)",
              R"(parts { text: "Nice?" })", "gemini_media"},
  });
}

AnswerPair Code() {
  const std::string said = R"({"text":"I run it."})";
  const std::string code = R"({"executableCode":{"language":"PYTHON",
      "code":"print 1"},"thoughtSignature":"Y29kZQ=="})";
  const std::string result = R"({"codeExecutionResult":{
      "outcome":"OUTCOME_OK","output":"1"}})";
  const std::string answer = R"({"text":"One."})";
  return Gemini({
      .name = "code that was run there",
      .whole = Whole(absl::StrJoin({said, code, result, answer}, ","), "STOP"),
      .events = {Piece(said), Piece(code), Piece(result),
                 Whole(answer, "STOP")},
      .has = {"gemini_part", "Y29kZQ==", "codeExecutionResult"},
  });
}

AnswerPair Citations() {
  return Gemini({
      .name = "citations and grounds",
      .whole = Whole(R"({"text":"It rains."})", "STOP", R"(,
          "citationMetadata":{"citations":[
            {"startIndex":0,"endIndex":2,"uri":"https://a.example"},
            {"startIndex":3,"endIndex":8,"uri":"https://b.example"}]},
          "groundingMetadata":{"webSearchQueries":["rain"]},
          "safetyRatings":[{"category":"HARM_CATEGORY_HATE_SPEECH",
            "probability":"NEGLIGIBLE"}])"),
      .events = {Response(R"({"content":{"role":"model","parts":[
          {"text":"It "}]},"index":0,"citationMetadata":{"citations":[
            {"startIndex":0,"endIndex":2,"uri":"https://a.example"}]}})",
                          kFirstUsage),
                 Whole(R"({"text":"rains."})", "STOP", R"(,
          "citationMetadata":{"citations":[
            {"startIndex":3,"endIndex":8,"uri":"https://b.example"}]},
          "groundingMetadata":{"webSearchQueries":["rain"]},
          "safetyRatings":[{"category":"HARM_CATEGORY_HATE_SPEECH",
            "probability":"NEGLIGIBLE"}])")},
      .has = {"https://a.example", "https://b.example", "webSearchQueries",
              "safetyRatings"},
  });
}

AnswerPair Logprobs() {
  return Gemini({
      .name = "probabilities",
      .asked = "logprobs: true top_logprobs: 1",
      .whole = Whole(R"({"text":"Hi you"})", "STOP", R"(,
          "logprobsResult":{
            "topCandidates":[
              {"candidates":[{"token":"Hi","logProbability":-0.5}]},
              {"candidates":[{"token":" me","logProbability":-0.75}]}],
            "chosenCandidates":[
              {"token":"Hi","logProbability":-0.5},
              {"token":" you","logProbability":-1.5}]})"),
      .events = {Response(R"({"content":{"role":"model","parts":[
          {"text":"Hi"}]},"index":0,"logprobsResult":{
            "topCandidates":[
              {"candidates":[{"token":"Hi","logProbability":-0.5}]}],
            "chosenCandidates":[{"token":"Hi","logProbability":-0.5}]}})",
                          kFirstUsage),
                 Whole(R"({"text":" you"})", "STOP", R"(,
          "logprobsResult":{
            "topCandidates":[
              {"candidates":[{"token":" me","logProbability":-0.75}]}],
            "chosenCandidates":[
              {"token":" you","logProbability":-1.5}]})")},
      .has = {R"(token: " me")", "logprob: -1.5"},
  });
}

AnswerPair TwoCandidates() {
  AnswerPair pair = Gemini({
      .name = "two candidates",
      .asked = "n: 2",
      .whole = Response(R"({"content":{"role":"model","parts":[
          {"text":"One."}]},"finishReason":"STOP","index":0},
          {"content":{"role":"model","parts":[{"text":"Two, and"}]},
          "finishReason":"MAX_TOKENS","index":1})",
                        kUsage),
      .events = {Response(R"({"content":{"role":"model","parts":[
          {"text":"One."}]},"index":0},
          {"content":{"role":"model","parts":[{"text":"Two"}]},"index":1})",
                          kFirstUsage),
                 Response(R"({"finishReason":"STOP","index":0},
          {"content":{"role":"model","parts":[{"text":", and"}]},
          "finishReason":"MAX_TOKENS","index":1})",
                          kUsage)},
      .has = {R"(content: "Two, and")", "FINISH_REASON_LENGTH"},
  });
  pair.model = "gemini-2.5-flash";
  return pair;
}

AnswerPair Withheld() {
  return Gemini({
      .name = "an answer that was withheld half-way",
      .whole = Whole(R"({"text":"First you"})", "SAFETY", R"(,
          "safetyRatings":[{"category":"HARM_CATEGORY_DANGEROUS_CONTENT",
            "probability":"HIGH","blocked":true}])"),
      .events = {Piece(R"({"text":"First "})"), Piece(R"({"text":"you"})"),
                 Response(R"({"finishReason":"SAFETY","index":0,
          "safetyRatings":[{"category":"HARM_CATEGORY_DANGEROUS_CONTENT",
            "probability":"HIGH","blocked":true}]})",
                          kUsage)},
      .has = {"FINISH_REASON_CONTENT_FILTER", "blocked"},
  });
}

AnswerPair Refused() {
  constexpr absl::string_view kRefused = R"({"promptFeedback":{
      "blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{
      "promptTokenCount":9,"totalTokenCount":9},
      "modelVersion":"gemini-3.5-flash","responseId":"resp-1"})";
  return Gemini({
      .name = "a prompt that was refused",
      .whole = std::string(kRefused),
      .events = {std::string(kRefused)},
      .has = {"FINISH_REASON_CONTENT_FILTER", "PROHIBITED_CONTENT"},
  });
}

AnswerPair Broken() {
  return Gemini({
      .name = "a call that the model broke",
      .whole = Response(R"({"finishReason":"MALFORMED_FUNCTION_CALL",
          "index":0,"finishMessage":"Malformed function call: now("})",
                        kUsage),
      .events = {Response(R"({"finishReason":"MALFORMED_FUNCTION_CALL",
          "index":0,"finishMessage":"Malformed function call: now("})",
                          kUsage)},
      .has = {"FINISH_REASON_ERROR", "finishMessage"},
  });
}

AnswerPair OnVertex(AnswerPair pair) {
  pair.type = "vertex-ai";
  return pair;
}

}  // namespace

std::vector<AnswerPair> GeminiPairs() {
  return {Thoughts(),
          SealedThought(),
          Calls(),
          NamelessCalls(),
          Picture(),
          Code(),
          Citations(),
          Logprobs(),
          TwoCandidates(),
          Withheld(),
          Refused(),
          Broken(),
          OnVertex(Calls()),
          OnVertex(Thoughts()),
          OnVertex(Logprobs())};
}

}  // namespace aigateway
