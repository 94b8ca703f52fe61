#include "tests/simulation/simulated_providers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/check.h"
#include "gateway/net/url_host.h"
#include "tests/simulation/simulated_answer_text.h"

namespace aigateway {
namespace {

using enum ProviderFault;
using Ending = SimulatedAnswer::Ending;

// An answer with an error status.
struct Refusal {
  ProviderFault fault;
  int status;
  absl::string_view type;
  absl::string_view message;
};
constexpr Refusal kRefusals[] = {
    {kRateLimited, 429, "rate_limit_error", "too many requests"},
    {kRateLimitedUntil, 429, "rate_limit_error", "too many requests"},
    {kServerError, 500, "api_error", "it broke down"},
    {kOverloaded, 503, "overloaded_error", "overloaded"},
    {kCallerFault, 400, "invalid_request_error", "top_p must be at most 1"},
    {kContextTooLong, 400, "invalid_request_error", "prompt is too long"},
    {kContentPolicy, 400, "invalid_request_error",
     "it is against our content policy"},
    {kUnauthorized, 401, "authentication_error", "there is no such key"},
    {kNotFound, 404, "not_found_error", "there is no such model"},
    {kPrefillRefused, 400, "invalid_request_error",
     "the last turn must be the user's"},
    {kRedirect, 302, "", ""},
};

void Refuse(const SimulatedExchange& exchange, const Refusal& refusal,
            SimulatedAnswer& answer) {
  answer.status = refusal.status;
  answer.headers.Set("content-type", "application/json");
  if (exchange.fault == kRedirect) {
    answer.headers.Add("location", "http://elsewhere.test/");
  }
  if (exchange.fault == kRateLimitedUntil) {
    answer.headers.Add(
        "retry-after",
        absl::StrCat(absl::ToInt64Seconds(exchange.retry_after)));
  }
  answer.body.push_back(
      {.bytes = ErrorAnswer(exchange.wire, refusal.type, refusal.message)});
}

}  // namespace

SimulatedProviders::SimulatedProviders(Timers* timers, Random* random,
                                       ExchangeWatch* watch)
    : timers_(*timers),
      random_(*random),
      watch_(*watch),
      client_(timers, [this](const HttpRequest&, absl::Time) {
        return std::move(next_);
      }) {}

Task<absl::Status> SimulatedProviders::Send(Scope& scope,
                                            const HttpRequest& request,
                                            HttpSink& sink, Flow* flow) {
  if (scope.cancelled()) co_return scope.status();
  SimulatedExchange exchange = Read(request);
  Draw(exchange);
  next_ = Answer(exchange);
  watch_.OnExchangeStart(exchange);
  const absl::Status status = co_await client_.Send(scope, request, sink, flow);
  watch_.OnExchangeEnd(exchange, status);
  co_return status;
}

SimulatedExchange SimulatedProviders::Read(const HttpRequest& request) {
  SimulatedExchange exchange;
  exchange.id = ++last_id_;
  const std::string host = UrlHost(request.url);
  exchange.target =
      std::string(absl::StripSuffix(absl::string_view(host), ".test"));
  exchange.wire = absl::StrContains(request.url, "/messages") ? Wire::kAnthropic
                                                              : Wire::kOpenAi;
  exchange.stream = request.stream;
  const std::optional<int> number = QuestionNumber(request.body);
  AIGW_CHECK(number.has_value());
  exchange.request = *number;
  exchange.pieces_sent = PiecesWithin(request.body, AnswerPieces(*number));
  return exchange;
}

void SimulatedProviders::Draw(SimulatedExchange& exchange) {
  exchange.fault = DrawFault(health_[exchange.target], timers_.Now(),
                             exchange.stream, exchange.pieces_sent, random_);
  if (exchange.fault == kRateLimitedUntil) {
    // Once in a while longer than anyone waits.
    exchange.retry_after =
        absl::Seconds(random_.Next() % 8 == 0 ? 90 : 1 + random_.Next() % 4);
  }
}

SimulatedAnswer SimulatedProviders::Answer(const SimulatedExchange& exchange) {
  const ProviderHealth& health = health_[exchange.target];
  SimulatedAnswer answer;
  answer.head_after =
      absl::Floor(health.latency * (0.5 + random_.Uniform()), health.grain);
  if (random_.Next() % 8 == 0) {
    answer.trickle_bytes = 1 + random_.Next() % 64;
    answer.trickle_after =
        random_.Next() % 2 == 0 ? absl::ZeroDuration() : absl::Milliseconds(1);
  }
  for (const Refusal& refusal : kRefusals) {
    if (refusal.fault != exchange.fault) continue;
    Refuse(exchange, refusal, answer);
    return answer;
  }
  switch (exchange.fault) {
    case kRefused:
      answer.refused = true;
      return answer;
    case kReset:
      answer.has_head = false;
      answer.ending = Ending::kReset;
      return answer;
    case kSilence:
      answer.has_head = false;
      answer.ending = Ending::kSilence;
      return answer;
    case kHtml:
      answer.headers.Add("content-type", "text/html");
      answer.body.push_back({.bytes = "<html>We will be back soon</html>"});
      return answer;
    default:
      break;
  }
  if (exchange.stream) {
    AnswerStream(exchange, answer);
  } else {
    AnswerWhole(exchange, answer);
  }
  return answer;
}

void SimulatedProviders::AnswerWhole(const SimulatedExchange& exchange,
                                     SimulatedAnswer& answer) {
  answer.headers.Add("content-type", "application/json");
  if (exchange.fault == kSlow) answer.head_after += absl::Seconds(20);
  std::string body = WholeAnswer(exchange.wire, AnswerText(exchange.request));
  const bool broken = exchange.fault == kCut || exchange.fault == kStall;
  if (broken) body.resize(random_.Next() % body.size());
  if (exchange.fault == kHeadOnly) body.clear();
  answer.body.push_back(
      {.bytes = std::move(body),
       .after = UpTo(absl::Milliseconds(50), health_[exchange.target])});
  if (exchange.fault == kCut) answer.ending = Ending::kCut;
  if (exchange.fault == kStall || exchange.fault == kHeadOnly) {
    answer.ending = Ending::kSilence;
  }
}

std::vector<std::string> SimulatedProviders::PiecesToSay(
    const SimulatedExchange& exchange) {
  std::vector<std::string> pieces = AnswerPieces(exchange.request);
  if (!exchange.continued() || exchange.fault == kBeginsAnew) return pieces;
  if (exchange.fault == kDeparts) {
    pieces.resize(3);
    pieces.push_back(" or something else altogether");
    return pieces;
  }
  const size_t repeated =
      exchange.fault == kRepeats ? std::min(exchange.pieces_sent, 2) : 0;
  const size_t from = static_cast<size_t>(exchange.pieces_sent) - repeated;
  std::vector<std::string> rest(pieces.begin() + static_cast<int64_t>(from),
                                pieces.end());
  if (repeated > 0 || from == 0) return rest;
  // The prompt came without the white space at its end.
  const std::string& last = pieces[from - 1];
  const size_t end = last.find_last_not_of(" \n") + 1;
  if (end < last.size()) rest.insert(rest.begin(), last.substr(end));
  return rest;
}

void SimulatedProviders::AnswerStream(const SimulatedExchange& exchange,
                                      SimulatedAnswer& answer) {
  answer.headers.Add("content-type", "text/event-stream");
  const ProviderHealth& health = health_[exchange.target];
  const StreamedAnswer said = StreamOf(exchange.wire, PiecesToSay(exchange));
  const size_t count = said.pieces.size();
  // Where in the stream the fault is: after so many pieces.
  size_t place = random_.Next() % (count + 1);
  if (exchange.fault == kHeadOnly) place = 0;
  const bool breaks = exchange.fault == kCut || exchange.fault == kStall ||
                      exchange.fault == kErrorEvent ||
                      exchange.fault == kHeadOnly;

  if (exchange.fault != kHeadOnly) answer.body.push_back({said.opening, {}});
  for (size_t i = 0; i < count; ++i) {
    if (breaks && i == place) break;
    absl::Duration gap = UpTo(health.token_gap * 2, health);
    if (i == 0 && exchange.fault == kSlow) gap += absl::Seconds(20);
    if (exchange.fault == kUnreadableEvent && i == place) {
      answer.body.push_back({UnreadableEvent(exchange.wire), gap});
    }
    answer.body.push_back({said.pieces[i], gap});
  }
  if (!breaks) {
    if (exchange.fault == kUnreadableEvent && place == count) {
      answer.body.push_back({UnreadableEvent(exchange.wire), {}});
    }
    answer.body.push_back({said.closing, UpTo(health.token_gap, health)});
    if (exchange.fault != kNoEndMarker) answer.body.push_back({said.done, {}});
    return;
  }
  if (exchange.fault == kErrorEvent) {
    answer.body.push_back({ErrorEvent(exchange.wire), health.token_gap});
  } else if (exchange.fault == kCut) {
    answer.ending = static_cast<Ending>(random_.Next() % 3);  // Not silent.
  } else {
    answer.ending = Ending::kSilence;
  }
}

}  // namespace aigateway
