#ifndef AIGATEWAY_GATEWAY_BASE_ENV_H_
#define AIGATEWAY_GATEWAY_BASE_ENV_H_

namespace aigateway {

class Clock;
class HttpClient;
class Loop;
class Random;
class Timers;

// What one loop lends to the work that runs on it: the four doors to the world
// (time, network, chance, other loops). Core, strategies and plugins use
// nothing else, so a simulation can stand in for all of it. Nothing here is
// owned; everything outlives the loop's work.
struct Env {
  Loop* loop = nullptr;
  const Clock* clock = nullptr;
  Timers* timers = nullptr;
  HttpClient* http = nullptr;
  Random* random = nullptr;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_ENV_H_
