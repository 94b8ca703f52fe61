#include "tests/simulation/simulation.h"

#include <iterator>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/base/timers.h"
#include "gateway/config/secrets.h"
#include "gateway/core/gateway.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/target.h"
#include "tests/fakes/fake_timers.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/provider_fault.h"
#include "tests/simulation/simulated_caller.h"
#include "tests/simulation/simulated_config.h"
#include "tests/simulation/simulated_providers.h"
#include "tests/simulation/simulation_trace.h"
#include "tests/simulation/traffic.h"

namespace aigateway {
namespace {

// More steps than any seed takes: it does not come to an end.
constexpr int kMostSteps = 400000;
// Longer than any breaker stays open.
constexpr absl::Duration kRest = absl::Minutes(5);

// Coarse ones let much happen at the same instant.
constexpr absl::Duration kGrains[] = {
    absl::Nanoseconds(1), absl::Milliseconds(10), absl::Milliseconds(50)};

class World {
 public:
  explicit World(const SimulationOptions& options)
      : options_(options),
        random_(options.seed),
        gateway_random_(random_.Next()),
        provider_random_(random_.Next()),
        caller_random_(random_.Next()),
        trace_(&timers_),
        ledger_(&timers_, &trace_),
        providers_(&timers_, &provider_random_, &ledger_),
        faulty_(options.known_fault, &timers_, &providers_),
        span_(absl::Seconds(5 + random_.Next() % 240)),
        grain_(kGrains[random_.Next() % std::size(kGrains)]),
        keeps_snapshots_(random_.Next() % 2 == 0) {
    env_ = {.loop = &loop_,
            .clock = &timers_,
            .timers = &timers_,
            .http = &faulty_,
            .random = &gateway_random_};
  }

  // Returns whether the gateway could be made.
  bool Begin();
  // Lets time run until nothing more is to come.
  void RunOut();
  void CheckQuiet();
  void End();
  // Whether everything that began has ended; else nothing of it may be freed.
  bool ended() const { return ledger_.open_requests() == 0; }
  SimulationResult Result() const;

 private:
  void At(absl::Time when, absl::AnyInvocable<void()> action) {
    schedule_.push_back(timers_.At(when, std::move(action)));
  }
  absl::Time SomeTime() {
    return timers_.Now() + absl::Floor(span_ * random_.Uniform(), grain_);
  }
  void ScheduleTraffic();
  void ScheduleAdministrator();
  void Reload();
  void SwitchSomeTarget();
  // All callers of one user go away at once.
  void LoseConnection();
  void CloseGateway();
  void CheckTargets();
  void CheckBreaker(const Target& target);

