#include "plugins/json_schema.h"

// Else the library ends the process where it throws. Before all its headers.
#define VALIJSON_USE_EXCEPTIONS 1

#include <exception>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "re2/re2.h"
#include "valijson/adapters/nlohmann_json_adapter.hpp"
#include "valijson/constraint_builder.hpp"
#include "valijson/constraints/concrete_constraints.hpp"
#include "valijson/schema.hpp"
#include "valijson/schema_parser.hpp"
#include "valijson/validator.hpp"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "plugins/schema_rules.h"

namespace aigateway {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

absl::Status Misfit(absl::string_view what) {
  return Error(ErrorReason::kGuardrailRejected, what);
}

// A text that `pattern` matches somewhere; what is no text fits.
class PatternConstraint final : public valijson::constraints::PolyConstraint {
 public:
  explicit PatternConstraint(const std::string& pattern)
      : regex_(std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet)) {}

  bool validate(const valijson::adapters::Adapter& target,
                const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    return !target.isString() ||
           re2::RE2::PartialMatch(target.asString(), *regex_);
  }

 private:
  Constraint* cloneInto(void* place) const override {
    return new (place) PatternConstraint(*this);
  }
  size_t sizeOf() const override { return sizeof(PatternConstraint); }

  std::shared_ptr<const re2::RE2> regex_;
};

class PatternBuilder final : public valijson::ConstraintBuilder {
 public:
  valijson::constraints::Constraint* make(
      const valijson::adapters::Adapter& pattern) const override {
    return new PatternConstraint(pattern.asString());
  }
};

// A key that comes twice would be read once by the caller, perhaps the other.
absl::Status CheckShape(JsonValue& value, int depth_left) {
  const bool nests = value.kind() == JsonValue::Kind::kArray ||
                     value.kind() == JsonValue::Kind::kObject;
  if (nests && depth_left == 0) {
    return Misfit("the answer is nested deeper than is allowed here");
  }
  std::set<std::string> keys;
  AIGW_RETURN_IF_ERROR(value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (!keys.insert(std::string(key)).second) {
          return Misfit("the answer has a key twice in one object");
        }
        return CheckShape(field, depth_left - 1);
      }));
  return value.ForEachItem(
      [&](JsonValue& item) { return CheckShape(item, depth_left - 1); });
}

// Discarded if it is no JSON.
nlohmann::json Parse(absl::string_view text) {
  return nlohmann::json::parse(text.begin(), text.end(), /*callback=*/nullptr,
                               /*allow_exceptions=*/false);
}

}  // namespace

struct JsonSchema::Compiled {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(std::unique_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}

JsonSchema::~JsonSchema() = default;

absl::StatusOr<std::unique_ptr<JsonSchema>> JsonSchema::Create(
    absl::string_view schema) {
  // Bounds how deep it is nested, which the parser does not.
  const absl::Status read =
      JsonReader().Read(schema, [](JsonValue&) { return absl::OkStatus(); });
  if (!read.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no JSON: ", read.message()));
  }
  nlohmann::json document = Parse(schema);
  if (document.is_discarded()) return absl::InvalidArgumentError("is no JSON");
  AIGW_RETURN_IF_ERROR(SettleSchema(document));
  auto compiled = std::make_unique<Compiled>();
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.addConstraintBuilder(kSettledPattern, new PatternBuilder);
    parser.populateSchema(NlohmannJsonAdapter(document), compiled->schema);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no schema: ", error.what()));
  }
  return std::unique_ptr<JsonSchema>(new JsonSchema(std::move(compiled)));
}

absl::Status JsonSchema::Check(absl::string_view json,
                               const Limits& limits) const {
  if (json.size() > limits.max_bytes) {
    return Misfit("the answer is longer than is allowed here");
  }
  const absl::Status shape = JsonReader().Read(json, [&](JsonValue& root) {
    return CheckShape(root, limits.max_depth);
  });
  if (!shape.ok() && ReasonOf(shape) == ErrorReason::kGuardrailRejected) {
    return shape;
  }
  if (!shape.ok()) return Misfit("the answer is not JSON");
  const nlohmann::json document = Parse(json);
  if (document.is_discarded()) return Misfit("the answer is not JSON");
  bool fits = false;
  try {
    valijson::Validator validator;
    fits = validator.validate(compiled_->schema, NlohmannJsonAdapter(document),
                              /*results=*/nullptr);
  } catch (const std::exception&) {
    return absl::InternalError(
        "the schema could not be held against an answer");
  }
  return fits ? absl::OkStatus() : Misfit("the answer does not fit the schema");
}

}  // namespace aigateway
