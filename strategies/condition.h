#ifndef AIGATEWAY_STRATEGIES_CONDITION_H_
#define AIGATEWAY_STRATEGIES_CONDITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "aigateway/config/v1/config.pb.h"
#include "strategies/regex_list.h"
#include "strategies/strategy.h"

namespace aigateway {

// What rules ask of one request; what is costly is found out once, and only if
// a rule asks. The request and the expressions must outlive it.
class RequestFacts {
 public:
  RequestFacts(const RequestView& request, const RegexList& regexes)
      : request_(request), regexes_(regexes) {}

  const RequestView& request() const { return request_; }
  int64_t prompt_tokens();
  bool PromptHas(int regex);

 private:
  const RequestView& request_;
  const RegexList& regexes_;
  std::optional<int64_t> prompt_tokens_;
  std::optional<std::vector<bool>> found_;
};

// One rule's question: a key of API.md's list and the value that fits.
class Condition {
 public:
  // An expression of `prompt_regex` is added to `regexes`. Fails with a message
  // about the value if it is not one for the key.
  static absl::StatusOr<Condition> Make(
      const config::v1::ConditionConfig& config, RegexList& regexes);

  // False where the request does not have what is asked for.
  bool Fits(RequestFacts& facts) const;

 private:
  enum class Key {
    kModel,
    kModelPrefix,
    kUser,
    kMetadata,
    kTag,
    kStream,
    kHasTools,
    kPromptTokensOver,
    kPromptRegex,
  };

  Key key_ = Key::kModel;
  std::string name_;   // Of the metadata.
  std::string value_;  // As text.
  bool flag_ = false;
  int64_t number_ = 0;  // Tokens, or the index of the expression.
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_CONDITION_H_
