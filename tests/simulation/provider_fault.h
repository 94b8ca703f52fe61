#ifndef AIGATEWAY_TESTS_SIMULATION_PROVIDER_FAULT_H_
#define AIGATEWAY_TESTS_SIMULATION_PROVIDER_FAULT_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/random.h"

namespace aigateway {

// What a simulated provider does with one request.
enum class ProviderFault {
  kNone,
  kRateLimited,       // 429 that states nothing.
  kRateLimitedUntil,  // 429 with Retry-After.
  kServerError,       // 500.
  kOverloaded,        // 503, 529 of Anthropic's.
  kRefused,           // No connection.
  kReset,             // The connection goes before a byte came.
  kSilence,           // Nothing comes, for ever.
  kHeadOnly,          // A head, then silence.
  kSlow,              // Well, but its first token takes very long.
  kCut,               // The stream ends in the middle.
  kStall,             // The stream goes silent in the middle.
  kUnreadableEvent,   // One event more, which is no JSON.
  kErrorEvent,        // The stream tells of an error in the middle.
  kNoEndMarker,       // Complete, but for what comes after the end.
  kCallerFault,       // 400.
  kContextTooLong,    // 400 about the prompt's length.
  kContentPolicy,     // 400 about what was asked.
  kUnauthorized,      // 401.
  kNotFound,          // 404.
  kRedirect,          // 302 to somewhere else.
  kHtml,              // A page with status 200.
  // Of one that is asked to continue an answer.
  kPrefillRefused,  // 400.
  kBeginsAnew,      // From the first word.
  kRepeats,         // The last words of what it was given.
  kDeparts,         // It begins anew and then says something else.
};
absl::string_view NameOf(ProviderFault fault);

// What the walk may do once a target answered so: the rules of DESIGN's table,
// as far as a provider's answer alone tells.

// The caller is told; nobody is asked again.
bool EndsRequest(ProviderFault fault);
// The same target is not asked again with the same key.
bool NeverRetried(ProviderFault fault);
// The answer is whole and right.
bool Answers(ProviderFault fault);

// How well a provider is, over the whole of a simulation.
struct ProviderHealth {
  double fault_share = 0;  // Of requests that meet a fault.
  absl::Duration latency = absl::Milliseconds(100);  // Around which it answers.
  absl::Duration token_gap = absl::Milliseconds(20);
  // What it does takes multiples of this.
  absl::Duration grain = absl::Nanoseconds(1);
  bool refuses_prefill = false;
  bool interrupts = false;  // The faults of its streams come in the middle.
  // It is out of order for a while.
  absl::Time outage_start = absl::InfiniteFuture();
  absl::Time outage_end = absl::InfiniteFuture();
};
// One that is made up.
ProviderHealth DrawHealth(absl::Time start, absl::Duration span,
                          absl::Duration grain, Random& random);

// What happens to the next request. `continued`: it has the beginning of its
// answer with it, in `pieces_sent` pieces.
ProviderFault DrawFault(const ProviderHealth& health, absl::Time now,
                        bool stream, int pieces_sent, Random& random);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_PROVIDER_FAULT_H_
