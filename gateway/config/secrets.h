#ifndef AIGATEWAY_GATEWAY_CONFIG_SECRETS_H_
#define AIGATEWAY_GATEWAY_CONFIG_SECRETS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// Where `${VAR}` and `${file:/path}` of a configuration come from.
// Implementations are thread-safe.
class SecretSource {
 public:
  // The most that is read of a file.
  static constexpr size_t kMaxFileBytes = 64 << 10;

  virtual ~SecretSource() = default;

  // The value of an environment variable; nullopt if it is not set.
  virtual std::optional<std::string> Variable(absl::string_view name) const = 0;
  // The content of a file. Fails with a plain status whose message says why,
  // and has nothing of the content.
  virtual absl::StatusOr<std::string> File(absl::string_view path) const = 0;
};

// The process's environment and the file system. May block for as long as a
// file takes to be read.
class SystemSecrets final : public SecretSource {
 public:
  std::optional<std::string> Variable(absl::string_view name) const override;
  absl::StatusOr<std::string> File(absl::string_view path) const override;
};

// Secrets that a test or a program lays down.
class FixedSecrets final : public SecretSource {
 public:
  explicit FixedSecrets(std::map<std::string, std::string> variables,
                        std::map<std::string, std::string> files = {})
      : variables_(std::move(variables)), files_(std::move(files)) {}

  std::optional<std::string> Variable(absl::string_view name) const override;
  absl::StatusOr<std::string> File(absl::string_view path) const override;

 private:
  const std::map<std::string, std::string> variables_;
  const std::map<std::string, std::string> files_;
};

// Replaces each `${NAME}` in `text` by the variable's value and each
// `${file:PATH}` by the file's content without the white space around it;
// `$${` gives `${`. What comes in is not looked at again. Bounded: at most
// kMaxExpandedBytes.
//
// Fails with a plain InvalidArgument if one is not set or cannot be read, or is
// not written so; the message names it and never has a value in it.
inline constexpr size_t kMaxExpandedBytes = 1 << 20;
absl::StatusOr<std::string> Expand(absl::string_view text,
                                   const SecretSource& secrets);

// What `text` refers to, for messages: "the environment variable A and the
// file /b". Empty if it refers to nothing.
std::string ReferencesOf(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SECRETS_H_
