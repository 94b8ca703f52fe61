#include "gateway/net/simulated_http_client.h"

#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using Ending = SimulatedAnswer::Ending;

// A body without pauses lets the loop do other work after so many bytes.
constexpr size_t kBytesBetweenBreaths = size_t{64} << 10;

absl::Status LimitPassed(absl::string_view what, size_t limit) {
  const std::string text = absl::StrCat(limit);
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat(what, " of the answer is larger than the limit of ",
                            text, " bytes"),
               {{"limit_bytes", text}});
}

// As a client with a socket must: such a value would begin a header of its own.
absl::Status CheckRequest(const HttpHeaders& headers) {
  for (const HttpHeader& header : headers.all()) {
    if (header.value.find_first_of("\r\n\0", 0, 3) != std::string::npos) {
      return Error(ErrorReason::kInvalidRequest,
                   absl::StrCat("the value of the header '", header.name,
                                "' has a line end or NUL"),
                   {{"header", header.name}});
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAnswer(const HttpHeaders& headers, size_t limit) {
  size_t bytes = 0;
  for (const HttpHeader& header : headers.all()) {
    bytes += header.name.size() + header.value.size() + 4;  // ": " and CRLF.
  }
  return bytes <= limit ? absl::OkStatus() : LimitPassed("the head", limit);
}

absl::Status End(Ending ending) {
  switch (ending) {
    case Ending::kCut:
      return Error(ErrorReason::kProviderProtocolError,
                   "the connection was closed before the end of the answer");
    case Ending::kReset:
      return Error(ErrorReason::kProviderUnavailable,
                   "the connection was reset");
    case Ending::kWhole:
    case Ending::kSilence:
      break;
  }
  return absl::OkStatus();
}

}  // namespace

Task<absl::Status> SimulatedHttpClient::Send(Scope& scope,
                                             const HttpRequest& request,
                                             HttpSink& sink, Flow* flow) {
  if (scope.cancelled()) co_return scope.status();
  AIGW_CO_RETURN_IF_ERROR(CheckRequest(request.headers));
  SimulatedAnswer answer = responder_(request, timers_->Now());
  if (answer.refused) {
    // The answer to a connect takes a turn of the loop.
    AIGW_CO_RETURN_IF_ERROR(
        co_await timers_->Sleep(scope, absl::ZeroDuration()));
    co_return Error(ErrorReason::kProviderUnavailable,
                    "the connection was refused", {{"stage", "connect"}});
  }
  ++open_exchanges_;
  auto closed = absl::MakeCleanup([this] { --open_exchanges_; });
  co_return co_await Play(scope, request, answer, sink, flow);
}

Task<absl::Status> SimulatedHttpClient::Play(Scope& scope,
                                             const HttpRequest& request,
                                             SimulatedAnswer& answer,
                                             HttpSink& sink, Flow* flow) {
  AIGW_CO_RETURN_IF_ERROR(co_await timers_->Sleep(scope, answer.head_after));
  if (answer.has_head) {
    AIGW_CO_RETURN_IF_ERROR(
        CheckAnswer(answer.headers, request.max_header_bytes));
    AIGW_CO_RETURN_IF_ERROR(sink.OnHead(answer.status, answer.headers));
    if (scope.cancelled()) co_return scope.status();
    AIGW_CO_RETURN_IF_ERROR(
        co_await PlayBody(scope, request, answer, sink, flow));
    if (sink.Satisfied()) co_return absl::OkStatus();
  }
  if (answer.ending == Ending::kSilence) {
    answer.ending_after = absl::InfiniteDuration();
  }
  if (answer.ending_after > absl::ZeroDuration()) {
    AIGW_CO_RETURN_IF_ERROR(
        co_await timers_->Sleep(scope, answer.ending_after));
  }
  if (!answer.has_head && answer.ending == Ending::kWhole) {
    // HTTP has no empty answer.
    co_return End(Ending::kReset);
  }
  co_return End(answer.ending);
}

Task<absl::Status> SimulatedHttpClient::PlayBody(Scope& scope,
                                                 const HttpRequest& request,
                                                 SimulatedAnswer& answer,
                                                 HttpSink& sink, Flow* flow) {
  size_t body_bytes = 0;
  size_t bytes_since_breath = 0;
  size_t index = 0;
  SimulatedPiece piece;
  while (true) {
    if (index < answer.body.size()) {
      piece = std::move(answer.body[index++]);
    } else if (!answer.more || !answer.more(piece)) {
      co_return absl::OkStatus();
    }
    absl::Duration wait = piece.after;
    absl::string_view rest = piece.bytes;
    do {
      if (wait > absl::ZeroDuration() ||
          bytes_since_breath >= kBytesBetweenBreaths) {
        AIGW_CO_RETURN_IF_ERROR(co_await timers_->Sleep(scope, wait));
        bytes_since_breath = 0;
      }
      if (flow != nullptr && flow->paused()) {
        AIGW_CO_RETURN_IF_ERROR(co_await WaitForReader(scope, flow));
      }
      const absl::string_view part = rest.substr(
          0, answer.trickle_bytes > 0 ? answer.trickle_bytes : rest.size());
      rest.remove_prefix(part.size());
      body_bytes += part.size();
      // A piece without bytes counts too, or a body of such would never stop.
      bytes_since_breath += part.size() + 1;
      if (!request.stream && body_bytes > request.max_body_bytes) {
        co_return LimitPassed("the body", request.max_body_bytes);
      }
      if (!part.empty()) {
        AIGW_CO_RETURN_IF_ERROR(sink.OnBody(part));
        if (scope.cancelled()) co_return scope.status();
        if (sink.Satisfied()) co_return absl::OkStatus();
      }
      wait = answer.trickle_after;
    } while (!rest.empty());
  }
}

Task<absl::Status> SimulatedHttpClient::WaitForReader(Scope& scope,
                                                      Flow* flow) {
  while (flow->paused()) {
    Waiter<absl::Status> waiter;
    Timers::Handle turn;
    // Not at once: a listener may not be removed while listeners run.
    const Flow::Listener listener = flow->Listen([&] {
      turn = timers_->After(absl::ZeroDuration(),
                            [&waiter] { waiter.Wake(absl::OkStatus()); });
    });
    const Scope::Watch watch =
        scope.OnCancel([&] { waiter.Wake(scope.status()); });
    AIGW_CO_RETURN_IF_ERROR(co_await waiter.Wait());
  }
  co_return absl::OkStatus();
}

}  // namespace aigateway
