#include "tests/simulation/traffic.h"

#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

SimulatedRequest DrawRequest(int number, Random& random) {
  SimulatedRequest request;
  request.number = number;
  request.stream = random.Uniform() < 0.6;
  request.user = absl::StrCat("u", random.Next() % 4);
  request.on_interruption = static_cast<v1::OnInterruption>(random.Next() % 4);
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
  if (random.Uniform() < 0.1) request.pause_share = 0.2;
  return request;
}

}  // namespace

std::vector<SimulatedRequest> DrawTraffic(absl::Time start, absl::Duration span,
                                          Random& random) {
  const int count = 10 + static_cast<int>(random.Next() % 40);
  // Others come in bursts: many at the same instant.
  const double burst_share = random.Uniform();
  std::vector<SimulatedRequest> traffic;
  absl::Time last = start;
  for (int i = 0; i < count; ++i) {
    if (i == 0 || random.Uniform() >= burst_share) {
      last = start + span * random.Uniform();
    }
    traffic.push_back(DrawRequest(i + 1, random));
    traffic.back().start = last;
  }
  return traffic;
}

}  // namespace aigateway
