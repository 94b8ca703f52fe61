#include "gateway/core/prepare_request.h"

namespace aigateway {

void PrepareConnection(const ProviderInstance& instance,
                       absl::Duration connect_timeout, HttpRequest& request) {
  request.http2 = instance.http2;
  request.connect_timeout = connect_timeout;
}

void PrepareRequest(const ProviderInstance& instance,
                    absl::Duration connect_timeout, HttpRequest& request) {
  PrepareConnection(instance, connect_timeout, request);
  for (const HttpHeader& header : instance.headers.all()) {
    if (!request.headers.Has(header.name)) {
      request.headers.Add(header.name, header.value);
    }
  }
}

}  // namespace aigateway
