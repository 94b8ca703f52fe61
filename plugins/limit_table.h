#ifndef AIGATEWAY_PLUGINS_LIMIT_TABLE_H_
#define AIGATEWAY_PLUGINS_LIMIT_TABLE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"
#include "plugins/limit_meter.h"
#include "plugins/limit_rule.h"

namespace aigateway {

// Who has used how much of one limit, in this process. Thread-safe, in shards.
//
// Callers make up keys, so it is bounded. One whose use has all come back goes
// as soon as somebody new comes. In a full shard the one that has used least,
// of those looked at, makes room; never one that has used up what it may, or
// whose request is under way: nobody gets a fresh start by a flood of others.
// Where none may go, those who are new count together as one.
class LimitTable {
 private:
  struct Entry {
    explicit Entry(const LimitRule& rule) : meter(rule) {}
    LimitMeter meter;  // Of the shard's mutex.
    // How many leases there are. Grows under the shard's mutex only.
    std::atomic<int64_t> leases = 0;
  };
  struct Shard;

 public:
  // What one request has taken. Destroyed, it is one less at once; what else it
  // took stays counted. Must not outlive the table.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : table_(other.table_),
          shard_(other.shard_),
          entry_(std::exchange(other.entry_, nullptr)),
          receipt_(std::move(other.receipt_)),
          tokens_(other.tokens_) {}
    Lease& operator=(Lease&& other) = delete;
    ~Lease() {
      if (entry_ != nullptr) {
        entry_->leases.fetch_sub(1, std::memory_order_release);
      }
    }

    // The request took `tokens` instead of what it asked for.
    void Settle(int64_t tokens);
    // The request never was.
    void Undo();

   private:
    friend class LimitTable;
    Lease(LimitTable* table, Shard* shard, Entry* entry)
        : table_(table), shard_(shard), entry_(entry) {}

    LimitTable* table_;
    Shard* shard_;
    Entry* entry_;
    LimitMeter::Receipt receipt_;
    int64_t tokens_ = 0;
  };

  // How long until there is room: infinite if never, nullopt if nobody knows,
  // since it depends on requests that are under way.
  using Wait = std::optional<absl::Duration>;

  // `rule` must outlive this object. `max_keys`: how many are told apart.
  LimitTable(const LimitRule& rule, size_t max_keys);
  LimitTable(const LimitTable&) = delete;
  LimitTable& operator=(const LimitTable&) = delete;

  // Takes one request of `tokens` for `key` if there is room; else returns
  // nullopt and fills `wait`.
  std::optional<Lease> Take(absl::string_view key, int64_t tokens,
                            absl::Time now, Wait* wait);
  // Whether it would. Fills `wait` if not.
  bool HasRoom(absl::string_view key, int64_t tokens, absl::Time now,
               Wait* wait);

  // How many are told apart now.
  size_t size() const;

 private:
  using Map = absl::node_hash_map<std::string, Entry>;
  struct Shard {
    mutable Mutex mutex;
    Map entries ABSL_GUARDED_BY(mutex);
    // The same, in the order in which room is looked for.
    std::vector<Map::value_type*> order ABSL_GUARDED_BY(mutex);
    size_t hand ABSL_GUARDED_BY(mutex) = 0;
    // All those for whom there is no room.
    std::optional<Entry> rest ABSL_GUARDED_BY(mutex);
  };
  static constexpr size_t kShards = 16;

  Shard& ShardOf(absl::string_view key);
  bool HasRoom(Entry& entry, int64_t tokens, absl::Time now, Wait* wait) const;
  Entry& EntryFor(absl::string_view key, absl::Time now, Shard& shard)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  // Drops one or two that a new one would stand for as well.
  void DropIdle(absl::Time now, Shard& shard)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  // Makes room for one. False if nobody may go of those that it looks at.
  bool MakeRoom(absl::Time now, Shard& shard)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  // The share used of the entry at `place`; 1 if it may not go.
  double ShareAt(size_t place, absl::Time now, Shard& shard)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  void DropAt(size_t place, Shard& shard)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const LimitRule& rule_;
  const size_t keys_a_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_LIMIT_TABLE_H_
