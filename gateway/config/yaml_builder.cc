#include "gateway/config/yaml_builder.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/utf8.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/place.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

constexpr absl::string_view kYamlTags = "tag:yaml.org,2002:";

// What a scalar's tag says of it. yaml-cpp gives "!" to what is in quotes and
// "?" to what is not.
enum class TagMeaning { kPlain, kText, kUnknown };

TagMeaning MeaningOfScalarTag(absl::string_view tag) {
  if (tag == "?") return TagMeaning::kPlain;
  if (tag == "!") return TagMeaning::kText;
  if (!absl::ConsumePrefix(&tag, kYamlTags)) return TagMeaning::kUnknown;
  if (tag == "str") return TagMeaning::kText;
  if (tag == "int" || tag == "float" || tag == "bool") {
    return TagMeaning::kPlain;
  }
  return TagMeaning::kUnknown;
}

bool IsCollectionTag(absl::string_view tag, YamlNode::Kind kind) {
  if (tag == "?" || tag == "!") return true;
  return absl::ConsumePrefix(&tag, kYamlTags) &&
         tag == (kind == YamlNode::Kind::kMapping ? "map" : "seq");
}

std::string UnknownTag(absl::string_view tag) {
  return absl::StrCat("the tag ", QuoteForMessage(tag),
                      " is not known here: leave it out");
}

}  // namespace

YamlBuilder::YamlBuilder(const PlaceIndex* places, Faults* faults)
    : places_(*places), faults_(*faults) {}

std::shared_ptr<const YamlDocument> YamlBuilder::Take() {
  if (!finished_ || stopped_) return nullptr;
  return std::move(document_);
}

Place YamlBuilder::PlaceOf(const YAML::Mark& mark) {
  if (!mark.is_null()) last_ = places_.At(std::max(mark.pos, 0));
  return last_;
}

std::string YamlBuilder::Path() const {
  std::string path;
  for (const Frame& frame : frames_) {
    if (frame.node->kind == YamlNode::Kind::kSequence) {
      AppendPathIndex(static_cast<int>(frame.node->items.size()), &path);
    } else if (!frame.at_key) {
      AppendPathKey(frame.key, &path);
    }
  }
  return path;
}

void YamlBuilder::Fault(Place place, absl::string_view what) {
  faults_.Add(Path(), place, what);
}

void YamlBuilder::Stop(Place place, absl::string_view what) {
  if (!stopped_) Fault(place, what);
  stopped_ = true;
}

bool YamlBuilder::Count(Place place, size_t nodes, size_t bytes, int height) {
  nodes_ += nodes;
  bytes_ += bytes;
  if (static_cast<int>(frames_.size()) + height > YamlDocument::kMaxDepth) {
    Stop(place, absl::StrCat("is nested more than ", YamlDocument::kMaxDepth,
                             " levels deep"));
  } else if (nodes_ > YamlDocument::kMaxNodes) {
    Stop(place, absl::StrCat("the configuration has more than ",
                             YamlDocument::kMaxNodes,
                             " values, each alias counted as what it stands "
                             "for"));
  } else if (bytes_ > YamlDocument::kMaxTextBytes) {
    Stop(place, absl::StrCat("the configuration has more than ",
                             YamlDocument::kMaxTextBytes >> 20,
                             " MiB of text, each alias counted as what it "
                             "stands for"));
  }
  return !stopped_;
}

bool YamlBuilder::AtKey() const {
  return !frames_.empty() &&
         frames_.back().node->kind == YamlNode::Kind::kMapping &&
         frames_.back().at_key;
}

void YamlBuilder::TakeKey(const YamlNode& key) {
  Frame& frame = frames_.back();
  frame.at_key = false;
  frame.key = key.text;
  frame.key_place = key.place;
  frame.keep_value = true;
  if (key.text == "<<" && !key.quoted) {
    Fault(key.place,
          "merge keys ('<<') are not read: write the keys out, or use an "
          "alias for a whole value");
    frame.keep_value = false;
    return;
  }
  const auto [first, is_new] = frame.lines.emplace(key.text, key.place.line);
  if (!is_new) {
    Fault(key.place, absl::StrCat("the key ", QuoteForMessage(key.text),
                                  " stands here again, first in line ",
                                  first->second, ": keep one"));
    frame.keep_value = false;
  }
}

void YamlBuilder::RefuseKey(Place place, bool collection) {
  Fault(place,
        "a key must be a text: put it in quotes if this is meant as one");
  Frame& frame = frames_.back();
  frame.at_key = false;
  frame.key = {};
  frame.keep_value = false;
  if (collection) ignored_depth_ = 1;
}

