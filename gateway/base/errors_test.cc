#include "gateway/base/errors.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "aigateway/v1/errors.pb.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::StartsWith;

std::vector<ErrorReason> AllReasons() {
  std::vector<ErrorReason> reasons;
  const auto* values = v1::ErrorReason_descriptor();
  for (int i = 0; i < values->value_count(); ++i) {
    reasons.push_back(static_cast<ErrorReason>(values->value(i)->number()));
  }
  return reasons;
}

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  const auto payload =
      status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_TRUE(payload.has_value());
  if (payload.has_value()) {
    EXPECT_TRUE(info.ParseFromString(std::string(*payload)));
  }
  return info;
}

TEST(ErrorsTest, EveryReasonHasARowAndSurvivesAStatus) {
  ASSERT_EQ(AllReasons().size(), 29u);
  for (const ErrorReason reason : AllReasons()) {
    if (reason == ErrorReason::kUnspecified) continue;
    SCOPED_TRACE(NameOf(reason));
    EXPECT_FALSE(absl::StartsWith(NameOf(reason), "ERROR_REASON"));
    EXPECT_THAT(ReasonByName(NameOf(reason)), Optional(reason));
    const absl::Status status = Error(reason, "text");
    EXPECT_EQ(status.code(), CodeOf(reason));
    EXPECT_EQ(ReasonOf(status), reason);
    EXPECT_EQ(ClassOf(status), ClassOf(reason));
  }
}

TEST(ErrorsTest, CodesFollowTheTableOfTheApi) {
  using Code = absl::StatusCode;
  EXPECT_EQ(CodeOf(ErrorReason::kContextLengthExceeded),
            Code::kInvalidArgument);
  EXPECT_EQ(CodeOf(ErrorReason::kInvalidApiKey), Code::kUnauthenticated);
  EXPECT_EQ(CodeOf(ErrorReason::kScopeMissing), Code::kPermissionDenied);
  EXPECT_EQ(CodeOf(ErrorReason::kModelNotFound), Code::kNotFound);
  EXPECT_EQ(CodeOf(ErrorReason::kGuardrailRejected), Code::kFailedPrecondition);
  EXPECT_EQ(CodeOf(ErrorReason::kProviderAuthFailed),
            Code::kFailedPrecondition);
  EXPECT_EQ(CodeOf(ErrorReason::kProviderQuotaExhausted),
            Code::kResourceExhausted);
  EXPECT_EQ(CodeOf(ErrorReason::kCircuitOpen), Code::kUnavailable);
  EXPECT_EQ(CodeOf(ErrorReason::kProviderProtocolError), Code::kUnavailable);
  EXPECT_EQ(CodeOf(ErrorReason::kStreamIdle), Code::kDeadlineExceeded);
  EXPECT_EQ(CodeOf(ErrorReason::kNotImplemented), Code::kUnimplemented);
}

TEST(ErrorsTest, ClassesFollowTheTableOfTheDesign) {
  EXPECT_EQ(ClassOf(ErrorReason::kInvalidRequest), ErrorClass::kCallerFault);
  EXPECT_EQ(ClassOf(ErrorReason::kContextLengthExceeded),
            ErrorClass::kContextTooLong);
  EXPECT_EQ(ClassOf(ErrorReason::kContentFiltered),
            ErrorClass::kRefusedByPolicy);
  EXPECT_EQ(ClassOf(ErrorReason::kModelNotFound), ErrorClass::kNotFound);
  EXPECT_EQ(ClassOf(ErrorReason::kProviderQuotaExhausted),
            ErrorClass::kCredential);
  EXPECT_EQ(ClassOf(ErrorReason::kProviderRateLimited),
            ErrorClass::kRateLimited);
  EXPECT_EQ(ClassOf(ErrorReason::kProviderUnavailable),
            ErrorClass::kOverloaded);
  EXPECT_EQ(ClassOf(ErrorReason::kGenerationFailed),
            ErrorClass::kGenerationBroke);
  EXPECT_EQ(ClassOf(ErrorReason::kAttemptTimeout), ErrorClass::kAttemptTimeout);
  EXPECT_EQ(ClassOf(ErrorReason::kCircuitOpen), ErrorClass::kSkipped);
  EXPECT_EQ(ClassOf(ErrorReason::kShuttingDown), ErrorClass::kCallerGone);
  EXPECT_EQ(ClassOf(ErrorReason::kInternal), ErrorClass::kInternal);
}

