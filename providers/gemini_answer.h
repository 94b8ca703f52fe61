#ifndef AIGATEWAY_PROVIDERS_GEMINI_ANSWER_H_
#define AIGATEWAY_PROVIDERS_GEMINI_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "providers/gemini_chunk.h"
#include "providers/gemini_metadata.h"

namespace aigateway {

// An answer as it comes in: turns chunks, of a stream or one that is all, into
// deltas, and keeps what is said at the end. So that both give the same, this
// is the only place that knows what a chunk means.
//
// Tool calls are numbered over the whole answer. One without an id gets one
// that follows from the answer's own id, its place and its contents.
class GeminiAnswer {
 public:
  // More of them is no answer.
  static constexpr int kMaxToolCalls = 1024;
  static constexpr int kMaxMedia = 1024;

  // `logprobs`: whether probabilities were asked for. `warnings` must outlive
  // this object.
  GeminiAnswer(bool logprobs, std::vector<std::string>* warnings)
      : logprobs_(logprobs), warnings_(warnings) {}

  // Takes a chunk and hands its deltas to `emit`, at most a few for each
  // candidate. Fails with what `emit` returned, or, before anything else was
  // done, with a plain InvalidArgument if the chunk goes beyond the bounds.
  absl::Status Take(GeminiChunk& chunk,
                    absl::FunctionRef<absl::Status(v1::Delta& delta)> emit);

  // Whether a tool call was among it.
  bool has_calls() const { return has_calls_; }
  // Whether nothing was said at all: no candidate, no refusal of the prompt.
  bool empty() const { return choices_.empty() && block_reason_.empty(); }
  // Whether each candidate, of at least one, has its finish reason, or the
  // prompt was refused.
  bool finished() const;
  // How many candidates there are so far.
  size_t choices() const { return choices_.size(); }
  // Whether a candidate, finish reason or not, shows that more was to come: it
  // went on after that reason, or it ends in code that was not yet run.
  bool goes_on() const;

  // The finish of each choice, in order. A whole answer ends also without a
  // reason.
  std::vector<v1::Finish> Finishes() const;
  // Whether choice `index` has a text, a part, a call or a reason.
  bool HasSubstance(int index) const;

  // Adds provider_metadata to end(). Called once, after the last chunk.
  void WriteMetadata();
  v1::End& end() { return end_; }
  const std::string& create_time() const { return create_time_; }

 private:
  struct Choice {
    bool started = false;  // Its first delta is out.
    bool has_content = false;
    bool ends_in_code =
        false;  // Its last part so far is neither text nor call.
    bool goes_on = false;
    int calls = 0;
    int media = 0;
    std::string finish_reason;
    absl::flat_hash_set<uint64_t> ids;  // Hashes of the ids of its calls.
  };
  using Emit = absl::FunctionRef<absl::Status(v1::Delta& delta)>;

  absl::Status CheckBounds(const GeminiChunk& chunk) const;
  absl::Status TakeCandidate(GeminiCandidate& candidate, Emit emit);
  absl::Status TakePart(int index, GeminiPart& part, v1::Delta* delta,
                        Emit emit);
  v1::ReasoningBlock* AddBlock(v1::Delta* delta) const;
  void TakeCall(int index, GeminiPart& part, v1::Delta* delta);
  void TakeMedia(GeminiPart& part, Choice* choice, v1::Delta* delta);
  // Hands `delta` over, if there is anything in it, and makes it anew.
  absl::Status Flush(int index, v1::Delta* delta, Emit emit);
  std::string MakeCallId(int index, int number, const GeminiPart& part) const;

  const bool logprobs_;
  std::vector<std::string>* const warnings_;
  std::map<int, Choice> choices_;
  std::string block_reason_;
  std::string create_time_;
  bool has_calls_ = false;
  bool left_out_media_ = false;
  GeminiMetadata metadata_;
  v1::End end_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_ANSWER_H_
