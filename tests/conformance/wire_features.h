#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_FEATURES_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_FEATURES_H_

#include <set>
#include <vector>

#include "absl/strings/string_view.h"

#include "tests/conformance/wire_case.h"

namespace aigateway {

// What a provider can be used for: the columns of docs/providers.md.
enum class Feature {
  kChat,
  kStream,
  kTools,
  kParallelTools,
  kImages,
  kReasoning,
  kStructuredOutput,
  kUsage,
  kCachedUsage,
  kEmbeddings,
  kModels,
  kErrors,
};

// All of them, in the order of the columns.
const std::vector<Feature>& AllFeatures();
// The heading of its column: "parallel tools".
absl::string_view TitleOf(Feature feature);

// What a recording shows, if it is read right.
std::set<Feature> FeaturesOf(const WireCase& wire);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_FEATURES_H_
