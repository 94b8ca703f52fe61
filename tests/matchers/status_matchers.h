#ifndef AIGATEWAY_TESTS_MATCHERS_STATUS_MATCHERS_H_
#define AIGATEWAY_TESTS_MATCHERS_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

#include "gateway/base/errors.h"

namespace aigateway {

namespace matchers_internal {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Matches the value of an OK StatusOr<T>. The inner matcher is made for T only
// where it is used, as gMock's own polymorphic matchers are.
template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename Result>
  operator ::testing::Matcher<Result>() const {  // NOLINT: gMock's way.
    return ::testing::Matcher<Result>(new Impl<const Result&>(inner_));
  }

 private:
  template <typename Result>
  class Impl : public ::testing::MatcherInterface<Result> {
   public:
    using Value = typename std::decay_t<Result>::value_type;

    explicit Impl(const Inner& inner)
        : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

    bool MatchAndExplain(
        Result result,
        ::testing::MatchResultListener* listener) const override {
      if (!result.ok()) {
        *listener << "whose status is " << result.status();
        return false;
      }
      return inner_.MatchAndExplain(*result, listener);
    }
    void DescribeTo(std::ostream* os) const override {
      *os << "is OK and holds a value that ";
      inner_.DescribeTo(os);
    }
    void DescribeNegationTo(std::ostream* os) const override {
      *os << "is not OK or holds a value that ";
      inner_.DescribeNegationTo(os);
    }

   private:
    const ::testing::Matcher<const Value&> inner_;
  };

  const Inner inner_;
};

}  // namespace matchers_internal

// All of these match a Status and a StatusOr<T>.

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << "whose status is " << matchers_internal::StatusOf(arg);
  return matchers_internal::StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code,
          std::string(negation ? "has not" : "has") + " the status " +
              absl::StatusCodeToString(code)) {
  *result_listener << "whose status is " << matchers_internal::StatusOf(arg);
  return matchers_internal::StatusOf(arg).code() == code;
}

// `message` is a text or a matcher of one.
MATCHER_P2(StatusIs, code, message,
           std::string(negation ? "has not" : "has") + " the status " +
               absl::StatusCodeToString(code) + " with a message that " +
               ::testing::DescribeMatcher<std::string>(message, negation)) {
  const absl::Status& status = matchers_internal::StatusOf(arg);
  *result_listener << "whose status is " << status;
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()),
                                       result_listener);
}

MATCHER_P(HasReason, reason,
          std::string(negation ? "has not" : "has") + " the reason " +
              std::string(NameOf(reason))) {
  const absl::Status& status = matchers_internal::StatusOf(arg);
  *result_listener << "whose status is " << status << ", its reason "
                   << NameOf(ReasonOf(status));
  return ReasonOf(status) == reason;
}

// Matches an OK StatusOr<T> whose value matches `inner`.
template <typename Inner>
auto IsOkAndHolds(Inner&& inner) {
  return matchers_internal::IsOkAndHoldsMatcher<std::decay_t<Inner>>(
      std::forward<Inner>(inner));
}

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_MATCHERS_STATUS_MATCHERS_H_