  const SimulationOptions options_;
  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_;  // What the world is made from.
  Random gateway_random_;
  Random provider_random_;
  Random caller_random_;
  SimulationTrace trace_;
  Ledger ledger_;
  SimulatedProviders providers_;
  FaultyHttpClient faulty_;
  const absl::Duration span_;
  const absl::Duration grain_;
  // Then state of targets that a reload takes away lives on.
  const bool keeps_snapshots_;
  Env env_;
  const FixedSecrets secrets_{{}};
  SimulatedConfig config_;  // The one it began with.
  std::unique_ptr<Gateway> gateway_;
  bool closed_ = false;
  std::vector<std::shared_ptr<const Snapshot>> snapshots_;
  LeakedPermits leaked_;
  std::vector<SimulatedRequest> traffic_;
  std::vector<std::unique_ptr<SimulatedCaller>> callers_;
  std::vector<Timers::Handle> schedule_;
};

bool World::Begin() {
  config_ = DrawConfig(random_);
  for (const SimulatedTarget& target : config_.targets) {
    providers_.Add(target.name,
                   DrawHealth(timers_.Now(), span_, grain_, random_));
  }
  GatewayOptions options;
  options.config.text = config_.ToYaml();
  options.secrets = &secrets_;
  options.observers = {&ledger_};
  options.envs = {env_};
  auto gateway = Gateway::Create(std::move(options));
  if (!gateway.ok()) {
    trace_.Break(
        absl::StrCat("the config does not load: ", gateway.status().ToString(),
                     "\n", config_.ToYaml()));
    return false;
  }
  gateway_ = *std::move(gateway);
  ledger_.OnConfig(std::make_shared<const SimulatedConfig>(config_));
  ScheduleTraffic();
  ScheduleAdministrator();
  return true;
}

void World::ScheduleTraffic() {
  traffic_ = DrawTraffic(timers_.Now(), span_, grain_, random_);
  for (const SimulatedRequest& request : traffic_) {
    callers_.push_back(std::make_unique<SimulatedCaller>(
        request, env_, gateway_.get(), &ledger_, &trace_, &caller_random_));
    SimulatedCaller* const caller = callers_.back().get();
    At(request.start, [this, caller] { loop_.Spawn(caller->Run()); });
    const bool leaks = options_.known_fault == KnownFault::kSlotLeak ||
                       options_.known_fault == KnownFault::kBreakerPlaceLeak;
    if (leaks && request.cancel_after < absl::InfiniteDuration()) {
      At(request.start + request.cancel_after, [this] {
        leaked_.Leak(options_.known_fault, env_, gateway_->snapshot(0));
      });
    }
  }
}

void World::ScheduleAdministrator() {
  for (uint64_t i = random_.Next() % 4; i > 0; --i) {
    At(SomeTime(), [this] { Reload(); });
  }
  for (uint64_t i = random_.Next() % 5; i > 0; --i) {
    At(SomeTime(), [this] { SwitchSomeTarget(); });
  }
  for (uint64_t i = random_.Next() % 4; i > 0; --i) {
    // While it has something under way.
    const SimulatedRequest& request =
        traffic_[random_.Next() % traffic_.size()];
    At(request.start +
           absl::Floor(absl::Seconds(2) * random_.Uniform(), grain_),
       [this] { LoseConnection(); });
  }
  if (random_.Next() % 25 == 0) {
    At(SomeTime(), [this] { CloseGateway(); });
  }
}

void World::Reload() {
  if (closed_) return;
  // What is drained stays: one that goes and comes back is drained no more.
  const std::vector<std::string> keep(ledger_.drained().begin(),
                                      ledger_.drained().end());
  SimulatedConfig config = ChangeConfig(config_, keep, random_);
  const auto reloaded = gateway_->Reload(config.ToYaml(), false);
  if (!reloaded.ok()) {
    return trace_.Break(
        absl::StrCat("the config does not load: ", reloaded.status().ToString(),
                     "\n", config.ToYaml()));
  }
  if (keeps_snapshots_) snapshots_.push_back(gateway_->snapshot(0));
  ledger_.OnConfig(std::make_shared<const SimulatedConfig>(std::move(config)));
}

void World::SwitchSomeTarget() {
  if (closed_) return;
  const auto& targets = ledger_.config()->targets;
  const std::string name = targets[random_.Next() % targets.size()].name;
  const uint64_t what = random_.Next() % 3;
  if (what == 2) {
    trace_.Add("reset ", name);
    (void)gateway_->SetTargetState(name, v1::TARGET_ACTION_RESET_BREAKER);
    return;
  }
  const bool drain = what == 0 && !ledger_.drained().contains(name);
  if (!drain && !ledger_.drained().contains(name)) return;
  // Told before: who waits for the target hears of it inside the call.
  ledger_.OnDrain(name, drain);
  if (drain && options_.known_fault == KnownFault::kDrainUnheeded) return;
  const auto told = gateway_->SetTargetState(
      name, drain ? v1::TARGET_ACTION_DRAIN : v1::TARGET_ACTION_RESUME);
  // Weight 0 drains, whatever the administrator says.
  if (!told.ok() && ledger_.config()->Find(name)->weight != 0) {
    trace_.Break(told.status().ToString());
  }
}

void World::LoseConnection() {
  const std::string user = absl::StrCat("u", random_.Next() % 4);
  for (const auto& caller : callers_) {
    if (caller->request().user == user) caller->Leave();
  }
}

void World::CloseGateway() {
  closed_ = true;
  ledger_.OnClose();
  gateway_->Close();
}

void World::RunOut() {
  int steps = 0;
  while (timers_.AdvanceToNext()) {
    if (gateway_->in_flight() > ledger_.open_requests()) {
      trace_.Break("more requests in flight than callers wait");
    }
    if (++steps > kMostSteps) {
      trace_.Break("it does not come to an end");
      return;
    }
  }
}

void World::CheckQuiet() {
  ledger_.CheckAllEnded();
  if (gateway_->in_flight() != 0) {
    trace_.Break(absl::StrCat(gateway_->in_flight(), " requests in flight"));
  }
  if (providers_.open_exchanges() != 0) {
    trace_.Break(absl::StrCat(providers_.open_exchanges(), " exchanges open"));
  }
  for (const v1::Target& target : gateway_->ListTargets()) {
    if (target.in_flight() != 0 || target.queued() != 0) {
      trace_.Break(absl::StrCat("ListTargets shows ", target.in_flight(),
                                " in flight and ", target.queued(),
                                " queued at ", target.target()));
    }
  }
  timers_.Advance(kRest);
  snapshots_.push_back(gateway_->snapshot(0));
  CheckTargets();
}

void World::CheckTargets() {
  for (const auto& snapshot : snapshots_) {
    for (const auto& target : snapshot->targets()) {
      if (const ConcurrencyBound* bound = target->bound()) {
        if (bound->in_flight() != 0 || bound->queued() != 0) {
          trace_.Break(absl::StrCat(bound->in_flight(), " slots taken and ",
                                    bound->queued(), " waiting at ",
                                    target->name()));
        }
      }
      if (target->breakers() != nullptr) CheckBreaker(*target);
      if (target->stats().in_flight() != 0) {
        trace_.Break(absl::StrCat(target->stats().in_flight(),
                                  " attempts under way at ", target->name()));
      }
    }
  }
}

// No call is under way: all places of a breaker are free.
void World::CheckBreaker(const Target& target) {
  const SimulatedTarget* config = nullptr;
  // Of a snapshot from before it is not known how many there are: one at least.
  if (&target == gateway_->snapshot(0)->FindTarget(target.name())) {
    config = ledger_.config()->Find(target.name());
  }
  const int places = config != nullptr ? config->half_open_max : 1;
  std::vector<Breaker::Permit> permits;
  for (int i = 0; i < places; ++i) {
    auto permit = target.breakers()->For("m1").Acquire(timers_.Now());
    if (!permit.ok()) {
      return trace_.Break(absl::StrCat("place ", i + 1, " of ", places,
                                       " of the breaker of ", target.name(),
                                       " is taken"));
    }
    permits.push_back(*std::move(permit));
  }
}

void World::End() {
  gateway_->Close();
  loop_.RunUntilIdle();
  while (timers_.AdvanceToNext()) {
  }
  snapshots_.clear();
}

SimulationResult World::Result() const {
  SimulationResult result;
  result.trace = trace_.text();
  result.broken = trace_.broken();
  result.config = config_.ToYaml();
  result.requests = static_cast<int>(traffic_.size());
  result.exchanges = providers_.exchanges();
  return result;
}

}  // namespace

SimulationResult Simulate(const SimulationOptions& options) {
  auto world = std::make_unique<World>(options);
  if (!world->Begin()) return world->Result();
  world->RunOut();
  world->CheckQuiet();
  world->End();
  SimulationResult result = world->Result();
  // What hangs holds on to all of it.
  if (!world->ended()) (void)world.release();
  return result;
}

}  // namespace aigateway
