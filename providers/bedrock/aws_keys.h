#ifndef AIGATEWAY_PROVIDERS_BEDROCK_AWS_KEYS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_AWS_KEYS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "providers/credential.h"

namespace aigateway {

// Reads a pair of keys with their token as containers and instances are given
// them: {"AccessKeyId","SecretAccessKey","Token","Expiration"}. Fails with a
// plain InvalidArgument that says what is wrong and quotes nothing secret.
absl::StatusOr<Credential> ReadAwsKeys(absl::string_view json);

// Reads what STS answers to AssumeRoleWithWebIdentity: XML, of which only the
// members of <Credentials> matter. Fails in the same way.
absl::StatusOr<Credential> ReadStsKeys(absl::string_view xml);

// The text of the first element called `name` that has neither elements nor
// entities in it; empty if there is none.
absl::string_view XmlText(absl::string_view xml, absl::string_view name);

// Whether `text` can stand in a header as it is.
bool IsHeaderToken(absl::string_view text);

// A PROVIDER_AUTH_FAILED about credentials: `what` was tried and what came of
// it, then what to do.
absl::Status NoAwsCredentials(absl::string_view what);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_AWS_KEYS_H_
