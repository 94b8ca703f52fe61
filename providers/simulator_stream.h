#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_STREAM_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/simulated_http_client.h"
#include "providers/simulator_json.h"
#include "providers/simulator_options.h"
#include "providers/simulator_reply.h"
#include "providers/simulator_request.h"

namespace aigateway {

// The events of one streamed answer, made one at a time, as the reader takes
// them: a stream of the simulator costs little memory, and may have no end.
//
// Choices take turns, token by token. A fault that is about the stream's events
// is played here; how the connection ends is the exchange's (SimulatedAnswer).
class SimulatorStream {
 public:
  // `created` is in seconds since 1970.
  SimulatorStream(SimulatorRequest request, SimulatorReply reply,
                  SimulatorOptions pace, std::optional<SimulatorFault> fault,
                  int64_t created);
  SimulatorStream(const SimulatorStream&) = delete;
  SimulatorStream& operator=(const SimulatorStream&) = delete;

  // Fills in the next event; returns false once there is none.
  bool Next(SimulatedPiece& piece);

 private:
  // How far a choice was given.
  struct Cursor {
    enum class Phase {
      kRole,
      kReasoning,
      kText,
      kCall,
      kArguments,
      kFinish,
      kDone
    };
    Phase phase = Phase::kRole;
    absl::string_view rest;  // Of the text that the phase gives.
    size_t call = 0;
  };

  bool FaultIs(SimulatorFault::Kind kind) const {
    return fault_.has_value() && fault_->kind == kind;
  }
  // Moves on to the phase in which choice `index` has something to give.
  void Settle(size_t index);
  // The next choice whose turn it is; false once all are done.
  bool NextChoice(size_t* index);
  // Plays the fault that comes at this place of the stream.
  void PlayFault();
  void PushStep(size_t index);
  void PushFiller();
  void PushEnd();
  void Push(absl::string_view json, absl::Duration after);
  void PushToken(absl::string_view json);

  const SimulatorRequest request_;
  const SimulatorReply reply_;
  const SimulatorOptions pace_;
  const std::optional<SimulatorFault> fault_;
  const SimulatorJson json_;
  int64_t fault_at_ = 0;  // Plays before this token; -1: it has.
  std::string id_;
  std::vector<Cursor> cursors_;
  size_t turn_ = 0;
  int64_t given_ = 0;  // Tokens.
  std::deque<SimulatedPiece> ready_;
  bool ended_ = false;  // After what is ready.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_STREAM_H_
