#include "gateway/server/grpc_status.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

#include "aigateway/v1/errors.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

using ::testing::EndsWith;
using ::testing::Eq;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;

google::rpc::Status RichStatusOf(const grpc::Status& status) {
  google::rpc::Status rich;
  EXPECT_TRUE(rich.ParseFromString(status.error_details()));
  return rich;
}

template <typename Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  // Named: a temporary would be gone before the loop begins.
  const google::rpc::Status rich = RichStatusOf(status);
  for (const auto& any : rich.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

v1::RouteInfo RouteWithAttempts(int attempts) {
  v1::RouteInfo route;
  route.set_request_id("r-1");
  route.set_trace_id("0123456789abcdef0123456789abcdef");
  route.set_config_revision("abc");
  for (int i = 0; i < attempts; ++i) {
    v1::Attempt* attempt = route.add_attempts();
    attempt->set_target(absl::StrCat("t", i));
    attempt->set_provider("openai");
    attempt->set_upstream_model("gpt-4o-mini");
    attempt->set_outcome(v1::ATTEMPT_OUTCOME_FAILED);
    attempt->set_http_status(503);
    attempt->set_reason(v1::ERROR_REASON_PROVIDER_UNAVAILABLE);
    attempt->mutable_duration()->set_nanos(123456789);
  }
  return route;
}

TEST(GrpcStatusTest, LeavesOkWithoutDetails) {
  const grpc::Status status = ToGrpcStatus(absl::OkStatus());

  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.error_details(), "");
}

TEST(GrpcStatusTest, CarriesCodeTextAndReason) {
  const grpc::Status status = ToGrpcStatus(Error(
      ErrorReason::kModelNotFound, "no target serves 'x'", {{"model", "x"}}));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no target serves 'x'");
  EXPECT_EQ(RichStatusOf(status).code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(RichStatusOf(status).message(), "no target serves 'x'");
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->domain(), "aigateway");
  EXPECT_EQ(info->reason(), "MODEL_NOT_FOUND");
  EXPECT_EQ(info->metadata().at("model"), "x");
}

TEST(GrpcStatusTest, GivesAReasonToAStatusThatHasNone) {
  const grpc::Status status =
      ToGrpcStatus(absl::DeadlineExceededError("too late"));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status)->reason(),
            "DEADLINE_EXCEEDED");
}

TEST(GrpcStatusTest, CarriesTheWaitAndTheFields) {
  absl::Status error = Error(ErrorReason::kRateLimited, "too fast");
  SetRetryAfter(error, absl::Milliseconds(1500));
  SetViolations(error, {{"chat.n", "must be 1"}});

  const grpc::Status status = ToGrpcStatus(error);

  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 1);
  EXPECT_EQ(retry->retry_delay().nanos(), 500000000);
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad_request.has_value());
  EXPECT_EQ(bad_request->field_violations(0).field(), "chat.n");
}

TEST(GrpcStatusTest, CarriesAQuotaFailureAsItCame) {
  google::rpc::QuotaFailure quota;
  quota.add_violations()->set_subject("key:ann");
  absl::Status error = Error(ErrorReason::kRateLimited, "too fast");
  error.SetPayload("type.googleapis.com/google.rpc.QuotaFailure",
                   absl::Cord(absl::string_view(quota.SerializeAsString())));

  const auto detail = DetailOf<google::rpc::QuotaFailure>(ToGrpcStatus(error));

  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->violations(0).subject(), "key:ann");
}

TEST(GrpcStatusTest, CarriesTheAttemptsIfThereWereAny) {
  const absl::Status error = Error(ErrorReason::kProviderUnavailable, "down");

  const v1::RouteInfo none = RouteWithAttempts(0);
  const v1::RouteInfo two = RouteWithAttempts(2);

  EXPECT_FALSE(DetailOf<v1::RouteFailure>(ToGrpcStatus(error, &none)));
  const auto failure = DetailOf<v1::RouteFailure>(ToGrpcStatus(error, &two));
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->attempts(), SizeIs(2));
  EXPECT_EQ(failure->attempts(1).target(), "t1");
  EXPECT_EQ(failure->request_id(), "r-1");
  EXPECT_EQ(failure->trace_id(), two.trace_id());
  EXPECT_EQ(failure->config_revision(), "abc");
  EXPECT_EQ(failure->omitted_attempts(), 0);
}

