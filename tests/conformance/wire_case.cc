#include "tests/conformance/wire_case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "google/protobuf/util/json_util.h"

namespace aigateway {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

const google::protobuf::Value* Get(const google::protobuf::Struct& fields,
                                   absl::string_view key) {
  auto it = fields.fields().find(std::string(key));
  if (it == fields.fields().end() || it->second.has_null_value()) {
    return nullptr;
  }
  return &it->second;
}

std::string GetText(const google::protobuf::Struct& fields,
                    absl::string_view key) {
  const google::protobuf::Value* value = Get(fields, key);
  return value == nullptr ? "" : value->string_value();
}

const google::protobuf::Struct* GetStruct(
    const google::protobuf::Struct& fields, absl::string_view key) {
  const google::protobuf::Value* value = Get(fields, key);
  return value != nullptr && value->has_struct_value() ? &value->struct_value()
                                                       : nullptr;
}

std::vector<WireCase> ReadWireCases(const std::string& folder) {
  std::vector<WireCase> cases;
  std::error_code error;
  for (const auto& provider : fs::directory_iterator(folder, error)) {
    if (!provider.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(provider.path())) {
      google::protobuf::Struct meta;
      if (!google::protobuf::util::JsonStringToMessage(
               ReadFile(entry.path() / "meta.json"), &meta)
               .ok()) {
        continue;
      }
      WireCase& wire = cases.emplace_back();
      wire.provider = provider.path().filename();
      wire.name = entry.path().filename();
      wire.format = GetText(meta, "wire_format");
      wire.endpoint = GetText(meta, "endpoint");
      if (const auto* stream = Get(meta, "stream")) {
        wire.stream = stream->bool_value();
      }
      if (const auto* status = Get(meta, "http_status")) {
        wire.response.status = static_cast<int>(status->number_value());
      }
      if (const auto* headers = GetStruct(meta, "response_headers")) {
        for (const auto& [name, value] : headers->fields()) {
          wire.response.headers.Add(name, value.string_value());
        }
      }
      if (const auto* files = GetStruct(meta, "files")) {
        wire.response.body =
            ReadFile(entry.path() / GetText(*files, "response"));
      }
      if (const auto* expected = GetStruct(meta, "expected")) {
        wire.expected = *expected;
      }
    }
  }
  std::sort(
      cases.begin(), cases.end(),
      [](const WireCase& a, const WireCase& b) { return a.id() < b.id(); });
  return cases;
}

}  // namespace aigateway
