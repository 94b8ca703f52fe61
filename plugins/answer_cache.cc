#include "plugins/answer_cache.h"

#include <iterator>
#include <utility>

namespace aigateway {
namespace {

// What an entry takes beside its answer: nodes of the list and the map, key.
constexpr size_t kEntryBytes = 256;

}  // namespace

AnswerCache::Answer AnswerCache::Find(absl::string_view key, absl::Time now) {
  Entries dropped;  // Freed without the lock.
  MutexLock lock(&mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (now - entry->stored >= limits_.max_age) {
    Drop(entry, dropped);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

void AnswerCache::Put(absl::string_view key, Answer answer, absl::Time now) {
  const size_t bytes = answer->SpaceUsedLong() + key.size() + kEntryBytes;
  Entries dropped;  // Freed without the lock.
  MutexLock lock(&mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) Drop(found->second, dropped);
  if (bytes > limits_.max_bytes) return;
  entries_.push_front({std::string(key), std::move(answer), now, bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > limits_.max_bytes || entries_.size() > limits_.max_entries) {
    Drop(std::prev(entries_.end()), dropped);
  }
}

void AnswerCache::Drop(Entries::iterator entry, Entries& dropped) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  dropped.splice(dropped.end(), entries_, entry);
}

size_t AnswerCache::size() const {
  MutexLock lock(&mutex_);
  return entries_.size();
}

size_t AnswerCache::bytes() const {
  MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace aigateway
