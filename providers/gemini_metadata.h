#ifndef AIGATEWAY_PROVIDERS_GEMINI_METADATA_H_
#define AIGATEWAY_PROVIDERS_GEMINI_METADATA_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "providers/gemini_chunk.h"

namespace aigateway {

// Gathers what an answer says that no field of v1 has, for provider_metadata:
// {"promptFeedback":...,"usageMetadata":{...},"candidates":[{"index":0,
// "safetyRatings":...,"groundingMetadata":...,"parts":[...]}]}.
//
// In a stream the last value of a name counts; citations and parts add up. What
// is kept is at most kMaxBytes; what is more is left out.
class GeminiMetadata {
 public:
  static constexpr size_t kMaxBytes = size_t{64} * 1024;

  // Takes what the whole answer says, its usage, or one candidate.
  void TakeFields(GeminiRawFields fields);
  void TakeUsage(GeminiRawFields fields);
  void TakeCandidate(int index, GeminiRawFields fields);
  // Takes a part of a candidate's content that v1 has no kind for.
  void TakePart(int index, std::string raw);

  // Writes what there is into `out`. Returns false if something had to be left
  // out, for it was too much.
  bool Write(google::protobuf::Struct* out) const;

 private:
  struct Candidate {
    GeminiRawFields fields;
    std::vector<std::string> citations;  // citationMetadata, as often as given.
    std::vector<std::string> parts;
  };

  // Whether there is room for `bytes` more; if so they are taken up.
  bool TakeRoom(size_t bytes);
  void Put(GeminiRawFields from, GeminiRawFields* to);

  GeminiRawFields fields_;
  GeminiRawFields usage_;
  std::map<int, Candidate> candidates_;
  size_t bytes_ = 0;
  bool left_out_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_METADATA_H_
