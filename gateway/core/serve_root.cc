#include "gateway/core/serve_root.h"

#include <utility>

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

class UnaryReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {
    response_.Swap(&response);
  }
  void OnEvent(v1::RouteStreamResponse& event) override {}
  v1::RouteResponse& response() { return response_; }

 private:
  v1::RouteResponse response_;
};

class VectorReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {}
  void OnEvent(v1::RouteStreamResponse& event) override {}
  void OnEmbeddings(v1::EmbedResponse& response) override {
    response_.Swap(&response);
  }
  v1::EmbedResponse& response() { return response_; }

 private:
  v1::EmbedResponse response_;
};

class StreamReply final : public ReplySink {
 public:
  StreamReply(
      RequestContext& request,
      absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event)
      : request_(request), event_(event) {}

  void OnResponse(v1::RouteResponse& response) override {}
  void OnEvent(v1::RouteStreamResponse& event) override {
    if (request_.scope().cancelled()) return;
    if (!event_(event)) {
      request_.scope().Cancel(
          Error(ErrorReason::kCancelled, "the caller ended the stream"));
    }
  }

 private:
  RequestContext& request_;
  absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event_;
};

}  // namespace

Task<void> ServeUnary(
    Gateway& gateway, LoopSlot& slot, v1::RouteRequest request,
    RequestSettings settings,
    absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)> done) {
  absl::Status status;
  UnaryReply reply;
  {
    RequestContext context(slot.env(), slot.snapshot(), *request.mutable_chat(),
                           request.options(), std::move(settings));
    status = co_await gateway.Serve(context, reply);
  }
  if (status.ok()) {
    done(std::move(reply.response()));
  } else {
    done(std::move(status));
  }
  slot.OnRootEnd();
}

Task<void> ServeStream(
    Gateway& gateway, LoopSlot& slot, v1::RouteStreamRequest request,
    RequestSettings settings,
    absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event,
    absl::AnyInvocable<void(absl::Status)> done) {
  absl::Status status;
  {
    RequestContext context(slot.env(), slot.snapshot(), *request.mutable_chat(),
                           request.options(), std::move(settings));
    StreamReply reply(context, event);
    status = co_await gateway.Serve(context, reply);
  }
  done(std::move(status));
  slot.OnRootEnd();
}

Task<void> ServeEmbed(
    Gateway& gateway, LoopSlot& slot, v1::EmbedRequest request,
    RequestSettings settings,
    absl::AnyInvocable<void(absl::StatusOr<v1::EmbedResponse>)> done) {
  absl::Status status;
  VectorReply reply;
  {
    v1::ChatRequest chat = ChatOfEmbed(request);
    settings.embed = &request;
    RequestContext context(slot.env(), slot.snapshot(), chat, request.options(),
                           std::move(settings));
    status = co_await gateway.Serve(context, reply);
  }
  if (status.ok()) {
    done(std::move(reply.response()));
  } else {
    done(std::move(status));
  }
  slot.OnRootEnd();
}

RequestRecord RecordOf(const RequestContext& request,
                       const PipelineResult& result) {
  RequestRecord record;
  record.method = request.method();
  record.caller = request.settings().caller.name;
  record.model = request.chat().model();
  record.start = request.start();
  record.duration = request.Elapsed();
  record.status = result.status;
  record.route = &request.route();
  record.decision =
      request.decision().has_value() ? &*request.decision() : nullptr;
  record.usage = result.usage.has_value() ? &*result.usage : nullptr;
  record.text_bytes = result.text_bytes;
  record.events = result.events;
  record.finish_reasons = result.finish_reasons;
  record.tags = &request.options().tags();
  return record;
}

}  // namespace aigateway
