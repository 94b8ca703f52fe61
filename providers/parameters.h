#ifndef AIGATEWAY_PROVIDERS_PARAMETERS_H_
#define AIGATEWAY_PROVIDERS_PARAMETERS_H_

#include <cstdint>

namespace aigateway {

// Fields of a ChatRequest that some vendor or model does not have: a set of
// bits.
using Parameters = uint32_t;
enum Parameter : Parameters {
  kTemperature = 1u << 0,
  kTopP = 1u << 1,
  kN = 1u << 2,  // More than one choice.
  kSeed = 1u << 3,
  kPresencePenalty = 1u << 4,
  kFrequencyPenalty = 1u << 5,
  kStop = 1u << 6,
  kTools = 1u << 7,
  kToolChoice = 1u << 8,  // Other than auto.
  kStrictTools = 1u << 9,
  kParallelToolCalls = 1u << 10,
  kJsonObject = 1u << 11,
  kJsonSchema = 1u << 12,
  kLogprobs = 1u << 13,
  kLogitBias = 1u << 14,
  kUser = 1u << 15,
  kServiceTier = 1u << 16,
  kMessageName = 1u << 17,
  kImages = 1u << 18,
  kImageUrls = 1u << 19,  // Images are taken, but not by http URL.
  kImageDetail = 1u << 20,
  kAudio = 1u << 21,
  kFiles = 1u << 22,
};
inline constexpr Parameters kPenalties = kPresencePenalty | kFrequencyPenalty;
inline constexpr Parameters kSampling = kTemperature | kTopP;

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_PARAMETERS_H_
