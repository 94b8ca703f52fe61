#include "providers/responses/responses_answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/finish_reasons.h"
#include "providers/model_name.h"
#include "providers/openai_chunk.h"
#include "providers/responses/responses_block.h"

namespace aigateway {
namespace {

constexpr int64_t kMaxIndex = int64_t{1} << 20;
constexpr size_t kMaxShownType = 64;
constexpr absl::string_view kBetweenThoughts = "\n\n";

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// The parts that say something, set apart.
std::string JoinedThoughts(const std::vector<std::string>& parts) {
  std::vector<absl::string_view> said;
  for (const std::string& part : parts) {
    if (!part.empty()) said.push_back(part);
  }
  return absl::StrJoin(said, kBetweenThoughts);
}

// Adds `json` to the inside of a list. False if there is no room.
bool AddToList(absl::string_view json, std::string* list) {
  if (list->size() + json.size() + 1 > ResponsesAnswer::kMaxMetadataBytes) {
    return false;
  }
  absl::StrAppend(list, list->empty() ? "" : ",", json);
  return true;
}

v1::FinishReason FinishOf(absl::string_view status, absl::string_view word,
                          AnswerParts parts) {
  if (status == "incomplete" && !CommonFinishReason(word).has_value()) {
    return v1::FINISH_REASON_ERROR;  // It says that there is more.
  }
  return JudgeFinish(word, parts);
}

}  // namespace

void ResponsesAnswer::WarnOnce(bool* warned, absl::string_view text) {
  if (!std::exchange(*warned, true) && warnings_ != nullptr) {
    warnings_->emplace_back(text);
  }
}

absl::StatusOr<ResponsesAnswer::Item*> ResponsesAnswer::ItemAt(
    int64_t index, absl::string_view type) {
  if (index < 0 || index > kMaxIndex) return Wrong("an item has no place");
  const auto found = items_.find(index);
  if (found != items_.end()) {
    if (found->second.type != type) return Wrong("an item is of two kinds");
    return &found->second;
  }
  if (items_.size() == ResponsesBody::kMaxItems) {
    return Wrong("it has too many items");
  }
  Item& item = items_[index];
  item.type = std::string(type);
  return &item;
}

absl::Status ResponsesAnswer::BeginItem(int64_t index,
                                        const ResponsesItem& given,
                                        v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, given.type));
  if (item->taken || IsAnotherCall(*item, given)) {
    return Wrong("two items have one place");
  }
  item->id = given.id;
  if (given.type != "function_call") return absl::OkStatus();
  return GiveCall(index, given, given.arguments, item, delta);
}

absl::Status ResponsesAnswer::AddText(int64_t index, absl::string_view text,
                                      v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, "message"));
  if (item->taken) return Wrong("an item goes on behind its end");
  item->text.Add(text);
  absl::StrAppend(delta->mutable_text(), text);
  has_content_ |= !text.empty();
  return absl::OkStatus();
}

absl::Status ResponsesAnswer::AddRefusal(int64_t index, absl::string_view text,
                                         v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, "message"));
  if (item->taken) return Wrong("an item goes on behind its end");
  item->refusal.Add(text);
  absl::StrAppend(delta->mutable_refusal(), text);
  has_content_ |= !text.empty();
  return absl::OkStatus();
}

absl::Status ResponsesAnswer::AddThought(int64_t index, Thought thought,
                                         int64_t part, absl::string_view text,
                                         v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, "reasoning"));
  if (item->taken) return Wrong("an item goes on behind its end");
  if (text.empty()) return absl::OkStatus();
  // The same thought, whole and in short: the first seen counts.
  if (item->kind == Thought::kNone) item->kind = thought;
  if (item->kind != thought) return absl::OkStatus();
  if (!item->thought.empty() && item->part != part) {
    GiveThought(kBetweenThoughts, item, delta);
  }
  item->part = part;
  GiveThought(text, item, delta);
  return absl::OkStatus();
}

void ResponsesAnswer::GiveThought(absl::string_view text, Item* item,
                                  v1::Delta* delta) {
  if (item->thought.empty() && has_thoughts_) {
    absl::StrAppend(delta->mutable_reasoning(), kBetweenThoughts);
  }
  has_thoughts_ = true;
  has_content_ = true;
  item->thought.Add(text);
  absl::StrAppend(delta->mutable_reasoning(), text);
}

absl::Status ResponsesAnswer::AddArguments(int64_t index,
                                           absl::string_view text,
                                           v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, "function_call"));
  if (item->taken) return Wrong("an item goes on behind its end");
  static const auto* const kUnnamed = new ResponsesItem();
  return GiveCall(index, *kUnnamed, text, item, delta);
}

