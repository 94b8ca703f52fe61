#ifndef AIGATEWAY_GATEWAY_CONFIG_SOURCE_MAP_H_
#define AIGATEWAY_GATEWAY_CONFIG_SOURCE_MAP_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

#include "gateway/config/place.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {

// Where in its text each value of a configuration stands. Keeps the text's
// values, those of secrets too, so it should not outlive the loading. Cheap to
// copy, immutable.
class SourceMap {
 public:
  // Of a configuration that came from no text: knows no place.
  SourceMap() = default;
  SourceMap(absl::string_view file,
            std::shared_ptr<const YamlDocument> document)
      : file_(file), document_(std::move(document)) {}

  // Finds "targets[1].retry.attempts", as FieldPath writes it. The place is
  // that of a single value itself, else of the key before it. What is not in
  // the text has the place of the nearest thing that it would stand in.
  Place Find(absl::string_view path) const;

  // Whether the text has something at `path`, if only null.
  bool Has(absl::string_view path) const;

  // The name that messages show before the line; empty if there is no text.
  const std::string& file() const { return file_; }

 private:
  struct Found {
    Place place;
    bool all = false;  // Whether the whole path is there.
  };
  Found Walk(absl::string_view path) const;

  std::string file_;
  std::shared_ptr<const YamlDocument> document_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SOURCE_MAP_H_
