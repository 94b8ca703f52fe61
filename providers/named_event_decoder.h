#ifndef AIGATEWAY_PROVIDERS_NAMED_EVENT_DECODER_H_
#define AIGATEWAY_PROVIDERS_NAMED_EVENT_DECODER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "gateway/net/sse_framer.h"
#include "providers/error_body.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// What decoders share whose dialect names its events and has a last one
// (Anthropic, Cohere): the framing, the end, a body that is no stream.
//
// One event that cannot be read is left out, with a warning; a second one, or
// any in an answer that calls tools or has to be JSON, is
// PROVIDER_PROTOCOL_ERROR.
class NamedEventDecoder : public StreamDecoder {
 public:
  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) final;
  bool done() const final { return done_; }
  absl::Status End(bool clean, ProviderEvents& events) final;

 protected:
  // `last_event` names the event without which no answer is complete; it is a
  // literal. `options` and `redactor` must outlive the decoder.
  NamedEventDecoder(absl::string_view last_event, const HttpHeaders& headers,
                    const v1::ChatRequest& chat, const CallOptions& options,
                    const Redactor& redactor);

  // Takes an event that has data.
  virtual absl::Status TakeEvent(const SseEvent& event,
                                 ProviderEvents& events) = 0;
  // Whether the answer has tool calls so far.
  virtual bool has_calls() const = 0;
  // Makes the error of an error object, by the vendor's own rules.
  virtual absl::Status InnerError(const ErrorBody& error) const = 0;

  // Leaves out an event that cannot be read, or says that this may not be.
  absl::Status LeaveOut(absl::string_view why, absl::string_view data);
  bool left_out() const { return left_out_; }
  // An event was left out that the answer cannot do without.
  static absl::Status TooMuchLost();

  // Hands `delta` over, or says that the provider lives if it is empty.
  absl::Status HandOver(v1::Delta& delta, ProviderEvents& events);
  // The last event came: hands over what was held back, then the finish.
  absl::Status Complete(v1::Delta& delta, v1::Finish& finish,
                        ProviderEvents& events);
  // Warns, once, that an event of a `type` that is not known was passed over.
  void WarnOfType(absl::string_view type);

  const CallOptions& options() const { return options_; }
  const Redactor& redactor() const { return redactor_; }

 private:
  absl::Status NoStream() const;
  void Warn(absl::string_view text);

  const absl::string_view last_event_;
  const CallOptions& options_;
  const Redactor& redactor_;
  const bool must_be_json_;
  const bool is_stream_;
  SseFramer framer_;
  std::string page_;  // The beginning of what may turn out to be no stream.
  bool seen_event_ = false;
  bool left_out_ = false;
  bool warned_of_type_ = false;
  bool said_role_ = false;
  bool done_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_NAMED_EVENT_DECODER_H_
