#ifndef AIGATEWAY_GATEWAY_CORE_TRANSCRIPT_H_
#define AIGATEWAY_GATEWAY_CORE_TRANSCRIPT_H_

#include <string>

#include "absl/status/status.h"

#include "gateway/core/forwarding_sink.h"

namespace aigateway {

// Writes down what a stream handed over, as far as another target needs it to
// go on where the text stopped.
class Transcript final : public ForwardingSink {
 public:
  // Longer answers are not continued: the text would be sent as a prompt, and
  // is kept for each stream that runs.
  static constexpr size_t kMaxText = 128 * 1024;

  // With `keeps_text` false it only notes whether there was anything.
  Transcript(EventSink* next, bool keeps_text)
      : ForwardingSink(next), keeps_text_(keeps_text) {}

  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  // A restart makes what came before worth nothing.
  absl::Status OnFailover(v1::Failover& failover) override;

  // Whether anything was handed over.
  bool begun() const { return begun_; }
  // Whether what was handed over is text alone, of one choice, unfinished:
  // the beginning of an answer that another target can go on with.
  bool continuable() const {
    return keeps_text_ && only_text_ && !text_.empty();
  }
  const std::string& text() const { return text_; }

 private:
  void OnEvent() override { begun_ = true; }

  const bool keeps_text_;
  bool begun_ = false;
  bool only_text_ = true;
  std::string text_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TRANSCRIPT_H_
