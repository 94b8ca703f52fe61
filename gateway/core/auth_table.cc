#include "gateway/core/auth_table.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "openssl/crypto.h"
#include "openssl/rand.h"

namespace aigateway {
namespace {

KeyRights RightsOf(const config::v1::AuthKeyConfig& key) {
  KeyRights rights;
  rights.caller.name = key.name();
  rights.caller.models.assign(key.models().begin(), key.models().end());
  rights.route = key.scopes().empty();
  for (const std::string& scope : key.scopes()) {
    if (scope == "route") rights.route = true;
    if (scope == "admin") rights.admin = true;
  }
  return rights;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const AuthTable>> AuthTable::Create(
    const config::v1::AuthConfig& auth) {
  std::shared_ptr<AuthTable> table(new AuthTable());
  if (RAND_bytes(table->salt_.data(), static_cast<int>(table->salt_.size())) !=
      1) {
    return Error(ErrorReason::kInternal,
                 "the system gave no random numbers to hash keys with");
  }
  std::vector<FieldViolation> violations;
  for (int i = 0; i < auth.keys_size(); ++i) {
    const config::v1::AuthKeyConfig& key = auth.keys(i);
    const absl::string_view text = absl::StripAsciiWhitespace(key.key());
    const std::string field = absl::StrCat("keys[", i, "].key");
    if (text.empty()) {
      violations.push_back({field, "is empty: write the key"});
    } else if (!std::all_of(text.begin(), text.end(), absl::ascii_isgraph)) {
      violations.push_back(
          {field,
           "has a character that no header can carry: write visible "
           "ASCII only"});
    } else if (!table->keys_.emplace(table->DigestOf(text), RightsOf(key))
                    .second) {
      violations.push_back(
          {field, "is the key of another entry too: give each its own"});
    }
  }
  if (!violations.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat("auth.", violations.front().field, " ",
                           violations.front().description));
    SetViolations(status, violations);
    return status;
  }
  return table;
}

const KeyRights* AuthTable::Find(absl::string_view key) const {
  const auto it = keys_.find(DigestOf(key));
  return it == keys_.end() ? nullptr : &it->second;
}

Sha256Digest AuthTable::DigestOf(absl::string_view key) const {
  const absl::string_view salt(reinterpret_cast<const char*>(salt_.data()),
                               salt_.size());
  return Sha256({salt, key});
}

size_t AuthTable::DigestHash::operator()(const Sha256Digest& digest) const {
  size_t hash;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

bool AuthTable::DigestEqual::operator()(const Sha256Digest& a,
                                        const Sha256Digest& b) const {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace aigateway
