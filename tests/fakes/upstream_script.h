#ifndef AIGATEWAY_TESTS_FAKES_UPSTREAM_SCRIPT_H_
#define AIGATEWAY_TESTS_FAKES_UPSTREAM_SCRIPT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace aigateway {

// Opens once, for good. Thread-safe. A script waits for one that the test
// opens, or opens one that the test waits for.
class UpstreamGate {
 public:
  UpstreamGate();
  ~UpstreamGate();
  UpstreamGate(const UpstreamGate&) = delete;
  UpstreamGate& operator=(const UpstreamGate&) = delete;

  void Open();
  // Returns whether it opened within `timeout`.
  bool Await(absl::Duration timeout = absl::Seconds(10)) const;
  // A descriptor that is readable once the gate is open.
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// What a fake upstream does with one request, step after step. At the end the
// connection waits for the next request, unless a step closed it.
class UpstreamReply {
 public:
  struct Step {
    enum class Kind { kSend, kTrickle, kAwait, kOpen, kStall, kClose, kReset };
    Kind kind;
    std::string bytes;
    size_t times = 1;         // kSend: how often.
    size_t step = 0;          // kTrickle: bytes of a write.
    absl::Duration duration;  // kTrickle: between writes. kAwait: at most.
    std::shared_ptr<UpstreamGate> gate;  // kAwait: may be null. kOpen.
  };

  // Writes `bytes` in one go.
  UpstreamReply& Send(absl::string_view bytes);
  // Writes `bytes` again and again, without holding them all.
  UpstreamReply& SendTimes(absl::string_view bytes, size_t times);
  // Writes `step` bytes at a time, with `pause` before each write but the
  // first.
  UpstreamReply& Trickle(absl::string_view bytes, size_t step = 1,
                         absl::Duration pause = absl::ZeroDuration());
  // Waits; ends early if the client closes.
  UpstreamReply& Pause(absl::Duration duration);
  // Waits until the test opens `gate`.
  UpstreamReply& Await(std::shared_ptr<UpstreamGate> gate);
  // Tells the test that the script came this far.
  UpstreamReply& Open(std::shared_ptr<UpstreamGate> gate);
  // Does nothing until the client closes.
  UpstreamReply& Stall();
  // Closes the connection in good order (FIN).
  UpstreamReply& Close();
  // Resets the connection (RST).
  UpstreamReply& Reset();

  const std::vector<Step>& steps() const { return steps_; }

 private:
  UpstreamReply& Add(Step step) {
    steps_.push_back(std::move(step));
    return *this;
  }

  std::vector<Step> steps_;
};

using UpstreamHeaders =
    std::vector<std::pair<absl::string_view, absl::string_view>>;

// The head of an answer, with its empty line. Says nothing of the body.
std::string HttpHead(int status, const UpstreamHeaders& headers = {});
// The head of a 200 event stream in chunks.
std::string SseHead();
// One chunk of a chunked body, and the last one.
std::string Chunk(absl::string_view bytes);
std::string LastChunk();
// "data: ...\n\n".
std::string SseEvent(absl::string_view data);

// A whole answer with its Content-Length.
UpstreamReply Answer(int status, absl::string_view body,
                     const UpstreamHeaders& headers = {});
// A JSON document.
UpstreamReply JsonAnswer(absl::string_view json, int status = 200);
// An event stream: each event is a chunk and a write of its own, then the last
// chunk.
UpstreamReply SseAnswer(const std::vector<std::string>& data);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_UPSTREAM_SCRIPT_H_
