#ifndef AIGATEWAY_TESTS_CONFORMANCE_PAIRS_ALL_PAIRS_H_
#define AIGATEWAY_TESTS_CONFORMANCE_PAIRS_ALL_PAIRS_H_

#include <vector>

#include "tests/conformance/answer_pair.h"

namespace aigateway {

// The pairs of each family of providers, in the shapes of its API as of
// November 2026.
std::vector<AnswerPair> OpenAiChatPairs();
std::vector<AnswerPair> OpenAiDialectPairs();  // Of vendors that think.
std::vector<AnswerPair> ResponsesPairs();
std::vector<AnswerPair> AnthropicPairs();  // Also Claude on Vertex AI.
std::vector<AnswerPair> GeminiPairs();     // Also on Vertex AI.
std::vector<AnswerPair> BedrockPairs();
std::vector<AnswerPair> CoherePairs();
std::vector<AnswerPair> OllamaPairs();
std::vector<AnswerPair> ReplicatePairs();

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_PAIRS_ALL_PAIRS_H_
