#include "gateway/config/secrets.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/stat.h>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

class ExpandTest : public testing::Test {
 protected:
  std::string Expanded(absl::string_view text) {
    const absl::StatusOr<std::string> expanded = Expand(text, secrets_);
    EXPECT_THAT(expanded, IsOk());
    return expanded.value_or("failed");
  }
  std::string WhyNot(absl::string_view text) {
    const absl::StatusOr<std::string> expanded = Expand(text, secrets_);
    EXPECT_EQ(expanded.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(expanded.status().message());
  }

  const FixedSecrets secrets_{{{"A", "alpha"},
                               {"_B2", " beta "},
                               {"EMPTY", ""},
                               {"NESTED", "${A}"},
                               {"BIG", std::string(600 << 10, 'x')}},
                              {{"/run/key", "\n key \n"}}};
};

TEST_F(ExpandTest, LeavesATextWithoutVariablesAlone) {
  for (const char* text : {"", "plain", "$5", "a$", "$A", "{A}", "$(A)", "}"}) {
    EXPECT_EQ(Expanded(text), text);
  }
}

TEST_F(ExpandTest, PutsInVariables) {
  EXPECT_EQ(Expanded("${A}"), "alpha");
  EXPECT_EQ(Expanded("<${A}|${_B2}|${EMPTY}>"), "<alpha| beta |>");
  EXPECT_EQ(Expanded("${A}${A}"), "alphaalpha");
  EXPECT_EQ(Expanded("$$${A}"), "$${A}");
}

TEST_F(ExpandTest, PutsInFilesWithoutTheSpaceAroundThem) {
  EXPECT_EQ(Expanded("Bearer ${file:/run/key}"), "Bearer key");
}

TEST_F(ExpandTest, TwoDollarsMakeOnePlainBrace) {
  EXPECT_EQ(Expanded("$${A}"), "${A}");
  EXPECT_EQ(Expanded("a$${b ${A}"), "a${b alpha");
}

TEST_F(ExpandTest, NeverLooksAtWhatCameIn) {
  EXPECT_EQ(Expanded("${NESTED}"), "${A}");
}

TEST_F(ExpandTest, NamesWhatIsNotSet) {
  EXPECT_EQ(WhyNot("x ${NOBODY} y"),
            "the environment variable NOBODY is not set");
  EXPECT_EQ(WhyNot("${file:/run/none}"),
            "the file '/run/none' cannot be read: No such file or directory");
}

TEST_F(ExpandTest, RefusesWhatIsNeitherVariableNorFile) {
  for (const char* text : {"${}", "${1A}", "${A-B}", "${A:-x}", "${ A}",
                           "${A B}", "${FILE:/x}", "${é}"}) {
    EXPECT_THAT(WhyNot(text), HasSubstr("neither ${NAME} nor ${file:/PATH}"))
        << text;
  }
  EXPECT_THAT(WhyNot("${A"), HasSubstr("is not closed"));
  EXPECT_THAT(WhyNot("${file:relative}"), HasSubstr("begins with '/'"));
  EXPECT_THAT(WhyNot("${file:}"), HasSubstr("begins with '/'"));
}

TEST_F(ExpandTest, IsBounded) {
  EXPECT_THAT(WhyNot("${BIG}${BIG}"), HasSubstr("is too long"));
  EXPECT_THAT(WhyNot("${BIG}${BIG}"), Not(HasSubstr("xxx")));
}

TEST(ReferencesOfTest, NamesVariablesAndFiles) {
  EXPECT_EQ(ReferencesOf("a ${A} ${file:/b}"),
            "the environment variable A and the file '/b'");
  EXPECT_EQ(ReferencesOf("plain $${A}"), "");
  EXPECT_EQ(ReferencesOf("${A} ${unclosed"), "the environment variable A");
}

class SystemSecretsTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) {
    return absl::StrCat(std::getenv("TEST_TMPDIR"), "/", name);
  }
  const SystemSecrets secrets_;
};

TEST_F(SystemSecretsTest, ReadsTheEnvironment) {
  setenv("AIGATEWAY_TEST_SECRET", "s", 1);
  EXPECT_THAT(secrets_.Variable("AIGATEWAY_TEST_SECRET"),
              Optional(std::string("s")));
  unsetenv("AIGATEWAY_TEST_SECRET");
  EXPECT_EQ(secrets_.Variable("AIGATEWAY_TEST_SECRET"), std::nullopt);
}

TEST_F(SystemSecretsTest, ReadsFilesUpToABound) {
  std::ofstream(Path("small")) << "content";
  EXPECT_THAT(secrets_.File(Path("small")),
              IsOkAndHolds(std::string("content")));
  std::ofstream(Path("bound")) << std::string(SecretSource::kMaxFileBytes, 'x');
  EXPECT_THAT(secrets_.File(Path("bound")), IsOk());
  std::ofstream(Path("large"))
      << std::string(SecretSource::kMaxFileBytes + 1, 'x');
  EXPECT_THAT(std::string(secrets_.File(Path("large")).status().message()),
              HasSubstr("larger than 64 KiB"));
}

TEST_F(SystemSecretsTest, ReadsNothingButFiles) {
  EXPECT_THAT(std::string(secrets_.File("/dev/zero").status().message()),
              HasSubstr("no regular file"));
  EXPECT_THAT(std::string(secrets_.File("/tmp").status().message()),
              HasSubstr("no regular file"));
  EXPECT_THAT(std::string(secrets_.File(Path("none")).status().message()),
              HasSubstr("No such file"));
  // Would block for ever.
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_FALSE(secrets_.File(Path("fifo")).ok());
}

}  // namespace
}  // namespace aigateway
