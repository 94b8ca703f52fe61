#include "gateway/base/log.h"

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unistd.h>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "gateway/base/go_duration.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/mutex.h"

namespace aigateway {
namespace {

class StderrSink final : public LogSink {
 public:
  void Write(absl::string_view lines) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    while (!lines.empty()) {
      const ssize_t written =
          ::write(STDERR_FILENO, lines.data(), lines.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return;  // Closed or full: there is nobody left to tell.
      }
      lines.remove_prefix(static_cast<size_t>(written));
    }
  }

 private:
  Mutex mutex_;  // Of the file: a write may need several calls.
};

// "2023-11-14T22:13:20.123Z".
void AppendTime(absl::Time time, std::string* out) {
  const absl::CivilSecond second =
      absl::ToCivilSecond(time, absl::UTCTimeZone());
  const int64_t ms = absl::ToUnixMillis(time) % 1000;
  const auto two = [](int value) { return absl::Dec(value, absl::kZeroPad2); };
  absl::StrAppend(out, absl::Dec(second.year(), absl::kZeroPad4), "-",
                  two(second.month()), "-", two(second.day()), "T",
                  two(second.hour()));
  absl::StrAppend(out, ":", two(second.minute()), ":", two(second.second()),
                  ".", absl::Dec(ms < 0 ? ms + 1000 : ms, absl::kZeroPad3),
                  "Z");
}

// Appends `json`, valid JSON, with an escape for each character beyond ASCII's
// own controls (which JSON escapes) that ends a line or steers a terminal: DEL,
// C1, and Unicode's line and paragraph separators. They stand in strings only.
void AppendHarmless(absl::string_view json, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  size_t begin = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    size_t length = 0;
    unsigned code = byte;
    if (byte == 0x7F) {
      length = 1;
    } else if (byte == 0xC2 && static_cast<unsigned char>(json[i + 1]) < 0xA0) {
      length = 2;
      code = static_cast<unsigned char>(json[i + 1]);
    } else if (absl::StartsWith(json.substr(i), "\xE2\x80\xA8") ||
               absl::StartsWith(json.substr(i), "\xE2\x80\xA9")) {
      length = 3;
      code = 0x2000 + (static_cast<unsigned char>(json[i + 2]) - 0x80);
    } else {
      continue;
    }
    out->append(json.data() + begin, i - begin);
    out->append("\\u");
    for (const int shift : {12, 8, 4, 0}) {
      out->push_back(kHex[(code >> shift) & 15]);
    }
    i += length - 1;
    begin = i + 1;
  }
  out->append(json.data() + begin, json.size() - begin);
}

// Writes the value of a field as JSON.
struct JsonValueWriter {
  void operator()(absl::string_view value) const { out.String(value); }
  void operator()(int64_t value) const { out.Int(value); }
  void operator()(uint64_t value) const {
    if (value <= INT64_MAX) return out.Int(static_cast<int64_t>(value));
    out.Raw(absl::StrCat(value));
  }
  void operator()(double value) const { out.Double(value); }
  void operator()(bool value) const { out.Bool(value); }
  void operator()(absl::Duration value) const {
    out.Double(std::round(absl::ToDoubleMicroseconds(value)) / 1000);
  }
  JsonWriter& out;
};

// Whether a value needs no quotes before a person's eyes.
bool IsPlainWord(absl::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '=') return false;
  }
  return !text.empty();
}

std::string ValueForPerson(const LogField::Value& value) {
  if (const auto* text = std::get_if<absl::string_view>(&value);
      text != nullptr && IsPlainWord(*text)) {
    return std::string(*text);
  }
  if (const auto* duration = std::get_if<absl::Duration>(&value)) {
    return FormatGoDuration(absl::Trunc(*duration, absl::Microseconds(1)));
  }
  std::string json;
  JsonWriter writer(&json);
  std::visit(JsonValueWriter{writer}, value);
  return json;
}

std::string JsonLine(absl::Time time, LogLevel level, absl::string_view message,
                     absl::Span<const LogField> fields) {
  std::string now;
  AppendTime(time, &now);
  std::string line;
  JsonWriter writer(&line);
  writer.StartObject();
  writer.Field("time", absl::string_view(now));
  writer.Field("level", NameOf(level));
  writer.Field("message", message);
  for (const LogField& field : fields) {
    writer.Key(field.key());
    std::visit(JsonValueWriter{writer}, field.value());
  }
  writer.EndObject();
  return line;
}

std::string TextLine(absl::Time time, LogLevel level, absl::string_view message,
                     absl::Span<const LogField> fields) {
  constexpr absl::string_view kLevels[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};
  std::string line;
  AppendTime(time, &line);
  absl::StrAppend(&line, " ", kLevels[static_cast<int>(level)], " ");
  // A phrase of ours has no need of the quotes, but of the escapes.
  std::string quoted;
  JsonWriter(&quoted).String(message);
  line.append(quoted, 1, quoted.size() - 2);
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", ValueForPerson(field.key()), "=",
                    ValueForPerson(field.value()));
  }
  return line;
}

}  // namespace

absl::string_view NameOf(LogLevel level) {
  constexpr absl::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<int>(level)];
}

std::optional<LogLevel> LogLevelByName(absl::string_view name) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    if (NameOf(level) == name) return level;
  }
  return std::nullopt;
}

LogSink* LogSink::Stderr() {
  static StderrSink* const sink = new StderrSink();
  return sink;
}

Logger::Format Logger::FormatForStderr() {
  return ::isatty(STDERR_FILENO) != 0 ? Format::kText : Format::kJson;
}

void Logger::Log(LogLevel level, absl::string_view message,
                 absl::Span<const LogField> fields) const {
  if (!writes(level)) return;
  const absl::Time now = clock_->Now();
  std::string line;
  AppendHarmless(options_.format == Format::kJson
                     ? JsonLine(now, level, message, fields)
                     : TextLine(now, level, message, fields),
                 &line);
  line.push_back('\n');
  sink_->Write(line);
}

}  // namespace aigateway
