#include "gateway/core/provider_caller.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/background.h"
#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/embed_progress.h"
#include "gateway/core/error_place.h"
#include "gateway/core/exchange_sink.h"
#include "gateway/core/farewell.h"
#include "gateway/core/prepare_request.h"
#include "gateway/core/request_context.h"
#include "gateway/core/target.h"
#include "gateway/net/http_client.h"
#include "gateway/net/url_host.h"
#include "providers/credential_source.h"

namespace aigateway {
namespace {

// How long a refused key rests if the provider named no time (DESIGN.md).
constexpr absl::Duration kKeyRest = absl::Seconds(60);
// Exchanges that one answer may ask for, one after the other.
constexpr int kMaxExchanges = 10000;

const v1::ChatRequest& ChatOf(const TargetCall& call) {
  return call.continued != nullptr ? *call.continued : call.request.chat();
}

bool IsSuccess(int http_status) {
  return http_status >= 200 && http_status < 300;
}
bool IsRedirect(int http_status) {
  return http_status >= 300 && http_status < 400;
}

// A redirect is never followed: it would take the credential along.
absl::Status RedirectError(const HttpResponse& response) {
  const std::string host = UrlHost(response.headers.Get("location"));
  absl::Status status = Error(
      ErrorReason::kProviderProtocolError,
      absl::StrCat("answered with redirect ", response.status,
                   host.empty() ? "" : absl::StrCat(" to ", host),
                   ", which is not followed; set base_url to where the API is"),
      {{"http_status", absl::StrCat(response.status)}});
  return status;
}

absl::Status ErrorOf(const Provider& codec, const HttpResponse& response,
                     absl::Time now) {
  if (IsRedirect(response.status)) return RedirectError(response);
  absl::Status status = codec.ParseError(response, now);
  if (GetErrorMetadata(status, "http_status").empty()) {
    SetErrorMetadata(status, "http_status", absl::StrCat(response.status));
  }
  return status;
}

absl::Status TooManyExchanges() {
  return Error(ErrorReason::kProviderProtocolError,
               "the provider asked for one exchange after another");
}

void ParkKey(KeyRing& keys, int index, const absl::Status& status,
             absl::Time now) {
  const std::optional<absl::Duration> stated = RetryAfter(status);
  switch (ClassOf(status)) {
    case ErrorClass::kCredential:
      keys.Park(index, now + stated.value_or(kKeyRest), stated.has_value());
      break;
    case ErrorClass::kRateLimited:
      if (stated.has_value()) {
        keys.Park(index, now + *stated, /*stated=*/true);
      }
      break;
    default:
      break;
  }
}

void Prepare(const Target& target, bool stream, HttpRequest& request) {
  request.stream = stream;
  PrepareRequest(target.instance(), target.timeouts().connect, request);
}

// What an answer asks for. The headers of the config are for the host of the
// base URL: they may hold secrets. Returns whether it is for another one.
bool PrepareNext(const Target& target, bool stream, HttpRequest& request) {
  const bool away =
      UrlHost(request.url) != UrlHost(target.instance().codec->base_url());
  if (!away) {
    Prepare(target, stream, request);
  } else {
    request.stream = stream;
    PrepareConnection(target.instance(), target.timeouts().connect, request);
  }
  return away;
}

// What signs a request; nothing does for another host than the provider's.
CredentialSource* SourceOf(const Target& target, bool away) {
  return away ? nullptr : target.instance().codec->credential_source();
}

// Keeps, in `abandon`, what ends the work that `next` waits for.
void KeepAbandon(const Target& target, NextExchange& next,
                 std::optional<HttpRequest>& abandon) {
  abandon = std::move(next.abandon);
  if (abandon.has_value()) {
    (void)PrepareNext(target, /*stream=*/false, *abandon);
  }
}

// The error of an answer that is no success; what was refused is not used
// again.
absl::Status Refusal(const TargetCall& call, const HttpRequest& request,
                     bool away, const HttpResponse& response) {
  const Provider& codec = *call.target.instance().codec;
  const Env& env = call.request.env();
  // A place that an answer named knows no key of ours, nor a model.
  if (away) {
    return Error(
        ErrorReason::kProviderUnavailable,
        absl::StrCat("the place that its answer named (", UrlHost(request.url),
                     ") answered with status ", response.status),
        {{"http_status", absl::StrCat(response.status)}});
  }
  if (CredentialSource* const source = codec.credential_source();
      source != nullptr && (response.status == 401 || response.status == 403)) {
    source->OnRefused(env, request);
  }
  return ErrorOf(codec, response, env.timers->Now());
}

// `abandon` is what tells the provider to stop, while it works on an answer.
Task<absl::Status> CallUnary(const TargetCall& call, const CallOptions& options,
                             HttpRequest request, EventSink& sink,
                             std::optional<HttpRequest>& abandon) {
  const Provider& codec = *call.target.instance().codec;
  const Env& env = call.request.env();
  bool away = false;
  for (int exchange = 0; exchange < kMaxExchanges; ++exchange) {
    // Signed or given its token when nothing is added to it any more.
    if (CredentialSource* source = SourceOf(call.target, away)) {
      AIGW_CO_RETURN_IF_ERROR(co_await source->Authorize(
          call.scope, env, call.request.background(), request));
    }
    BufferingSink buffer(request.max_body_bytes);
    AIGW_CO_RETURN_IF_ERROR(
        co_await env.http->Send(call.scope, request, buffer, nullptr));
    const HttpResponse& response = buffer.response();
    if (!IsSuccess(response.status)) {
      co_return Refusal(call, request, away, response);
    }
    auto answer = codec.ParseResponse(response, ChatOf(call), options);
    // What cannot be read may have been a word of work that goes on.
    if (!answer.ok()) co_return std::move(answer).status();
    abandon.reset();
    if (auto* chat = std::get_if<v1::ChatResponse>(&*answer)) {
      // Anthropic and Cohere do not say when they made it.
      if (!chat->has_create_time()) {
        SetProtoTime(env.timers->Now(), chat->mutable_create_time());
      }
      co_return sink.OnResponse(*chat);
    }
    auto& next = std::get<NextExchange>(*answer);
    KeepAbandon(call.target, next, abandon);
    AIGW_CO_RETURN_IF_ERROR(co_await env.timers->Sleep(call.scope, next.wait));
    request = std::move(next.request);
    away = PrepareNext(call.target, /*stream=*/false, request);
  }
  co_return TooManyExchanges();
}

// One exchange for each piece of the batch, one after the other: what a piece
// gave is there for the next try.
Task<absl::Status> CallEmbed(const TargetCall& call, const CallOptions& options,
                             EventSink& sink) {
  const Provider& codec = *call.target.instance().codec;
  const Env& env = call.request.env();
  const Embedder* const embedder = codec.embedder();
  if (embedder == nullptr) {
    co_return Error(ErrorReason::kModelNotFound, "makes no embeddings");
  }
  const v1::EmbedRequest& all = *call.request.embed();
  const int count = all.input_size() + all.token_inputs_size();
  const int most = std::max(embedder->max_inputs(call.upstream_model), 1);
  EmbedProgress& progress =
      call.request.embed_progresses().Of(call.target, call.upstream_model);
  while (progress.done() < count) {
    const v1::EmbedRequest piece = progress.Next(all, most);
    AIGW_CO_ASSIGN_OR_RETURN(HttpRequest request,
                             embedder->BuildRequest(piece, options));
    Prepare(call.target, /*stream=*/false, request);
    if (CredentialSource* source = codec.credential_source()) {
      AIGW_CO_RETURN_IF_ERROR(co_await source->Authorize(
          call.scope, env, call.request.background(), request));
    }
    BufferingSink buffer(request.max_body_bytes);
    AIGW_CO_RETURN_IF_ERROR(
        co_await env.http->Send(call.scope, request, buffer, nullptr));
    const HttpResponse& response = buffer.response();
    if (!IsSuccess(response.status)) {
      co_return Refusal(call, request, /*away=*/false, response);
    }
    AIGW_CO_ASSIGN_OR_RETURN(v1::EmbedResponse vectors,
                             embedder->ParseResponse(response, piece, options));
    AIGW_CO_RETURN_IF_ERROR(
        progress.Add(vectors, piece.input_size() + piece.token_inputs_size()));
    // A thousand pieces warn a thousand times of the same.
    std::vector<std::string>& warnings = *options.warnings;
    std::sort(warnings.begin(), warnings.end());
    warnings.erase(std::unique(warnings.begin(), warnings.end()),
                   warnings.end());
  }
  v1::EmbedResponse vectors = progress.Take();
  co_return sink.OnEmbeddings(vectors);
}

Task<absl::Status> CallStream(const TargetCall& call,
                              const CallOptions& options, HttpRequest request,
                              EventSink& sink,
                              std::optional<HttpRequest>& abandon) {
  const Provider& codec = *call.target.instance().codec;
  const Env& env = call.request.env();
  DecodingSink decoding(codec, ChatOf(call), options, sink);
  bool away = false;
  for (int exchange = 0; exchange < kMaxExchanges; ++exchange) {
    if (CredentialSource* source = SourceOf(call.target, away)) {
      AIGW_CO_RETURN_IF_ERROR(co_await source->Authorize(
          call.scope, env, call.request.background(), request));
    }
    const absl::Status sent = co_await env.http->Send(
        call.scope, request, decoding, &call.request.flow());
    if (decoding.refused()) {
      // The body of an error may be cut; what there is says more than the cut.
      if (call.scope.cancelled()) co_return call.scope.status();
      co_return Refusal(call, request, away, decoding.refusal());
    }
    AIGW_CO_RETURN_IF_ERROR(decoding.Finish(sent));
    std::optional<NextExchange> next = decoding.TakeNext();
    if (!next.has_value()) co_return absl::OkStatus();
    KeepAbandon(call.target, *next, abandon);
    AIGW_CO_RETURN_IF_ERROR(co_await env.timers->Sleep(call.scope, next->wait));
    request = std::move(next->request);
    away = PrepareNext(call.target, request.stream, request);
  }
  co_return TooManyExchanges();
}

}  // namespace

Task<absl::Status> ProviderCaller::Call(const TargetCall& call,
                                        EventSink& sink) {
  if (call.scope.cancelled()) co_return call.scope.status();
  if (!call.request.HasTimeFor(absl::ZeroDuration())) {
    // It is time, though the timer that says so has not fired yet.
    co_return Error(ErrorReason::kDeadlineExceeded,
                    "the caller's deadline passed");
  }
  const ProviderInstance& instance = call.target.instance();
  const Env& env = call.request.env();
  const KeyRing::Lease lease = instance.keys->Pick(env.timers->Now());
  std::vector<std::string> warnings;
  CallOptions options;
  options.model = call.upstream_model;
  options.credential = lease.key;
  options.stream = call.request.stream();
  options.warnings = &warnings;

  absl::Status status;
  std::optional<HttpRequest> abandon;
  if (call.request.embed() != nullptr) {
    status = co_await CallEmbed(call, options, sink);
  } else {
    absl::StatusOr<HttpRequest> request =
        instance.codec->BuildRequest(ChatOf(call), options);
    if (!request.ok()) co_return AtTarget(request.status(), call.target);
    Prepare(call.target, options.stream, *request);
    status = options.stream
                 ? co_await CallStream(call, options, *std::move(request), sink,
                                       abandon)
                 : co_await CallUnary(call, options, *std::move(request), sink,
                                      abandon);
  }
  if (!status.ok()) {
    if (abandon.has_value()) {
      Task<void> farewell = SayFarewell(env, *std::move(abandon));
      // The caller waits for no answer that nobody reads.
      if (Background* const background = call.request.background()) {
        background->Run(std::move(farewell));
      } else {
        co_await std::move(farewell);
      }
    }
    ParkKey(*instance.keys, lease.index, status, env.timers->Now());
    co_return AtTarget(status, call.target);
  }
  for (std::string& warning : warnings) {
    call.request.AddWarning(std::move(warning));
  }
  co_return absl::OkStatus();
}

}  // namespace aigateway
