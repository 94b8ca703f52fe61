#include "providers/bearer_source.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

constexpr absl::string_view kScheme = "Bearer ";

}  // namespace

Task<absl::Status> BearerSource::Authorize(Scope& scope, const Env& env,
                                           Background* background,
                                           HttpRequest& request) {
  if (request.headers.Has("authorization")) co_return absl::OkStatus();
  AIGW_CO_ASSIGN_OR_RETURN(const SharedCredential held,
                           co_await cache()->Get(scope, env, background));
  request.headers.Add("authorization",
                      absl::StrCat(kScheme, held->token.Reveal()));
  co_return absl::OkStatus();
}

void BearerSource::OnRefused(const Env& env, const HttpRequest& request) {
  absl::string_view sent = request.headers.Get("authorization");
  if (!absl::ConsumePrefix(&sent, kScheme)) return;
  cache()->DropIf(env.timers->Now(), [&](const Credential& held) {
    return held.token.Reveal() == sent;
  });
}

}  // namespace aigateway
