#include "providers/anthropic_call.h"

#include <algorithm>

namespace aigateway {

void AnthropicCall::NeedBeta(absl::string_view beta) {
  if (std::find(betas_.begin(), betas_.end(), beta) == betas_.end()) {
    betas_.emplace_back(beta);
  }
}

}  // namespace aigateway
