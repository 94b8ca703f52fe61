#include "tests/simulation/traffic.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

// What a request says of `on_interruption`; most would have the whole answer.
v1::OnInterruption DrawWish(Random& random) {
  constexpr v1::OnInterruption kWishes[] = {
      v1::ON_INTERRUPTION_UNSPECIFIED, v1::ON_INTERRUPTION_FAIL,
      v1::ON_INTERRUPTION_CONTINUE,    v1::ON_INTERRUPTION_CONTINUE,
      v1::ON_INTERRUPTION_RESTART,
  };
  return kWishes[random.Next() % std::size(kWishes)];
}

SimulatedRequest DrawRequest(int number, absl::Duration grain, Random& random) {
  SimulatedRequest request;
  request.number = number;
  request.stream = random.Uniform() < 0.6;
  request.user = absl::StrCat("u", random.Next() % 4);
  request.on_interruption = DrawWish(random);
  request.priority = static_cast<v1::Priority>(random.Next() % 4);
  if (random.Uniform() < 0.7) {
    // Some are short: a round trip or less.
    request.time_limit = random.Uniform() < 0.2
                             ? absl::Milliseconds(random.Next() % 500)
                             : absl::Milliseconds(random.Next() % 60000);
  }
  if (random.Uniform() < 0.2) {
    request.cancel_after = absl::Milliseconds(
        random.Next() % (random.Uniform() < 0.5 ? 600 : 10000));
  }
  request.time_limit = absl::Ceil(request.time_limit, grain);
  request.cancel_after = absl::Ceil(request.cancel_after, grain);
  if (random.Uniform() < 0.1) request.pause_share = 0.2;
  if (random.Uniform() < 0.05) request.leave_share = 0.2;
  return request;
}

}  // namespace

std::vector<SimulatedRequest> DrawTraffic(absl::Time start, absl::Duration span,
                                          absl::Duration grain,
                                          Random& random) {
  // A few seeds have traffic enough to use up what is bounded.
  const uint64_t most = random.Next() % 10 == 0 ? 160 : 40;
  const int count = 10 + static_cast<int>(random.Next() % most);
  // Others come in bursts: many at the same instant.
  const double burst_share = random.Uniform();
  std::vector<SimulatedRequest> traffic;
  absl::Time last = start;
  for (int i = 0; i < count; ++i) {
    if (i == 0 || random.Uniform() >= burst_share) {
      last = start + absl::Floor(span * random.Uniform(), grain);
    }
    traffic.push_back(DrawRequest(i + 1, grain, random));
    traffic.back().start = last;
  }
  return traffic;
}

}  // namespace aigateway
