#include "plugins/response_cache.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/timers.h"
#include "gateway/store/redis_client.h"
#include "plugins/cache_key.h"
#include "plugins/redis_place.h"

namespace aigateway {

using config::v1::ResponseCacheSettings;

namespace {

constexpr absl::Duration kMaxAge = absl::Seconds(300);
constexpr int32_t kMaxEntries = 1000;
constexpr int64_t kMaxBytes = int64_t{64} * 1024 * 1024;
constexpr absl::Duration kWait = absl::Seconds(30);
constexpr int64_t kMaxEntryBytes = int64_t{1} << 20;
constexpr int64_t kMostEntryBytes = int64_t{16} << 20;
constexpr size_t kReplyBytes = 64;  // Of a reply around an answer.

AnswerCache::Limits LimitsOf(const ResponseCacheSettings& settings) {
  return {.max_age = settings.has_max_age() ? absl::Seconds(settings.max_age())
                                            : kMaxAge,
          .max_entries = static_cast<size_t>(settings.has_max_entries()
                                                 ? settings.max_entries()
                                                 : kMaxEntries),
          .max_bytes = static_cast<size_t>(
              settings.has_max_bytes() ? settings.max_bytes() : kMaxBytes)};
}

// Whether an answer is what anybody would have got: all of it, and not refused.
bool IsWhole(const v1::ChatResponse& response) {
  if (response.choices().empty()) return false;
  for (const v1::Choice& choice : response.choices()) {
    if (choice.finish_reason() != v1::FINISH_REASON_STOP &&
        choice.finish_reason() != v1::FINISH_REASON_TOOL_CALLS) {
      return false;
    }
    if (choice.message().has_refusal()) return false;
  }
  return true;
}

// A bound that nothing is held to would be believed in.
void CheckBounds(const ResponseCacheSettings& settings, bool in_redis,
                 std::vector<FieldViolation>& faults) {
  const auto fault = [&faults](const char* field, const char* what) {
    faults.push_back({field, what});
  };
  if (in_redis && settings.has_max_entries()) {
    fault("max_entries", "bounds memory; Redis is bounded by its `maxmemory`");
  }
  if (in_redis && settings.has_max_bytes()) {
    fault("max_bytes", "bounds memory; Redis is bounded by its `maxmemory`");
  }
  if (!in_redis && settings.has_max_entry_bytes()) {
    fault("max_entry_bytes", "belongs to `backend: redis`");
  }
}

}  // namespace

// Of a request whose answer is to be kept: whoever waits for it goes on when
// this is destroyed.
class ResponseCache::State final : public PluginState {
 public:
  // `cache` and `clock` must outlive this object.
  State(ResponseCache& cache, std::string key, const Clock& clock, bool asks)
      : cache_(cache), key_(std::move(key)), clock_(clock), asks_(asks) {}
  ~State() override {
    if (asks_) cache_.EndAsking(key_);
  }

  bool WantsAnswer() const override { return true; }

  void OnAnswer(const v1::ChatResponse& answer,
                const v1::RouteInfo& route) override {
    // A warning tells of something that is missing in it.
    if (!IsWhole(answer) || route.warnings_size() > 0) return;
    auto kept = std::make_shared<v1::ChatResponse>(answer);
    // It costs nothing a second time.
    kept->clear_usage();
    answer_ = std::move(kept);
  }

  void OnEnd(const absl::Status& status) override {
    if (!status.ok() || answer_ == nullptr) return;
    cache_.Put(key_, std::move(answer_), clock_.Now());
  }

 private:
  ResponseCache& cache_;
  const std::string key_;
  const Clock& clock_;
  const bool asks_;
  AnswerCache::Answer answer_;
};

ResponseCache::ResponseCache(const ResponseCacheSettings& settings,
                             std::unique_ptr<RedisAnswerCache> redis)
    : for_all_(settings.scope() == config::v1::CACHE_SCOPE_ALL),
      metadata_keys_(settings.metadata_keys().begin(),
                     settings.metadata_keys().end()),
      longest_wait_(settings.has_wait() ? FromProto(settings.wait()) : kWait),
      tokens_per_second_(settings.tokens_per_second()),
      answers_(LimitsOf(settings)),
      redis_(std::move(redis)),
      watch_("answers cannot be looked up", "answers can be looked up again") {}

absl::StatusOr<std::unique_ptr<Plugin>> ResponseCache::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const ResponseCacheSettings&>(message);
  std::vector<FieldViolation> faults;
  const auto check = [&faults](const char* field, bool is_set, int64_t value) {
    if (is_set && value <= 0) faults.push_back({field, "must be above 0"});
  };
  check("max_age", settings.has_max_age(), settings.max_age());
  check("max_entries", settings.has_max_entries(), settings.max_entries());
  check("max_bytes", settings.has_max_bytes(), settings.max_bytes());
  check("tokens_per_second", settings.has_tokens_per_second(),
        settings.tokens_per_second());
  if (settings.has_wait() &&
      FromProto(settings.wait()) < absl::ZeroDuration()) {
    faults.push_back({"wait", "must not be below 0"});
  }
  for (int i = 0; i < settings.metadata_keys_size(); ++i) {
    if (settings.metadata_keys(i).empty()) {
      faults.push_back({absl::StrCat("metadata_keys[", i, "]"), "is empty"});
    }
  }
  check("max_entry_bytes", settings.has_max_entry_bytes(),
        settings.max_entry_bytes());
  if (settings.max_entry_bytes() > kMostEntryBytes) {
    faults.push_back({"max_entry_bytes", "must be 16777216 at most"});
  }
  // One that is larger than we keep is still read whole, and passed over.
  const std::optional<RedisPlace> redis =
      ReadRedis(settings.backend(), settings.has_redis(), settings.redis(),
                {.max_bytes = kMostEntryBytes + kReplyBytes}, faults);
  CheckBounds(settings, redis.has_value(), faults);
  if (!faults.empty()) return InvalidSettings(faults);
  if (!redis.has_value()) return std::make_unique<ResponseCache>(settings);
  RedisAnswerCache::Options options;
  options.prefix = redis->prefix;
  options.max_age = LimitsOf(settings).max_age;
  options.max_entry_bytes = static_cast<size_t>(settings.has_max_entry_bytes()
                                                    ? settings.max_entry_bytes()
                                                    : kMaxEntryBytes);
  return std::make_unique<ResponseCache>(
      settings,
      std::make_unique<RedisAnswerCache>(
          std::make_unique<RedisClient>(redis->client), std::move(options)));
}

