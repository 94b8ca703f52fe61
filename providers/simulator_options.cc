#include "providers/simulator_options.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "gateway/base/edit_distance.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

using Kind = SimulatorFault::Kind;

constexpr int64_t kMaxTokens = 50'000;
constexpr int64_t kMaxTimes = 1'000'000;
constexpr int64_t kMaxBytes = int64_t{64} << 20;
constexpr absl::Duration kMaxWait = absl::Hours(1);
constexpr size_t kMaxFaults = 16;
constexpr size_t kMaxTextBytes = 1024;
constexpr size_t kMaxKeyBytes = 64;
constexpr size_t kMaxShownBytes = 64;

struct FaultType {
  absl::string_view name;
  Kind kind;
  absl::string_view settings;  // Beside `type`, `key`, `times` and `during`.
};

constexpr FaultType kFaultTypes[] = {
    {"error", Kind::kError, "status message retry_after"},
    {"rate_limit", Kind::kRateLimit, "message retry_after"},
    {"context_length", Kind::kContextLength, "message"},
    {"content_policy", Kind::kContentPolicy, "message"},
    {"refuse_prefill", Kind::kRefusePrefill, "message"},
    {"refuse", Kind::kRefuse, ""},
    {"silence", Kind::kSilence, "silence"},
    {"html", Kind::kHtml, "status"},
    {"empty", Kind::kEmpty, ""},
    {"redirect", Kind::kRedirect, "location status"},
    {"huge_head", Kind::kHugeHead, "bytes"},
    {"reset", Kind::kReset, "after_tokens"},
    {"late", Kind::kLate, "delay"},
    {"trickle", Kind::kTrickle, "bytes interval"},
    {"cut", Kind::kCut, "after_tokens"},
    {"stall", Kind::kStall, "after_tokens silence"},
    {"half_json", Kind::kHalfJson, "after_tokens"},
    {"endless", Kind::kEndless, ""},
    {"huge_event", Kind::kHugeEvent, "after_tokens bytes"},
    {"error_event", Kind::kErrorEvent, "after_tokens status message"},
    {"bad_event", Kind::kBadEvent, "after_tokens"},
    {"no_done", Kind::kNoDone, ""},
    {"wrong_id", Kind::kWrongId, "after_tokens"},
    {"double_usage", Kind::kDoubleUsage, "after_tokens"},
    {"late_usage", Kind::kLateUsage, ""},
};

const char* const kOptionNames[] = {"first_token_delay", "token_interval",
                                    "tokens", "cached_tokens", "fault"};

