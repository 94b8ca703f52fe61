#ifndef AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_
#define AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_

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
#include "gateway/base/mutex.h"
#include "plugins/answer_cache.h"
#include "plugins/plugin.h"

namespace aigateway {

// Answers a request as the same one was answered before (settings:
// ResponseCacheSettings). Looks before the request and keeps what came after
// it, once the request has ended well: nothing that was cut, refused, or held
// back by another plugin. Of equal requests at one time the first asks and the
// others wait for its answer. Vectors are not cached.
class ResponseCache final : public Plugin {
 public:
  explicit ResponseCache(const config::v1::ResponseCacheSettings& settings);

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;

 private:
  class State;
  using Wake = absl::AnyInvocable<void()>;

  std::string KeyOf(const PluginRequest& request) const;
  // Whether the caller is the one who asks for `key`; else `wake` is called, on
  // whatever thread, when that one is done.
  bool BeginAsking(const std::string& key, Wake wake)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void EndAsking(const std::string& key) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until it is this request's turn to ask or the answer is there, but
  // not longer than it may. Returns the answer, or null: ask.
  Task<AnswerCache::Answer> AwaitOther(PluginRequest& request,
                                       const std::string& key);

  const bool for_all_;
  const std::vector<std::string> metadata_keys_;
  const absl::Duration longest_wait_;
  AnswerCache answers_;
  Mutex mutex_;
  // Those that are being asked for, and who waits.
  std::map<std::string, std::vector<Wake>> asking_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_RESPONSE_CACHE_H_
