#include "gateway/config/yaml_reader.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "yaml-cpp/depthguard.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

#include "gateway/config/config_text.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"
#include "gateway/config/yaml_builder.h"

namespace aigateway {
namespace {

// yaml-cpp's words for what people get wrong most, in theirs.
struct Wording {
  absl::string_view theirs;
  absl::string_view ours;
};
constexpr Wording kWordings[] = {
    {"illegal map value",
     "a ':' cannot stand here: put the text in quotes, or the value in a line "
     "of its own"},
    {"end of map not found",
     "does not go on with the keys above: look at the indentation, and for a "
     "missing ':'"},
    {"end of sequence not found",
     "does not go on with the list above: look at the indentation, and for a "
     "missing '-'"},
    {"end of map flow not found",
     "a '{' is not closed, or a ',' is missing before this"},
    {"end of sequence flow not found",
     "a '[' is not closed, or a ',' is missing before this"},
    {"illegal flow end", "a bracket is closed that was not opened"},
    {"illegal block entry", "a '-' cannot stand here"},
    {"illegal map key", "a '?' cannot stand here: put the text in quotes"},
    {"illegal tab when looking for indentation",
     "a tab in the indentation: use spaces"},
    {"illegal EOF in scalar", "a quote is not closed"},
    {"illegal document indicator in scalar",
     "a quote is not closed before this line"},
    {"unknown token",
     "a text cannot begin with this character: put it in quotes"},
    {"the referenced anchor is not defined",
     "no anchor has this name before this line"},
    {"invalid unicode", "an escape that stands for no character"},
};

std::string InOurWords(const YAML::Exception& exception,
                       absl::string_view line) {
  std::string what = absl::StrCat("is no YAML: ", exception.msg);
  for (const Wording& wording : kWordings) {
    if (absl::StartsWith(exception.msg, wording.theirs)) {
      what = std::string(wording.ours);
    }
  }
  // `{api_key: ${KEY}}`: inside brackets a '{' begins a mapping.
  if (absl::StrContains(line, "${")) {
    absl::StrAppend(&what,
                    " (inside {} and [] a variable stands in quotes: "
                    "\"${NAME}\")");
  }
  return what;
}

absl::string_view LineAt(absl::string_view text, int pos) {
  if (text.empty()) return text;
  const size_t at = std::min<size_t>(std::max(pos, 0), text.size() - 1);
  const size_t before =
      at == 0 ? absl::string_view::npos : text.rfind('\n', at - 1);
  const size_t begin = before == absl::string_view::npos ? 0 : before + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

// Runs yaml-cpp over `text`, and turns what it throws into faults.
void Parse(const std::string& text, YamlBuilder& builder, Faults& faults) {
  try {
    // yaml-cpp 0.7 takes a quote that is never closed for closed if the text
    // ends with its line. With a comment in a line of its own it is not: the
    // comment would be inside the quote.
    const bool ends_its_line = absl::EndsWith(text, "\n");
    std::istringstream stream(
        absl::StrCat(text, ends_its_line ? "" : "\n", "#"));
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    // Reads on to the end: what stands there is a fault.
    if (!builder.stopped()) parser.HandleNextDocument(builder);
  } catch (const YAML::DeepRecursion& exception) {
    if (builder.stopped()) return;
    faults.Add(builder.Path(), builder.PlaceOf(exception.mark),
               "is nested too deep");
  } catch (const YAML::Exception& exception) {
    if (builder.stopped()) return;
    faults.Add(builder.Path(), builder.PlaceOf(exception.mark),
               InOurWords(exception, LineAt(text, exception.mark.pos)));
  } catch (const std::exception& exception) {
    // std::bad_alloc and what an assertion of its own may throw.
    if (builder.stopped()) return;
    faults.Add("", {}, absl::StrCat("cannot be parsed: ", exception.what()));
  }
}

}  // namespace

std::shared_ptr<const YamlDocument> ReadYaml(absl::string_view text,
                                             Faults& faults) {
  const std::optional<std::string> checked = CheckConfigText(text, faults);
  if (!checked.has_value()) return nullptr;
  const PlaceIndex places(*checked);
  YamlBuilder builder(&places, &faults);
  const size_t faults_before = faults.size();
  Parse(*checked, builder, faults);
  std::shared_ptr<const YamlDocument> document = builder.Take();
  if (document == nullptr && faults.size() == faults_before) {
    faults.Add("", {}, "is empty: write at least `targets` or `providers`");
  }
  return document;
}

}  // namespace aigateway