// Gives id and name, once they are known, and more of the arguments.
absl::Status ResponsesAnswer::GiveCall(int64_t index,
                                       const ResponsesItem& given,
                                       absl::string_view arguments, Item* item,
                                       v1::Delta* delta) {
  OpenAiToolPiece piece;
  piece.index = index;
  if (item->call_id.empty() && !given.name.empty()) {
    // Servers of one's own leave out one id or both.
    item->call_id = !given.call_id.empty() ? given.call_id
                    : !given.id.empty()
                        ? given.id
                        : absl::StrCat("call_", id_, "_", index);
    piece.id = item->call_id;
    piece.name = given.name;
  }
  item->arguments.Add(arguments);
  piece.arguments = std::string(arguments);
  if (piece.empty()) return absl::OkStatus();
  if (item->call < 0) item->call = calls_++;
  return tools_.Add(piece, delta->mutable_tool_calls());
}

absl::Status ResponsesAnswer::TakeItem(int64_t index, ResponsesItem& given,
                                       v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Item* const item, ItemAt(index, given.type));
  if (IsAnotherCall(*item, given)) return Wrong("two calls have one place");
  if (std::exchange(item->taken, true)) return absl::OkStatus();
  if (item->id.empty()) item->id = given.id;
  if (given.type == "message") return TakeMessage(given, item, delta);
  if (given.type == "reasoning") return TakeReasoning(given, item, delta);
  if (given.type == "function_call") {
    return TakeCall(index, given, item, delta);
  }
  TakeOther(given);
  return absl::OkStatus();
}

absl::Status ResponsesAnswer::TakeMessage(ResponsesItem& given, Item* item,
                                          v1::Delta* delta) {
  const struct {
    const std::string& whole;
    RunningText* given;
    std::string* out;
  } kTexts[] = {
      {given.text, &item->text, delta->mutable_text()},
      {given.refusal, &item->refusal, delta->mutable_refusal()},
  };
  for (const auto& text : kTexts) {
    if (text.whole.empty()) continue;
    const auto rest = text.given->RestOf(text.whole);
    if (!rest.has_value()) {
      WarnOnce(&warned_of_text_,
               "the text of the stream is not the one that its end repeats");
      continue;
    }
    absl::StrAppend(text.out, *rest);
    text.given->Add(*rest);
    has_content_ = true;
  }
  if (!given.unknown_part.empty()) {
    WarnOnce(&warned_of_part_,
             absl::StrCat("a part of the answer has the unknown type '",
                          Truncate(given.unknown_part, kMaxShownType),
                          "' and was passed over"));
  }
  for (const std::string& annotation : given.annotations) {
    if (!AddToList(annotation, &annotations_)) {
      WarnOnce(&warned_of_metadata_, "not all citations are kept");
      break;
    }
  }
  if (!given.logprobs.content().empty()) {
    delta->mutable_logprobs()->MergeFrom(given.logprobs);
  }
  places_.push_back(
      {.phase = std::move(given.phase), .bytes = item->text.bytes()});
  return places_.back().phase.empty() ? absl::OkStatus() : MarkPlaces(delta);
}

absl::Status ResponsesAnswer::TakeReasoning(ResponsesItem& given, Item* item,
                                            v1::Delta* delta) {
  std::string raw = JoinedThoughts(given.thoughts);
  std::string summary = JoinedThoughts(given.summary);
  if (item->kind == Thought::kNone) {
    item->kind = raw.empty() ? Thought::kSummary : Thought::kRaw;
  }
  const std::string& whole = item->kind == Thought::kRaw ? raw : summary;
  if (!whole.empty()) {
    const auto rest = item->thought.RestOf(whole);
    if (!rest.has_value()) {
      WarnOnce(&warned_of_text_,
               "the text of the stream is not the one that its end repeats");
    } else if (!rest->empty()) {
      GiveThought(*rest, item, delta);
    }
  }
  if (!given.sealed) return absl::OkStatus();
  AIGW_RETURN_IF_ERROR(MarkPlaces(delta));
  return AddBlock(std::move(given.json), delta);
}