// Case 013, first run.
TEST(GrpcStatusTest, ShortensALongTextAndShowsIt) {
  const grpc::Status status =
      ToGrpcStatus(Error(ErrorReason::kInvalidRequest,
                         absl::StrCat("bad field: ", std::string(20000, 'x'))));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), StartsWith("bad field: xxx"));
  EXPECT_THAT(status.error_message(), EndsWith("…"));
  EXPECT_THAT(status.error_message(), SizeIs(Le(kMaxStatusTextBytes)));
  EXPECT_LE(TrailerBytes(status), kMaxStatusTrailerBytes);
}

// Case 013, second run.
TEST(GrpcStatusTest, KeepsTenAttemptsBesideALongText) {
  const v1::RouteInfo route = RouteWithAttempts(10);

  const grpc::Status status =
      ToGrpcStatus(Error(ErrorReason::kProviderUnavailable,
                         std::string(2000, 'x'), {{"target", "t9"}}),
                   &route);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(DetailOf<v1::RouteFailure>(status)->attempts(), SizeIs(10));
  EXPECT_LE(TrailerBytes(status), kMaxStatusTrailerBytes);
}

TEST(GrpcStatusTest, LeavesOutTheOldestAttemptsFirst) {
  const v1::RouteInfo route = RouteWithAttempts(500);

  const grpc::Status status =
      ToGrpcStatus(Error(ErrorReason::kProviderUnavailable, "down"), &route);

  const auto failure = DetailOf<v1::RouteFailure>(status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_GT(failure->attempts_size(), 0);
  EXPECT_EQ(failure->attempts_size() + failure->omitted_attempts(), 500);
  EXPECT_EQ(failure->attempts(failure->attempts_size() - 1).target(), "t499");
  EXPECT_LE(TrailerBytes(status), kMaxStatusTrailerBytes);
}

TEST(GrpcStatusTest, CountsTextAsItTravels) {
  // Each character is three bytes, and nine in a percent-encoded text.
  std::string text;
  for (int i = 0; i < 1200; ++i) text += "語";

  const grpc::Status status =
      ToGrpcStatus(Error(ErrorReason::kInvalidRequest, text));

  EXPECT_LE(TrailerBytes(status), kMaxStatusTrailerBytes);
  EXPECT_TRUE(IsValidUtf8(status.error_message()));
  EXPECT_THAT(status.error_message(), EndsWith("…"));
}

TEST(GrpcStatusTest, SaysHowManyViolationsWereLeftOut) {
  absl::Status error = Error(ErrorReason::kInvalidConfig, "100 faults");
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 100; ++i) {
    violations.push_back(
        {absl::StrCat("targets[", i, "].virtual_key"), std::string(200, 'd')});
  }
  SetViolations(error, violations);

  const grpc::Status status = ToGrpcStatus(error);

  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad_request.has_value());
  const int size = bad_request->field_violations_size();
  ASSERT_GT(size, 4);
  EXPECT_EQ(bad_request->field_violations(0).field(), "targets[0].virtual_key");
  EXPECT_EQ(bad_request->field_violations(size - 1).description(),
            absl::StrCat("and ", 100 - (size - 1), " more"));
  EXPECT_LE(TrailerBytes(status), kMaxStatusTrailerBytes);
}

std::string AnyText(Random& random) {
  static constexpr size_t kSizes[] = {0, 1, 40, 700, 5000, 100000};
  const size_t size = kSizes[random.Next() % 6];
  const int kind = static_cast<int>(random.Next() % 4);
  std::string text;
  while (text.size() < size) {
    if (kind == 0) text += 'a';
    if (kind == 1) text += static_cast<char>(random.Next());
    if (kind == 2) text += "語";
    if (kind == 3) text += '\n';
  }
  return text;
}

