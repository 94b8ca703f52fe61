#include "providers/cache_note.h"

#include "absl/strings/str_cat.h"

namespace aigateway {

void NoteCacheControl(const v1::ChatRequest& chat, absl::string_view vendor,
                      const ParameterPolicy& policy) {
  bool is_set = false;
  for (const v1::Message& message : chat.messages()) {
    is_set |= message.has_cache_control();
    for (const v1::ContentPart& part : message.parts()) {
      is_set |= part.has_cache_control();
    }
  }
  for (const v1::Tool& tool : chat.tools()) {
    is_set |= tool.has_cache_control();
  }
  if (is_set) {
    policy.Note(absl::StrCat("cache_control was left out: ", vendor,
                             " caches by itself"));
  }
}

}  // namespace aigateway
