#include "plugins/schema_rules.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using nlohmann::json;

// How deep schemas may stand in each other, references followed, and how many
// there may be then.
constexpr int kMaxNesting = 64;
constexpr int kMaxSchemas = 4096;
constexpr unsigned kMaxUniqueItems = 256;

// What stands behind a word of a schema. Notes say nothing of what fits.
enum class Behind {
  kData,
  kNote,
  kSchema,
  kSchemas,
  kSchemaOrSchemas,
  kNamed,
  kGone
};

struct Word {
  const char* name;
  Behind behind;
};

// Not multipleOf: Valijson divides whole numbers by it, 0 as it may be, which
// would end the process, and cuts fractions off.
constexpr Word kWords[] = {
    {"$comment", Behind::kNote},
    {"$defs", Behind::kNamed},
    {"$id", Behind::kGone},
    {"$ref", Behind::kData},
    {"$schema", Behind::kNote},
    {"additionalItems", Behind::kSchema},
    {"additionalProperties", Behind::kSchema},
    {"allOf", Behind::kSchemas},
    {"anyOf", Behind::kSchemas},
    {"const", Behind::kData},
    {"contains", Behind::kSchema},
    {"contentEncoding", Behind::kNote},
    {"contentMediaType", Behind::kNote},
    {"default", Behind::kNote},
    {"definitions", Behind::kNamed},
    {"dependencies", Behind::kNamed},
    {"deprecated", Behind::kNote},
    {"description", Behind::kNote},
    {"else", Behind::kSchema},
    {"enum", Behind::kData},
    {"examples", Behind::kNote},
    {"exclusiveMaximum", Behind::kData},
    {"exclusiveMinimum", Behind::kData},
    {"format", Behind::kGone},
    {"if", Behind::kSchema},
    {"items", Behind::kSchemaOrSchemas},
    {"maxItems", Behind::kData},
    {"maxLength", Behind::kData},
    {"maxProperties", Behind::kData},
    {"maximum", Behind::kData},
    {"minItems", Behind::kData},
    {"minLength", Behind::kData},
    {"minProperties", Behind::kData},
    {"minimum", Behind::kData},
    {"not", Behind::kSchema},
    {"oneOf", Behind::kSchemas},
    {"pattern", Behind::kData},
    {"properties", Behind::kNamed},
    {"readOnly", Behind::kNote},
    {"required", Behind::kData},
    {"then", Behind::kSchema},
    {"title", Behind::kNote},
    {"type", Behind::kData},
    {"uniqueItems", Behind::kData},
    {"writeOnly", Behind::kNote},
};

const Word* WordOf(absl::string_view name) {
  for (const Word& word : kWords) {
    if (name == word.name) return &word;
  }
  return nullptr;
}

absl::Status Fault(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, ", at ", path.empty() ? "its root" : path));
}

class Settler {
 public:
  explicit Settler(json& schema) : root_(schema) {}

  absl::Status Settle() { return Visit(root_, "", 0).status(); }

 private:
  static constexpr int kUnderWay = -1;

  // How many schemas it is, references followed.
  absl::StatusOr<int> Visit(json& schema, const std::string& path,
                            int nesting) {
    if (schema.is_boolean()) return 1;
    if (!schema.is_object()) return Fault(path, "a schema is missing");
    const auto [known, first] = sizes_.emplace(&schema, kUnderWay);
    if (!first) {
      if (known->second != kUnderWay) return known->second;
      return Fault(path, "the schema refers back to itself");
    }
    if (nesting > kMaxNesting) {
      return Fault(path, "schemas are nested too deep");
    }
    AIGW_RETURN_IF_ERROR(CheckWords(schema, path));
    AIGW_RETURN_IF_ERROR(CheckUniqueItems(schema, path));
    AIGW_RETURN_IF_ERROR(SettlePattern(schema, path));
    int size = 1;
    for (auto& [name, value] : schema.items()) {
      AIGW_ASSIGN_OR_RETURN(
          const int more,
          VisitMember(name, value, absl::StrCat(path, "/", name), nesting + 1));
      size += more;
      if (size > kMaxSchemas) return Fault(path, "there are too many schemas");
    }
    sizes_[&schema] = size;
    return size;
  }

