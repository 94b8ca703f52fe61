#ifndef AIGATEWAY_GATEWAY_CORE_RACE_H_
#define AIGATEWAY_GATEWAY_CORE_RACE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/walk_rules.h"

namespace aigateway {

class Target;

// A target to try, in its place.
struct PlannedCall {
  const Target* target;
  std::string upstream_model;
};

// Says in the request's route which target it is that answers, or failed last.
void NoteTarget(RequestContext& request, const PlannedCall& planned);

// Gives out the targets that are left to try, in order.
class TargetSource {
 public:
  virtual ~TargetSource() = default;
  // Null if none is left.
  virtual const PlannedCall* Next() = 0;
  virtual bool HasNext() = 0;
  // A target ended with `status`, which is not OK, and nothing was handed over.
  virtual void OnFailure(const PlannedCall& planned,
                         const absl::Status& status) = 0;
};

// Calls a target, and others beside it when it is slow: when its first-token
// limit passes, and once by the hedging rules. The first to speak wins and the
// others are called off; what they cost is written down like any attempt.
// Lives for one call of Run() on the request's loop.
class Race {
 public:
  // All must outlive this object.
  Race(RequestContext& request, const WalkRules& rules, TargetSource& targets,
       EventSink& sink);
  ~Race();

  // Whether `target` can come to need a second one.
  static bool May(const RequestContext& request, const WalkRules& rules,
                  const Target& target);

  // Returns the winner's status, or that of the last to fail; every call it
  // began has ended then. A failure that lets no other target try ends all.
  Task<absl::Status> Run(const PlannedCall& first);

 private:
  class Lane;

  void Start(const PlannedCall& planned);
  Task<void> RunLane(Lane& lane);
  void OnEnded(Lane& lane, absl::Status status);
  // Starts one more, if one is left and none has spoken.
  void StartNext();
  void ArmHedge(const Target& target);
  // Whether `lane` may hand something over: it is the first, or was.
  bool Claim(Lane& lane);
  // Whether every lane that runs has passed its first-token limit.
  bool AllAreLate() const;
  void CallOffOthers(const Lane* but, bool lost);

  RequestContext& request_;
  const WalkRules& rules_;
  TargetSource& targets_;
  EventSink& sink_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  int running_ = 0;
  Lane* winner_ = nullptr;
  bool over_ = false;  // A failure ended it: nothing more is started.
  absl::Status result_;
  Timers::Handle hedge_timer_;
  Waiter<bool> all_ended_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_RACE_H_
