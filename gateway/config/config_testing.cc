#include "gateway/config/config_testing.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/test_settings.pb.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

EnvironmentFunction FakeEnvironment(
    std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](
             absl::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Vocabulary TestVocabulary() {
  Vocabulary vocabulary;
  vocabulary.provider_types = {
      {"openai", {.key_variables = {"OPENAI_API_KEY"}, .order = 1}},
      {"anthropic",
       {.key_variables = {"ANTHROPIC_API_KEY", "CLAUDE_KEY"}, .order = 2}},
      {"openai-compatible", {.order = 9, .undeclared = false}},
      {"simulator", {.order = 99}},
  };
  vocabulary.modes = {"fallback", "single"};
  vocabulary.plugins = {
      {"word-filter", {.settings = config::testing::WordFilter::descriptor()}}};
  vocabulary.environment = FakeEnvironment({{"OPENAI_API_KEY", "sk"}});
  return vocabulary;
}

Vocabulary FullVocabulary() {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.modes = {"ab-test",       "canary",   "conditional",
                      "content-based", "fallback", "loadbalance",
                      "mirror",        "single",   "sticky"};
  vocabulary.plugins["everything"] = {
      .settings = config::testing::Everything::descriptor()};
  for (const char* name :
       {"max-token", "rate-limit", "request-logger", "response-cache"}) {
    vocabulary.plugins[name] = {};
  }
  return vocabulary;
}

std::vector<std::string> FaultsIn(const absl::Status& status) {
  std::vector<std::string> faults;
  for (const FieldViolation& violation : GetViolations(status)) {
    absl::string_view description = violation.description;
    absl::ConsumePrefix(&description, "f:");
    faults.push_back(absl::StrCat(violation.field, ": ", description));
  }
  return faults;
}

std::vector<std::string> FaultsOf(absl::string_view text) {
  return FaultsOf(text, TestVocabulary());
}

std::vector<std::string> FaultsOf(absl::string_view text,
                                  const Vocabulary& vocabulary) {
  return FaultsIn(LoadConfig(text, "f", vocabulary).status());
}

}  // namespace aigateway