TEST(GrpcStatusTest, FitsTheTrailerWhateverItIsGiven) {
  Random random(1);
  for (int run = 0; run < 20; ++run) {
    const auto code = static_cast<absl::StatusCode>(1 + random.Next() % 16);
    absl::Status error(code, AnyText(random));
    if (random.Next() % 2 == 0) {
      error = Error(ErrorReason::kProviderUnavailable, AnyText(random));
    }
    for (uint64_t i = random.Next() % 50; i > 0; --i) {
      SetErrorMetadata(error, AnyText(random).substr(0, 3000), AnyText(random));
    }
    std::vector<FieldViolation> violations(random.Next() % 50);
    for (FieldViolation& violation : violations) {
      violation = {AnyText(random), AnyText(random)};
    }
    if (!violations.empty()) SetViolations(error, violations);
    if (random.Next() % 2 == 0) SetRetryAfter(error, absl::Hours(1e6));
    if (random.Next() % 3 == 0) {
      error.SetPayload(AnyText(random).substr(0, 1000),
                       absl::Cord(absl::string_view(AnyText(random))));
    }
    v1::RouteInfo route = RouteWithAttempts(random.Next() % 100);
    route.set_request_id(ValidUtf8(AnyText(random)));
    for (v1::Attempt& attempt : *route.mutable_attempts()) {
      attempt.set_target(ValidUtf8(AnyText(random).substr(0, 4000)));
      attempt.set_upstream_model(ValidUtf8(AnyText(random).substr(0, 4000)));
    }

    const grpc::Status status = ToGrpcStatus(error, &route);

    ASSERT_LE(TrailerBytes(status), kMaxStatusTrailerBytes) << run;
    ASSERT_EQ(static_cast<int>(status.error_code()),
              static_cast<int>(error.code()));
    const google::rpc::Status rich = RichStatusOf(status);
    ASSERT_EQ(rich.code(), status.error_code());
    ASSERT_EQ(rich.message(), status.error_message());
    ASSERT_TRUE(IsValidUtf8(status.error_message()));
    ASSERT_EQ(DetailOf<google::rpc::ErrorInfo>(status)->reason(),
              std::string(NameOf(ReasonOf(error))));
    const auto failure = DetailOf<v1::RouteFailure>(status);
    ASSERT_EQ(failure.has_value(), route.attempts_size() > 0);
    if (!failure.has_value()) continue;
    ASSERT_GE(failure->attempts_size(), 1);
    ASSERT_EQ(failure->attempts_size() + failure->omitted_attempts(),
              route.attempts_size());
  }
}

TEST(GrpcStatusTest, TakesACodeThatIsNoneForADefect) {
  const grpc::Status status =
      ToGrpcStatus(absl::Status(static_cast<absl::StatusCode>(77), "?"));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
}

TEST(MetadataValueTest, LeavesVisibleAsciiAlone) {
  EXPECT_EQ(MetadataValue("gpt-4o_mini/a:b"), "gpt-4o_mini/a:b");
}

TEST(MetadataValueTest, EncodesWhatHeadersCannotCarry) {
  EXPECT_EQ(MetadataValue("1\r\nX-Evil: 1 %"), "1%0D%0AX-Evil:%201%20%25");
  EXPECT_EQ(MetadataValue("語"), "%E8%AA%9E");
}

TEST(MetadataValueTest, CutsNoEscapeInTwo) {
  EXPECT_EQ(MetadataValue("aaa\n", 5), "aaa");
  EXPECT_EQ(MetadataValue("aaa\n", 6), "aaa%0A");
}

TEST(RetryPushbackTest, SaysInMillisecondsHowLongToWait) {
  absl::Status error = Error(ErrorReason::kOverloaded, "full");
  EXPECT_EQ(RetryPushback(error), "");
  SetRetryAfter(error, absl::Microseconds(1500));
  EXPECT_EQ(RetryPushback(error), "2");
  SetRetryAfter(error, absl::InfiniteDuration());
  EXPECT_EQ(RetryPushback(error), "2147483647");
  EXPECT_EQ(RetryPushback(absl::OkStatus()), "");
}

}  // namespace
}  // namespace aigateway
