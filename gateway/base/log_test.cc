#include "gateway/base/log.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/mutex.h"
#include "gateway/base/secret.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

class StoppedClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixMillis(1700000000007);
  }
};

class StringSink final : public LogSink {
 public:
  void Write(absl::string_view lines) override {
    const MutexLock lock(&mutex_);
    text_.append(lines.data(), lines.size());
  }
  std::string text() const {
    const MutexLock lock(&mutex_);
    return text_;
  }

 private:
  mutable Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

class LogTest : public ::testing::Test {
 protected:
  StoppedClock clock_;
  StringSink sink_;
  const Logger json_{{.format = Logger::Format::kJson}, &clock_, &sink_};
  const Logger text_{{.format = Logger::Format::kText}, &clock_, &sink_};
};

TEST_F(LogTest, WritesARecordAsOneLineOfJson) {
  json_.Info("request ended", {{"target", "a"},
                               {"status", 200},
                               {"bytes", uint64_t{7}},
                               {"share", 0.25},
                               {"stream", true},
                               {"duration_ms", absl::Microseconds(12345)}});
  EXPECT_EQ(sink_.text(),
            "{\"time\":\"2023-11-14T22:13:20.007Z\",\"level\":\"info\","
            "\"message\":\"request ended\",\"target\":\"a\",\"status\":200,"
            "\"bytes\":7,\"share\":0.25,\"stream\":true,"
            "\"duration_ms\":12.345}\n");
}

TEST_F(LogTest, WritesARecordAsOneLineForAPerson) {
  text_.Warning("request ended", {{"target", "a"},
                                  {"why", "no \"luck\" today"},
                                  {"empty", ""},
                                  {"took", absl::Microseconds(12345)},
                                  {"n", -3}});
  EXPECT_EQ(sink_.text(),
            "2023-11-14T22:13:20.007Z WARN  request ended target=a "
            "why=\"no \\\"luck\\\" today\" empty=\"\" took=12.345ms n=-3\n");
}

TEST_F(LogTest, WritesOnlyTheLevelAndWhatIsAbove) {
  const Logger logger({.level = LogLevel::kWarning}, &clock_, &sink_);
  logger.Debug("no");
  logger.Info("no");
  EXPECT_THAT(sink_.text(), IsEmpty());
  EXPECT_FALSE(logger.writes(LogLevel::kInfo));
  EXPECT_TRUE(logger.writes(LogLevel::kWarning));
  logger.Warning("w");
  logger.Error("e");
  EXPECT_THAT(sink_.text(), HasSubstr("\"warning\""));
  EXPECT_THAT(sink_.text(), HasSubstr("\"error\""));
}

TEST_F(LogTest, NoValueCanForgeALineOrSteerATerminal) {
  const std::string hostile =
      "a\nb\rc\x1B[2J\x7F\xC2\x9B"
      "2J\xE2\x80\xA8\xE2\x80\xA9\xFF" +
      std::string(1, '\0');
  for (const Logger* logger : {&json_, &text_}) {
    StringSink sink;
    const Logger to_sink({.format = logger == &json_ ? Logger::Format::kJson
                                                     : Logger::Format::kText},
                         &clock_, &sink);
    to_sink.Info(hostile, {{"key", hostile}, {hostile, "x"}});
    std::string line = sink.text();
    ASSERT_EQ(line.back(), '\n');
    line.pop_back();
    EXPECT_TRUE(IsValidUtf8(line));
    for (const char c : line) {
      EXPECT_GE(static_cast<unsigned char>(c), 0x20);
      EXPECT_NE(c, '\x7F');
    }
    EXPECT_THAT(line, Not(HasSubstr("\xC2\x9B")));
    EXPECT_THAT(line, Not(HasSubstr("\xE2\x80\xA8")));
    EXPECT_THAT(line, Not(HasSubstr("\xE2\x80\xA9")));
    EXPECT_THAT(line, HasSubstr("\\u007f\\u009b2J\\u2028\\u2029"));
  }
}

TEST_F(LogTest, OrdinaryTextOfTheWorldIsLeftAlone) {
  json_.Info("\xC2\xA0\xC3\xA9\xE2\x80\x93\xF0\x9F\x98\x80");
  EXPECT_THAT(sink_.text(),
              HasSubstr("\xC2\xA0\xC3\xA9\xE2\x80\x93\xF0\x9F\x98\x80"));
}

TEST_F(LogTest, JsonLinesAreJsonWhateverTheValues) {
  json_.Info("x", {{"nan", std::numeric_limits<double>::quiet_NaN()},
                   {"huge", std::numeric_limits<uint64_t>::max()},
                   {"least", std::numeric_limits<int64_t>::min()},
                   {"never", absl::InfiniteDuration()},
                   {"text", "\x7F\"\\"}});
  const std::string line = sink_.text();
  EXPECT_TRUE(IsJson(line)) << line;
  EXPECT_THAT(line, HasSubstr("18446744073709551615"));
  EXPECT_THAT(line, HasSubstr("\"never\":null"));
}

TEST_F(LogTest, LinesOfSeveralThreadsAreNeverMixed) {
  constexpr int kThreads = 4;
  constexpr int kLines = 500;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kLines; ++i) {
        json_.Info("line", {{"thread", t}, {"i", i}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> lines = absl::StrSplit(sink_.text(), '\n');
  ASSERT_EQ(lines.back(), "");
  lines.pop_back();
  EXPECT_EQ(lines.size(), static_cast<size_t>(kThreads * kLines));
  for (const std::string& line : lines) ASSERT_TRUE(IsJson(line)) << line;
}

TEST(LogLevelTest, HasAWordForEachLevel) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    EXPECT_THAT(LogLevelByName(NameOf(level)), Optional(level));
  }
  EXPECT_EQ(LogLevelByName("loud"), std::nullopt);
}

TEST(LogFieldTest, TakesNoSecretAndNoPointer) {
  static_assert(
      std::is_constructible_v<LogField, absl::string_view, std::string>);
  static_assert(!std::is_constructible_v<LogField, absl::string_view, Secret>);
  static_assert(!std::is_constructible_v<LogField, absl::string_view, void*>);
  static_assert(!std::is_constructible_v<LogField, absl::string_view, int*>);
}

}  // namespace
}  // namespace aigateway
