#include "plugins/limit_table.h"

#include <algorithm>
#include <tuple>

#include "gateway/base/sha256.h"
#include "gateway/base/stable_hash.h"

namespace aigateway {
namespace {

constexpr size_t kMaxKeyBytes = 64;
// How many are looked at for one that has used little, and how many if none of
// those may go. The next call looks on from there.
constexpr size_t kLook = 8;
constexpr size_t kMostLooks = 64;

// A key as it is kept: as it came or, if it is long, by its digest.
class ShortKey {
 public:
  explicit ShortKey(absl::string_view key) : key_(key) {
    if (key.size() <= kMaxKeyBytes) return;
    digest_ = Sha256(key);
    key_ = absl::string_view(reinterpret_cast<const char*>(digest_.data()),
                             digest_.size());
  }
  ShortKey(const ShortKey&) = delete;
  ShortKey& operator=(const ShortKey&) = delete;

  absl::string_view view() const { return key_; }

 private:
  Sha256Digest digest_;
  absl::string_view key_;
};

}  // namespace

void LimitTable::Lease::Settle(int64_t tokens) {
  if (tokens == tokens_) return;
  MutexLock lock(&shard_->mutex);
  entry_->meter.ChangeTokens(table_->rule_, receipt_, tokens - tokens_);
  tokens_ = tokens;
}

void LimitTable::Lease::Undo() {
  MutexLock lock(&shard_->mutex);
  entry_->meter.Undo(table_->rule_, receipt_, tokens_);
}

LimitTable::LimitTable(const LimitRule& rule, size_t max_keys)
    : rule_(rule),
      keys_a_shard_(std::max<size_t>((max_keys + kShards - 1) / kShards, 1)) {}

bool LimitTable::HasRoom(Entry& entry, int64_t tokens, absl::Time now,
                         Wait* wait) const {
  const absl::Duration room = entry.meter.WaitFor(rule_, tokens, now);
  if (room > absl::ZeroDuration()) {
    *wait = room;
    return false;
  }
  if (rule_.concurrent > 0 &&
      entry.leases.load(std::memory_order_acquire) >= rule_.concurrent) {
    *wait = std::nullopt;
    return false;
  }
  return true;
}

bool LimitTable::HasRoom(absl::string_view key, int64_t tokens, absl::Time now,
                         Wait* wait) {
  const ShortKey kept(key);
  Shard& shard = ShardOf(kept.view());
  MutexLock lock(&shard.mutex);
  return HasRoom(EntryFor(kept.view(), now, shard), tokens, now, wait);
}

std::optional<LimitTable::Lease> LimitTable::Take(absl::string_view key,
                                                  int64_t tokens,
                                                  absl::Time now, Wait* wait) {
  const ShortKey kept(key);
  Shard& shard = ShardOf(kept.view());
  MutexLock lock(&shard.mutex);
  Entry& entry = EntryFor(kept.view(), now, shard);
  if (!HasRoom(entry, tokens, now, wait)) return std::nullopt;
  entry.leases.fetch_add(1, std::memory_order_relaxed);
  Lease lease(this, &shard, &entry);
  lease.receipt_ = entry.meter.Take(rule_, tokens, now);
  lease.tokens_ = tokens;
  return lease;
}

LimitTable::Shard& LimitTable::ShardOf(absl::string_view key) {
  return shards_[StableHash(key) % kShards];
}

LimitTable::Entry& LimitTable::EntryFor(absl::string_view key, absl::Time now,
                                        Shard& shard) {
  const auto found = shard.entries.find(key);
  if (found != shard.entries.end()) return found->second;
  DropIdle(now, shard);
  if (shard.entries.size() >= keys_a_shard_ && !MakeRoom(now, shard)) {
    if (!shard.rest.has_value()) shard.rest.emplace(rule_);
    return *shard.rest;
  }
  const auto made = shard.entries
                        .emplace(std::piecewise_construct,
                                 std::forward_as_tuple(std::string(key)),
                                 std::forward_as_tuple(rule_))
                        .first;
  shard.order.push_back(&*made);
  return made->second;
}

double LimitTable::ShareAt(size_t place, absl::Time now, Shard& shard) {
  Entry& entry = shard.order[place]->second;
  if (entry.leases.load(std::memory_order_acquire) > 0) return 1;
  return std::min(entry.meter.UsedShare(rule_, now), 1.0);
}

void LimitTable::DropAt(size_t place, Shard& shard) {
  shard.entries.erase(shard.order[place]->first);
  shard.order[place] = shard.order.back();
  shard.order.pop_back();
}

void LimitTable::DropIdle(absl::Time now, Shard& shard) {
  for (int i = 0; i < 2 && !shard.order.empty(); ++i) {
    shard.hand %= shard.order.size();
    if (ShareAt(shard.hand, now, shard) == 0) {
      DropAt(shard.hand, shard);
    } else {
      ++shard.hand;
    }
  }
}

bool LimitTable::MakeRoom(absl::Time now, Shard& shard) {
  double least = 1;
  size_t place = 0;
  const size_t looks = std::min(shard.order.size(), kMostLooks);
  for (size_t i = 0; i < looks; ++i) {
    if (i >= kLook && least < 1) break;
    shard.hand = (shard.hand + 1) % shard.order.size();
    const double share = ShareAt(shard.hand, now, shard);
    if (share >= least) continue;
    least = share;
    place = shard.hand;
    if (share == 0) break;
  }
  if (least >= 1) return false;
  DropAt(place, shard);
  return true;
}

size_t LimitTable::size() const {
  size_t size = 0;
  for (const Shard& shard : shards_) {
    MutexLock lock(&shard.mutex);
    size += shard.entries.size();
  }
  return size;
}

}  // namespace aigateway
