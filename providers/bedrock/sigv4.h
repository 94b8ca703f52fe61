#ifndef AIGATEWAY_PROVIDERS_BEDROCK_SIGV4_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_SIGV4_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/http_message.h"
#include "providers/credential.h"

namespace aigateway {

// Signs `request`, to which nothing is added any more, by AWS Signature Version
// 4: sets the headers x-amz-date, x-amz-security-token (if the credential has a
// token) and authorization, instead of those that it has.
//
// Signed are the host, content-type, all x-amz-* headers, the path as it is
// sent, the query and the body. The path is encoded once more, as every service
// but S3 wants it.
void SignWithSigV4(const Credential& credential, absl::string_view region,
                   absl::string_view service, absl::Time now,
                   HttpRequest& request);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_SIGV4_H_
