#include "plugins/response_cache.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/timers.h"
#include "plugins/cache_key.h"

namespace aigateway {

using config::v1::ResponseCacheSettings;

namespace {

constexpr absl::Duration kMaxAge = absl::Seconds(300);
constexpr int32_t kMaxEntries = 1000;
constexpr int64_t kMaxBytes = int64_t{64} * 1024 * 1024;
constexpr absl::Duration kWait = absl::Seconds(30);

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

}  // namespace

// Of a request whose answer is to be kept: whoever waits for it goes on when
// this is destroyed.
class ResponseCache::State final : public PluginState {
 public:
  State(ResponseCache& cache, std::string key, const Clock& clock, bool asks)
      : cache_(cache), key_(std::move(key)), clock_(clock), asks_(asks) {}
  ~State() override {
    if (asks_) cache_.EndAsking(key_);
  }

  void Keep(AnswerCache::Answer answer) { answer_ = std::move(answer); }

  void OnEnd(const absl::Status& status) override {
    if (!status.ok() || answer_ == nullptr) return;
    cache_.answers_.Put(key_, std::move(answer_), clock_.Now());
  }

 private:
  ResponseCache& cache_;
  const std::string key_;
  const Clock& clock_;
  const bool asks_;
  AnswerCache::Answer answer_;
};

ResponseCache::ResponseCache(const ResponseCacheSettings& settings)
    : for_all_(settings.scope() == config::v1::CACHE_SCOPE_ALL),
      metadata_keys_(settings.metadata_keys().begin(),
                     settings.metadata_keys().end()),
      longest_wait_(settings.has_wait() ? FromProto(settings.wait()) : kWait),
      answers_(LimitsOf(settings)) {}

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
  if (settings.has_wait() &&
      FromProto(settings.wait()) < absl::ZeroDuration()) {
    faults.push_back({"wait", "must not be below 0"});
  }
  for (int i = 0; i < settings.metadata_keys_size(); ++i) {
    if (settings.metadata_keys(i).empty()) {
      faults.push_back({absl::StrCat("metadata_keys[", i, "]"), "is empty"});
    }
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<ResponseCache>(settings);
}

std::string ResponseCache::KeyOf(const PluginRequest& request) const {
  return CacheKey(request.chat, request.options,
                  for_all_ ? absl::string_view() : request.caller,
                  metadata_keys_);
}

bool ResponseCache::BeginAsking(const std::string& key, Wake wake) {
  MutexLock lock(&mutex_);
  const auto [found, is_first] = asking_.try_emplace(key);
  if (is_first) return true;
  found->second.push_back(std::move(wake));
  return false;
}

void ResponseCache::EndAsking(const std::string& key) {
  std::vector<Wake> waiting;
  {
    MutexLock lock(&mutex_);
    const auto found = asking_.find(key);
    waiting = std::move(found->second);
    asking_.erase(found);
  }
  for (Wake& wake : waiting) wake();
}

Task<AnswerCache::Answer> ResponseCache::AwaitOther(PluginRequest& request,
                                                    const std::string& key) {
  Timers& timers = *request.env.timers;
  // Out of time the request asks by itself, rather than to fail.
  const absl::Time until =
      std::min(timers.Now() + longest_wait_,
               request.scope.deadline() - absl::Milliseconds(100));
  for (;;) {
    const auto done = std::make_shared<Waiter<bool>>();
    if (BeginAsking(key, [done, loop = request.env.loop] {
          loop->Post([done] { done->Wake(true); });
        })) {
      request.state =
          std::make_unique<State>(*this, key, *request.env.clock, true);
      co_return nullptr;
    }
    const Timers::Handle timer =
        timers.At(until, [done] { done->Wake(false); });
    const Scope::Watch watch =
        request.scope.OnCancel([done] { done->Wake(false); });
    const bool is_done = co_await done->Wait();
    AnswerCache::Answer answer = answers_.Find(key, request.env.clock->Now());
    if (answer != nullptr) co_return answer;
    if (is_done) continue;
    request.state =
        std::make_unique<State>(*this, key, *request.env.clock, false);
    co_return nullptr;
  }
}

Task<absl::StatusOr<Verdict>> ResponseCache::BeforeRequest(
    PluginRequest& request) {
  if (request.embed != nullptr ||
      request.options.cache() == v1::CACHE_POLICY_BYPASS) {
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_BYPASS});
  }
  std::string key = KeyOf(request);
  if (request.options.cache() == v1::CACHE_POLICY_REFRESH) {
    request.state = std::make_unique<State>(*this, std::move(key),
                                            *request.env.clock, false);
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_BYPASS});
  }
  AnswerCache::Answer answer = answers_.Find(key, request.env.clock->Now());
  if (answer == nullptr) answer = co_await AwaitOther(request, key);
  if (answer == nullptr) {
    co_return Verdict(Allow{.cache = v1::CACHE_STATUS_MISS});
  }
  co_return Verdict(
      AnswerInstead{.response = *answer, .cache = v1::CACHE_STATUS_HIT});
}

Task<absl::StatusOr<Verdict>> ResponseCache::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  if (request.state != nullptr && IsWhole(response)) {
    auto answer = std::make_shared<v1::ChatResponse>(response);
    // It costs nothing a second time.
    answer->clear_usage();
    static_cast<State&>(*request.state).Keep(std::move(answer));
  }
  co_return Verdict(Allow{});
}

AIGW_REGISTER_PLUGIN("response-cache",
                     {.create = &ResponseCache::Create,
                      .settings = &ResponseCacheSettings::descriptor,
                      .type = "transform",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest},
                      .default_stages = {Stage::kBeforeRequest,
                                         Stage::kAfterRequest},
                      .time = absl::Seconds(60)});

}  // namespace aigateway
