#ifndef AIGATEWAY_GATEWAY_SERVER_VERSION_H_
#define AIGATEWAY_GATEWAY_SERVER_VERSION_H_

namespace aigateway {

// The version of this build, as in semver.org.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_VERSION_H_
