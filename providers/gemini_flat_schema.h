#ifndef AIGATEWAY_PROVIDERS_GEMINI_FLAT_SCHEMA_H_
#define AIGATEWAY_PROVIDERS_GEMINI_FLAT_SCHEMA_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "providers/gemini_schema_node.h"

namespace aigateway {

// A schema together with what it refers to and is composed of. Points into the
// nodes it was made from.
struct GeminiFlatSchema {
  // Those that are neither below nor of no interest; of two with one name the
  // nearer.
  std::vector<std::pair<absl::string_view, const GeminiSchemaNode*>> keywords;
  std::vector<const GeminiSchemaMember*> properties;
  std::vector<absl::string_view> required;        // Each with a property; once.
  std::vector<const GeminiSchemaNode*> variants;  // None, or at least two.
  bool nullable = false;

  // Null if there is none.
  const GeminiSchemaNode* Find(absl::string_view keyword) const;
};

// Flattens the schemas of one document: follows `$ref`, joins `allOf`, takes
// the null out of `anyOf` and `oneOf` and what is left in if it is one. What
// one schema may come to is bounded.
class GeminiSchemaFlattener {
 public:
  // Both must outlive this object. Keywords that have no meaning here are added
  // to `lost`.
  GeminiSchemaFlattener(const GeminiSchemaNode& root,
                        std::vector<std::string>* lost)
      : root_(root), lost_(lost) {}

  // Opens `schema`: until the matching Close() a reference to a schema that is
  // open is a circle. Fails with a plain InvalidArgument.
  absl::Status Open(const GeminiSchemaNode& schema, GeminiFlatSchema* flat);
  void Close();

  void Lose(absl::string_view keyword);

 private:
  absl::Status Flatten(const GeminiSchemaNode& schema, GeminiFlatSchema* flat);
  absl::Status TakeMember(const GeminiSchemaMember& member,
                          GeminiFlatSchema* flat);
  absl::Status TakeVariants(const GeminiSchemaNode& any,
                            GeminiFlatSchema* flat);
  absl::Status Follow(absl::string_view pointer, GeminiFlatSchema* flat);
  const GeminiSchemaNode* Resolve(absl::string_view pointer) const;

  const GeminiSchemaNode& root_;
  std::vector<std::string>* const lost_;
  // Targets of references, of the schemas that are open; `marks_` has where
  // each schema's begin.
  std::vector<const GeminiSchemaNode*> targets_;
  std::vector<size_t> marks_;
  int depth_ = 0;  // Of Flatten() within itself.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_FLAT_SCHEMA_H_