TEST(ErrorsTest, OurOwnLimitsAreNeverTriedElsewhere) {
  EXPECT_EQ(ClassOf(ErrorReason::kRateLimited), ErrorClass::kRefusedByPolicy);
  EXPECT_EQ(ClassOf(ErrorReason::kBudgetExceeded),
            ErrorClass::kRefusedByPolicy);
}

TEST(ErrorsTest, CarriesAnErrorInfoAsTheApiSays) {
  const absl::Status status =
      Error(ErrorReason::kModelNotFound, "no target serves 'm'",
            {{"model", "m"}, {"provider", "p"}});

  EXPECT_EQ(status.message(), "no target serves 'm'");
  const google::rpc::ErrorInfo info = InfoOf(status);
  EXPECT_EQ(info.domain(), "aigateway");
  EXPECT_EQ(info.reason(), "MODEL_NOT_FOUND");
  EXPECT_EQ(info.metadata().at("model"), "m");
  EXPECT_EQ(GetErrorMetadata(status, "provider"), "p");
  EXPECT_EQ(GetErrorMetadata(status, "other"), "");
}

TEST(ErrorsTest, EqualErrorsAreEqual) {
  const auto make = [] {
    return Error(ErrorReason::kInternal, "x",
                 {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}, {"e", "5"}});
  };
  for (int i = 0; i < 20; ++i) EXPECT_EQ(make(), make());
}

TEST(ErrorsTest, BytesThatAreNoTextBecomeReplacements) {
  const absl::Status status =
      Error(ErrorReason::kInternal, "a\xFF", {{"key", "b\xFF"}});
  EXPECT_EQ(status.message(), "a\xEF\xBF\xBD");
  EXPECT_EQ(GetErrorMetadata(status, "key"), "b\xEF\xBF\xBD");
}

TEST(ErrorsTest, MetadataCanBeAddedToAnyErrorAndKeepsItsReason) {
  absl::Status ours = Error(ErrorReason::kRateLimited, "x", {{"a", "1"}});
  SetErrorMetadata(ours, "target", "t");
  EXPECT_EQ(GetErrorMetadata(ours, "a"), "1");
  EXPECT_EQ(GetErrorMetadata(ours, "target"), "t");
  EXPECT_EQ(ReasonOf(ours), ErrorReason::kRateLimited);

  absl::Status plain = absl::UnavailableError("x");
  SetErrorMetadata(plain, "target", "t");
  EXPECT_EQ(GetErrorMetadata(plain, "target"), "t");
  EXPECT_EQ(ReasonOf(plain), ErrorReason::kProviderUnavailable);

  absl::Status ok;
  SetErrorMetadata(ok, "target", "t");
  EXPECT_EQ(ok, absl::OkStatus());
}

TEST(ErrorsTest, PlainStatusesHaveThePlainReasonOfTheirCode) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), ErrorReason::kUnspecified);
  EXPECT_EQ(ReasonOf(absl::InvalidArgumentError("")),
            ErrorReason::kInvalidRequest);
  EXPECT_EQ(ReasonOf(absl::CancelledError("")), ErrorReason::kCancelled);
  EXPECT_EQ(ReasonOf(absl::DataLossError("")), ErrorReason::kInternal);
  EXPECT_EQ(ClassOf(absl::UnavailableError("")), ErrorClass::kOverloaded);
}

