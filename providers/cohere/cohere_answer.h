#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_ANSWER_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/cohere/cohere_event.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Turns what Cohere says in one answer into deltas of v1. A whole answer goes
// through it as a stream does, so that both give the same message.
//
// Texts, thoughts and the arguments of calls go out as they come. The plan that
// a model makes before it calls tools has no field in v1: it goes into
// provider_metadata, and into a reasoning block, for Cohere wants it back with
// the calls. Citations and the counts of `usage` as they came go into
// provider_metadata too.
//
// Fails with PROVIDER_PROTOCOL_ERROR if what comes cannot belong together or is
// more than is kept.
class CohereAnswer {
 public:
  // The most JSON text that goes into provider_metadata.
  static constexpr size_t kMaxMetadataBytes = size_t{256} * 1024;

  // `model` is what was asked for, as answers name none. `warnings` may be
  // null.
  CohereAnswer(absl::string_view model, bool wants_logprobs,
               std::vector<std::string>* warnings)
      : model_(model), wants_logprobs_(wants_logprobs), warnings_(warnings) {}

  // Content at `index` begins, goes on. What there is to hand over is added to
  // `delta`.
  absl::Status BeginContent(int64_t index, const CohereContent& content,
                            v1::Delta* delta);
  absl::Status AddContent(const CohereContent& content, v1::Delta* delta);
  // Whether the content at `index` is of a kind that is passed over.
  bool IsOther(int64_t index) const { return others_.contains(index); }

  // A call of a tool begins, goes on, ends.
  absl::Status BeginCall(int64_t index, CohereToolCall call, v1::Delta* delta);
  absl::Status AddArguments(int64_t index, absl::string_view arguments,
                            v1::Delta* delta);
  void EndCall(int64_t index, v1::Delta* delta);

  absl::Status AddPlan(absl::string_view text);
  void AddCitation(absl::string_view json);
  void AddLogprobs(const std::vector<CohereLogprob>& logprobs,
                   v1::Delta* delta) const;

  // The answer ends for `reason`: adds what was held back.
  absl::Status Finish(absl::string_view reason, v1::Delta* delta,
                      v1::Finish* finish);

  // Takes the report of `usage`. False if it has no counts that v1 has.
  bool TakeUsage(const CohereUsage& read, v1::Usage* usage);

  bool has_calls() const { return calls_ > 0; }
  const google::protobuf::Struct& metadata() const { return metadata_; }

 private:
  struct Call {
    int number = 0;
    bool has_arguments = false;
  };

  void CloseCall(const Call& call, v1::Delta* delta);
  void AddBlocks(v1::Delta* delta) const;
  bool Fits(size_t bytes);
  void Warn(absl::string_view text);

  const std::string model_;
  const bool wants_logprobs_;
  std::vector<std::string>* const warnings_;
  std::map<int64_t, Call> open_calls_;  // By the provider's index.
  std::set<int64_t> others_;            // Content that is passed over.
  std::string plan_;
  std::string thought_;  // So far; sent back only together with a plan.
  int calls_ = 0;
  bool has_text_ = false;
  google::protobuf::Struct metadata_;
  size_t metadata_bytes_ = 0;
  bool metadata_overflowed_ = false;
};

// Reads a whole answer with a 2xx status. Fails with PROVIDER_PROTOCOL_ERROR if
// it is none, or with the error that it holds.
absl::StatusOr<v1::ChatResponse> ReadCohereResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_ANSWER_H_