std::string ResponseCache::KeyOf(PluginRequest& request) const {
  return CacheKey(request.chat, request.options,
                  {.caller = for_all_ ? absl::string_view() : request.caller,
                   .config_revision = request.route.config_revision()},
                  metadata_keys_);
}

Task<AnswerCache::Answer> ResponseCache::Find(PluginRequest& request,
                                              const std::string& key) {
  if (redis_ == nullptr) {
    co_return answers_.Find(key, request.env.clock->Now());
  }
  absl::StatusOr<AnswerCache::Answer> found =
      co_await redis_->Find(key, request.env, request.scope);
  if (!request.scope.cancelled()) watch_.Note(found.status(), request.logger);
  // Whoever can write to Redis may have put anything there.
  if (!found.ok() || *found == nullptr || !IsWhole(**found) ||
      (*found)->has_usage()) {
    co_return nullptr;
  }
  co_return *std::move(found);
}

void ResponseCache::Put(const std::string& key, AnswerCache::Answer answer,
                        absl::Time now) {
  if (redis_ != nullptr) {
    redis_->Put(key, *answer);
  } else {
    answers_.Put(key, std::move(answer), now);
  }
}

void ResponseCache::Remember(PluginRequest& request, const std::string& key,
                             bool asks) {
  request.state = std::make_unique<State>(*this, key, *request.env.clock, asks);
}

bool ResponseCache::BeginAsking(const std::string& key, Wake wake,
                                uint64_t* wait) {
  MutexLock lock(&mutex_);
  const auto [found, is_first] = asking_.try_emplace(key);
  if (is_first) return true;
  *wait = ++last_wait_;
  found->second.emplace(*wait, std::move(wake));
  return false;
}

void ResponseCache::StopWaiting(const std::string& key, uint64_t wait) {
  MutexLock lock(&mutex_);
  const auto found = asking_.find(key);
  if (found != asking_.end()) found->second.erase(wait);
}

void ResponseCache::EndAsking(const std::string& key) {
  std::map<uint64_t, Wake> waiting;
  {
    MutexLock lock(&mutex_);
    const auto found = asking_.find(key);
    waiting = std::move(found->second);
    asking_.erase(found);
  }
  for (auto& [wait, wake] : waiting) wake();
}

Task<AnswerCache::Answer> ResponseCache::AwaitOther(PluginRequest& request,
                                                    const std::string& key) {
  const auto done = std::make_shared<Waiter<bool>>();
  uint64_t wait = 0;
  const auto wake = [done, loop = request.env.loop] {
    loop->Post([done] { done->Wake(true); });
  };
  if (BeginAsking(key, wake, &wait)) {
    Remember(request, key, /*asks=*/true);
    // It may have come between the look and now.
    AnswerCache::Answer answer = co_await Find(request, key);
    if (answer != nullptr) request.state.reset();
    co_return answer;
  }
  Timers& timers = *request.env.timers;
  const absl::Time now = timers.Now();
  // Half of what it has at most: the rest is for asking by itself.
  const absl::Time until =
      std::min(now + longest_wait_, now + (request.scope.deadline() - now) / 2);
  {
    const Timers::Handle timer =
        timers.At(until, [done] { done->Wake(false); });
    const Scope::Watch watch =
        request.scope.OnCancel([done] { done->Wake(false); });
    if (!co_await done->Wait()) StopWaiting(key, wait);
  }
  AnswerCache::Answer answer = co_await Find(request, key);
  if (answer == nullptr) Remember(request, key, /*asks=*/false);
  co_return answer;
}

Task<absl::StatusOr<Verdict>> ResponseCache::BeforeRequest(
    PluginRequest& request) {
  if (request.embed != nullptr ||
      request.options.cache() == v1::CACHE_POLICY_BYPASS) {
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_BYPASS});
  }
  // It stands twice, and has looked already.
  if (request.state != nullptr) {
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_MISS});
  }
  const std::string key = KeyOf(request);
  if (request.options.cache() == v1::CACHE_POLICY_REFRESH) {
    Remember(request, key, /*asks=*/false);
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_BYPASS});
  }
  AnswerCache::Answer answer = co_await Find(request, key);
  if (answer == nullptr) answer = co_await AwaitOther(request, key);
  if (answer == nullptr) {
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_MISS});
  }
  co_return Verdict(AnswerInstead{.response = *answer,
                                  .cache = v1::CACHE_STATUS_HIT,
                                  .tokens_per_second = tokens_per_second_});
}

// At the stage after the request there is nothing left to do: what is kept is
// the provider's own answer. Configs of the original name it.
AIGW_REGISTER_PLUGIN("response-cache",
                     {.create = &ResponseCache::Create,
                      .settings = &ResponseCacheSettings::descriptor,
                      .type = "transform",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest},
                      .default_stages = {Stage::kBeforeRequest,
                                         Stage::kAfterRequest},
                      .time = absl::Seconds(60)});

}  // namespace aigateway
