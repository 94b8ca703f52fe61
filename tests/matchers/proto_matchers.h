#ifndef AIGATEWAY_TESTS_MATCHERS_PROTO_MATCHERS_H_
#define AIGATEWAY_TESTS_MATCHERS_PROTO_MATCHERS_H_

#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"

namespace aigateway {

namespace matchers_internal {

// Matches any message type, whose type is known only when it is compared.
class EqualsProtoMatcher {
 public:
  using is_gtest_matcher = void;

  explicit EqualsProtoMatcher(std::string text) : text_(std::move(text)) {}
  explicit EqualsProtoMatcher(const google::protobuf::Message& message);

  bool MatchAndExplain(const google::protobuf::Message& actual,
                       std::ostream* listener) const;
  bool MatchAndExplain(const google::protobuf::Message* actual,
                       std::ostream* listener) const {
    return MatchAndExplain(*actual, listener);
  }
  void DescribeTo(std::ostream* os) const;
  void DescribeNegationTo(std::ostream* os) const;

 private:
  std::string text_;
  std::shared_ptr<const google::protobuf::Message> message_;  // Else `text_`.
};

}  // namespace matchers_internal

// Matches a message, or a pointer to one, that equals in every field, presence
// included, the one whose text format this is. Text that does not parse as a
// message of that type fails to match and says why.
inline auto EqualsProto(absl::string_view text) {
  return matchers_internal::EqualsProtoMatcher(std::string(text));
}
inline auto EqualsProto(const char* text) {
  return matchers_internal::EqualsProtoMatcher(std::string(text));
}
inline auto EqualsProto(const google::protobuf::Message& expected) {
  return matchers_internal::EqualsProtoMatcher(expected);
}

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_MATCHERS_PROTO_MATCHERS_H_
