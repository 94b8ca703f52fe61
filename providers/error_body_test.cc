#include "providers/error_body.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

using testing::SizeIs;

ErrorBody Read(absl::string_view body) {
  const std::optional<ErrorBody> read = ReadErrorBody(body);
  EXPECT_TRUE(read.has_value()) << body;
  return read.value_or(ErrorBody{});
}

// Every shape that a provider has for the words of an error.
TEST(ErrorBodyTest, FindsTheWordsInEveryShape) {
  for (absl::string_view body : {
           R"({"error":{"message":"words"}})",
           R"({"error":"words"})",
           R"([{"error":{"message":"words"}}])",
           R"({"errors":[{"message":"words"}]})",
           R"({"errors":["words"]})",
           R"({"message":"words"})",
           R"({"detail":"words"})",
           R"({"detail":[{"msg":"words"}]})",
           R"({"title":"words","status":422})",
           R"({"title":"Bad Request","detail":"words"})",
           R"({"code":400,"error":"words"})",
           R"({"base_resp":{"status_code":1004,"status_msg":"words"}})",
           R"({"error":{"error":{"message":"words"}}})",
           R"({"error":{"message":["words"]}})",
           R"({"error":{"message":"{\"message\":\"words\"}"}})",
           R"({"ERROR":{"Message":"words"}})",
           R"("words")",
       }) {
    EXPECT_EQ(Read(body).message, "words") << body;
  }
}

TEST(ErrorBodyTest, NamesThePlaceOfEachFault) {
  EXPECT_EQ(Read(R"({"detail":[{"loc":["body","n"],"msg":"too large"},)"
                 R"({"loc":["body",0],"msg":"missing"}]})")
                .message,
            "body.n: too large; body.0: missing");
}

TEST(ErrorBodyTest, KeepsTheNamesOfTheFault) {
  const ErrorBody body =
      Read(R"({"error":{"message":"m","type":"invalid_request_error",)"
           R"("code":"unknown_parameter","param":"seed"}})");
  EXPECT_EQ(body.type, "invalid_request_error");
  EXPECT_EQ(body.code, "unknown_parameter");
  EXPECT_EQ(body.param, "seed");
  EXPECT_EQ(body.status, 0);
}

TEST(ErrorBodyTest, TakesOneWordBesideAMessageForTheKind) {
  const ErrorBody body = Read(R"({"error":"not_found","message":"No model"})");
  EXPECT_EQ(body.type, "not_found");
  EXPECT_EQ(body.message, "No model");
}

// Case 012.
TEST(ErrorBodyTest, TakesACodeOfAnyKind) {
  EXPECT_EQ(Read(R"({"error":{"code":429}})").code, "429");
  EXPECT_EQ(Read(R"({"error":{"code":429}})").status, 429);
  EXPECT_EQ(Read(R"({"error":{"code":"503"}})").status, 503);
  EXPECT_EQ(Read(R"({"error":{"code":1113}})").status, 0);
  EXPECT_EQ(Read(R"({"error":{"code":null,"message":"m"}})").code, "");
  EXPECT_EQ(Read(R"({"error":{"code":true}})").code, "true");
}

TEST(ErrorBodyTest, ReadsAStatusThatIsANameOrANumber) {
  const ErrorBody named =
      Read(R"({"error":{"code":400,"status":"INVALID_ARGUMENT"}})");
  EXPECT_EQ(named.type, "INVALID_ARGUMENT");
  EXPECT_EQ(named.status, 400);
  EXPECT_EQ(Read(R"({"status":422,"title":"t"})").status, 422);
  EXPECT_EQ(Read(R"({"base_resp":{"status_code":1004}})").code, "1004");
}

TEST(ErrorBodyTest, KeepsWhatTheVendorBehindSaid) {
  const ErrorBody body =
      Read(R"({"error":{"message":"Provider returned error","code":502,)"
           R"("metadata":{"raw":"upstream down"}}})");
  EXPECT_EQ(body.message, "Provider returned error");
  EXPECT_EQ(body.detail, "upstream down");
}

TEST(ErrorBodyTest, IsEmptyWhereNothingIsSaid) {
  for (absl::string_view body :
       {"{}", "[]", "null", "12", R"({"error":null})", R"({"error":{}})"}) {
    EXPECT_TRUE(Read(body).empty()) << body;
  }
}

TEST(ErrorBodyTest, IsNothingWhereThereIsNoJson) {
  for (absl::string_view body : {"", " ", "<html>", "error", "{\"error\":"}) {
    EXPECT_FALSE(ReadErrorBody(body).has_value()) << body;
  }
}

TEST(ErrorBodyTest, LooksIntoErrorsInErrorsOnlySoDeep) {
  std::string body = R"({"message":"deep"})";
  for (int i = 0; i < 20; ++i) body = absl::StrCat(R"({"error":)", body, "}");
  EXPECT_TRUE(Read(body).empty());
}

TEST(ErrorBodyTest, KeepsNoTextWithoutEnd) {
  const ErrorBody body = Read(absl::StrCat(
      R"({"message":")", std::string(1000000, 'x'), R"(","code":429})"));
  EXPECT_THAT(body.message, SizeIs(testing::Le(20000)));
  EXPECT_EQ(body.code, "429");
}

TEST(ErrorBodyTest, GivesTextThatIsUtf8) {
  const ErrorBody body = Read("{\"message\":\"a\xff\xc3z\"}");
  EXPECT_TRUE(IsValidUtf8(body.message));
  EXPECT_EQ(body.message, "a\xef\xbf\xbd\xef\xbf\xbdz");
}

}  // namespace
}  // namespace aigateway
