#ifndef AIGATEWAY_GATEWAY_CONFIG_YAML_BUILDER_H_
#define AIGATEWAY_GATEWAY_CONFIG_YAML_BUILDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "yaml-cpp/anchor.h"
#include "yaml-cpp/emitterstyle.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/mark.h"

#include "gateway/config/config_text.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {

// Builds a YamlDocument from yaml-cpp's events; see ReadYaml().
//
// Aliases are shared, not copied. What their expansion would cost is counted as
// the events come: past a bound everything that follows is let go by.
class YamlBuilder final : public YAML::EventHandler {
 public:
  // Both must outlive this object.
  YamlBuilder(const PlaceIndex* places, Faults* faults);

  // Whether a bound was passed: there is no document then.
  bool stopped() const { return stopped_; }
  // Whether a document began.
  bool started() const { return document_ != nullptr; }
  // The document, once its end was reached; null if it was not, or stopped().
  std::shared_ptr<const YamlDocument> Take();

  // The place of yaml-cpp's `mark`; a null one is that of the last event.
  Place PlaceOf(const YAML::Mark& mark);
  // The path of the value that comes next.
  std::string Path() const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  // What an alias would repeat. Without a node while it is being built.
  struct Anchored {
    const YamlNode* node = nullptr;
    size_t nodes = 0;
    size_t bytes = 0;
    int height = 0;
  };
  // A sequence or mapping that has begun and not ended.
  struct Frame {
    YamlNode* node = nullptr;
    YAML::anchor_t anchor = YAML::NullAnchor;
    size_t nodes_before = 0;
    size_t bytes_before = 0;
    int height = 1;
    bool at_key = true;     // Of a mapping.
    absl::string_view key;  // Whose value comes next.
    Place key_place;
    bool keep_value = true;  // False behind a key that was refused.
    absl::flat_hash_map<absl::string_view, int> lines;  // Of the keys.
  };

  // Whether events are let go by: stopped, or inside a refused key.
  bool Ignoring() const { return stopped_ || ignored_depth_ > 0; }
  bool AtKey() const;
  void Fault(Place place, absl::string_view what);
  // Adds the fault of a bound, and ends the building.
  void Stop(Place place, absl::string_view what);
  // Counts nodes and text; false if a bound was passed.
  bool Count(Place place, size_t nodes, size_t bytes, int height);
  void TakeKey(const YamlNode& key);
  // Refuses a key that is no text; a collection is ignored to its end.
  void RefuseKey(Place place, bool collection);
  void Attach(const YamlNode* node, int height);
  YamlNode* NewNode(YamlNode::Kind kind, Place place);
  void Start(YamlNode::Kind kind, const YAML::Mark& mark,
             const std::string& tag, YAML::anchor_t anchor);
  void End();

  const PlaceIndex& places_;
  Faults& faults_;
  std::shared_ptr<YamlDocument> document_;
  std::vector<Frame> frames_;
  absl::flat_hash_map<YAML::anchor_t, Anchored> anchors_;
  size_t nodes_ = 0;
  size_t bytes_ = 0;
  int ignored_depth_ = 0;
  bool stopped_ = false;
  bool finished_ = false;
  Place last_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_YAML_BUILDER_H_
