#ifndef AIGATEWAY_GATEWAY_BASE_LOG_H_
#define AIGATEWAY_GATEWAY_BASE_LOG_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "gateway/base/clock.h"

namespace aigateway {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning", "error".
absl::string_view NameOf(LogLevel level);
// Returns nullopt if no level has that name.
std::optional<LogLevel> LogLevelByName(absl::string_view name);

// A value by its name in a log record. Borrows its texts. There is none of a
// Secret: that does not compile.
class LogField {
 public:
  using Value = std::variant<absl::string_view, int64_t, uint64_t, double, bool,
                             absl::Duration>;

  LogField(absl::string_view key, absl::string_view value)
      : key_(key), value_(value) {}
  LogField(absl::string_view key, const std::string& value)
      : LogField(key, absl::string_view(value)) {}
  LogField(absl::string_view key, const char* value)
      : LogField(key, absl::string_view(value)) {}
  // Written in milliseconds, or, for a person, as Go does.
  LogField(absl::string_view key, absl::Duration value)
      : key_(key), value_(value) {}
  LogField(absl::string_view key, double value) : key_(key), value_(value) {}
  // Templates, lest a pointer be taken for a truth.
  template <std::same_as<bool> T>
  LogField(absl::string_view key, T value) : key_(key), value_(value) {}
  template <std::signed_integral T>
  LogField(absl::string_view key, T value)
      : key_(key), value_(static_cast<int64_t>(value)) {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  LogField(absl::string_view key, T value)
      : key_(key), value_(static_cast<uint64_t>(value)) {}

  absl::string_view key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  absl::string_view key_;
  Value value_;
};

// Takes finished log lines. Thread-safe.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // `lines` is one line or more, each with its newline, valid UTF-8. None of
  // them is mixed with what another thread writes.
  virtual void Write(absl::string_view lines) = 0;

  // Writes to standard error, and waits if that is not read: for tools. A
  // server puts a BackgroundLogSink before it. Lives for ever.
  static LogSink* Stderr();
};

// Writes one line per record: JSON for machines, or text for a person. Line
// breaks, control characters and bytes that are not UTF-8 are escaped, so that
// no value can forge a line or move a terminal's cursor. Thread-safe.
class Logger {
 public:
  enum class Format { kJson, kText };
  struct Options {
    LogLevel level = LogLevel::kInfo;  // What is less is not written.
    Format format = Format::kJson;
  };

  // `clock` and `sink` must outlive this object.
  Logger(Options options, const Clock* clock, LogSink* sink)
      : options_(options), clock_(clock), sink_(sink) {}
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  // What suits standard error: text if it is a terminal, else JSON.
  static Format FormatForStderr();

  // Whether records of `level` are written: to spare the cost of their fields.
  bool writes(LogLevel level) const { return level >= options_.level; }

  // `message` is a constant phrase; what varies goes into `fields`, so that
  // records can be searched. Each key stands once in a record, and is none of
  // "time", "level" and "message".
  void Log(LogLevel level, absl::string_view message,
           absl::Span<const LogField> fields) const;
  void Log(LogLevel level, absl::string_view message,
           std::initializer_list<LogField> fields = {}) const {
    Log(level, message, absl::MakeConstSpan(fields.begin(), fields.size()));
  }

  void Debug(absl::string_view message,
             std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(absl::string_view message,
            std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warning(absl::string_view message,
               std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(absl::string_view message,
             std::initializer_list<LogField> fields = {}) const {
    Log(LogLevel::kError, message, fields);
  }

 private:
  const Options options_;
  const Clock* const clock_;
  LogSink* const sink_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_LOG_H_
