#ifndef AIGATEWAY_TESTS_FAKES_FAKE_CALLER_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_CALLER_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/core/caller.h"

namespace aigateway {

// A target's caller that plays what a test lays down: one entry for each call,
// in order; the last one repeats.
class FakeCaller final : public Caller {
 public:
  struct Script {
    absl::Duration before;            // Silence before the first event.
    std::vector<std::string> events;  // Text deltas of a stream.
    absl::Duration between;           // Silence between two of them.
    std::optional<std::string> text;  // A unary answer's text.
    absl::Duration after;             // Silence before the end.
    absl::Status end;                 // OK: a stream gets its finish and end.
  };

  void Enqueue(Script script) { scripts_.push_back(std::move(script)); }

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

  int calls() const { return static_cast<int>(times_.size()); }
  // When each call began.
  const std::vector<absl::Time>& times() const { return times_; }
  // The answer's beginning that the last call was to go on with; nullopt if it
  // was to begin.
  const std::optional<std::string>& continued() const { return continued_; }

 private:
  std::deque<Script> scripts_;
  std::vector<absl::Time> times_;
  std::optional<std::string> continued_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_CALLER_H_