TEST(ErrorsTest, AForeignOrUnknownErrorInfoIsNotOurReason) {
  const auto with_info = [](absl::string_view domain,
                            absl::string_view reason) {
    google::rpc::ErrorInfo info;
    info.set_domain(std::string(domain));
    info.set_reason(std::string(reason));
    absl::Status status = absl::NotFoundError("x");
    status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                      absl::Cord(absl::string_view(info.SerializeAsString())));
    return status;
  };
  EXPECT_EQ(ReasonOf(with_info("other.example", "RATE_LIMITED")),
            ErrorReason::kResourceNotFound);
  EXPECT_EQ(ReasonOf(with_info("aigateway", "FROM_THE_FUTURE")),
            ErrorReason::kResourceNotFound);
  absl::Status broken = absl::NotFoundError("x");
  broken.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord("\xFF\xFF"));
  EXPECT_EQ(ReasonOf(broken), ErrorReason::kResourceNotFound);
}

TEST(ErrorsTest, NamesThatAreNoReasonAreNotFound) {
  EXPECT_EQ(ReasonByName(""), std::nullopt);
  EXPECT_EQ(ReasonByName("UNSPECIFIED"), std::nullopt);
  EXPECT_EQ(ReasonByName("rate_limited"), std::nullopt);
  EXPECT_EQ(ReasonByName("ERROR_REASON_RATE_LIMITED"), std::nullopt);
}

TEST(ErrorsTest, QuotaViolationsRoundTrip) {
  absl::Status status = Error(ErrorReason::kRateLimited, "later");
  EXPECT_TRUE(GetQuotaViolations(status).empty());
  SetQuotaViolations(status, {{"per key", "60 requests a minute"},
                              {"all \xff", "9 tokens a day"}});
  const std::vector<QuotaViolation> read = GetQuotaViolations(status);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].subject, "per key");
  EXPECT_EQ(read[0].description, "60 requests a minute");
  EXPECT_EQ(read[1].subject, "all \uFFFD");
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRateLimited);
}

TEST(ErrorsTest, RetryAfterRoundTripsAndStaysInRange) {
  absl::Status status = Error(ErrorReason::kProviderRateLimited, "x");
  EXPECT_EQ(RetryAfter(status), std::nullopt);
  SetRetryAfter(status, absl::Milliseconds(1500));
  EXPECT_THAT(RetryAfter(status), Optional(absl::Milliseconds(1500)));
  SetRetryAfter(status, -absl::Seconds(1));
  EXPECT_THAT(RetryAfter(status), Optional(absl::ZeroDuration()));
  SetRetryAfter(status, absl::InfiniteDuration());
  EXPECT_THAT(RetryAfter(status), Optional(absl::Hours(24 * 365 * 100)));
}

TEST(ErrorsTest, AFieldErrorNamesItsField) {
  const absl::Status status =
      FieldError("chat.n", "must be at least 1", ErrorReason::kInvalidConfig);

  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidConfig);
  EXPECT_THAT(std::string(status.message()), StartsWith("chat.n: must be"));
  EXPECT_EQ(GetErrorMetadata(status, "field"), "chat.n");
  const std::vector<FieldViolation> violations = GetViolations(status);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "chat.n");
  EXPECT_EQ(violations[0].description, "must be at least 1");
}

TEST(ErrorsTest, ViolationsComeInTheirOrder) {
  absl::Status status = Error(ErrorReason::kInvalidConfig, "two faults");
  EXPECT_THAT(GetViolations(status), IsEmpty());
  SetViolations(status, {{"b", "x"}, {"a", "\xFF"}});
  std::vector<std::string> seen;
  for (const FieldViolation& violation : GetViolations(status)) {
    seen.push_back(violation.field + "=" + violation.description);
  }
  EXPECT_THAT(seen, ElementsAre("b=x", "a=\xEF\xBF\xBD"));
}

TEST(ErrorsTest, AnotherMessageKeepsThePayloads) {
  absl::Status status = Error(ErrorReason::kProviderRateLimited, "one");
  SetRetryAfter(status, absl::Seconds(2));

  const absl::Status other = WithMessage(status, "two\xFF");

  EXPECT_EQ(other.code(), status.code());
  EXPECT_EQ(other.message(), "two\xEF\xBF\xBD");
  EXPECT_EQ(ReasonOf(other), ErrorReason::kProviderRateLimited);
  EXPECT_THAT(RetryAfter(other), Optional(Eq(absl::Seconds(2))));
}

}  // namespace
}  // namespace aigateway
