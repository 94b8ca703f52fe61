#include "plugins/rate_limit.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/status_macros.h"
#include "gateway/store/redis_client.h"
#include "gateway/store/redis_reply.h"
#include "plugins/memory_limit_counter.h"
#include "plugins/redis_limit_counter.h"
#include "plugins/redis_place.h"
#include "plugins/token_estimate.h"

namespace aigateway {
namespace {

using config::v1::RateLimitSettings;

constexpr int32_t kDefaultMaxOutputTokens = 1024;
constexpr int32_t kDefaultMaxKeys = 65536;
constexpr int32_t kMostKeys = 10'000'000;
// When to try again whose limits could not be looked up.
constexpr absl::Duration kAwayRetry = absl::Seconds(1);

bool HasAnswer(const v1::RouteInfo& route) {
  return std::any_of(route.attempts().begin(), route.attempts().end(),
                     [](const v1::Attempt& attempt) {
                       return attempt.outcome() ==
                              v1::ATTEMPT_OUTCOME_SUCCEEDED;
                     });
}

// What a request has reserved. `route` is the request's and outlives this.
class Reservation final : public PluginState {
 public:
  Reservation(std::unique_ptr<LimitHold> hold, int64_t tokens,
              const v1::RouteInfo& route)
      : hold_(std::move(hold)), tokens_(tokens), route_(route) {}

  // A call that had nothing gives back what it held. What was not settled
  // otherwise counts as was reserved: an answer without the stage after the
  // request, and a stream that was left once it spoke, lest it be had for
  // nothing by who leaves before its end.
  ~Reservation() override {
    const bool had_nothing =
        !HasAnswer(route_) && !route_.has_time_to_first_token();
    if (!settled_ && had_nothing) hold_->Settle(0);
  }

  // Not set: the provider did not say, and it counts as was reserved.
  void Settle(std::optional<int64_t> tokens) {
    settled_ = true;
    hold_->Settle(tokens.value_or(tokens_));
  }

