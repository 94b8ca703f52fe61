#include "tests/simulation/provider_fault.h"

#include <iterator>

namespace aigateway {
namespace {

using enum ProviderFault;

struct Row {
  ProviderFault fault;
  absl::string_view name;
  bool ends_request = false;
  bool never_retried = false;
  bool answers = false;
};
constexpr Row kRows[] = {
    {.fault = kNone, .name = "none", .answers = true},
    {.fault = kRateLimited, .name = "429"},
    {.fault = kRateLimitedUntil, .name = "429-until"},
    {.fault = kServerError, .name = "500"},
    {.fault = kOverloaded, .name = "503"},
    {.fault = kRefused, .name = "refused"},
    {.fault = kReset, .name = "reset"},
    {.fault = kSilence, .name = "silence"},
    {.fault = kHeadOnly, .name = "head-only"},
    {.fault = kSlow, .name = "slow", .answers = true},
    {.fault = kCut, .name = "cut"},
    {.fault = kStall, .name = "stall"},
    {.fault = kUnreadableEvent, .name = "unreadable", .answers = true},
    {.fault = kErrorEvent, .name = "error-event"},
    {.fault = kNoEndMarker, .name = "no-end-marker", .answers = true},
    {.fault = kCallerFault,
     .name = "400",
     .ends_request = true,
     .never_retried = true},
    {.fault = kContextTooLong, .name = "too-long", .never_retried = true},
    {.fault = kContentPolicy,
     .name = "policy",
     .ends_request = true,
     .never_retried = true},
    {.fault = kUnauthorized, .name = "401", .never_retried = true},
    {.fault = kNotFound, .name = "404", .never_retried = true},
    {.fault = kRedirect, .name = "redirect"},
    {.fault = kHtml, .name = "html"},
    {.fault = kPrefillRefused,
     .name = "prefill-refused",
     .never_retried = true},
    {.fault = kBeginsAnew, .name = "begins-anew", .answers = true},
    {.fault = kRepeats, .name = "repeats", .answers = true},
    {.fault = kDeparts, .name = "departs"},
};

const Row& RowOf(ProviderFault fault) {
  for (const Row& row : kRows) {
    if (row.fault == fault) return row;
  }
  return kRows[0];
}

constexpr ProviderFault kUnaryFaults[] = {
    kRateLimited,    kRateLimitedUntil,
    kServerError,    kOverloaded,
    kRefused,        kReset,
    kSilence,        kHeadOnly,
    kSlow,           kCut,
    kStall,          kCallerFault,
    kContextTooLong, kContentPolicy,
    kUnauthorized,   kNotFound,
    kRedirect,       kHtml,
};
constexpr ProviderFault kStreamFaults[] = {
    kRateLimited,
    kRateLimitedUntil,
    kServerError,
    kOverloaded,
    kRefused,
    kReset,
    kSilence,
    kHeadOnly,
    kSlow,
    kCut,
    kCut,
    kStall,
    kUnreadableEvent,
    kErrorEvent,
    kErrorEvent,
    kNoEndMarker,
    kCallerFault,
    kContextTooLong,
    kContentPolicy,
    kUnauthorized,
    kNotFound,
    kRedirect,
    kHtml,
};
constexpr ProviderFault kInterruptions[] = {kCut, kStall, kErrorEvent};
constexpr ProviderFault kOutageFaults[] = {
    kOverloaded, kOverloaded, kServerError, kRefused, kReset, kSilence,
};

// Fewer pieces than these are not enough to see that one departs.
constexpr int kLeastToDepart = 5;

template <size_t kCount>
ProviderFault OneOf(const ProviderFault (&faults)[kCount], Random& random) {
  return faults[random.Next() % kCount];
}

}  // namespace

absl::string_view NameOf(ProviderFault fault) { return RowOf(fault).name; }
bool EndsRequest(ProviderFault fault) { return RowOf(fault).ends_request; }
bool NeverRetried(ProviderFault fault) { return RowOf(fault).never_retried; }
bool Answers(ProviderFault fault) { return RowOf(fault).answers; }

ProviderHealth DrawHealth(absl::Time start, absl::Duration span,
                          absl::Duration grain, Random& random) {
  constexpr double kShares[] = {0, 0.05, 0.2, 0.5, 0.9};
  ProviderHealth health;
  health.fault_share = kShares[random.Next() % std::size(kShares)];
  health.latency = absl::Milliseconds(20 + random.Next() % 400);
  health.token_gap = absl::Milliseconds(random.Next() % 60);
  health.grain = grain;
  health.refuses_prefill = random.Next() % 3 == 0;
  health.interrupts = random.Next() % 3 == 0;
  if (random.Next() % 3 == 0) {
    health.outage_start = start + span * random.Uniform();
    health.outage_end = health.outage_start + span * random.Uniform() / 2;
  }
  return health;
}

ProviderFault DrawFault(const ProviderHealth& health, absl::Time now,
                        bool stream, int pieces_sent, Random& random) {
  if (now >= health.outage_start && now < health.outage_end) {
    return OneOf(kOutageFaults, random);
  }
  if (pieces_sent > 0 && health.refuses_prefill) return kPrefillRefused;
  if (random.Uniform() < health.fault_share) {
    if (!stream) return OneOf(kUnaryFaults, random);
    return health.interrupts ? OneOf(kInterruptions, random)
                             : OneOf(kStreamFaults, random);
  }
  if (pieces_sent == 0) return kNone;
  switch (random.Next() % 4) {
    case 0:
      return kBeginsAnew;
    case 1:
      return kRepeats;
    case 2:
      return pieces_sent < kLeastToDepart ? kNone : kDeparts;
    default:
      return kNone;
  }
}

}  // namespace aigateway
