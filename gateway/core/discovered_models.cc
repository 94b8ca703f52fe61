#include "gateway/core/discovered_models.h"

#include <utility>

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// How long an answer holds, and how long to wait after a failure. Lists of
// models change by the week.
constexpr absl::Duration kLife = absl::Hours(1);
constexpr absl::Duration kAfterFailure = absl::Minutes(5);

}  // namespace

bool DiscoveredModels::Begin(absl::Time now) {
  MutexLock lock(&mutex_);
  if (now < due_) return false;
  due_ = now + kAfterFailure;
  return true;
}

void DiscoveredModels::Succeed(std::vector<v1::Model> models, absl::Time now) {
  auto by_name = std::make_shared<Models>();
  for (v1::Model& model : models) {
    std::string name = model.id();
    by_name->emplace(std::move(name), std::move(model));
  }
  MutexLock lock(&mutex_);
  models_ = std::move(by_name);
  status_ = absl::OkStatus();
  due_ = now + kLife;
}

void DiscoveredModels::Fail(const absl::Status& status, absl::Time now) {
  MutexLock lock(&mutex_);
  status_ = status;
  // A vendor without a listing will have none later either.
  due_ = ReasonOf(status) == ErrorReason::kUnsupportedParameter
             ? absl::InfiniteFuture()
             : now + kAfterFailure;
}

std::shared_ptr<const DiscoveredModels::Models> DiscoveredModels::models()
    const {
  MutexLock lock(&mutex_);
  return models_;
}

std::optional<int64_t> DiscoveredModels::ContextWindow(
    absl::string_view model) const {
  const std::shared_ptr<const Models> known = models();
  if (known == nullptr) return std::nullopt;
  const auto it = known->find(std::string(model));
  if (it == known->end() || !it->second.has_context_window()) {
    return std::nullopt;
  }
  return it->second.context_window();
}

absl::Status DiscoveredModels::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

}  // namespace aigateway
