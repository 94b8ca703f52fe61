#include "gateway/core/farewell.h"

#include "absl/status/status.h"

#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/core/exchange_sink.h"
#include "gateway/net/http_client.h"

namespace aigateway {
namespace {

// More than any answer to it has.
constexpr size_t kMaxAnswerBytes = size_t{1} << 20;

}  // namespace

Task<void> SayFarewell(Env env, HttpRequest request) {
  Scope scope(env.timers->Now() + kMaxFarewell);
  const Timers::Handle timer = env.timers->At(scope.deadline(), [&scope] {
    scope.Cancel(absl::DeadlineExceededError("said farewell for long enough"));
  });
  BufferingSink answer(kMaxAnswerBytes);
  const absl::Status sent =
      co_await env.http->Send(scope, request, answer, nullptr);
  sent.IgnoreError();
}

}  // namespace aigateway
