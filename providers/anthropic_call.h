#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_CALL_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_CALL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/anthropic_profile.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What the parts of one request share while it is written: the request, what
// the model takes, what is to be done about what it does not, and which betas
// turned out to be needed. Borrows all that it is given.
class AnthropicCall {
 public:
  // `warnings` may be null.
  AnthropicCall(const v1::ChatRequest& chat, absl::string_view model,
                OnUnsupported on_unsupported,
                std::vector<std::string>* warnings)
      : chat_(chat),
        model_(model),
        profile_(AnthropicProfileFor(model)),
        policy_(on_unsupported, warnings) {}

  const v1::ChatRequest& chat() const { return chat_; }
  absl::string_view model() const { return model_; }
  const AnthropicProfile& profile() const { return profile_; }
  const ParameterPolicy& policy() const { return policy_; }

  // Values of the header anthropic-beta, each once.
  void NeedBeta(absl::string_view beta);
  const std::vector<std::string>& betas() const { return betas_; }

 private:
  const v1::ChatRequest& chat_;
  const absl::string_view model_;
  const AnthropicProfile& profile_;
  const ParameterPolicy policy_;
  std::vector<std::string> betas_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_CALL_H_
