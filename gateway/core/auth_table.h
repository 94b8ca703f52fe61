#ifndef AIGATEWAY_GATEWAY_CORE_AUTH_TABLE_H_
#define AIGATEWAY_GATEWAY_CORE_AUTH_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/sha256.h"
#include "gateway/core/request_context.h"

namespace aigateway {

// What the holder of one gateway key may do.
struct KeyRights {
  CallerIdentity caller;
  bool route = false;  // GatewayService.
  bool admin = false;  // AdminService.
};

// The gateway keys of one configuration. Immutable, thread-safe.
//
// No key is kept: only its SHA-256 over the key and a secret of this object, so
// that neither a copy of the memory nor the time of a look-up tells of a key.
// A look-up is one hash and one probe, however many keys there are.
class AuthTable {
 public:
  // `auth` has its variables expanded; white space around a key goes. Fails
  // with INVALID_CONFIG, one violation for each fault by its path within
  // `auth`, for a key that is empty, cannot be sent or stands there twice. No
  // text has a key in it.
  static absl::StatusOr<std::shared_ptr<const AuthTable>> Create(
      const config::v1::AuthConfig& auth);

  AuthTable(const AuthTable&) = delete;
  AuthTable& operator=(const AuthTable&) = delete;

  // Returns null if nobody holds `key`. Valid as long as this object.
  const KeyRights* Find(absl::string_view key) const;

  size_t size() const { return keys_.size(); }

 private:
  struct DigestHash {
    size_t operator()(const Sha256Digest& digest) const;
  };
  struct DigestEqual {  // In time that does not depend on the content.
    bool operator()(const Sha256Digest& a, const Sha256Digest& b) const;
  };

  AuthTable() = default;
  Sha256Digest DigestOf(absl::string_view key) const;

  std::array<uint8_t, 16> salt_;
  absl::flat_hash_map<Sha256Digest, KeyRights, DigestHash, DigestEqual> keys_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_AUTH_TABLE_H_
