#ifndef AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_
#define AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/mutex.h"
#include "plugins/answer_cache.h"
#include "plugins/plugin.h"
#include "plugins/redis_answer_cache.h"
#include "plugins/store_watch.h"

namespace aigateway {

// Answers a request as the same one was answered before (settings:
// ResponseCacheSettings). Looks before the request and keeps what the provider
// said, before other plugins have changed it, once the request has ended well:
// nothing that was cut, refused, or held back by another plugin. Of equal
// requests at one time the first asks and the others wait for its answer; if
// there is none to be kept each asks by itself. Where several gateways share a
// Redis, each has its own first. Vectors are not cached.
class ResponseCache final : public Plugin {
 public:
  // `redis` null: answers are kept in memory.
  explicit ResponseCache(const config::v1::ResponseCacheSettings& settings,
                         std::unique_ptr<RedisAnswerCache> redis = nullptr);

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;

 private:
  class State;
  class Wait;
  using Wake = absl::AnyInvocable<void()>;

  std::string KeyOf(PluginRequest& request) const;
  // What is kept for `key`; null: nothing.
  Task<AnswerCache::Answer> Find(PluginRequest& request,
                                 const std::string& key);
  void Put(const std::string& key, AnswerCache::Answer answer, absl::Time now);
  // Whether the caller is the one who asks for `key`; else `wake` is called, on
  // whatever thread, when that one is done, unless StopWaiting() was called
  // with the number that `wait` gets.
  bool BeginAsking(const std::string& key, Wake wake, uint64_t* wait)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void StopWaiting(const std::string& key, uint64_t wait)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void EndAsking(const std::string& key) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for the answer that another asks for, but not longer than it may.
  // Returns it, or null: ask.
  Task<AnswerCache::Answer> AwaitOther(PluginRequest& request,
                                       const std::string& key);
  // What the request keeps until its end: `asks` for others too.
  void Remember(PluginRequest& request, const std::string& key, bool asks);

  const bool for_all_;
  const std::vector<std::string> metadata_keys_;
  const absl::Duration longest_wait_;
  const int32_t tokens_per_second_;
  AnswerCache answers_;
  const std::unique_ptr<RedisAnswerCache> redis_;  // In place of `answers_`.
  StoreWatch watch_;
  Mutex mutex_;
  // Those that are being asked for, and who waits.
  std::map<std::string, std::map<uint64_t, Wake>> asking_
      ABSL_GUARDED_BY(mutex_);
  uint64_t last_wait_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_