const FaultType* FindFaultType(absl::string_view name) {
  for (const FaultType& type : kFaultTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

// "; did you mean 'x'?" if there is one, else the list.
std::string Suggestion(absl::string_view word,
                       const std::vector<std::string>& names) {
  const std::string nearest = Nearest(word, names);
  if (!nearest.empty()) return absl::StrCat("; did you mean '", nearest, "'?");
  return absl::StrCat("; there are ", absl::StrJoin(names, ", "));
}

// Reads values and notes what is wrong with them.
class Reader {
 public:
  explicit Reader(std::vector<FieldViolation>* violations)
      : violations_(violations) {}

  std::optional<absl::Duration> Duration(JsonValue& value,
                                         absl::string_view path) {
    if (const std::optional<absl::string_view> text = value.AsString()) {
      const absl::StatusOr<absl::Duration> read = ParseGoDuration(*text);
      if (read.ok() && *read >= absl::ZeroDuration() && *read <= kMaxWait) {
        return *read;
      }
    }
    Refuse(path, "must be a duration from 0s to 1h, written like \"500ms\"");
    return std::nullopt;
  }

  std::optional<int64_t> Int(JsonValue& value, absl::string_view path,
                             int64_t least, int64_t most) {
    const std::optional<int64_t> read = value.AsInt();
    if (read.has_value() && *read >= least && *read <= most) return read;
    Refuse(path,
           absl::StrCat("must be a whole number from ", least, " to ", most));
    return std::nullopt;
  }

  std::string Text(JsonValue& value, absl::string_view path, size_t max_bytes) {
    const std::optional<absl::string_view> read = value.AsString();
    // Headers are made of some, and no text needs a line end or a NUL.
    if (read.has_value() && !read->empty() && read->size() <= max_bytes &&
        read->find_first_of(absl::string_view("\r\n\0", 3)) ==
            absl::string_view::npos) {
      return std::string(*read);
    }
    Refuse(path, absl::StrCat("must be a text of 1 to ", max_bytes,
                              " bytes in one line"));
    return std::string();
  }

  void Refuse(absl::string_view path, absl::string_view description) {
    violations_->push_back({std::string(path), std::string(description)});
  }

 private:
  std::vector<FieldViolation>* const violations_;
};

// One member of a fault, but `type`.
void ReadSetting(absl::string_view name, JsonValue& value,
                 absl::string_view path, Reader& reader,
                 SimulatorFault* fault) {
  if (name == "key") fault->key = reader.Text(value, path, kMaxKeyBytes);
  if (name == "times") fault->times = reader.Int(value, path, 1, kMaxTimes);
  if (name == "during") fault->during = reader.Duration(value, path);
  if (name == "after_tokens") {
    fault->after_tokens = reader.Int(value, path, 0, kMaxTokens);
  }
  if (name == "status") fault->status = reader.Int(value, path, 200, 599);
  if (name == "bytes") fault->bytes = reader.Int(value, path, 1, kMaxBytes);
  if (name == "delay") fault->delay = reader.Duration(value, path);
  if (name == "interval") fault->interval = reader.Duration(value, path);
  if (name == "silence") fault->silence = reader.Duration(value, path);
  if (name == "retry_after") fault->retry_after = reader.Duration(value, path);
  if (name == "location") {
    fault->location = reader.Text(value, path, kMaxTextBytes);
  }
  if (name == "message") {
    fault->message = reader.Text(value, path, kMaxTextBytes);
  }
}

void SetDefaults(const FaultType& type, SimulatorFault* fault) {
  if (fault->key.empty()) fault->key = std::string(type.name);
  switch (type.kind) {
    case Kind::kError:
    case Kind::kErrorEvent:
      if (!fault->status.has_value()) fault->status = 500;
      if (type.kind == Kind::kErrorEvent && !fault->after_tokens.has_value()) {
        fault->after_tokens = 0;
      }
      break;
    case Kind::kHtml:
      if (!fault->status.has_value()) fault->status = 200;
      break;
    case Kind::kRedirect:
      if (!fault->status.has_value()) fault->status = 307;
      if (fault->location.empty()) {
        fault->location = "https://elsewhere.invalid/v1/chat/completions";
      }
      break;
    case Kind::kHugeHead:
    case Kind::kHugeEvent:
      if (!fault->bytes.has_value()) fault->bytes = int64_t{1} << 20;
      break;
    case Kind::kLate:
      if (!fault->delay.has_value()) fault->delay = absl::Seconds(20);
      break;
    case Kind::kTrickle:
      if (!fault->bytes.has_value()) fault->bytes = 1;
      if (!fault->interval.has_value()) {
        fault->interval = absl::Milliseconds(100);
      }
      break;
    case Kind::kStall:
      if (!fault->silence.has_value()) fault->silence = absl::Seconds(30);
      break;
    default:
      break;
  }
}

// A status that is not an error in the place of one would be no fault at all.
void CheckStatus(const SimulatorFault& fault, absl::string_view path,
                 Reader& reader) {
  if (!fault.status.has_value()) return;
  const std::string status_path = absl::StrCat(path, ".status");
  if ((fault.kind == Kind::kError || fault.kind == Kind::kErrorEvent) &&
      *fault.status < 400) {
    reader.Refuse(status_path, "must be an HTTP error status, 400 to 599");
  }
  if (fault.kind == Kind::kRedirect &&
      (*fault.status < 300 || *fault.status > 399)) {
    reader.Refuse(status_path, "must be a redirection, 300 to 399");
  }
}

// A member that was read before it is known which type it belongs to.
struct Setting {
  std::string name;
  std::string json;
};

void ReadFault(JsonValue& value, absl::string_view path, Reader& reader,
               std::vector<SimulatorFault>* faults) {
  if (value.kind() != JsonValue::Kind::kObject) {
    reader.Refuse(path, "must be an object with a 'type', or a list of such");
    return;
  }
  std::string type_name;
  std::vector<Setting> settings;
  // What is broken in the text its own reader reports.
  (void)value.ForEachField([&](absl::string_view key, JsonValue& member) {
    if (key == "type") {
      type_name = std::string(member.AsString().value_or(""));
    } else {
      settings.push_back({std::string(key), std::string(member.Raw())});
    }
    return absl::OkStatus();
  });
  const FaultType* const type = FindFaultType(type_name);
  if (type == nullptr) {
    std::vector<std::string> names;
    for (const FaultType& each : kFaultTypes) names.emplace_back(each.name);
    reader.Refuse(
        absl::StrCat(path, ".type"),
        type_name.empty()
            ? absl::StrCat("is missing; there are ", absl::StrJoin(names, ", "))
            : absl::StrCat("there is no fault '",
                           Truncate(type_name, kMaxShownBytes), "'",
                           Suggestion(type_name, names)));
    return;
  }
  std::vector<std::string> known = {"key", "times", "during"};
  for (const absl::string_view name :
       absl::StrSplit(type->settings, ' ', absl::SkipEmpty())) {
    known.emplace_back(name);
  }
  SimulatorFault fault;
  fault.kind = type->kind;
  JsonReader json;
  for (const Setting& setting : settings) {
    const std::string shown = Truncate(setting.name, kMaxShownBytes);
    const std::string setting_path = absl::StrCat(path, ".", shown);
    if (std::find(known.begin(), known.end(), setting.name) == known.end()) {
      reader.Refuse(
          setting_path,
          absl::StrCat("a fault of type '", type->name, "' has no setting '",
                       shown, "'", Suggestion(setting.name, known)));
      continue;
    }
    const absl::Status read =
        json.Read(setting.json, [&](JsonValue& setting_value) {
          ReadSetting(setting.name, setting_value, setting_path, reader,
                      &fault);
          return absl::OkStatus();
        });
    if (!read.ok()) reader.Refuse(setting_path, read.message());
  }
  SetDefaults(*type, &fault);
  CheckStatus(fault, path, reader);
  faults->push_back(std::move(fault));
}

std::vector<SimulatorFault> ReadFaults(JsonValue& value, absl::string_view path,
                                       Reader& reader) {
  std::vector<SimulatorFault> faults;
  if (value.kind() != JsonValue::Kind::kArray) {
    ReadFault(value, path, reader, &faults);
    return faults;
  }
  size_t index = 0;
  (void)value.ForEachItem([&](JsonValue& item) {
    if (index < kMaxFaults) {
      ReadFault(item, absl::StrCat(path, "[", index, "]"), reader, &faults);
    }
    ++index;
    return absl::OkStatus();
  });
  if (index > kMaxFaults) {
    reader.Refuse(path, absl::StrCat("has more than ", kMaxFaults, " faults"));
  }
  return faults;
}

}  // namespace

void SimulatorOptions::Override(const SimulatorOptions& other) {
  if (other.first_token_delay) first_token_delay = other.first_token_delay;
  if (other.token_interval) token_interval = other.token_interval;
  if (other.tokens) tokens = other.tokens;
  if (other.cached_tokens) cached_tokens = other.cached_tokens;
  if (other.faults) faults = other.faults;
}

bool ReadSimulatorOption(absl::string_view name, JsonValue& value,
                         absl::string_view path, SimulatorOptions* options,
                         std::vector<FieldViolation>* violations) {
  Reader reader(violations);
  if (name == "first_token_delay") {
    options->first_token_delay = reader.Duration(value, path);
  } else if (name == "token_interval") {
    options->token_interval = reader.Duration(value, path);
  } else if (name == "tokens") {
    options->tokens = reader.Int(value, path, 1, kMaxTokens);
  } else if (name == "cached_tokens") {
    options->cached_tokens = reader.Int(value, path, 0, INT32_MAX);
  } else if (name == "fault") {
    options->faults = ReadFaults(value, path, reader);
  } else {
    return false;
  }
  return true;
}

SimulatorOptions ReadSimulatorOptions(absl::string_view json,
                                      absl::string_view path,
                                      std::vector<FieldViolation>* violations) {
  SimulatorOptions options;
  JsonReader reader;
  const absl::Status read = reader.Read(json, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      violations->push_back({std::string(path), "must be an object"});
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      const std::string field =
          absl::StrCat(path, ".", Truncate(key, kMaxShownBytes));
      if (!ReadSimulatorOption(key, value, field, &options, violations)) {
        violations->push_back(UnknownSimulatorOption(key, field));
      }
      return absl::OkStatus();
    });
  });
  if (!read.ok()) {
    violations->push_back({std::string(path), std::string(read.message())});
  }
  return options;
}

FieldViolation UnknownSimulatorOption(absl::string_view name,
                                      absl::string_view path) {
  const std::vector<std::string> names(std::begin(kOptionNames),
                                       std::end(kOptionNames));
  return {std::string(path), absl::StrCat("the simulator has no option '",
                                          Truncate(name, kMaxShownBytes), "'",
                                          Suggestion(name, names))};
}

}  // namespace aigateway
