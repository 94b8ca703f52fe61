#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_ANSWER_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/provider_metadata.h"
#include "providers/responses/responses_body.h"
#include "providers/responses/running_text.h"
#include "providers/tool_call_joiner.h"

namespace aigateway {

// Turns the items of one answer into deltas of v1. A whole answer goes through
// it as a stream does, so that both give the same message.
//
// Items are known by their place in `output`. What comes in pieces goes out as
// it comes; TakeItem() then adds what the pieces did not have: annotations,
// probabilities, seals, and texts of which no piece came. Parts of reasoning
// are set apart by a blank line; texts are joined as they are.
//
// Fails with a plain InvalidArgument if what comes cannot belong together or is
// more than is kept.
class ResponsesAnswer {
 public:
  // The most that is kept of items for provider_metadata, and of seals.
  static constexpr size_t kMaxMetadataBytes = ProviderMetadata::kMaxBytes;
  static constexpr size_t kMaxSealBytes = size_t{16} << 20;

  // `asked` is the model that was asked for. `warnings` may be null.
  ResponsesAnswer(absl::string_view asked, std::vector<std::string>* warnings)
      : asked_(asked), tools_(/*id_seed=*/""), warnings_(warnings) {}

  // The answer's id, and the model that answers, as the provider names them.
  void Name(absl::string_view id, absl::string_view model) {
    id_ = std::string(id);
    model_ = std::string(model);
  }

  // An item begins: of a call, what it is known by.
  absl::Status BeginItem(int64_t index, const ResponsesItem& item,
                         v1::Delta* delta);

  // Pieces of the item at `index`, which may be its first ones.
  absl::Status AddText(int64_t index, absl::string_view text, v1::Delta* delta);
  absl::Status AddRefusal(int64_t index, absl::string_view text,
                          v1::Delta* delta);
  enum class Thought { kNone, kRaw, kSummary };
  absl::Status AddThought(int64_t index, Thought thought, int64_t part,
                          absl::string_view text, v1::Delta* delta);
  absl::Status AddArguments(int64_t index, absl::string_view text,
                            v1::Delta* delta);

  // The item at `index` is complete. A second time it is passed over.
  absl::Status TakeItem(int64_t index, ResponsesItem& item, v1::Delta* delta);

  // The answer ends: takes the items that were not taken, and adds what was
  // held back. What else `body` says is left alone.
  absl::Status Finish(ResponsesBody& body, v1::Delta* delta,
                      v1::Finish* finish);

  // Adds citations and items of other kinds.
  void AddMetadata(ProviderMetadata* metadata) const;

  bool has_calls() const { return !tools_.empty(); }

 private:
  struct Item {
    std::string type;
    std::string id;
    std::string call_id;
    RunningText text;
    RunningText refusal;
    RunningText thought;
    RunningText arguments;
    Thought kind = Thought::kNone;
    int64_t part = -1;  // Of the thought's last piece.
    int call = -1;      // The number of a call.
    bool taken = false;
  };
  // An item before the next item of reasoning.
  struct Place {
    std::string phase;
    size_t bytes = 0;
    std::string call_id;
  };

  absl::StatusOr<Item*> ItemAt(int64_t index, absl::string_view type);
  // Where each item that the end repeats is known: where it stands, or where
  // the same one was; else a new place.
  std::vector<int64_t> PlacesOf(const std::vector<ResponsesItem>& output) const;
  // Whether another call than `given` is there already.
  static bool IsAnotherCall(const Item& item, const ResponsesItem& given);
  // `text`: that of `given`.
  static bool IsSame(const Item& item, const ResponsesItem& given,
                     const RunningText& text);

  absl::Status GiveCall(int64_t index, const ResponsesItem& given,
                        absl::string_view arguments, Item* item,
                        v1::Delta* delta);
  void GiveThought(absl::string_view text, Item* item, v1::Delta* delta);

  absl::Status TakeMessage(ResponsesItem& given, Item* item, v1::Delta* delta);
  absl::Status TakeReasoning(ResponsesItem& given, Item* item,
                             v1::Delta* delta);
  absl::Status TakeCall(int64_t index, ResponsesItem& given, Item* item,
                        v1::Delta* delta);
  void TakeOther(const ResponsesItem& given);

  // Adds the marks of the places since the last block.
  absl::Status MarkPlaces(v1::Delta* delta);
  absl::Status AddBlock(std::string opaque, v1::Delta* delta);
  void Note(const v1::Delta& delta);
  void WarnOnce(bool* warned, absl::string_view text);

  const std::string asked_;
  std::string id_;
  std::string model_;
  std::map<int64_t, Item> items_;
  ToolCallJoiner tools_;
  int calls_ = 0;
  std::vector<Place> places_;
  size_t seal_bytes_ = 0;
  bool has_thoughts_ = false;
  bool has_content_ = false;
  std::string annotations_;  // The inside of a JSON list.
  std::string others_;       // Likewise.
  std::vector<std::string>* const warnings_;
  bool warned_of_part_ = false;
  bool warned_of_text_ = false;
  bool warned_of_metadata_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_ANSWER_H_
