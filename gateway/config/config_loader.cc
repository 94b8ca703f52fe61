#include "gateway/config/config_loader.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/message_reader.h"
#include "gateway/config/settings.h"
#include "gateway/config/source_map.h"
#include "gateway/config/validate.h"
#include "gateway/config/vocabulary.h"
#include "gateway/config/yaml_node.h"
#include "gateway/config/yaml_reader.h"

namespace aigateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::MessageFactory;

// Reads a plugin's `config` into the settings of the plugin that stands beside
// it, and keeps it as a Struct. Returns false, so that it is read as free form,
// if there is no such plugin: that is a fault of its own, for ValidateConfig().
bool ReadPluginConfig(const Vocabulary& vocabulary, const YamlNode& plugin,
                      const YamlNode& value, const FieldPath& path,
                      MessageReader& reader, config::v1::PluginConfig* config) {
  const YamlNode::Member* name = plugin.Find("name");
  if (name == nullptr) return false;
  const auto found = vocabulary.plugins.find(name->value->text);
  if (found == vocabulary.plugins.end() || found->second.settings == nullptr) {
    return false;
  }
  const Message* prototype =
      MessageFactory::generated_factory()->GetPrototype(found->second.settings);
  const std::unique_ptr<Message> settings(prototype->New());
  reader.Read(value, path, settings.get());
  *config->mutable_config() = ToStruct(*settings);
  return true;
}

absl::string_view WhyReserved(const Descriptor& type, absl::string_view key) {
  if (&type != config::v1::GatewayConfig::descriptor()) return "";
  for (absl::string_view reserved : {"server", "prices", "store", "events"}) {
    if (key == reserved) {
      return "this key is reserved for a later version: remove it";
    }
  }
  return "";
}

}  // namespace

std::optional<LoadedConfig> ReadConfig(absl::string_view text,
                                       const Vocabulary& vocabulary,
                                       Faults& faults) {
  const std::shared_ptr<const YamlDocument> document = ReadYaml(text, faults);
  if (document == nullptr) return std::nullopt;
  LoadedConfig loaded;
  loaded.places = SourceMap(faults.file(), document);
  if (document->root().kind == YamlNode::Kind::kNull) {
    faults.Add("", {}, "is empty: write at least `targets` or `providers`");
    return std::nullopt;
  }
  // A plugin's settings are read without the hooks: what is called `config`
  // inside is theirs.
  MessageReader settings_reader(&faults, {});
  MessageReader::Options options;
  options.key_hook = WhyReserved;
  options.field_hook = [&](const FieldDescriptor& field,
                           const YamlNode& mapping, const YamlNode& value,
                           const FieldPath& path, Message* message) {
    auto* plugin =
        google::protobuf::DynamicCastToGenerated<config::v1::PluginConfig>(
            message);
    return plugin != nullptr &&
           field.number() == config::v1::PluginConfig::kConfigFieldNumber &&
           ReadPluginConfig(vocabulary, mapping, value, path, settings_reader,
                            plugin);
  };
  MessageReader reader(&faults, std::move(options));
  reader.Read(document->root(), FieldPath(), &loaded.config);
  return loaded;
}

absl::StatusOr<LoadedConfig> LoadConfig(absl::string_view text,
                                        absl::string_view file,
                                        const Vocabulary& vocabulary) {
  Faults faults(file);
  std::optional<LoadedConfig> loaded = ReadConfig(text, vocabulary, faults);
  if (loaded.has_value()) {
    ValidateConfig(loaded->config, loaded->places, vocabulary, faults);
  }
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(loaded);
}

absl::Status CheckConfig(const config::v1::GatewayConfig& config,
                         const Vocabulary& vocabulary) {
  Faults faults("");
  ValidateConfig(config, SourceMap(), vocabulary, faults);
  return faults.ToStatus();
}

}  // namespace aigateway
