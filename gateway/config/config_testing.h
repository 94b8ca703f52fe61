#ifndef AIGATEWAY_GATEWAY_CONFIG_CONFIG_TESTING_H_
#define AIGATEWAY_GATEWAY_CONFIG_CONFIG_TESTING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/config/vocabulary.h"

namespace aigateway {

// An environment in which `variables` are set.
EnvironmentFunction FakeEnvironment(
    std::map<std::string, std::string> variables);

// What a small gateway would have registered: the types `openai` (with
// OPENAI_API_KEY), `anthropic` (ANTHROPIC_API_KEY or CLAUDE_KEY),
// `openai-compatible` (only declared) and `simulator`; the modes `single` and
// `fallback`; the plugin `word-filter`; OPENAI_API_KEY set.
Vocabulary TestVocabulary();
// The same with every mode and plugin of API.md.
Vocabulary FullVocabulary();

// The faults of a status, each as "PATH: LINE:COLUMN: WHAT", in their order.
std::vector<std::string> FaultsIn(const absl::Status& status);

// The faults of a configuration, which is loaded as the file "f".
std::vector<std::string> FaultsOf(absl::string_view text);
std::vector<std::string> FaultsOf(absl::string_view text,
                                  const Vocabulary& vocabulary);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CONFIG_TESTING_H_
