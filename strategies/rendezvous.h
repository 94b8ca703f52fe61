#ifndef AIGATEWAY_STRATEGIES_RENDEZVOUS_H_
#define AIGATEWAY_STRATEGIES_RENDEZVOUS_H_

#include <cmath>

#include "absl/strings/string_view.h"

#include "gateway/base/stable_hash.h"

namespace aigateway {

// How near `name` is to `key`: the lowest wins (weighted rendezvous hashing,
// Thaler and Ravishankar 1998, with the weights of Schindelhauer and Schomaker
// 2005). Over all keys a name of weight w wins with probability
// w / (sum of weights), and when a name goes, only the keys that it had won
// move: each to its second best. `weight` is above 0.
inline double RendezvousDistance(absl::string_view key, absl::string_view name,
                                 double weight) {
  const double place = StableUniform(name, StableHash(key));
  return -std::log1p(-place) / weight;
}

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_RENDEZVOUS_H_
