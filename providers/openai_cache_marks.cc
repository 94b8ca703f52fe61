#include "providers/openai_cache_marks.h"

namespace aigateway {
namespace {

constexpr int kMaxCacheMarks = 4;

bool SendsMarks(const Dialect& dialect, const ModelProfile* profile) {
  switch (dialect.cache) {
    case CacheForm::kLeftOut:
      return false;
    case CacheForm::kCacheControl:
      return true;
    case CacheForm::kCacheControlByModel:
    case CacheForm::kBreakpoint:
      return profile != nullptr && profile->takes_cache_marks;
  }
  return false;
}

}  // namespace

OpenAiCacheMarks::OpenAiCacheMarks(const Dialect& dialect,
                                   const ModelProfile* profile,
                                   const v1::ChatRequest& chat)
    : sent_(SendsMarks(dialect, profile)) {
  if (!sent_) return;
  int marks = 0;
  for (const v1::Message& message : chat.messages()) {
    marks += message.has_cache_control() ? 1 : 0;
    for (const v1::ContentPart& part : message.parts()) {
      marks += part.has_cache_control() ? 1 : 0;
    }
  }
  to_skip_ = marks - kMaxCacheMarks;
}

}  // namespace aigateway
