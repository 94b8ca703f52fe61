#ifndef AIGATEWAY_GATEWAY_CONFIG_FAULTS_H_
#define AIGATEWAY_GATEWAY_CONFIG_FAULTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/config/field_path.h"
#include "gateway/config/place.h"

namespace aigateway {

// All that is wrong with one configuration, to be reported in one go.
//
// Keeps the first kMaxKept faults and counts the rest. What is added must not
// have a secret in it: values are quoted with QuoteForMessage(), and those of
// secret fields never.
class Faults {
 public:
  static constexpr size_t kMaxKept = 100;

  // `file` is shown before the line: a file's name, or "config_text". Empty
  // where there is no text: then only paths are shown.
  explicit Faults(absl::string_view file);

  // `what` says what is wrong and what to do.
  void Add(const FieldPath& path, Place place, absl::string_view what);
  void Add(absl::string_view path, Place place, absl::string_view what);

  bool empty() const { return kept_.empty(); }
  size_t size() const { return kept_.size() + dropped_; }
  // Whether further faults would only be counted.
  bool full() const { return kept_.size() == kMaxKept; }
  const std::string& file() const { return file_; }

  // Whether `path` or what it stands in has a fault: then what else is said of
  // it may only follow from that one.
  bool Covers(absl::string_view path) const;

  // OK if there is none; else INVALID_CONFIG with a violation for each, in the
  // order of the text: `field` is the path and `description`
  // "FILE:LINE:COLUMN: what; what to do". The message is one line: the first,
  // and how many more there are. If some were not kept, the last violation says
  // how many.
  absl::Status ToStatus() const;

 private:
  struct Fault {
    std::string path;
    Place place;
    std::string what;
  };

  // "FILE:LINE:COLUMN: ", as far as it is known.
  std::string Where(Place place) const;

  std::string file_;
  std::vector<Fault> kept_;
  size_t dropped_ = 0;
};

// `text` in quotes for a message: shortened, on one line, valid UTF-8.
std::string QuoteForMessage(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_FAULTS_H_
