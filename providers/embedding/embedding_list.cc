#include "providers/embedding/embedding_list.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

}  // namespace

int EntryCount(const v1::EmbedRequest& embed) {
  return embed.input_size() + embed.token_inputs_size();
}

absl::Status EmbeddingList::Add(v1::Embedding** next) {
  if (vectors_.size() >= static_cast<size_t>(expected_)) {
    return Wrong("it has more vectors than were asked for");
  }
  *next = &vectors_.emplace_back();
  places_.emplace_back();
  return absl::OkStatus();
}

void EmbeddingList::Place(std::optional<int64_t> index) {
  places_.back() = index;
}

absl::Status EmbeddingList::MoveTo(v1::EmbedResponse* response) {
  if (vectors_.size() != static_cast<size_t>(expected_)) {
    return Wrong(
        absl::StrCat("it has ", vectors_.size(), " vectors, not ", expected_));
  }
  bool any_placed = false;
  for (const auto& place : places_) any_placed |= place.has_value();
  std::vector<v1::Embedding*> ordered(vectors_.size());
  for (size_t i = 0; i < vectors_.size(); ++i) {
    const int64_t place =
        any_placed ? places_[i].value_or(-1) : static_cast<int64_t>(i);
    if (place < 0 || place >= expected_ ||
        ordered[static_cast<size_t>(place)] != nullptr) {
      return Wrong("the indexes of its vectors are not those of the texts");
    }
    ordered[static_cast<size_t>(place)] = &vectors_[i];
  }
  for (size_t i = 0; i < ordered.size(); ++i) {
    if (ordered[i]->values_size() != ordered[0]->values_size()) {
      return Wrong("its vectors have different lengths");
    }
  }
  for (size_t i = 0; i < ordered.size(); ++i) {
    ordered[i]->set_index(static_cast<int32_t>(i));
    *response->add_embeddings() = std::move(*ordered[i]);
  }
  return absl::OkStatus();
}

void CheckDimensions(const v1::EmbedRequest& embed,
                     const v1::EmbedResponse& response,
                     std::vector<std::string>* warnings) {
  if (!embed.has_dimensions() || response.embeddings().empty() ||
      warnings == nullptr) {
    return;
  }
  const int size = response.embeddings(0).values_size();
  if (size == embed.dimensions()) return;
  warnings->push_back(absl::StrCat("dimensions: the vectors have ", size,
                                   " numbers, not ", embed.dimensions()));
}

}  // namespace aigateway
