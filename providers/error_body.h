#ifndef AIGATEWAY_PROVIDERS_ERROR_BODY_H_
#define AIGATEWAY_PROVIDERS_ERROR_BODY_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"

namespace aigateway {

// What an error body says, whatever its shape. Fields are empty where it says
// nothing; texts are valid UTF-8 and as long as they came.
struct ErrorBody {
  std::string message;
  std::string type;    // `type`, `status`, `error_type`, ...
  std::string code;    // Numbers in decimal.
  std::string param;   // The parameter that is at fault.
  std::string detail;  // What a vendor behind it said (OpenRouter).
  int status = 0;      // An HTTP status that the body names, else 0.

  bool empty() const {
    return message.empty() && type.empty() && code.empty() && detail.empty();
  }
};

// Reads an error body in the shapes that providers have for it:
// {"error":{...}}, {"error":"text"}, [{"error":{...}}], {"errors":[...]},
// {"message":...}, {"detail":"text"}, {"detail":[{"loc","msg"}]},
// {"code":...,"error":"text"}, {"title","detail","status"},
// {"base_resp":{...}}, with codes of any kind and texts that are objects.
// nullopt if it is not JSON.
std::optional<ErrorBody> ReadErrorBody(absl::string_view body);

// The same for a value that is being read: the error itself, or an object that
// has one.
ErrorBody ReadErrorValue(JsonValue& value);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ERROR_BODY_H_
