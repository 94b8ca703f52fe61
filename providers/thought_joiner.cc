#include "providers/thought_joiner.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// Members of an entry that come in pieces.
bool IsJoined(absl::string_view name) {
  return name == "text" || name == "summary" || name == "data" ||
         name == "signature";
}

bool IsString(absl::string_view json) { return absl::StartsWith(json, "\""); }

// Joins two JSON strings without reading them.
void AppendString(absl::string_view more, std::string* string) {
  string->pop_back();
  string->append(more.data() + 1, more.size() - 1);
}

}  // namespace

absl::Status ThoughtJoiner::Add(absl::Span<const OpenAiThoughtPiece> pieces) {
  bool is_first = true;
  for (const OpenAiThoughtPiece& piece : pieces) {
    bytes_ += piece.text.size() + piece.signature.size();
    for (const auto& [name, json] : piece.members) {
      bytes_ += name.size() + json.size();
    }
    if (bytes_ > kMaxBytes) {
      return absl::InvalidArgumentError("its reasoning is too long");
    }
    const bool goes_on = std::exchange(is_first, false) && !thoughts_.empty() &&
                         GoesOn(thoughts_.back(), piece);
    if (!goes_on) {
      Thought& thought = thoughts_.emplace_back();
      thought.in_content = piece.in_content;
      thought.index = piece.index;
      thought.type = piece.type;
    }
    Thought& thought = thoughts_.back();
    if (thought.id.empty()) thought.id = piece.id;
    if (piece.in_content) absl::StrAppend(&thought.text, piece.text);
    absl::StrAppend(&thought.signature, piece.signature);
    MergeMembers(piece, &thought);
  }
  return absl::OkStatus();
}

bool ThoughtJoiner::GoesOn(const Thought& thought,
                           const OpenAiThoughtPiece& piece) {
  if (thought.in_content != piece.in_content) return false;
  // A signed thought is whole: a text after that is of another.
  if (!thought.signature.empty() && (piece.in_content || !piece.text.empty())) {
    return false;
  }
  if (piece.in_content) return true;
  if (thought.index != piece.index || thought.type != piece.type) return false;
  if (thought.id == piece.id) return true;
  // The id of a text may come with its first piece or its last one. Sealed
  // entries are told apart by it: one for each tool call, all of index 0.
  return thought.type != "reasoning.encrypted" &&
         (thought.id.empty() || piece.id.empty());
}

void ThoughtJoiner::MergeMembers(const OpenAiThoughtPiece& piece,
                                 Thought* thought) {
  for (const auto& [name, json] : piece.members) {
    const auto own = std::find_if(
        thought->members.begin(), thought->members.end(),
        [&name = name](const auto& member) { return member.first == name; });
    if (own == thought->members.end()) {
      thought->members.emplace_back(name, json);
    } else if (IsJoined(name) && IsString(own->second) && IsString(json)) {
      AppendString(json, &own->second);
    } else if (json != "null") {
      own->second = json;
    }
  }
}

void ThoughtJoiner::Flush(
    absl::string_view model,
    google::protobuf::RepeatedPtrField<v1::ReasoningBlock>* blocks) {
  for (Thought& thought : thoughts_) {
    if (thought.in_content && thought.signature.empty()) continue;
    v1::ReasoningBlock* const block = blocks->Add();
    if (!model.empty()) block->set_model(std::string(model));
    if (!thought.signature.empty()) {
      block->set_signature(std::move(thought.signature));
    }
    if (thought.in_content) {
      block->set_text(std::move(thought.text));
      continue;
    }
    std::string entry;
    JsonWriter out(&entry);
    out.StartObject();
    for (const auto& [name, json] : thought.members) out.RawField(name, json);
    out.EndObject();
    block->set_opaque(std::move(entry));
  }
  thoughts_.clear();
  bytes_ = 0;
}

}  // namespace aigateway
