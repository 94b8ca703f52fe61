#include "gateway/server/reload.h"

#include <utility>
#include <vector>

#include "gateway/base/errors.h"

namespace aigateway {

absl::StatusOr<ReloadResult> ReloadAndLog(Gateway& gateway,
                                          const Logger& logger,
                                          absl::string_view cause,
                                          std::optional<std::string> text) {
  logger.Info("config reload", {{"cause", cause}});
  absl::StatusOr<ReloadResult> result =
      gateway.Reload(std::move(text), /*validate_only=*/false);
  if (result.ok()) return result;
  const std::vector<FieldViolation> violations = GetViolations(result.status());
  logger.Error("config not reloaded: the one before stays",
               {{"cause", cause},
                {"error", result.status().message()},
                {"faults", violations.size()}});
  for (const FieldViolation& violation : violations) {
    logger.Error("config fault",
                 {{"path", violation.field}, {"fault", violation.description}});
  }
  return result;
}

}  // namespace aigateway
