#ifndef AIGATEWAY_GATEWAY_CORE_EXCHANGE_SINK_H_
#define AIGATEWAY_GATEWAY_CORE_EXCHANGE_SINK_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/core/event_sink.h"
#include "gateway/net/http_client.h"
#include "providers/provider.h"

namespace aigateway {

// Keeps a whole HTTP answer.
class BufferingSink final : public HttpSink {
 public:
  explicit BufferingSink(size_t max_body_bytes)
      : max_body_bytes_(max_body_bytes) {}

  absl::Status OnHead(int status, const HttpHeaders& headers) override;
  // PROVIDER_PROTOCOL_ERROR if the body passes the bound.
  absl::Status OnBody(absl::string_view bytes) override;

  const HttpResponse& response() const { return response_; }

 private:
  const size_t max_body_bytes_;
  HttpResponse response_;
};

// Decodes a streamed HTTP answer, in one exchange or several, into events;
// keeps the body of one that was refused. All it borrows must outlive it.
class DecodingSink final : public HttpSink, private ProviderEvents {
 public:
  DecodingSink(const Provider& codec, const v1::ChatRequest& chat,
               const CallOptions& options, EventSink& sink)
      : codec_(codec), chat_(chat), options_(options), sink_(sink) {}

  absl::Status OnHead(int status, const HttpHeaders& headers) override;
  absl::Status OnBody(absl::string_view bytes) override;
  bool Satisfied() const override;

  // Whether the status was not a success; then refusal() is the answer, with
  // the beginning of its body.
  bool refused() const { return refusal_.status != 0; }
  const HttpResponse& refusal() const { return refusal_; }

  // After an exchange, which ended with `sent`: hands over the stream's end
  // if the answer is complete. Else why it is not, or OK if it has a next part.
  absl::Status Finish(const absl::Status& sent);

  // After a Finish() that was OK: the exchange for the next part, whose answer
  // this takes too. nullopt: there is none.
  std::optional<NextExchange> TakeNext() {
    return std::exchange(next_, std::nullopt);
  }

 private:
  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  void OnLife() override;

  const Provider& codec_;
  const v1::ChatRequest& chat_;
  const CallOptions& options_;
  EventSink& sink_;
  std::unique_ptr<StreamDecoder> decoder_;
  std::optional<NextExchange> next_;
  HttpResponse refusal_;
  absl::Status decoded_;  // What the decoder or the sink ended with.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_EXCHANGE_SINK_H_