YamlNode* YamlBuilder::NewNode(YamlNode::Kind kind, Place place) {
  YamlNode& node = document_->nodes_.emplace_back();
  node.kind = kind;
  node.place = place;
  return &node;
}

void YamlBuilder::Attach(const YamlNode* node, int height) {
  if (frames_.empty()) {
    document_->root_ = node;
    return;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, height + 1);
  if (frame.node->kind == YamlNode::Kind::kSequence) {
    frame.node->items.push_back(node);
    return;
  }
  frame.at_key = true;
  if (!frame.keep_value) return;
  frame.node->members.push_back({frame.key, frame.key_place, node});
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (document_ != nullptr || finished_) {
    Stop(PlaceOf(mark),
         "a second document begins here: a configuration is one");
    return;
  }
  document_ = std::make_shared<YamlDocument>();
}

void YamlBuilder::OnDocumentEnd() {
  finished_ = document_ != nullptr && document_->root_ != nullptr;
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (Ignoring()) return;
  const Place place = PlaceOf(mark);
  if (AtKey()) return RefuseKey(place, /*collection=*/false);
  if (!Count(place, 1, 0, 1)) return;
  const YamlNode* node = NewNode(YamlNode::Kind::kNull, place);
  if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, 1, 0, 1};
  Attach(node, 1);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (Ignoring()) return;
  const Place place = PlaceOf(mark);
  if (AtKey()) return RefuseKey(place, /*collection=*/false);
  const Anchored target = anchors_[anchor];
  if (target.node == nullptr) {
    return Stop(place, "an alias may not stand inside what it stands for");
  }
  if (!Count(place, target.nodes, target.bytes, target.height)) return;
  Attach(target.node, target.height);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                           YAML::anchor_t anchor, const std::string& value) {
  if (Ignoring()) return;
  const Place place = PlaceOf(mark);
  const TagMeaning meaning = MeaningOfScalarTag(tag);
  if (meaning == TagMeaning::kUnknown) Fault(place, UnknownTag(tag));
  if (absl::StrContains(value, '\0')) {
    Fault(place, "a text may not have a zero byte (\\0) in it");
  }
  if (!IsValidUtf8(value)) {
    // The text is UTF-8: yaml-cpp 0.7 makes one byte of Latin-1 of these two.
    Fault(place,
          "the escapes \\N and \\_ are not read: write \\u0085 or \\u00a0");
  }
  if (!Count(place, 1, value.size(), 1)) return;
  YamlNode* node = NewNode(YamlNode::Kind::kScalar, place);
  node->quoted = meaning == TagMeaning::kText;
  node->text = value;
  if (anchor != YAML::NullAnchor) {
    anchors_[anchor] = {node, 1, value.size(), 1};
  }
  if (AtKey()) return TakeKey(*node);
  Attach(node, 1);
}

void YamlBuilder::Start(YamlNode::Kind kind, const YAML::Mark& mark,
                        const std::string& tag, YAML::anchor_t anchor) {
  if (ignored_depth_ > 0) ++ignored_depth_;
  if (Ignoring()) return;
  const Place place = PlaceOf(mark);
  if (AtKey()) return RefuseKey(place, /*collection=*/true);
  if (!IsCollectionTag(tag, kind)) Fault(place, UnknownTag(tag));
  Frame frame;
  frame.anchor = anchor;
  frame.nodes_before = nodes_;
  frame.bytes_before = bytes_;
  if (!Count(place, 1, 0, 1)) return;
  frame.node = NewNode(kind, place);
  // Until its end: an alias to it would make a loop.
  if (anchor != YAML::NullAnchor) anchors_[anchor] = {};
  frames_.push_back(std::move(frame));
}

void YamlBuilder::End() {
  if (ignored_depth_ > 0) {
    --ignored_depth_;
    return;
  }
  if (stopped_) return;
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.anchor != YAML::NullAnchor) {
    anchors_[frame.anchor] = {frame.node, nodes_ - frame.nodes_before,
                              bytes_ - frame.bytes_before, frame.height};
  }
  Attach(frame.node, frame.height);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark,
                                  const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/) {
  Start(YamlNode::Kind::kSequence, mark, tag, anchor);
}

void YamlBuilder::OnSequenceEnd() { End(); }

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag,
                             YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  Start(YamlNode::Kind::kMapping, mark, tag, anchor);
}

void YamlBuilder::OnMapEnd() { End(); }

}  // namespace aigateway
