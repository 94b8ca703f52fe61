#include "gateway/core/transcript.h"

namespace aigateway {
namespace {

// Text, or reasoning that no provider asks to have back.
bool IsPlain(const v1::Delta& delta) {
  return delta.index() == 0 && delta.refusal().empty() &&
         delta.tool_calls().empty() && delta.reasoning_blocks().empty() &&
         delta.parts().empty() && !delta.has_logprobs();
}

}  // namespace

absl::Status Transcript::OnDelta(v1::Delta& delta) {
  if (keeps_text_ && only_text_) {
    if (!IsPlain(delta) || text_.size() + delta.text().size() > kMaxText) {
      only_text_ = false;
      std::string().swap(text_);  // Gives its memory back, too.
    } else {
      text_.append(delta.text());
    }
  }
  return ForwardingSink::OnDelta(delta);
}

absl::Status Transcript::OnFinish(v1::Finish& finish) {
  only_text_ = false;
  return ForwardingSink::OnFinish(finish);
}

absl::Status Transcript::OnFailover(v1::Failover& failover) {
  if (failover.mode() == v1::FAILOVER_MODE_RESTARTED) {
    only_text_ = true;
    text_.clear();
  }
  return ForwardingSink::OnFailover(failover);
}

}  // namespace aigateway
