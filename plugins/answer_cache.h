#ifndef AIGATEWAY_PLUGINS_ANSWER_CACHE_H_
#define AIGATEWAY_PLUGINS_ANSWER_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/mutex.h"

namespace aigateway {

// Answers by the key of their request, in memory: bounded in number and in
// bytes, the least recently used goes first, none is given out past its age.
// Thread-safe; what is under the lock is small.
class AnswerCache {
 public:
  struct Limits {
    absl::Duration max_age;
    size_t max_entries;
    size_t max_bytes;  // Of all answers and their keys together.
  };
  using Answer = std::shared_ptr<const v1::ChatResponse>;

  explicit AnswerCache(const Limits& limits) : limits_(limits) {}
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  // Null if there is none that is young enough.
  Answer Find(absl::string_view key, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Replaces what there was. One that is larger than the bound is not kept.
  void Put(absl::string_view key, Answer answer, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);
  size_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::string key;
    Answer answer;
    absl::Time stored;
    size_t bytes;
  };
  using Entries = std::list<Entry>;

  // Moves it to `dropped`, which the caller frees.
  void Drop(Entries::iterator entry, Entries& dropped)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Limits limits_;
  mutable Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);  // The last used one first.
  absl::flat_hash_map<absl::string_view, Entries::iterator> by_key_
      ABSL_GUARDED_BY(mutex_);  // Views of the entries' keys.
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_ANSWER_CACHE_H_
