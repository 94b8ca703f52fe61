#include "providers/credential_exchange.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_client.h"

namespace aigateway {
namespace {

class SmallSink final : public HttpSink {
 public:
  absl::Status OnHead(int status, const HttpHeaders& headers) override {
    response.status = status;
    response.headers = headers;
    return absl::OkStatus();
  }
  absl::Status OnBody(absl::string_view bytes) override {
    if (bytes.size() > kMaxCredentialBytes - response.body.size()) {
      return Error(ErrorReason::kProviderProtocolError,
                   absl::StrCat("the answer is larger than the limit of ",
                                kMaxCredentialBytes, " bytes"));
    }
    response.body.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }

  HttpResponse response;
};

}  // namespace

Task<absl::StatusOr<HttpResponse>> ExchangeForCredential(Scope& scope,
                                                         const Env& env,
                                                         HttpRequest& request,
                                                         absl::Duration limit) {
  request.http2 = false;
  SmallSink sink;
  Scope exchange(scope, env.timers->Now() + limit);
  const Timers::Handle timer = env.timers->After(limit, [&] {
    exchange.Cancel(
        Error(ErrorReason::kProviderUnavailable,
              absl::StrCat("no answer within ", absl::FormatDuration(limit))));
  });
  AIGW_CO_RETURN_IF_ERROR(
      co_await env.http->Send(exchange, request, sink, nullptr));
  co_return std::move(sink.response);
}

}  // namespace aigateway
