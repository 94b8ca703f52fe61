#ifndef AIGATEWAY_PROVIDERS_ENTRA_CLIENT_H_
#define AIGATEWAY_PROVIDERS_ENTRA_CLIENT_H_

#include <string>

#include "gateway/base/secret.h"

namespace aigateway {

// An application that Microsoft Entra knows, and the secret it shows.
struct EntraClient {
  std::string tenant_id;
  std::string client_id;
  Secret client_secret;
  // Where tokens are asked for, without a slash at its end; not set:
  // https://login.microsoftonline.com.
  std::string authority_host;

  // Whether any of the application is set; all three belong together.
  bool is_set() const {
    return !tenant_id.empty() || !client_id.empty() || !client_secret.empty();
  }
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ENTRA_CLIENT_H_
