#ifndef AIGATEWAY_PROVIDERS_OPENAI_PARTS_H_
#define AIGATEWAY_PROVIDERS_OPENAI_PARTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/dialect.h"
#include "providers/openai_plan.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// Writes the parts of a message that are no plain text, in the way of a
// dialect.
class OpenAiPartWriter {
 public:
  // All must outlive this object.
  OpenAiPartWriter(const Dialect& dialect, const OpenAiPlan& plan,
                   const ParameterPolicy& policy, JsonWriter& out)
      : dialect_(dialect), plan_(plan), policy_(policy), out_(out) {}

  // Writes `part`, which stands at `field` ("chat.messages[0].parts[1]"). Fails
  // with INVALID_REQUEST for a part without what it needs, and with
  // UNSUPPORTED_PARAMETER for one that the vendor does not take.
  absl::Status Write(const v1::ContentPart& part, const std::string& field,
                     bool cached);

  // {"type":"text","text":...}
  void WriteText(absl::string_view text, bool cached,
                 const v1::CacheControl& cache);

 private:
  absl::Status WriteImage(const v1::ImagePart& image, const std::string& field);
  absl::Status WriteAudio(const v1::AudioPart& audio, const std::string& field);
  absl::Status WriteFile(const v1::FilePart& file, const std::string& field);
  absl::Status WriteFileUrl(const v1::FilePart& file, const std::string& field);
  void WriteFileData(const v1::FilePart& file, absl::string_view url);
  void WriteCache(const v1::CacheControl& cache);
  absl::Status Check(Parameters parameter, const std::string& field) const;

  const Dialect& dialect_;
  const OpenAiPlan& plan_;
  const ParameterPolicy& policy_;
  JsonWriter& out_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_PARTS_H_
