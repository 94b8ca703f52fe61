#include "providers/simulator_testing.h"

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;
using ::google::protobuf::Value;

bool Parse(absl::string_view json, Struct* parsed) {
  return google::protobuf::util::JsonStringToMessage(
             google::protobuf::StringPiece(json.data(), json.size()), parsed)
      .ok();
}

const Value& Get(const Struct& object, const std::string& name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? Value::default_instance()
                                        : found->second;
}

std::string Text(const Struct& object, const std::string& name) {
  return Get(object, name).string_value();
}

int Number(const Struct& object, const std::string& name) {
  return static_cast<int>(Get(object, name).number_value());
}

void JoinCalls(const Struct& delta, JoinedStream::Choice* choice) {
  for (const Value& each : Get(delta, "tool_calls").list_value().values()) {
    const Struct& call = each.struct_value();
    const Struct& function = Get(call, "function").struct_value();
    const int index = Number(call, "index");
    choice->call_ids[index] += Text(call, "id");
    choice->call_names[index] += Text(function, "name");
    choice->call_arguments[index] += Text(function, "arguments");
  }
}

void JoinChunk(const Struct& chunk, JoinedStream* joined) {
  if (joined->done) ++joined->chunks_after_done;
  if (chunk.fields().count("error") > 0) {
    joined->errors.push_back(Get(chunk, "error").struct_value());
    return;
  }
  if (joined->ids.empty() || joined->ids.back() != Text(chunk, "id")) {
    joined->ids.push_back(Text(chunk, "id"));
  }
  if (chunk.fields().count("usage") > 0) {
    joined->usages.push_back(Get(chunk, "usage").struct_value());
  }
  for (const Value& each : Get(chunk, "choices").list_value().values()) {
    const Struct& given = each.struct_value();
    const Struct& delta = Get(given, "delta").struct_value();
    JoinedStream::Choice& choice = joined->choices[Number(given, "index")];
    choice.role += Text(delta, "role");
    const std::string text = Text(delta, "content");
    if (!text.empty()) ++choice.pieces;
    choice.text += text;
    choice.reasoning += Text(delta, "reasoning_content");
    JoinCalls(delta, &choice);
    choice.finish_reason += Text(given, "finish_reason");
  }
}

}  // namespace

Struct ParseJson(absl::string_view json) {
  Struct parsed;
  EXPECT_TRUE(Parse(json, &parsed)) << json;
  return parsed;
}

std::vector<std::string> EventData(absl::string_view body) {
  std::vector<std::string> events;
  for (absl::string_view block :
       absl::StrSplit(body, "\n\n", absl::SkipEmpty())) {
    EXPECT_TRUE(absl::ConsumePrefix(&block, "data: ")) << block;
    events.emplace_back(block);
  }
  return events;
}

JoinedStream JoinStream(absl::string_view body) {
  JoinedStream joined;
  for (const std::string& data : EventData(body)) {
    Struct chunk;
    if (data == "[DONE]") {
      joined.done = true;
    } else if (Parse(data, &chunk)) {
      JoinChunk(chunk, &joined);
    } else {
      joined.unreadable.push_back(data);
    }
  }
  return joined;
}

}  // namespace aigateway
