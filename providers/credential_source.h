#ifndef AIGATEWAY_PROVIDERS_CREDENTIAL_SOURCE_H_
#define AIGATEWAY_PROVIDERS_CREDENTIAL_SOURCE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "gateway/base/background.h"
#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/secret.h"
#include "gateway/base/task.h"
#include "gateway/net/http_message.h"

namespace aigateway {

class CredentialCache;

// What stands beside a codec whose requests are signed, or carry a token that
// has to be fetched: the only part of a provider that may call out. One object
// serves an instance of the config, on every loop at once. Thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  // Finishes `request`, whose method, URL, headers and body are final: adds
  // Authorization and what belongs to it. Called once for each exchange; one
  // that is repeated is written and authorized anew. A request that has an
  // Authorization already (the instance's own key or headers) is left alone.
  //
  // May wait for whoever gives out credentials; usually it does not, since they
  // are cached. What is begun for that goes on in `background` if the request
  // goes, for the next one; null: on the loop. PROVIDER_AUTH_FAILED, with a
  // text that says what was tried and what to do; scope.status() as soon as
  // `scope` is cancelled.
  virtual Task<absl::Status> Authorize(Scope& scope, const Env& env,
                                       Background* background,
                                       HttpRequest& request) = 0;

  // The provider answered `request`, which Authorize() finished, with 401 or
  // 403: what was cached for it is worth no more.
  virtual void OnRefused(const Env& env, const HttpRequest& request) = 0;

  // What credential it fetches: the same text as that of another source if
  // their settings, and the files that these name, make the same of it. A
  // digest, in which nobody finds a secret. Reads those files: not on a loop.
  virtual std::string identity() const = 0;

  // Where it keeps what is fetched. A source of the same identity can be given
  // it before its first request, so that neither fetches what the other has: an
  // instance that a reload makes goes on with what the one before it fetched.
  virtual std::shared_ptr<CredentialCache> cache() const = 0;
  virtual void ShareCache(std::shared_ptr<CredentialCache> cache) = 0;

  // The secrets of what requests were given of late: what an answer may echo.
  virtual std::vector<Secret> secrets() const = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CREDENTIAL_SOURCE_H_
