#include "providers/simulator_schema.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr int kMaxDepth = 24;
constexpr int kMaxValues = 1000;
constexpr int64_t kMaxItems = 8;
constexpr int64_t kMaxTextBytes = 1000;
constexpr double kLargestWhole = 1e15;
// Of schemas read, each as often as it is: a reference reads the document.
constexpr size_t kMaxWorkBytes = size_t{16} << 20;

// The keywords of one schema that decide about a sample; JSON values as text.
struct Schema {
  std::string type;
  std::string value;         // Of const, the first of enum, or default.
  std::string first_choice;  // Of anyOf or oneOf.
  std::string ref;
  std::string items;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<std::string> all_of;
  std::string format;
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::optional<double> multiple_of;
  int64_t min_items = 1;
  int64_t max_items = kMaxItems;
  int64_t min_length = 0;
  int64_t max_length = kMaxTextBytes;
};

std::string AsText(JsonValue& value) {
  return std::string(value.AsString().value_or(absl::string_view()));
}

std::string FirstItem(JsonValue& value) {
  std::string first;
  (void)value.ForEachItem([&first](JsonValue& item) {
    if (first.empty()) first = std::string(item.Raw());
    return absl::OkStatus();
  });
  return first;
}

// The type, or the first of a list of types that is not "null".
std::string ReadType(JsonValue& value) {
  if (value.kind() != JsonValue::Kind::kArray) return AsText(value);
  std::string type;
  (void)value.ForEachItem([&type](JsonValue& item) {
    if (type.empty() || type == "null") type = AsText(item);
    return absl::OkStatus();
  });
  return type;
}

void ReadKeyword(absl::string_view key, JsonValue& value, Schema* schema) {
  if (key == "type") schema->type = ReadType(value);
  if (key == "const") schema->value = std::string(value.Raw());
  if (key == "enum") schema->value = FirstItem(value);
  if (key == "default" && schema->value.empty()) {
    schema->value = std::string(value.Raw());
  }
  if (key == "anyOf" || key == "oneOf") schema->first_choice = FirstItem(value);
  if (key == "$ref") schema->ref = AsText(value);
  if (key == "items") schema->items = std::string(value.Raw());
  if (key == "properties") {
    (void)value.ForEachField([schema](absl::string_view name, JsonValue& each) {
      schema->properties.emplace_back(std::string(name),
                                      std::string(each.Raw()));
      return absl::OkStatus();
    });
  }
  if (key == "allOf") {
    (void)value.ForEachItem([schema](JsonValue& item) {
      schema->all_of.emplace_back(item.Raw());
      return absl::OkStatus();
    });
  }
  if (key == "format") schema->format = AsText(value);
  if (key == "minimum") schema->minimum = value.AsDouble();
  if (key == "maximum") schema->maximum = value.AsDouble();
  if (key == "exclusiveMinimum") {
    if (const auto bound = value.AsDouble()) schema->minimum = *bound + 1;
  }
  if (key == "exclusiveMaximum") {
    if (const auto bound = value.AsDouble()) schema->maximum = *bound - 1;
  }
  if (key == "multipleOf") schema->multiple_of = value.AsDouble();
  if (key == "minItems") schema->min_items = value.AsInt().value_or(1);
  if (key == "maxItems") schema->max_items = value.AsInt().value_or(kMaxItems);
  if (key == "minLength") schema->min_length = value.AsInt().value_or(0);
  if (key == "maxLength") {
    schema->max_length = value.AsInt().value_or(kMaxTextBytes);
  }
}

void ReadSchema(absl::string_view json, Schema* schema) {
  JsonReader reader;
  (void)reader.Read(json, [schema](JsonValue& root) {
    return root.ForEachField([schema](absl::string_view key, JsonValue& value) {
      ReadKeyword(key, value, schema);
      return absl::OkStatus();
    });
  });
}

// Samples of the formats that JSON Schema names.
absl::string_view SampleOfFormat(absl::string_view format) {
  if (format == "date") return "2026-01-31";
  if (format == "time") return "12:00:00Z";
  if (format == "date-time") return "2026-01-31T12:00:00Z";
  if (format == "duration") return "PT1H";
  if (format == "email") return "someone@example.com";
  if (format == "hostname") return "example.com";
  if (format == "ipv4") return "192.0.2.1";
  if (format == "ipv6") return "2001:db8::1";
  if (format == "uri" || format == "url") return "https://example.com/";
  if (format == "uuid") return "00000000-0000-4000-8000-000000000000";
  return {};
}

double SampleNumber(const Schema& schema, bool whole) {
  double value = whole ? 1 : 1.5;
  if (schema.minimum.has_value()) value = std::max(value, *schema.minimum);
  if (schema.maximum.has_value()) value = std::min(value, *schema.maximum);
  if (schema.multiple_of.has_value() && *schema.multiple_of > 0) {
    const double step = *schema.multiple_of;
    value = std::ceil(value / step) * step;
    if (schema.maximum.has_value() && value > *schema.maximum) value -= step;
  }
  if (whole) {
    value = schema.maximum.has_value() && std::ceil(value) > *schema.maximum
                ? std::floor(value)
                : std::ceil(value);
  }
  return std::isfinite(value) ? value : 0;
}

