#include "providers/gemini_metadata.h"

#include <algorithm>
#include <string>
#include <utility>

#include "providers/json_struct.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;
using ::google::protobuf::Value;

constexpr absl::string_view kCitations = "citationMetadata";

bool WriteFields(const GeminiRawFields& fields, Struct* out) {
  bool all = true;
  for (const auto& [name, raw] : fields) {
    Value value;
    if (ReadJsonIntoValue(raw, &value)) {
      (*out->mutable_fields())[name] = std::move(value);
    } else {
      all = false;
    }
  }
  return all;
}

// One object of several that have lists: {"citations":[...]}.
bool WriteCitations(const std::vector<std::string>& raws, Struct* out) {
  bool all = true;
  Struct joined;
  for (const std::string& raw : raws) {
    Value value;
    if (!ReadJsonIntoValue(raw, &value)) {
      all = false;
      continue;
    }
    for (auto& [name, field] :
         *value.mutable_struct_value()->mutable_fields()) {
      Value& to = (*joined.mutable_fields())[name];
      if (field.has_list_value() && to.has_list_value()) {
        to.mutable_list_value()->MergeFrom(field.list_value());
      } else {
        to = std::move(field);
      }
    }
  }
  if (joined.fields().empty()) return all;
  *(*out->mutable_fields())[std::string(kCitations)].mutable_struct_value() =
      std::move(joined);
  return all;
}

}  // namespace

bool GeminiMetadata::TakeRoom(size_t bytes) {
  if (bytes > kMaxBytes - bytes_) {
    left_out_ = true;
    return false;
  }
  bytes_ += bytes;
  return true;
}

void GeminiMetadata::Put(GeminiRawFields from, GeminiRawFields* to) {
  for (auto& [name, raw] : from) {
    const auto same = std::find_if(
        to->begin(), to->end(),
        [&name = name](const auto& field) { return field.first == name; });
    if (same == to->end()) {
      if (TakeRoom(name.size() + raw.size())) {
        to->emplace_back(std::move(name), std::move(raw));
      }
      continue;
    }
    bytes_ -= same->second.size();
    if (TakeRoom(raw.size())) {
      same->second = std::move(raw);
    } else {
      bytes_ += same->second.size();  // The older value stays.
    }
  }
}

void GeminiMetadata::TakeFields(GeminiRawFields fields) {
  Put(std::move(fields), &fields_);
}

void GeminiMetadata::TakeUsage(GeminiRawFields fields) {
  Put(std::move(fields), &usage_);
}

void GeminiMetadata::TakeCandidate(int index, GeminiRawFields fields) {
  if (fields.empty()) return;
  Candidate& candidate = candidates_[index];
  const auto citations =
      std::find_if(fields.begin(), fields.end(),
                   [](const auto& field) { return field.first == kCitations; });
  if (citations != fields.end()) {
    std::string raw = std::move(citations->second);
    fields.erase(citations);
    // Some repeat what they had.
    if (std::find(candidate.citations.begin(), candidate.citations.end(),
                  raw) == candidate.citations.end() &&
        TakeRoom(raw.size())) {
      candidate.citations.push_back(std::move(raw));
    }
  }
  Put(std::move(fields), &candidate.fields);
}

void GeminiMetadata::TakePart(int index, std::string raw) {
  if (!TakeRoom(raw.size())) return;
  candidates_[index].parts.push_back(std::move(raw));
}

bool GeminiMetadata::Write(Struct* out) const {
  bool all = WriteFields(fields_, out) && !left_out_;
  if (!usage_.empty()) {
    all &= WriteFields(
        usage_,
        (*out->mutable_fields())["usageMetadata"].mutable_struct_value());
  }
  if (candidates_.empty()) return all;
  auto* const list =
      (*out->mutable_fields())["candidates"].mutable_list_value();
  for (const auto& [index, candidate] : candidates_) {
    Struct* const to = list->add_values()->mutable_struct_value();
    (*to->mutable_fields())["index"].set_number_value(index);
    all &= WriteFields(candidate.fields, to);
    all &= WriteCitations(candidate.citations, to);
    if (candidate.parts.empty()) continue;
    auto* const parts = (*to->mutable_fields())["parts"].mutable_list_value();
    for (const std::string& raw : candidate.parts) {
      if (!ReadJsonIntoValue(raw, parts->add_values())) {
        parts->mutable_values()->RemoveLast();
        all = false;
      }
    }
  }
  return all;
}

}  // namespace aigateway
