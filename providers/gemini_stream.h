#ifndef AIGATEWAY_PROVIDERS_GEMINI_STREAM_H_
#define AIGATEWAY_PROVIDERS_GEMINI_STREAM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/net/sse_framer.h"
#include "providers/gemini_answer.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads streamGenerateContent?alt=sse, of Gemini or of Vertex AI.
//
// The dialect has no end marker, and a finish reason may be followed by more
// text and another finish reason. So finishes are held back until the body has
// ended, and the answer is complete if each candidate then has one. A body that
// was cut is complete too, if it was not in the middle of an event, as many
// candidates came as were asked for and nothing shows that more was to come.
// done() is never true.
//
// One event that cannot be read is left out with a warning; a second one, or
// any in an answer that has tool calls or is to be JSON, is an error. Google's
// servers report a failure also outside the framing, as bare JSON.
class GeminiStreamDecoder : public StreamDecoder {
 public:
  // All must outlive this object.
  GeminiStreamDecoder(const v1::ChatRequest& chat, const CallOptions& options,
                      const Redactor& redactor);

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override;
  bool done() const override { return false; }
  absl::Status End(bool clean, ProviderEvents& events) override;
  v1::End& end() override { return answer_.end(); }

 private:
  // Takes the data of an event, or bare JSON.
  absl::Status TakeData(absl::string_view data, ProviderEvents& events);
  // Decides about data that is not what the API promises.
  absl::Status TakeUnreadable(absl::string_view data, absl::string_view why,
                              ProviderEvents& events);
  absl::Status CheckNothingLost(absl::string_view data) const;
  // Takes bytes from outside the framing.
  absl::Status TakeBare(absl::string_view bytes);
  // The place in `bytes` where a line begins that is bare JSON; npos if none.
  size_t FindBare(absl::string_view bytes);
  absl::Status Unreadable(absl::string_view what, absl::string_view page) const;

  const CallOptions& options_;
  const Redactor& redactor_;
  const bool wants_json_;
  const size_t planned_choices_;
  SseFramer framer_;
  JsonReader reader_;
  GeminiAnswer answer_;
  int unreadable_ = 0;  // Events that were left out.
  std::string unreadable_why_;
  bool at_line_start_ = true;
  bool is_bare_ = false;  // From here on it is bare JSON.
  std::string bare_;
  std::string beginning_;  // Of the body, to show what is no event stream.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_STREAM_H_
