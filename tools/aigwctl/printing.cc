#include "tools/aigwctl/printing.h"

#include <cctype>
#include <iostream>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/json_util.h"

namespace aigateway {

std::string JsonOf(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options)
           .ok()) {
    return "";
  }
  return text;
}

void PrintJson(const google::protobuf::Message& message) {
  std::cout << JsonOf(message) << "\n";
}

std::string Word(std::string name, absl::string_view prefix) {
  name = absl::StrReplaceAll(name, {{prefix, ""}});
  for (char& c : name) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return name == "unspecified" ? "" : name;
}

std::string Milliseconds(const google::protobuf::Duration& duration) {
  return absl::StrFormat(
      "%.1f ms",
      static_cast<double>(duration.seconds()) * 1e3 + duration.nanos() / 1e6);
}

}  // namespace aigateway
