#ifndef AIGATEWAY_GATEWAY_STORE_REDIS_COMMAND_H_
#define AIGATEWAY_GATEWAY_STORE_REDIS_COMMAND_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// A script in Lua that Redis runs as one step. Called by its digest, so that
// its text goes over the wire once and not with every call.
class RedisScript {
 public:
  explicit RedisScript(absl::string_view text);

  const std::string& text() const { return text_; }
  // The SHA-1 by which Redis knows it, in hex.
  const std::string& digest() const { return digest_; }

 private:
  const std::string text_;
  const std::string digest_;
};

// One command to a Redis.
class RedisCommand {
 public:
  // Any bytes.
  explicit RedisCommand(std::vector<std::string> words)
      : words_(std::move(words)) {}
  // Runs `script`, which must outlive the command.
  static RedisCommand Run(const RedisScript& script,
                          std::vector<std::string> keys,
                          std::vector<std::string> arguments);

  // As it is sent.
  std::string Bytes() const;
  // Whether it names a script, which a Redis that began anew has not; then
  // SpellOut() puts the script's text in the name's place.
  bool names_script() const { return script_ != nullptr; }
  void SpellOut();

 private:
  std::vector<std::string> words_;
  const RedisScript* script_ = nullptr;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_STORE_REDIS_COMMAND_H_