 private:
  const std::unique_ptr<LimitHold> hold_;
  const int64_t tokens_;
  const v1::RouteInfo& route_;
  bool settled_ = false;
};

std::optional<int64_t> TokensOf(const v1::ChatResponse& response) {
  // Providers' numbers: more than a limit can be is as good as that.
  static constexpr int64_t kMost = int64_t{1} << 40;
  const auto within = [](int64_t tokens) {
    return std::clamp<int64_t>(tokens, 0, kMost);
  };
  const v1::Usage& usage = response.usage();
  if (usage.has_total_tokens()) return within(usage.total_tokens());
  if (!usage.has_prompt_tokens() && !usage.has_completion_tokens()) {
    return std::nullopt;
  }
  return within(usage.prompt_tokens()) + within(usage.completion_tokens());
}

// The smallest limit on tokens; 0: there is none.
int64_t LeastLimit(const std::vector<LimitRule>& rules) {
  int64_t least = 0;
  for (const LimitRule& rule : rules) {
    const int64_t most = rule.most_tokens();
    if (most > 0) least = least == 0 ? most : std::min(least, most);
  }
  return least;
}

// Only tokens are settled after the answer, for which a stream is kept whole.
std::vector<Stage> MoreStages(const google::protobuf::Message& message) {
  std::vector<FieldViolation> faults;
  const int64_t least = LeastLimit(
      ReadLimitRules(static_cast<const RateLimitSettings&>(message), faults));
  if (least == 0) return {};
  return {Stage::kAfterRequest};
}

}  // namespace

RateLimit::RateLimit(std::vector<LimitRule> rules,
                     std::unique_ptr<LimitCounter> counter, Fallback fallback,
                     int32_t max_output_tokens)
    : rules_(std::move(rules)),
      counter_(std::move(counter)),
      fallback_(std::move(fallback)),
      max_output_tokens_(max_output_tokens),
      counts_tokens_(LeastLimit(rules_) > 0),
      watch_("limits cannot be looked up", "limits can be looked up again") {}

absl::StatusOr<std::unique_ptr<Plugin>> RateLimit::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const RateLimitSettings&>(message);
  std::vector<FieldViolation> faults;
  std::vector<LimitRule> rules = ReadLimitRules(settings, faults);
  const int64_t least = LeastLimit(rules);
  auto max_output_tokens = static_cast<int32_t>(
      std::clamp<int64_t>(least / 2, 1, kDefaultMaxOutputTokens));
  if (settings.has_default_max_output_tokens()) {
    max_output_tokens = settings.default_max_output_tokens();
    if (max_output_tokens < 1) {
      faults.push_back({"default_max_output_tokens", "must be at least 1"});
    } else if (least == 0) {
      faults.push_back({"default_max_output_tokens",
                        "belongs to limits on tokens, and there is none"});
    } else if (max_output_tokens >= least) {
      faults.push_back({"default_max_output_tokens",
                        absl::StrCat("leaves no room for a prompt in the ",
                                     least, " tokens of the smallest limit")});
    }
  }
  const int32_t max_keys =
      settings.has_max_keys() ? settings.max_keys() : kDefaultMaxKeys;
  if (max_keys < 1 || max_keys > kMostKeys) {
    faults.push_back(
        {"max_keys", absl::StrCat("must be from 1 to ", kMostKeys)});
  }
  const std::optional<RedisPlace> redis =
      ReadRedis(settings.backend(), settings.has_redis(), settings.redis(),
                RedisReplyReader::Limits{}, faults);
  Fallback fallback{.then = settings.on_unavailable()};
  if (fallback.then == config::v1::ON_UNAVAILABLE_UNSPECIFIED) {
    fallback.then = config::v1::ON_UNAVAILABLE_LOCAL;
  } else if (settings.backend() != config::v1::STORE_BACKEND_REDIS) {
    faults.push_back({"on_unavailable",
                      "belongs to `backend: redis`; memory is never away"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  std::unique_ptr<LimitCounter> counter = std::make_unique<MemoryLimitCounter>(
      rules, static_cast<size_t>(max_keys));
  if (redis.has_value()) {
    if (fallback.then == config::v1::ON_UNAVAILABLE_LOCAL) {
      fallback.local = std::move(counter);
    }
    counter = std::make_unique<RedisLimitCounter>(
        rules, std::make_unique<RedisClient>(redis->client),
        RedisLimitCounter::Options{.prefix = redis->prefix});
  }
  return std::make_unique<RateLimit>(std::move(rules), std::move(counter),
                                     std::move(fallback), max_output_tokens);
}

int64_t RateLimit::Reserve(PluginRequest& request) const {
  const int64_t prompt = EstimatePromptTokens(request);
  if (request.embed != nullptr) return std::max<int64_t>(prompt, 1);
  v1::ChatRequest& chat = request.chat;
  if (!chat.has_max_output_tokens()) {
    // Thoughts that were asked for come on top: the limit is of both.
    chat.set_max_output_tokens(static_cast<int32_t>(std::min<int64_t>(
        int64_t{max_output_tokens_} + chat.reasoning().budget_tokens(),
        std::numeric_limits<int32_t>::max())));
  }
  const int64_t choices = std::max(chat.n(), 1);
  return prompt + choices * chat.max_output_tokens();
}

Deny RateLimit::Refuse(const LimitRefusal& refusal, int64_t tokens) const {
  Deny deny{.reason = ErrorReason::kRateLimited};
  for (const size_t limit : refusal.limits) {
    deny.quotas.push_back({rules_[limit].name, rules_[limit].words});
  }
  const QuotaViolation& first = deny.quotas.front();
  deny.message =
      absl::StrCat("limit '", first.subject, "' (", first.description, ")");
  if (!refusal.wait.has_value()) {
    absl::StrAppend(&deny.message,
                    " is used up by requests that are under way");
  } else if (*refusal.wait == absl::InfiniteDuration()) {
    absl::StrAppend(&deny.message, " never has room for the ", tokens,
                    " tokens that this request may take; ask for fewer");
  } else {
    deny.retry_after = refusal.wait;
    absl::StrAppend(
        &deny.message, " is used up; try again in ",
        FormatGoDuration(absl::Ceil(*refusal.wait, absl::Milliseconds(1))));
  }
  return deny;
}

Task<absl::StatusOr<LimitCounter::Outcome>> RateLimit::TakeWithout(
    PluginRequest& request, const LimitUse& use) {
  if (fallback_.local == nullptr) {
    co_return LimitCounter::Outcome(std::unique_ptr<LimitHold>());
  }
  co_return co_await fallback_.local->Take(request.env, request.scope, use);
}

Task<absl::StatusOr<Verdict>> RateLimit::BeforeRequest(PluginRequest& request) {
  absl::InlinedVector<LimitClaim, 4> claims;
  for (size_t i = 0; i < rules_.size(); ++i) {
    const std::optional<absl::string_view> key = rules_[i].KeyOf(request);
    if (key.has_value()) claims.push_back({.limit = i, .key = *key});
  }
  const int64_t tokens = counts_tokens_ ? Reserve(request) : 0;
  const LimitUse use{
      .claims = claims, .tokens = tokens, .deadline = request.deadline};
  absl::StatusOr<LimitCounter::Outcome> outcome =
      co_await counter_->Take(request.env, request.scope, use);
  if (request.scope.cancelled()) co_return request.scope.status();
  watch_.Note(outcome.status(), request.logger);
  if (!outcome.ok()) {
    if (fallback_.then == config::v1::ON_UNAVAILABLE_DENY) {
      co_return Verdict(
          Deny{.reason = ErrorReason::kRateLimited,
               .message = "what is used of the limits cannot be looked up now",
               .retry_after = kAwayRetry});
    }
    outcome = co_await TakeWithout(request, use);
    AIGW_CO_RETURN_IF_ERROR(outcome.status());
  }
  if (const auto* refusal = std::get_if<LimitRefusal>(&*outcome)) {
    co_return Verdict(Refuse(*refusal, tokens));
  }
  auto& hold = std::get<std::unique_ptr<LimitHold>>(*outcome);
  if (hold != nullptr) {
    request.state =
        std::make_unique<Reservation>(std::move(hold), tokens, request.route);
  }
  co_return Verdict(Allow{});
}

Task<absl::StatusOr<Verdict>> RateLimit::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  if (request.state != nullptr) {
    // What another plugin answered used nothing.
    static_cast<Reservation&>(*request.state)
        .Settle(HasAnswer(request.route) ? TokensOf(response) : 0);
  }
  co_return Verdict(Allow{});
}

AIGW_REGISTER_PLUGIN("rate-limit",
                     {.create = &RateLimit::Create,
                      .settings = &RateLimitSettings::descriptor,
                      .type = "ratelimit",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest},
                      .needed_stage = Stage::kBeforeRequest,
                      .default_stages = {Stage::kBeforeRequest},
                      .more_stages = &MoreStages});

}  // namespace aigateway
