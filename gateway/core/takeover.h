#ifndef AIGATEWAY_GATEWAY_CORE_TAKEOVER_H_
#define AIGATEWAY_GATEWAY_CORE_TAKEOVER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/held_events.h"
#include "gateway/core/race.h"
#include "gateway/core/request_context.h"
#include "gateway/core/seam.h"

namespace aigateway {

// What a stand-in does for a stream that was cut after its first event:
// FAULTS.md, "continuing a cut stream".

// Whether `planned` may be given `sent`, the beginning of an answer to
// `request`: not where a second half would not fit the first (a json schema,
// several choices), nor where its vendor refuses one.
bool CanContinue(const RequestContext& request, const PlannedCall& planned,
                 absl::string_view sent);

// `chat` with `sent`, the beginning of its answer, as an assistant turn.
v1::ChatRequest ContinuedChat(const v1::ChatRequest& chat,
                              absl::string_view sent);

// Announces the stand-in with `failover`, once, before its first event.
class TakeoverSink : public EventSink {
 public:
  // All must outlive this object. `from` is the target that was cut.
  TakeoverSink(EventSink* next, RequestContext& request,
               const std::string& from, const PlannedCall& planned)
      : next_(*next), request_(request), from_(from), planned_(planned) {}

  // Whether anything of the stand-in was handed over.
  bool begun() const { return begun_; }

  absl::Status OnResponse(v1::ChatResponse& response) override;
  void OnLife() override { next_.OnLife(); }

 protected:
  absl::Status Begin(v1::FailoverMode mode, size_t resume_offset);
  EventSink& next() { return next_; }
  RequestContext& request() { return request_; }
  const PlannedCall& planned() const { return planned_; }

 private:
  EventSink& next_;
  RequestContext& request_;
  const std::string& from_;
  const PlannedCall& planned_;
  bool begun_ = false;
};

// For a stand-in that begins anew.
class RestartingSink final : public TakeoverSink {
 public:
  using TakeoverSink::TakeoverSink;

  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  absl::Status OnEnd(v1::End& end) override;

 private:
  absl::Status BeginOnce();
};

// For a stand-in that goes on: its text is joined to what was sent at the seam,
// and its beginning kept until it is clear where that is.
class ContinuingSink final : public TakeoverSink {
 public:
  // Beginnings longer than this are no answer that finds its way back.
  static constexpr size_t kMaxHeldBytes = 4 * 1024 * 1024;

  ContinuingSink(EventSink* next, RequestContext& request,
                 const std::string& from, const PlannedCall& planned,
                 absl::string_view sent)
      : TakeoverSink(next, request, from, planned),
        seam_(sent),
        sent_bytes_(sent.size()) {}

  // Whether it began anew and then said something else.
  bool departed() const { return seam_.departed(); }

  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  absl::Status OnEnd(v1::End& end) override;

 private:
  // Hands over `fresh` and what was kept beside the text.
  absl::Status Resolve(std::string fresh);
  absl::Status ResolveAtEnd();
  absl::Status Departed() const;

  Seam seam_;
  const size_t sent_bytes_;
  HeldEvents held_;  // What comes beside the text: reasoning, tool calls.
  bool resolved_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TAKEOVER_H_
