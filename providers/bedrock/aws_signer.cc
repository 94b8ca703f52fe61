#include "providers/bedrock/aws_signer.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "providers/bedrock/sigv4.h"

namespace aigateway {

AwsSigner::AwsSigner(std::string region, std::string service,
                     std::unique_ptr<const CredentialFetcher> fetcher)
    : CachedSource(std::move(fetcher), {}),
      region_(std::move(region)),
      service_(std::move(service)) {}

Task<absl::Status> AwsSigner::Authorize(Scope& scope, const Env& env,
                                        Background* background,
                                        HttpRequest& request) {
  if (request.headers.Has("authorization")) co_return absl::OkStatus();
  AIGW_CO_ASSIGN_OR_RETURN(const SharedCredential keys,
                           co_await cache()->Get(scope, env, background));
  SignWithSigV4(*keys, region_, service_, env.timers->Now(), request);
  co_return absl::OkStatus();
}

void AwsSigner::OnRefused(const Env& env, const HttpRequest& request) {
  const absl::string_view sent = request.headers.Get("authorization");
  cache()->DropIf(env.timers->Now(), [&](const Credential& keys) {
    return absl::StrContains(sent, absl::StrCat("Credential=", keys.id, "/"));
  });
}

}  // namespace aigateway