  // Takes out what says nothing here.
  static absl::Status CheckWords(json& schema, const std::string& path) {
    const bool refers = schema.contains("$ref");
    for (auto member = schema.begin(); member != schema.end();) {
      const std::string& name = member.key();
      const Word* const word = WordOf(name);
      if (word == nullptr) {
        return Fault(path, absl::StrCat("'", name, "' is not served here"));
      }
      if (word->behind == Behind::kGone) {
        member = schema.erase(member);
        continue;
      }
      // Draft 7 passes it over.
      if (refers && name != "$ref" && name != "$defs" &&
          name != "definitions" && word->behind != Behind::kNote) {
        return Fault(path, absl::StrCat("beside $ref, '", name,
                                        "' would not be looked at"));
      }
      ++member;
    }
    return absl::OkStatus();
  }

  static absl::Status CheckUniqueItems(const json& schema,
                                       const std::string& path) {
    const auto unique = schema.find("uniqueItems");
    if (unique == schema.end() || *unique == false) return absl::OkStatus();
    const auto most = schema.find("maxItems");
    if (most != schema.end() && most->is_number_unsigned() &&
        *most <= kMaxUniqueItems) {
      return absl::OkStatus();
    }
    return Fault(path, absl::StrCat("uniqueItems needs maxItems of ",
                                    kMaxUniqueItems, " or less"));
  }

  static absl::Status SettlePattern(json& schema, const std::string& path) {
    const auto found = schema.find("pattern");
    if (found == schema.end()) return absl::OkStatus();
    const auto* const pattern = found->get_ptr<const std::string*>();
    if (pattern == nullptr) return Fault(path, "pattern is no text");
    const re2::RE2 regex(*pattern, re2::RE2::Quiet);
    if (!regex.ok()) {
      return Fault(path, absl::StrCat("pattern is no expression of RE2: ",
                                      regex.error()));
    }
    schema[kSettledPattern] = *pattern;
    schema.erase("pattern");
    return absl::OkStatus();
  }

  absl::StatusOr<int> VisitMember(const std::string& name, json& value,
                                  const std::string& path, int nesting) {
    if (name == "$ref") return VisitReference(value, path, nesting);
    const Word* const word = WordOf(name);
    if (word == nullptr) return 0;  // The settled pattern.
    switch (word->behind) {
      case Behind::kSchema:
        return Visit(value, path, nesting);
      case Behind::kSchemaOrSchemas:
        if (!value.is_array()) return Visit(value, path, nesting);
        return VisitEach(value, path, nesting, /*lists=*/false);
      case Behind::kSchemas:
        if (!value.is_array()) return Fault(path, "it is no list");
        return VisitEach(value, path, nesting, /*lists=*/false);
      case Behind::kNamed:
        if (!value.is_object()) return Fault(path, "it is no mapping");
        return VisitEach(value, path, nesting,
                         /*lists=*/name == "dependencies");
      case Behind::kData:
      case Behind::kNote:
      case Behind::kGone:
        return 0;
    }
    return 0;
  }

  // `lists`: a list of names may stand in the place of a schema.
  absl::StatusOr<int> VisitEach(json& schemas, const std::string& path,
                                int nesting, bool lists) {
    int size = 0;
    for (auto& [name, schema] : schemas.items()) {
      if (lists && schema.is_array()) continue;
      AIGW_ASSIGN_OR_RETURN(
          const int more,
          Visit(schema, absl::StrCat(path, "/", name), nesting));
      size = std::min(size + more, kMaxSchemas + 1);
    }
    return size;
  }

  absl::StatusOr<int> VisitReference(const json& reference,
                                     const std::string& path, int nesting) {
    const auto* const text = reference.get_ptr<const std::string*>();
    if (text == nullptr || !absl::StartsWith(*text, "#")) {
      return Fault(path, "only parts of the schema itself can be referred to");
    }
    const std::vector<std::string> steps = absl::StrSplit(*text, '/');
    if (steps.size() != 3 || steps[0] != "#" ||
        (steps[1] != "definitions" && steps[1] != "$defs") ||
        steps[2].find_first_of("~%") != std::string::npos) {
      return Fault(path,
                   "only definitions and $defs can be referred to, by plain "
                   "names");
    }
    const auto definitions = root_.find(steps[1]);
    if (definitions == root_.end() || !definitions->contains(steps[2])) {
      return Fault(path, "there is nothing that it names");
    }
    return Visit((*definitions)[steps[2]], path, nesting);
  }

  json& root_;
  std::map<const json*, int> sizes_;
};

}  // namespace

absl::Status SettleSchema(json& schema) { return Settler(schema).Settle(); }

}  // namespace aigateway