absl::Status ResponsesAnswer::TakeCall(int64_t index, ResponsesItem& given,
                                       Item* item, v1::Delta* delta) {
  const auto rest = item->arguments.RestOf(given.arguments);
  // A server of one's own may not repeat them.
  if (!rest.has_value() && !given.arguments.empty()) {
    return Wrong("a tool call has its arguments twice, and differently");
  }
  AIGW_RETURN_IF_ERROR(GiveCall(index, given, rest.value_or(""), item, delta));
  if (item->call_id.empty()) return Wrong("a tool call has no name");
  if (!given.signature.empty()) {
    v1::ToolCallDelta& seal = *delta->add_tool_calls();
    seal.set_index(item->call);
    seal.set_signature(std::move(given.signature));
  }
  places_.push_back({.call_id = item->call_id});
  return absl::OkStatus();
}

void ResponsesAnswer::TakeOther(const ResponsesItem& given) {
  if (!AddToList(given.json, &others_)) {
    WarnOnce(&warned_of_metadata_,
             "not all items of the vendor's own tools are kept");
  }
}

absl::Status ResponsesAnswer::MarkPlaces(v1::Delta* delta) {
  for (const Place& place : std::exchange(places_, {})) {
    AIGW_RETURN_IF_ERROR(AddBlock(
        place.call_id.empty()
            ? MessageMark(place.phase, static_cast<int64_t>(place.bytes))
            : CallMark(place.call_id),
        delta));
  }
  return absl::OkStatus();
}

absl::Status ResponsesAnswer::AddBlock(std::string opaque, v1::Delta* delta) {
  if (opaque.size() > kMaxSealBytes - seal_bytes_) {
    return Wrong("it has more reasoning than is kept");
  }
  seal_bytes_ += opaque.size();
  v1::ReasoningBlock& block = *delta->add_reasoning_blocks();
  block.set_opaque(std::move(opaque));
  // An alias or a deployment is asked for by another name than it answers to.
  const std::string& name =
      MayBeSameModel(model_, asked_) || asked_.empty() ? model_ : asked_;
  if (!name.empty()) block.set_model(name);
  return absl::OkStatus();
}

bool ResponsesAnswer::IsAnotherCall(const Item& item,
                                    const ResponsesItem& given) {
  return given.type == "function_call" && !given.call_id.empty() &&
         !item.call_id.empty() && item.call_id != given.call_id;
}

bool ResponsesAnswer::IsSame(const Item& item, const ResponsesItem& given,
                             const RunningText& text) {
  if (item.type != given.type) return false;
  if (!item.id.empty() && item.id == given.id) return true;
  if (given.type == "function_call") return item.call_id == given.call_id;
  return !item.text.empty() && item.text == text;
}

std::vector<int64_t> ResponsesAnswer::PlacesOf(
    const std::vector<ResponsesItem>& output) const {
  std::vector<int64_t> places;
  const auto size = static_cast<int64_t>(output.size());
  int64_t fresh = items_.empty() ? size : items_.rbegin()->first + size;
  for (const ResponsesItem& given : output) {
    const auto index = static_cast<int64_t>(places.size());
    const auto there = items_.find(index);
    if (there != items_.end() && there->second.type == given.type) {
      places.push_back(index);
      continue;
    }
    // Read once, however many items there are to compare it with.
    RunningText text;
    text.Add(given.text);
    // Some servers leave out, at the end, items that they had numbered.
    const auto same = std::find_if(
        items_.begin(), items_.end(),
        [&](const auto& each) { return IsSame(each.second, given, text); });
    if (same != items_.end()) {
      places.push_back(same->first);
    } else {
      places.push_back(there == items_.end() ? index : fresh++);
    }
  }
  return places;
}

absl::Status ResponsesAnswer::Finish(ResponsesBody& body, v1::Delta* delta,
                                     v1::Finish* finish) {
  const std::vector<int64_t> places = PlacesOf(body.output);
  for (size_t i = 0; i < places.size(); ++i) {
    AIGW_RETURN_IF_ERROR(TakeItem(places[i], body.output[i], delta));
  }
  const bool incomplete = body.status == "incomplete";
  AIGW_RETURN_IF_ERROR(
      tools_.Close(/*cut=*/incomplete, delta->mutable_tool_calls()));
  const std::string& word = incomplete && !body.incomplete_reason.empty()
                                ? body.incomplete_reason
                                : body.status;
  finish->set_finish_reason(FinishOf(
      body.status, word,
      {.has_content = has_content_, .has_tool_calls = !tools_.empty()}));
  finish->set_provider_finish_reason(word);
  return absl::OkStatus();
}

void ResponsesAnswer::AddMetadata(ProviderMetadata* metadata) const {
  if (!annotations_.empty()) {
    metadata->SetText("", "annotations", absl::StrCat("[", annotations_, "]"));
  }
  if (!others_.empty()) {
    metadata->SetText("", "output_items", absl::StrCat("[", others_, "]"));
  }
}

}  // namespace aigateway
