#include "plugins/literal_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

// What Hyperscan hands to its callback.
struct Matches {
  const std::vector<std::string>& literals;
  absl::FunctionRef<bool(size_t begin, size_t end)> found;
};

// Not 0: it stops.
int OnMatch(unsigned int id, unsigned long long /*from*/, unsigned long long to,
            unsigned int /*flags*/, void* context) {
  const auto& matches = *static_cast<const Matches*>(context);
  const size_t end = static_cast<size_t>(to);
  return matches.found(end - matches.literals[id].size(), end) ? 0 : 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LiteralSet>> LiteralSet::Create(
    std::vector<std::string> literals) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return absl::FailedPreconditionError(
        "this machine's CPU cannot run Hyperscan, which needs SSSE3");
  }
  std::sort(literals.begin(), literals.end());
  literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  std::vector<unsigned int> ids;
  for (const std::string& literal : literals) {
    ids.push_back(static_cast<unsigned int>(texts.size()));
    texts.push_back(literal.data());
    sizes.push_back(literal.size());
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* fault = nullptr;
  if (hs_compile_lit_multi(
          texts.data(), /*flags=*/nullptr, ids.data(), sizes.data(),
          static_cast<unsigned int>(texts.size()), HS_MODE_BLOCK,
          /*platform=*/nullptr, &database, &fault) != HS_SUCCESS) {
    absl::Status status = absl::InvalidArgumentError(
        absl::StrCat("Hyperscan does not take them: ", fault->message));
    hs_free_compile_error(fault);
    return status;
  }
  return std::make_unique<LiteralSet>(std::move(literals), database);
}

LiteralSet::LiteralSet(std::vector<std::string> sorted_literals,
                       hs_database_t* database)
    : literals_(std::move(sorted_literals)), database_(database) {
  for (const std::string& literal : literals_) {
    longest_ = std::max(longest_, literal.size());
    first_bytes_.set(static_cast<unsigned char>(literal[0]));
  }
}

LiteralSet::~LiteralSet() {
  MutexLock lock(&mutex_);
  for (hs_scratch_t* scratch : scratches_) hs_free_scratch(scratch);
  hs_free_database(database_);
}

hs_scratch_t* LiteralSet::TakeScratch() {
  {
    MutexLock lock(&mutex_);
    if (!scratches_.empty()) {
      hs_scratch_t* scratch = scratches_.back();
      scratches_.pop_back();
      return scratch;
    }
  }
  hs_scratch_t* scratch = nullptr;
  return hs_alloc_scratch(database_, &scratch) == HS_SUCCESS ? scratch
                                                             : nullptr;
}

void LiteralSet::GiveBack(hs_scratch_t* scratch) {
  MutexLock lock(&mutex_);
  scratches_.push_back(scratch);
}

absl::Status LiteralSet::Find(
    absl::string_view text,
    absl::FunctionRef<bool(size_t begin, size_t end)> found) {
  hs_scratch_t* scratch = TakeScratch();
  if (scratch == nullptr) {
    return absl::ResourceExhaustedError("no memory for Hyperscan's scratch");
  }
  Matches matches{literals_, found};
  const hs_error_t result =
      hs_scan(database_, text.data(), static_cast<unsigned int>(text.size()),
              /*flags=*/0, scratch, &OnMatch, &matches);
  GiveBack(scratch);
  if (result == HS_SUCCESS || result == HS_SCAN_TERMINATED) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("Hyperscan failed: ", result));
}

size_t LiteralSet::OpenEnd(absl::string_view text) const {
  const size_t most = std::min(text.size(), longest_ - 1);
  for (size_t at = text.size() - most; at < text.size(); ++at) {
    if (!first_bytes_[static_cast<unsigned char>(text[at])]) continue;
    const absl::string_view end = text.substr(at);
    // The first that is not less begins with it, if any does; itself aside.
    auto next =
        std::lower_bound(literals_.begin(), literals_.end(), end,
                         [](const std::string& literal, absl::string_view e) {
                           return literal < e;
                         });
    if (next != literals_.end() && *next == end) ++next;
    if (next != literals_.end() && absl::StartsWith(*next, end)) return at;
  }
  return text.size();
}

}  // namespace aigateway
