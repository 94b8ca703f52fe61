#include "gateway/core/exchange_sink.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Enough of an error's body to know what it says.
constexpr size_t kMaxRefusalBytes = 64 * 1024;

}  // namespace

absl::Status BufferingSink::OnHead(int status, const HttpHeaders& headers) {
  response_.status = status;
  response_.headers = headers;
  return absl::OkStatus();
}

absl::Status BufferingSink::OnBody(absl::string_view bytes) {
  if (response_.body.size() + bytes.size() > max_body_bytes_) {
    return Error(ErrorReason::kProviderProtocolError,
                 absl::StrCat("the answer is larger than the limit of ",
                              max_body_bytes_, " bytes"));
  }
  response_.body.append(bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status DecodingSink::OnHead(int status, const HttpHeaders& headers) {
  if (status < 200 || status >= 300) {
    refusal_.status = status;
    refusal_.headers = headers;
    return absl::OkStatus();
  }
  if (decoder_ == nullptr) {
    decoder_ = codec_.NewStreamDecoder(headers, chat_, options_);
  }
  return absl::OkStatus();
}

absl::Status DecodingSink::OnBody(absl::string_view bytes) {
  if (refused()) {
    const size_t room = kMaxRefusalBytes - refusal_.body.size();
    refusal_.body.append(bytes.data(), std::min(room, bytes.size()));
    return absl::OkStatus();
  }
  decoded_ = decoder_->Feed(bytes, *this);
  return decoded_;
}

bool DecodingSink::Satisfied() const {
  if (refused()) return refusal_.body.size() >= kMaxRefusalBytes;
  return decoder_->done();
}

absl::Status DecodingSink::Finish(const absl::Status& sent) {
  AIGW_RETURN_IF_ERROR(decoded_);
  if (decoder_ == nullptr) return sent;
  // A caller who left gets no more; a stream whose end was read needs none.
  if (!sent.ok() && ClassOf(sent) == ErrorClass::kCallerGone) return sent;
  const absl::Status ended = decoder_->End(/*clean=*/sent.ok(), *this);
  if (!ended.ok()) return sent.ok() ? ended : sent;
  next_ = decoder_->TakeNext();
  return next_.has_value() ? absl::OkStatus() : sink_.OnEnd(decoder_->end());
}

absl::Status DecodingSink::OnDelta(v1::Delta& delta) {
  return sink_.OnDelta(delta);
}

absl::Status DecodingSink::OnFinish(v1::Finish& finish) {
  return sink_.OnFinish(finish);
}

void DecodingSink::OnLife() { sink_.OnLife(); }

}  // namespace aigateway
