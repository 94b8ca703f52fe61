#include "providers/gemini_flat_schema.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using Node = GeminiSchemaNode;
using Member = GeminiSchemaMember;

constexpr int kMaxDepth = 64;
constexpr size_t kMaxProperties = 2000;
constexpr size_t kMaxLost = 16;

// What says nothing about the answer, or is followed elsewhere.
constexpr absl::string_view kSilent[] = {
    "$schema", "$id",        "$comment",    "$anchor",  "$defs",    "title",
    "default", "deprecated", "definitions", "examples", "readOnly", "writeOnly",
    "example", "$ref",       "allOf",       "anyOf",    "oneOf"};
constexpr absl::string_view kKept[] = {"type",
                                       "format",
                                       "description",
                                       "enum",
                                       "const",
                                       "items",
                                       "prefixItems",
                                       "minItems",
                                       "maxItems",
                                       "minimum",
                                       "exclusiveMinimum",
                                       "maximum",
                                       "pattern",
                                       "exclusiveMaximum",
                                       "minLength",
                                       "maxLength",
                                       "minProperties",
                                       "maxProperties"};

bool IsOneOf(absl::string_view word,
             absl::Span<const absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool HasProperty(const GeminiFlatSchema& flat, absl::string_view name) {
  for (const Member* property : flat.properties) {
    if (property->key == name) return true;
  }
  return false;
}

bool IsNullSchema(const Node& schema) {
  if (const Node* type = schema.Find("type")) return type->Is("null");
  if (const Node* value = schema.Find("const")) return value->is_null();
  const Node* values = schema.Find("enum");
  return values != nullptr && values->items.size() == 1 &&
         values->items[0].is_null();
}

absl::Status TooLarge() {
  return absl::InvalidArgumentError(
      "it unfolds to more than can be sent to this model");
}

}  // namespace

const Node* GeminiFlatSchema::Find(absl::string_view keyword) const {
  for (const auto& [name, value] : keywords) {
    if (name == keyword) return value;
  }
  return nullptr;
}

absl::Status GeminiSchemaFlattener::Open(const Node& schema,
                                         GeminiFlatSchema* flat) {
  marks_.push_back(targets_.size());
  AIGW_RETURN_IF_ERROR(Flatten(schema, flat));
  // A required name without a property is refused.
  std::vector<absl::string_view>& names = flat->required;
  std::vector<absl::string_view> kept;
  for (absl::string_view name : names) {
    if (HasProperty(*flat, name) && !IsOneOf(name, kept)) kept.push_back(name);
  }
  names.swap(kept);
  return absl::OkStatus();
}

void GeminiSchemaFlattener::Close() {
  targets_.resize(marks_.back());
  marks_.pop_back();
}

void GeminiSchemaFlattener::Lose(absl::string_view keyword) {
  if (lost_->size() < kMaxLost &&
      std::find(lost_->begin(), lost_->end(), keyword) == lost_->end()) {
    lost_->emplace_back(keyword);
  }
}

absl::Status GeminiSchemaFlattener::Flatten(const Node& schema,
                                            GeminiFlatSchema* flat) {
  if (!schema.is_object()) return absl::OkStatus();  // true: anything.
  if (depth_ >= kMaxDepth) return TooLarge();
  ++depth_;
  for (const Member& member : schema.members) {
    AIGW_RETURN_IF_ERROR(TakeMember(member, flat));
  }
  // After its own words, so that these count.
  if (const Node* reference = schema.Find("$ref")) {
    AIGW_RETURN_IF_ERROR(Follow(reference->text, flat));
  }
  if (const Node* all = schema.Find("allOf")) {
    for (const Node& each : all->items) {
      AIGW_RETURN_IF_ERROR(Flatten(each, flat));
    }
  }
  for (absl::string_view keyword : {"anyOf", "oneOf"}) {
    if (const Node* any = schema.Find(keyword)) {
      AIGW_RETURN_IF_ERROR(TakeVariants(*any, flat));
    }
  }
  --depth_;
  return absl::OkStatus();
}

absl::Status GeminiSchemaFlattener::TakeMember(const Member& member,
                                               GeminiFlatSchema* flat) {
  const Node& value = member.value;
  if (member.key == "properties") {
    for (const Member& property : value.members) {
      if (HasProperty(*flat, property.key)) continue;
      if (flat->properties.size() >= kMaxProperties) return TooLarge();
      flat->properties.push_back(&property);
    }
  } else if (member.key == "required") {
    if (flat->required.size() + value.items.size() > kMaxProperties) {
      return TooLarge();
    }
    for (const Node& name : value.items) flat->required.push_back(name.text);
  } else if (member.key == "nullable") {
    flat->nullable |= value.text == "true";
  } else if (IsOneOf(member.key, kKept)) {
    if (flat->Find(member.key) == nullptr) {
      flat->keywords.emplace_back(member.key, &value);
    }
  } else if (member.key == "additionalProperties") {
    if (value.is_object()) Lose(member.key);
  } else if (!IsOneOf(member.key, kSilent)) {
    Lose(member.key);
  }
  return absl::OkStatus();
}

absl::Status GeminiSchemaFlattener::TakeVariants(const Node& any,
                                                 GeminiFlatSchema* flat) {
  std::vector<const Node*> variants;
  for (const Node& each : any.items) {
    if (IsNullSchema(each)) {
      flat->nullable = true;
    } else {
      variants.push_back(&each);
    }
  }
  if (variants.size() == 1) return Flatten(*variants[0], flat);
  if (flat->variants.empty()) flat->variants.swap(variants);
  return absl::OkStatus();
}

absl::Status GeminiSchemaFlattener::Follow(absl::string_view pointer,
                                           GeminiFlatSchema* flat) {
  const Node* target = Resolve(pointer);
  if (target == nullptr) {
    return absl::InvalidArgumentError("a $ref in it points nowhere");
  }
  const auto found = std::find(targets_.begin(), targets_.end(), target);
  if (found != targets_.end()) {
    // Met twice within one schema it has been taken already.
    if (static_cast<size_t>(found - targets_.begin()) >= marks_.back()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        "it refers to itself, which this model's schemas cannot");
  }
  targets_.push_back(target);
  return Flatten(*target, flat);
}

// RFC 6901, within the document.
const Node* GeminiSchemaFlattener::Resolve(absl::string_view pointer) const {
  if (!absl::ConsumePrefix(&pointer, "#")) return nullptr;
  const Node* node = &root_;
  if (pointer.empty()) return node;
  if (!absl::ConsumePrefix(&pointer, "/")) return nullptr;
  for (absl::string_view step : absl::StrSplit(pointer, '/')) {
    if (node->is_array()) {
      size_t index = 0;
      if (!absl::SimpleAtoi(step, &index) || index >= node->items.size()) {
        return nullptr;
      }
      node = &node->items[index];
      continue;
    }
    node = node->Find(absl::StrReplaceAll(step, {{"~1", "/"}, {"~0", "~"}}));
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace aigateway
