#include "gateway/store/redis_command.h"

#include <array>
#include <cstddef>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "hiredis/hiredis.h"
#include "openssl/evp.h"

namespace aigateway {
namespace {

std::string HexSha1(absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  AIGW_CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &size,
                        EVP_sha1(), nullptr) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace

RedisScript::RedisScript(absl::string_view text)
    : text_(text), digest_(HexSha1(text)) {}

RedisCommand RedisCommand::Run(const RedisScript& script,
                               std::vector<std::string> keys,
                               std::vector<std::string> arguments) {
  std::vector<std::string> words = {"EVALSHA", script.digest(),
                                    absl::StrCat(keys.size())};
  words.insert(words.end(), std::make_move_iterator(keys.begin()),
               std::make_move_iterator(keys.end()));
  words.insert(words.end(), std::make_move_iterator(arguments.begin()),
               std::make_move_iterator(arguments.end()));
  RedisCommand command(std::move(words));
  command.script_ = &script;
  return command;
}

std::string RedisCommand::Bytes() const {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& word : words_) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(
      &formatted, static_cast<int>(words_.size()), texts.data(), sizes.data());
  AIGW_CHECK(size >= 0);
  std::string bytes(formatted, static_cast<size_t>(size));
  redisFreeCommand(formatted);
  return bytes;
}

void RedisCommand::SpellOut() {
  AIGW_CHECK(names_script());
  words_[0] = "EVAL";
  words_[1] = script_->text();
  script_ = nullptr;
}

}  // namespace aigateway