std::string SampleText(const Schema& schema, absl::string_view name) {
  const absl::string_view formatted = SampleOfFormat(schema.format);
  if (!formatted.empty()) return std::string(formatted);
  std::string text = absl::StrCat("some ", name.empty() ? "text" : name);
  const int64_t least =
      std::clamp<int64_t>(schema.min_length, 0, kMaxTextBytes);
  const int64_t most = std::clamp<int64_t>(schema.max_length, 0, kMaxTextBytes);
  if (static_cast<int64_t>(text.size()) > most) text = std::string(most, 'x');
  if (static_cast<int64_t>(text.size()) < least) text.resize(least, 'x');
  return text;
}

class Sampler {
 public:
  Sampler(absl::string_view root, JsonWriter* out) : root_(root), out_(*out) {}

  // Writes a sample of `json`, the schema of the member `name`.
  void Write(absl::string_view json, absl::string_view name, int depth) {
    work_bytes_ += json.size();
    if (depth > kMaxDepth || ++values_ > kMaxValues ||
        work_bytes_ > kMaxWorkBytes) {
      return out_.Null();
    }
    Schema schema;
    ReadSchema(json, &schema);
    const std::vector<std::string> parts = std::move(schema.all_of);
    for (const std::string& part : parts) {
      const std::string target = Follow(part);
      ReadSchema(target, &schema);
    }
    if (!schema.value.empty()) return out_.Raw(schema.value);
    if (!schema.ref.empty()) {
      return Write(Resolve(schema.ref), name, depth + 1);
    }
    if (!schema.first_choice.empty()) {
      return Write(schema.first_choice, name, depth + 1);
    }
    if (schema.type == "object" ||
        (schema.type.empty() && !schema.properties.empty())) {
      return WriteObject(schema, depth);
    }
    if (schema.type == "array" ||
        (schema.type.empty() && !schema.items.empty())) {
      return WriteArray(schema, name, depth);
    }
    if (schema.type == "integer") {
      const double value = SampleNumber(schema, /*whole=*/true);
      return std::abs(value) < kLargestWhole
                 ? out_.Int(static_cast<int64_t>(value))
                 : out_.Double(value);
    }
    if (schema.type == "number") {
      return out_.Double(SampleNumber(schema, /*whole=*/false));
    }
    if (schema.type == "boolean") return out_.Bool(true);
    if (schema.type == "null") return out_.Null();
    out_.String(SampleText(schema, name));
  }

 private:
  void WriteObject(const Schema& schema, int depth) {
    out_.StartObject();
    for (const auto& [name, property] : schema.properties) {
      if (values_ >= kMaxValues) break;
      out_.Key(name);
      Write(property, name, depth + 1);
    }
    out_.EndObject();
  }

  void WriteArray(const Schema& schema, absl::string_view name, int depth) {
    const int64_t count = std::clamp<int64_t>(
        std::min(schema.min_items, schema.max_items), 0, kMaxItems);
    out_.StartArray();
    for (int64_t i = 0; i < count && !schema.items.empty(); ++i) {
      Write(schema.items, name, depth + 1);
    }
    out_.EndArray();
  }

  // What a schema of allOf stands for, if it is but a reference.
  std::string Follow(const std::string& json) {
    Schema schema;
    ReadSchema(json, &schema);
    return schema.ref.empty() ? json : Resolve(schema.ref);
  }

  // The schema at a JSON pointer (RFC 6901) in the document; {} if there is
  // none, or if it is elsewhere.
  std::string Resolve(absl::string_view ref) {
    if (!absl::ConsumePrefix(&ref, "#")) return "{}";
    work_bytes_ += root_.size();
    if (work_bytes_ > kMaxWorkBytes) return "{}";
    std::string found(root_);
    for (const absl::string_view part :
         absl::StrSplit(absl::StripPrefix(ref, "/"), '/', absl::SkipEmpty())) {
      const std::string name = absl::StrReplaceAll(
          absl::StrReplaceAll(part, {{"~1", "/"}}), {{"~0", "~"}});
      std::string next = "{}";
      JsonReader reader;
      (void)reader.Read(found, [&](JsonValue& value) {
        return value.ForEachField([&](absl::string_view key, JsonValue& each) {
          if (key == name) next = std::string(each.Raw());
          return absl::OkStatus();
        });
      });
      found = std::move(next);
    }
    return found;
  }

  const absl::string_view root_;
  JsonWriter& out_;
  int values_ = 0;
  size_t work_bytes_ = 0;
};

}  // namespace

std::string SampleOfSchema(absl::string_view schema) {
  bool is_object = false;
  JsonReader reader;
  const absl::Status read = reader.Read(schema, [&](JsonValue& root) {
    is_object = root.kind() == JsonValue::Kind::kObject;
    return absl::OkStatus();
  });
  if (!read.ok() || !is_object) return "{}";
  std::string sample;
  {
    JsonWriter out(&sample);
    Sampler(schema, &out).Write(schema, "", /*depth=*/0);
  }
  return sample;
}

}  // namespace aigateway
