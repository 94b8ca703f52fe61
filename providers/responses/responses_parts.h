#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_PARTS_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_PARTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/dialect.h"
#include "providers/openai_plan.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// Writes the parts of what a model is given: input_text, input_image and
// input_file.
class ResponsesPartWriter {
 public:
  // All must outlive this object.
  ResponsesPartWriter(const Dialect& dialect, const OpenAiPlan& plan,
                      absl::string_view model, const ParameterPolicy& policy,
                      JsonWriter& out)
      : dialect_(dialect),
        plan_(plan),
        model_(model),
        policy_(policy),
        out_(out) {}

  // Writes `part`, which stands at `field` ("chat.messages[0].parts[1]"); if
  // `marked`, with a breakpoint of the cache. Fails with INVALID_REQUEST for a
  // part without what it needs, and with UNSUPPORTED_PARAMETER for one that the
  // vendor does not take.
  absl::Status Write(const v1::ContentPart& part, const std::string& field,
                     bool marked);
  void WriteText(absl::string_view text, bool marked);

 private:
  absl::Status WriteImage(const v1::ImagePart& image, const std::string& field);
  absl::Status WriteFile(const v1::FilePart& file, const std::string& field);
  void WriteMark();
  // What is not taken is refused: it is no question without.
  absl::Status Check(Parameters parameter, const std::string& field) const;

  const Dialect& dialect_;
  const OpenAiPlan& plan_;
  const absl::string_view model_;
  const ParameterPolicy& policy_;
  JsonWriter& out_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_PARTS_H_
