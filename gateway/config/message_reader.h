#ifndef AIGATEWAY_GATEWAY_CONFIG_MESSAGE_READER_H_
#define AIGATEWAY_GATEWAY_CONFIG_MESSAGE_READER_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"

#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {

// Reads values into the fields of a message, as its descriptor says and
// strictly: a key that is no field, a value of another kind, a number out of
// range, an unknown word of an enum, two fields of a oneof are faults. All are
// found in one pass, and what is right is set.
//
// A field that is null in the file is not set. A text field takes every scalar
// as it is written, in quotes or not; the others take what scalar.h says, those
// of 64 bits also in quotes, as a Struct holds a large number;
// google.protobuf.Duration a Go duration ("1m30s"); google.protobuf.Struct and
// Value what free_form.h says. The values of secret fields are quoted in no
// fault.
class MessageReader {
 public:
  // May read a field by itself; returns whether it did. `mapping` is what the
  // field stands in, `value` its value, not null.
  using FieldHook = std::function<bool(
      const google::protobuf::FieldDescriptor& field, const YamlNode& mapping,
      const YamlNode& value, const FieldPath& path,
      google::protobuf::Message* message)>;
  // Says why a key is refused that is no field of `type`, beyond its being
  // unknown; empty if there is nothing to say.
  using KeyHook = std::function<absl::string_view(
      const google::protobuf::Descriptor& type, absl::string_view key)>;

  struct Options {
    FieldHook field_hook;
    KeyHook key_hook;
  };

  // `faults` must outlive this object.
  MessageReader(Faults* faults, Options options)
      : faults_(*faults), options_(std::move(options)) {}

  // `message` is of a generated type.

  void Read(const YamlNode& node, const FieldPath& path,
            google::protobuf::Message* message);

 private:
  void ReadField(const google::protobuf::FieldDescriptor& field,
                 const YamlNode& value, const FieldPath& path,
                 google::protobuf::Message* message);
  void ReadList(const google::protobuf::FieldDescriptor& field,
                const YamlNode& value, const FieldPath& path,
                google::protobuf::Message* message);
  void ReadMap(const google::protobuf::FieldDescriptor& field,
               const YamlNode& value, const FieldPath& path,
               google::protobuf::Message* message);
  void ReadMessageField(const google::protobuf::FieldDescriptor& field,
                        const YamlNode& value, const FieldPath& path,
                        google::protobuf::Message* target);
  void ReadScalarField(const google::protobuf::FieldDescriptor& field,
                       const YamlNode& value, const FieldPath& path,
                       google::protobuf::Message* message);
  void ReadEnum(const google::protobuf::FieldDescriptor& field,
                const YamlNode& value, const FieldPath& path,
                google::protobuf::Message* message);
  void ReadDuration(const YamlNode& value, const FieldPath& path,
                    google::protobuf::Duration* duration);
  // Adds a fault and returns false if `value` is not of `kind`.
  bool Expect(YamlNode::Kind kind, const YamlNode& value,
              const FieldPath& path);
  template <typename T>
  bool Take(const absl::StatusOr<T>& value, const YamlNode& node,
            const FieldPath& path);

  Faults& faults_;
  const Options options_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_MESSAGE_READER_H_
