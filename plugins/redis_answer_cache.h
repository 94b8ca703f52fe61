#ifndef AIGATEWAY_PLUGINS_REDIS_ANSWER_CACHE_H_
#define AIGATEWAY_PLUGINS_REDIS_ANSWER_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/store/redis_client.h"
#include "plugins/answer_cache.h"

namespace aigateway {

// Answers by the key of their request, in a Redis that several gateways share.
// Redis bounds them by its own memory and drops each at its age. Thread-safe.
class RedisAnswerCache {
 public:
  struct Options {
    std::string prefix;  // Of every key.
    absl::Duration max_age;
    size_t max_entry_bytes = 0;  // Of an answer on the wire.
  };

  RedisAnswerCache(std::unique_ptr<RedisClient> client, Options options);

  // Null if there is none, or what is there is no answer. Fails while Redis is
  // away; waits no longer than its client.
  Task<absl::StatusOr<AnswerCache::Answer>> Find(const std::string& key,
                                                 const Env& env, Scope& scope);

  // Replaces what there was. Waits for nothing: a larger one than the bound is
  // not kept, nor any while Redis is away.
  void Put(absl::string_view key, const v1::ChatResponse& answer);

 private:
  std::string NameOf(absl::string_view key) const;

  const std::unique_ptr<RedisClient> client_;
  const Options options_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REDIS_ANSWER_CACHE_H_
