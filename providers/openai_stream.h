#ifndef AIGATEWAY_PROVIDERS_OPENAI_STREAM_H_
#define AIGATEWAY_PROVIDERS_OPENAI_STREAM_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/net/sse_framer.h"
#include "providers/openai_choice.h"
#include "providers/openai_chunk.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// Decodes a streamed chat completion.
//
// The answer is complete when [DONE] came, or a finish reason for every choice
// that was asked for; where the dialect has none, when the body ended by its
// own framing. A finish is handed over at the end of the stream, since some
// vendors send it twice, with text between (Cerebras); the last one counts.
//
// One event that cannot be read is left out with a warning; a second one, or
// any in an answer of tool calls or of a JSON form, is a
// PROVIDER_PROTOCOL_ERROR. A server that answers the request for a stream with
// a whole answer, or with a page, is read as that.
class OpenAiStreamDecoder : public StreamDecoder {
 public:
  // A whole answer instead of a stream may have this many bytes.
  static constexpr size_t kMaxWholeBytes = size_t{32} << 20;

  // All must outlive it.
  OpenAiStreamDecoder(const OpenAiInstance& instance,
                      const v1::ChatRequest& chat, const CallOptions& options);

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override;
  bool done() const override { return done_; }
  absl::Status End(bool clean, ProviderEvents& events) override;
  v1::End& end() override { return end_; }

 private:
  enum class Form { kUnknown, kEvents, kWhole };

  // Looks at the first byte that is no white space.
  void DecideForm(absl::string_view* bytes, ProviderEvents& events);
  absl::Status FeedEvents(absl::string_view bytes, ProviderEvents& events);
  absl::Status OnEvent(const SseEvent& event, ProviderEvents& events);
  absl::Status OnUnreadable(absl::string_view what, absl::string_view data);
  absl::Status TakeChunk(ProviderEvents& events);
  absl::Status TakePiece(OpenAiPiece& piece, ProviderEvents& events,
                         bool* handed_over);
  absl::Status CloseChoice(OpenAiChoice& choice, ProviderEvents& events);
  // Closes what is open, and fills end_.
  absl::Status Complete(ProviderEvents& events);
  absl::Status CheckComplete(bool clean) const;
  absl::Status EndWhole(ProviderEvents& events);
  OpenAiChoice& ChoiceAt(int index);
  // A PROVIDER_PROTOCOL_ERROR that shows `page`.
  absl::Status Unreadable(absl::string_view what, absl::string_view page) const;

  const OpenAiInstance& instance_;
  const CallOptions& options_;
  const bool wants_json_;
  const size_t planned_choices_;

  Form form_ = Form::kUnknown;
  SseFramer framer_;
  JsonReader reader_;
  OpenAiChunk chunk_;  // The one that is being read; reused.
  v1::Delta delta_;    // Reused.
  v1::Finish finish_;  // Reused.
  std::vector<std::unique_ptr<OpenAiChoice>> choices_;
  std::string page_;    // The beginning of a body that has no chunk yet.
  std::string whole_;   // A whole answer.
  int unreadable_ = 0;  // How many events could not be read.
  bool warned_of_part_ = false;
  bool done_ = false;
  bool completed_ = false;
  OpenAiUsage usage_;
  ProviderMetadata metadata_;
  v1::End end_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_STREAM_H_
