#include "plugins/redis_answer_cache.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "gateway/store/redis_command.h"
#include "gateway/store/redis_reply.h"

namespace aigateway {

RedisAnswerCache::RedisAnswerCache(std::unique_ptr<RedisClient> client,
                                   Options options)
    : client_(std::move(client)), options_(std::move(options)) {}

std::string RedisAnswerCache::NameOf(absl::string_view key) const {
  return absl::StrCat(options_.prefix, "answer:", absl::BytesToHexString(key));
}

Task<absl::StatusOr<AnswerCache::Answer>> RedisAnswerCache::Find(
    const std::string& key, const Env& env, Scope& scope) {
  RedisCommand command({"GET", NameOf(key)});
  AIGW_CO_ASSIGN_OR_RETURN(
      const RedisReply reply,
      co_await client_->Call(std::move(command), env, scope));
  // Another gateway may keep larger ones.
  if (reply.kind != RedisReply::Kind::kText ||
      reply.text.size() > options_.max_entry_bytes) {
    co_return nullptr;
  }
  auto answer = std::make_shared<v1::ChatResponse>();
  if (!answer->ParseFromString(reply.text)) co_return nullptr;
  co_return AnswerCache::Answer(std::move(answer));
}

void RedisAnswerCache::Put(absl::string_view key,
                           const v1::ChatResponse& answer) {
  if (answer.ByteSizeLong() > options_.max_entry_bytes) return;
  (void)client_->Tell(RedisCommand(
      {"SET", NameOf(key), answer.SerializeAsString(), "PX",
       absl::StrCat(absl::ToInt64Milliseconds(options_.max_age))}));
}

}  // namespace aigateway
