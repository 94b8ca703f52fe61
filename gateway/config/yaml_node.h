#ifndef AIGATEWAY_GATEWAY_CONFIG_YAML_NODE_H_
#define AIGATEWAY_GATEWAY_CONFIG_YAML_NODE_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/config/place.h"

namespace aigateway {

// One value of a configuration text as it stands there: what a scalar means is
// for the schema to say, not for YAML to guess.
struct YamlNode {
  enum class Kind {
    kNull,      // Nothing, `~`, `null`, `Null` or `NULL`, not in quotes.
    kScalar,    // `text`.
    kSequence,  // `items`.
    kMapping,   // `members`.
  };
  struct Member {
    absl::string_view key;  // Valid as long as the document.
    Place key_place;
    const YamlNode* value = nullptr;
  };

  Kind kind = Kind::kNull;
  // Whether the text was in quotes, a block (`|`, `>`) or tagged `!!str`: then
  // it is text and nothing else.
  bool quoted = false;
  Place place;
  std::string text;                    // Valid UTF-8 without NUL.
  std::vector<const YamlNode*> items;  // In order; an alias is the same node.
  std::vector<Member> members;         // In order; keys are unique.

  // Returns null if there is none. Takes time in proportion to the members.
  const Member* Find(absl::string_view key) const {
    for (const Member& member : members) {
      if (member.key == key) return &member;
    }
    return nullptr;
  }
};

// A text that was read. Aliases make it a graph without loops; walked as a tree
// it has at most kMaxNodes nodes and is kMaxDepth deep.
class YamlDocument {
 public:
  static constexpr size_t kMaxNodes = 250000;
  static constexpr int kMaxDepth = 100;
  // Of all scalars together, each alias counted again.
  static constexpr size_t kMaxTextBytes = 16 << 20;

  const YamlNode& root() const { return *root_; }

 private:
  friend class YamlBuilder;

  std::deque<YamlNode> nodes_;
  const YamlNode* root_ = nullptr;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_YAML_NODE_H_
