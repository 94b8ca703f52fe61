#ifndef AIGATEWAY_PROVIDERS_PARAMETER_POLICY_H_
#define AIGATEWAY_PROVIDERS_PARAMETER_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// What an instance does with a parameter that its provider does not have
// (config: `on_unsupported`).
enum class OnUnsupported {
  kDropHints,  // Not set: drop what is a hint, refuse what changes the answer.
  kDrop,       // "drop": also what changes the answer, but never the essence.
  kRefuse,     // "refuse"
};

// Returns nullopt if `word` is none of them. Empty means kDropHints.
std::optional<OnUnsupported> ParseOnUnsupported(absl::string_view word);

// How much an answer depends on a parameter.
enum class Weight {
  kHint,     // Seed, user, penalties: the answer is as good without.
  kMeaning,  // Stop texts, several choices: it is another answer without.
  kEssence,  // Tools, the form, images: it is no answer without.
};

// Decides about what cannot be sent, and says what was left out.
class ParameterPolicy {
 public:
  // `warnings` may be null, and must outlive this object.
  ParameterPolicy(OnUnsupported on_unsupported,
                  std::vector<std::string>* warnings)
      : on_unsupported_(on_unsupported), warnings_(warnings) {}

  // Returns OK, with a warning, if the parameter is to be left out; else
  // UNSUPPORTED_PARAMETER about `field` ("chat.seed"). `why` goes on after
  // the field: "is not known to mistral".
  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) const;

  // Warns that a parameter was sent in another form: "chat.reasoning.effort:
  // high instead of xhigh".
  void Note(absl::string_view text) const;

 private:
  const OnUnsupported on_unsupported_;
  std::vector<std::string>* const warnings_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_PARAMETER_POLICY_H_
