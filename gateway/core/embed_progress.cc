#include "gateway/core/embed_progress.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// What no provider counts; more of it would not be a number any more.
constexpr int64_t kMaxCount = int64_t{1} << 60;

// Adds counts that both have: one that is not known of a part is not known of
// the whole.
void AddUsage(const v1::Usage& piece, v1::Usage& sum) {
  const auto& reflection = *v1::Usage::GetReflection();
  const auto& type = *v1::Usage::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* const field = type.field(i);
    if (reflection.HasField(sum, field) && reflection.HasField(piece, field)) {
      const int64_t before = reflection.GetInt64(sum, field);
      const int64_t more = reflection.GetInt64(piece, field);
      reflection.SetInt64(
          &sum, field, more > kMaxCount - before ? kMaxCount : before + more);
    } else {
      reflection.ClearField(&sum, field);
    }
  }
}

absl::Status Broken(std::string what) {
  return Error(ErrorReason::kProviderProtocolError, std::move(what));
}

}  // namespace

EmbedProgress& EmbedProgresses::Of(const Target& target,
                                   const std::string& upstream_model) {
  return by_target_[{&target, upstream_model}];
}

v1::EmbedRequest EmbedProgress::Next(const v1::EmbedRequest& all,
                                     int max_inputs) const {
  v1::EmbedRequest piece;
  piece.set_model(all.model());
  if (all.has_dimensions()) piece.set_dimensions(all.dimensions());
  if (all.has_input_type()) piece.set_input_type(all.input_type());
  if (all.has_user()) piece.set_user(all.user());
  *piece.mutable_metadata() = all.metadata();
  *piece.mutable_provider_options() = all.provider_options();
  const int texts = std::min(all.input_size() - done(), max_inputs);
  for (int i = 0; i < texts; ++i) piece.add_input(all.input(done() + i));
  const int tokens = std::min(all.token_inputs_size() - done(), max_inputs);
  for (int i = 0; i < tokens; ++i) {
    *piece.add_token_inputs() = all.token_inputs(done() + i);
  }
  return piece;
}

absl::Status EmbedProgress::Add(v1::EmbedResponse& piece, int count) {
  if (piece.embeddings_size() != count) {
    return Broken(absl::StrCat("gave ", piece.embeddings_size(),
                               " vectors for ", count, " inputs"));
  }
  const int size = done() > 0 ? vectors_.embeddings(0).values_size()
                              : piece.embeddings(0).values_size();
  for (const v1::Embedding& vector : piece.embeddings()) {
    if (vector.values_size() != size || size == 0) {
      return Broken(absl::StrCat("gave vectors of ", size, " and of ",
                                 vector.values_size(), " numbers"));
    }
  }
  if ((static_cast<size_t>(done()) + count) * size * sizeof(float) >
      kMaxBytes) {
    return FieldError("input",
                      absl::StrCat("makes vectors of more than ", kMaxBytes,
                                   " bytes; send fewer at once"));
  }
  if (done() == 0) {
    if (piece.has_usage()) *vectors_.mutable_usage() = piece.usage();
    vectors_.set_model(piece.model());
  } else if (vectors_.has_usage() && piece.has_usage()) {
    AddUsage(piece.usage(), *vectors_.mutable_usage());
  } else {
    vectors_.clear_usage();
  }
  for (v1::Embedding& vector : *piece.mutable_embeddings()) {
    vector.set_index(done());
    vectors_.add_embeddings()->Swap(&vector);
  }
  return absl::OkStatus();
}

v1::EmbedResponse EmbedProgress::Take() { return std::exchange(vectors_, {}); }

}  // namespace aigateway
