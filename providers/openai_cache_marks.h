#ifndef AIGATEWAY_PROVIDERS_OPENAI_CACHE_MARKS_H_
#define AIGATEWAY_PROVIDERS_OPENAI_CACHE_MARKS_H_

#include "aigateway/v1/chat.pb.h"
#include "providers/dialect.h"
#include "providers/model_profile.h"

namespace aigateway {

// Tells which of a request's marks of the cache are sent: none where the vendor
// or the model has none, else the last four, for more are refused and each
// covers all that stands before it.
class OpenAiCacheMarks {
 public:
  // `profile` may be null.
  OpenAiCacheMarks(const Dialect& dialect, const ModelProfile* profile,
                   const v1::ChatRequest& chat);

  // Whether the next mark of the request is sent. Asked once for each.
  bool Take() { return sent_ && to_skip_-- <= 0; }

 private:
  const bool sent_;
  int to_skip_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_CACHE_MARKS_H_
