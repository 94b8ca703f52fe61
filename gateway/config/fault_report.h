#ifndef AIGATEWAY_GATEWAY_CONFIG_FAULT_REPORT_H_
#define AIGATEWAY_GATEWAY_CONFIG_FAULT_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"

namespace aigateway {

// Adds faults that are found in a configuration after it was read, each with
// the place where its value stands in the text.
//
// What is said of a value that has a fault already, or stands in one that has,
// is left out: it may only follow from that one.
class FaultReport {
 public:
  // Both must outlive this object.
  FaultReport(const SourceMap* places, Faults* faults)
      : places_(*places), faults_(*faults) {}

  void Add(const FieldPath& path, absl::string_view what);
  void Add(absl::string_view path, absl::string_view what);

  // Adds what an extension's Create() refused: each violation of `status` as a
  // fault, its field relative to `path`; a status without violations as one.
  void AddStatus(const FieldPath& path, const absl::Status& status);

  const SourceMap& places() const { return places_; }
  const Faults& faults() const { return faults_; }

 private:
  const SourceMap& places_;
  Faults& faults_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_FAULT_REPORT_H_
