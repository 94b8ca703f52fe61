#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_EMBEDDING_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_EMBEDDING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"

namespace aigateway {

// Answers the body of an OpenAI embeddings request: JSON text. The vector of a
// text is of its words (FNV-1a of each, lower case, says which number grows or
// shrinks), of length 1, and the same on every machine: texts that share words
// are near one another. `violations` get what is wrong with the body; then the
// result is of no use.
std::string SimulatorEmbeddings(absl::string_view body,
                                std::vector<FieldViolation>* violations);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_EMBEDDING_H_
