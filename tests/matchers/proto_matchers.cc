#include "tests/matchers/proto_matchers.h"

#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace aigateway::matchers_internal {
namespace {

namespace protobuf = google::protobuf;

class FirstError final : public protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!text_.empty()) return;
    text_ = std::to_string(line + 1) + ":" + std::to_string(column + 1) + ": " +
            message;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

EqualsProtoMatcher::EqualsProtoMatcher(const protobuf::Message& message) {
  std::shared_ptr<protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  message_ = std::move(copy);
}

bool EqualsProtoMatcher::MatchAndExplain(const protobuf::Message& actual,
                                         std::ostream* listener) const {
  std::shared_ptr<const protobuf::Message> expected = message_;
  if (expected == nullptr) {
    std::shared_ptr<protobuf::Message> parsed(actual.New());
    protobuf::TextFormat::Parser parser;
    FirstError error;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFromString(text_, parsed.get())) {
      if (listener != nullptr) {
        *listener << "the expected text is no " << actual.GetTypeName() << ": "
                  << error.text();
      }
      return false;
    }
    expected = std::move(parsed);
  } else if (expected->GetDescriptor() != actual.GetDescriptor()) {
    if (listener != nullptr) *listener << "is a " << actual.GetTypeName();
    return false;
  }
  protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  const bool equal = differencer.Compare(*expected, actual);
  if (!equal && listener != nullptr) *listener << "differs:\n" << differences;
  return equal;
}

void EqualsProtoMatcher::DescribeTo(std::ostream* os) const {
  *os << "equals " << (message_ ? message_->ShortDebugString() : text_);
}

void EqualsProtoMatcher::DescribeNegationTo(std::ostream* os) const {
  *os << "differs from " << (message_ ? message_->ShortDebugString() : text_);
}

}  // namespace aigateway::matchers_internal
