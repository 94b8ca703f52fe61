#ifndef AIGATEWAY_PROVIDERS_GEMINI_CONTENTS_H_
#define AIGATEWAY_PROVIDERS_GEMINI_CONTENTS_H_

#include "absl/status/status.h"

#include "gateway/base/json_writer.h"
#include "providers/gemini_call.h"

namespace aigateway {

// Writes the conversation as the members `systemInstruction` and `contents` of
// the object that is open in `out`.
//
// What system and developer messages say goes into systemInstruction, in order,
// wherever it stood: Gemini has no other place for it. Turns are `user` and
// `model`; neighbours of one role become one turn. The results of parallel
// calls stand in one user turn, in the order of the calls, images in them
// after. Seals go back on the parts that they came on; where a model needs one
// on the first call of a turn and there is none (history of another provider)
// it gets the word that makes it pass. Thoughts without a seal are not sent
// back, nor are other providers' reasoning blocks.
//
// Fails with INVALID_REQUEST (arguments that are no JSON object, a result
// without its call) or UNSUPPORTED_PARAMETER, with the field path.
absl::Status WriteGeminiContents(const GeminiCall& call, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_CONTENTS_H_
