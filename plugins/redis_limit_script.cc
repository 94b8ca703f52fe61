#include "plugins/redis_limit_script.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "plugins/request_bucket.h"

namespace aigateway {
namespace {

constexpr int kKeysEach = 3;

// What the scripts have in common. Of each claim there are a hash of what was
// used, a set of leases by their ends, and a hash of what they reserved and
// when. Times are microseconds: whole numbers that a double holds exactly, but
// Lua's tostring() would not write.
constexpr char kCommon[] = R"lua(
local SLICES = 64
local at = 0
local function next_argument()
  at = at + 1
  return ARGV[at]
end
local function next_number()
  return tonumber(next_argument())
end
local function whole(number)
  return string.format('%.0f', number)
end
local function read_now()
  local now = next_number()
  if now then return now end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function read_windows()
  local windows = {}
  for i = 1, next_number() do
    local tokens, amount, length = next_number() == 1, next_number(), next_number()
    windows[i] = {tokens = tokens, amount = amount, length = length,
                  width = length / SLICES, used = 0, slices = {},
                  name = (tokens and 't' or 'r') .. whole(length) .. ':'}
  end
  return windows
end
local function keys_of(claim)
  return KEYS[3 * claim - 2], KEYS[3 * claim - 1], KEYS[3 * claim]
end
local function slice_of(window, time)
  return window.name .. whole(math.floor(time / window.width))
end
-- The key lives on for at least that many microseconds.
local function keep(key, time)
  local ms = math.ceil(time / 1000) + 1000
  if redis.call('PTTL', key) < ms then
    redis.call('PEXPIRE', key, whole(ms))
  end
end
-- Ends a lease; `used` nil: as much as it reserved.
local function end_lease(claim, windows, lease, used)
  local uses, leases, reserved = keys_of(claim)
  if redis.call('ZREM', leases, lease) == 0 then return end
  local kept = redis.call('HGET', reserved, lease)
  redis.call('HDEL', reserved, lease)
  if not kept or not used then return end
  local tokens, time = string.match(kept, '^(%d+) (%d+)$')
  for _, window in ipairs(windows) do
    if window.tokens then
      local slice = slice_of(window, tonumber(time))
      if redis.call('HEXISTS', uses, slice) == 1 then
        redis.call('HINCRBY', uses, slice, whole(used - tokens))
      end
    end
  end
end
)lua";

constexpr char kTake[] = R"lua(
local now, lease, length, tokens = read_now(), next_argument(), next_number(), next_number()
local claims = {}
local refusals = {1}
for claim = 1, #KEYS / 3 do
  local uses, leases = keys_of(claim)
  local concurrent, rate, burst = next_number(), next_number(), next_number()
  local windows = read_windows()
  local holds = concurrent > 0
  for _, ended in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', whole(now))) do
    end_lease(claim, windows, ended, 0)
  end

  local by_name = {}
  for _, window in ipairs(windows) do
    by_name[window.name] = window
    holds = holds or window.tokens
  end
  local in_bucket = 0
  local fields = redis.call('HGETALL', uses)
  for i = 1, #fields, 2 do
    local name, slice = string.match(fields[i], '^(.-:)(%d+)$')
    local window = name and by_name[name]
    if window then
      local leaves = (tonumber(slice) + 1) * window.width + window.length
      if leaves <= now then
        redis.call('HDEL', uses, fields[i])
      else
        local amount = tonumber(fields[i + 1])
        window.used = window.used + amount
        table.insert(window.slices, {leaves = leaves, amount = amount})
      end
    elseif fields[i] == 'bucket' then
      local used, since = string.match(fields[i + 1], '^(%S+) (%S+)$')
      in_bucket = math.max(0, tonumber(used) - math.max(0, now - since) * rate)
    end
  end

