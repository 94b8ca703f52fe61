#ifndef AIGATEWAY_GATEWAY_CORE_REPLY_BUILDER_H_
#define AIGATEWAY_GATEWAY_CORE_REPLY_BUILDER_H_

#include <cstdint>
#include <optional>
#include <set>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/plugin_run.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/stream_joiner.h"

namespace aigateway {

// Why each choice ended, by index; unspecified where it did not.
using FinishReasons = absl::InlinedVector<v1::FinishReason, 2>;

// Makes what the caller gets out of what the attempts give: `started` with the
// first delta or finish and never before it, chunks past the plugins, roles,
// and at last the end. A whole response is kept until the plugins after the
// request have seen it.
class ReplyBuilder final : public EventSink {
 public:
  // All must outlive this object.
  ReplyBuilder(RequestContext& request, PluginRun& plugins, ReplySink& reply);

  absl::Status OnResponse(v1::ChatResponse& response) override;
  absl::Status OnEmbeddings(v1::EmbedResponse& response) override;
  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  absl::Status OnEnd(v1::End& end) override;
  absl::Status OnFailover(v1::Failover& failover) override;

  // After the last attempt succeeded: the answer, of a stream joined if
  // plugins want it; of vectors their model and usage alone.
  v1::ChatResponse& response() { return response_; }
  // Tells plugins what the provider said, if they want it. Before JoinStream(),
  // and only if it was the provider who spoke.
  void TellAnswer();
  // Joins the stream into response().
  void JoinStream();
  // Hands over the response, or the stream's end, with the route.
  void Deliver();

  // What the provider said at the end; nullopt if it said nothing.
  const std::optional<v1::Usage>& usage() const { return usage_; }
  int64_t text_bytes() const { return text_bytes_; }
  int64_t events() const { return events_; }
  const FinishReasons& finish_reasons() const { return finish_reasons_; }

 private:
  void NoteFinish(int index, v1::FinishReason reason);
  void Start();
  void Emit();
  // Hands over what is left of a delta past the plugins.
  absl::Status Send(v1::Delta& delta);
  // What plugins held back of a choice whose text ends here.
  absl::Status Flush(int index);
  // What a plugin refused once stays refused, whatever comes after it.
  absl::Status Refuse(absl::Status status);
  // Keeps what leaves, for the plugins after the request, within bounds.
  absl::Status KeepSent(const v1::Delta& delta);
  // Keeps what came, for plugins that want the provider's own words.
  void KeepRaw(const v1::Delta& delta);

  RequestContext& request_;
  PluginRun& plugins_;
  ReplySink& reply_;
  const bool has_chunk_plugins_;
  const bool joins_;
  absl::Status refused_;
  v1::RouteStreamResponse event_;  // Reused.
  v1::ChatResponse response_;
  v1::EmbedResponse vectors_;
  v1::End end_;
  std::optional<v1::Usage> usage_;
  StreamJoiner joiner_;
  size_t kept_bytes_ = 0;
  bool kept_all_ = true;
  std::optional<bool> wants_raw_;  // Not asked yet.
  StreamJoiner raw_;
  size_t raw_bytes_ = 0;
  bool started_ = false;
  // Choices of which plugins may hold something back.
  std::set<int> open_choices_;
  // Choices whose role was sent; those beyond 63 are told again, harmlessly.
  uint64_t roles_sent_ = 0;
  FinishReasons finish_reasons_;
  int64_t text_bytes_ = 0;
  int64_t answer_bytes_ = 0;  // Of the answer that stands, since a restart.
  int64_t events_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_REPLY_BUILDER_H_