  local wait = 0
  local never = false
  if burst > 0 and in_bucket + 1 > burst + 1e-9 then
    wait = (in_bucket + 1 - burst) / rate
  end
  for _, window in ipairs(windows) do
    local wanted = window.tokens and tokens or 1
    local over = window.used + wanted - window.amount
    if wanted > window.amount then
      never = true
    elseif over > 0 then
      table.sort(window.slices, function(a, b) return a.leaves < b.leaves end)
      for _, slice in ipairs(window.slices) do
        over = over - slice.amount
        if over <= 0 then
          wait = math.max(wait, slice.leaves - now)
          break
        end
      end
    end
  end
  if never then
    wait = -1
  elseif wait == 0 and concurrent > 0 and redis.call('ZCARD', leases) >= concurrent then
    wait = -2
  end
  if wait ~= 0 then
    table.insert(refusals, claim - 1)
    table.insert(refusals, math.ceil(wait))
  end
  claims[claim] = {windows = windows, holds = holds, rate = rate,
                   burst = burst, in_bucket = in_bucket}
end
if #refusals > 1 then return refusals end

for number, claim in ipairs(claims) do
  local uses, leases, reserved = keys_of(number)
  local life = 0
  for _, window in ipairs(claim.windows) do
    redis.call('HINCRBY', uses, slice_of(window, now), whole(window.tokens and tokens or 1))
    life = math.max(life, window.length + window.width)
  end
  if claim.burst > 0 then
    redis.call('HSET', uses, 'bucket', string.format('%.17g %.0f', claim.in_bucket + 1, now))
    life = math.max(life, (claim.in_bucket + 1) / claim.rate)
  end
  if life > 0 then keep(uses, life) end
  if claim.holds then
    redis.call('ZADD', leases, whole(now + length), lease)
    redis.call('HSET', reserved, lease, whole(tokens) .. ' ' .. whole(now))
    -- As long as what was used: it may have to come back.
    keep(leases, math.max(life, length))
    keep(reserved, math.max(life, length))
  end
end
return {0}
)lua";

constexpr char kRenew[] = R"lua(
local now, lease, length = read_now(), next_argument(), next_number()
for claim = 1, #KEYS / 3 do
  local uses, leases, reserved = keys_of(claim)
  if redis.call('ZSCORE', leases, lease) then
    redis.call('ZADD', leases, whole(now + length), lease)
    keep(leases, length)
    keep(reserved, length)
  end
end
return 0
)lua";

constexpr char kSettle[] = R"lua(
local lease, used = next_argument(), next_number()
for claim = 1, #KEYS / 3 do
  end_lease(claim, read_windows(), lease, used)
end
return 0
)lua";

std::string Micros(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Microseconds(duration));
}

std::string Micros(std::optional<absl::Time> now) {
  return now.has_value() ? absl::StrCat(absl::ToUnixMicros(*now)) : "";
}

std::vector<std::string> NamesOf(const std::vector<RedisLimitKey>& keys) {
  std::vector<std::string> names;
  names.reserve(kKeysEach * keys.size());
  for (const RedisLimitKey& key : keys) {
    for (const char* end : {":uses", ":leases", ":reserved"}) {
      names.push_back(absl::StrCat(key.name, end));
    }
  }
  return names;
}

void AddWindows(const LimitRule& rule, std::vector<std::string>& arguments) {
  arguments.push_back(absl::StrCat(rule.windows.size()));
  for (const LimitRule::Window& window : rule.windows) {
    arguments.push_back(window.tokens ? "1" : "0");
    arguments.push_back(absl::StrCat(window.limit.amount));
    arguments.push_back(Micros(window.limit.length));
  }
}

}  // namespace

RedisCommand TakeLimits(const std::vector<RedisLimitKey>& keys,
                        std::optional<absl::Time> now, const std::string& lease,
                        absl::Duration length, int64_t tokens) {
  static const auto* const script =
      new RedisScript(absl::StrCat(kCommon, kTake));
  std::vector<std::string> arguments = {Micros(now), lease, Micros(length),
                                        absl::StrCat(tokens)};
  for (const RedisLimitKey& key : keys) {
    const std::optional<RequestBucket::Limit>& bucket = key.rule->bucket;
    arguments.push_back(absl::StrCat(key.rule->concurrent));
    arguments.push_back(
        absl::StrFormat("%.17g", bucket ? bucket->per_microsecond() : 0));
    arguments.push_back(absl::StrFormat("%.17g", bucket ? bucket->burst() : 0));
    AddWindows(*key.rule, arguments);
  }
  return RedisCommand::Run(*script, NamesOf(keys), std::move(arguments));
}

RedisCommand RenewLimits(const std::vector<RedisLimitKey>& keys,
                         std::optional<absl::Time> now,
                         const std::string& lease, absl::Duration length) {
  static const auto* const script =
      new RedisScript(absl::StrCat(kCommon, kRenew));
  return RedisCommand::Run(*script, NamesOf(keys),
                           {Micros(now), lease, Micros(length)});
}

RedisCommand SettleLimits(const std::vector<RedisLimitKey>& keys,
                          const std::string& lease,
                          std::optional<int64_t> tokens) {
  static const auto* const script =
      new RedisScript(absl::StrCat(kCommon, kSettle));
  std::vector<std::string> arguments = {
      lease, tokens.has_value() ? absl::StrCat(*tokens) : ""};
  for (const RedisLimitKey& key : keys) AddWindows(*key.rule, arguments);
  return RedisCommand::Run(*script, NamesOf(keys), std::move(arguments));
}

}  // namespace aigateway
