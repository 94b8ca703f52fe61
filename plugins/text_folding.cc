#include "plugins/text_folding.h"

#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"

#include "gateway/base/check.h"
#include "unicode/bytestream.h"
#include "unicode/edits.h"
#include "unicode/locid.h"
#include "unicode/normalizer2.h"
#include "unicode/stringpiece.h"
#include "unicode/uchar.h"
#include "unicode/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kMostCombined = 256;

const icu::Normalizer2& NormalizerFor(bool case_sensitive) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer =
      case_sensitive ? icu::Normalizer2::getNFKCInstance(error)
                     : icu::Normalizer2::getNFKCCasefoldInstance(error);
  // Its tables are part of the library.
  AIGW_CHECK(U_SUCCESS(error));
  return *normalizer;
}

std::string Normalize(const icu::Normalizer2& normalizer,
                      absl::string_view text, icu::Edits* edits) {
  std::string folded;
  folded.reserve(text.size() + text.size() / 8);
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode error = U_ZERO_ERROR;
  normalizer.normalizeUTF8(
      0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
      edits, error);
  AIGW_CHECK(U_SUCCESS(error));
  return folded;
}

UText* OpenText(absl::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  UText* opened = utext_openUTF8(nullptr, text.data(),
                                 static_cast<int64_t>(text.size()), &error);
  AIGW_CHECK(U_SUCCESS(error));
  return opened;
}

std::unique_ptr<icu::BreakIterator> WordIterator() {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  AIGW_CHECK(U_SUCCESS(error));
  return iterator;
}

bool IsAscii(absl::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

}  // namespace

std::string TextFolding::Fold(absl::string_view text) const {
  if (IsAscii(text)) {
    return case_sensitive_ ? std::string(text) : absl::AsciiStrToLower(text);
  }
  return Normalize(NormalizerFor(case_sensitive_), text, nullptr);
}

size_t TextFolding::Stable(absl::string_view text) const {
  const icu::Normalizer2& normalizer = NormalizerFor(case_sensitive_);
  int32_t at = static_cast<int32_t>(text.size());
  while (at > 0 && text.size() - at <= kMostCombined) {
    UChar32 c = 0;
    U8_PREV(reinterpret_cast<const uint8_t*>(text.data()), 0, at, c);
    if (c < 0 || normalizer.hasBoundaryBefore(c)) return at;
  }
  return at == 0 ? 0 : text.size();
}

size_t TextFolding::SourceOf(absl::string_view text,
                             size_t folded_place) const {
  if (IsAscii(text)) return folded_place;
  icu::Edits edits;
  Normalize(NormalizerFor(case_sensitive_), text, &edits);
  UErrorCode error = U_ZERO_ERROR;
  icu::Edits::Iterator iterator = edits.getFineIterator();
  const int32_t place = iterator.sourceIndexFromDestinationIndex(
      static_cast<int32_t>(folded_place), error);
  AIGW_CHECK(U_SUCCESS(error));
  // ICU answers with the end of a change for a place within it.
  if (folded_place > static_cast<size_t>(iterator.destinationIndex()) &&
      iterator.hasChange()) {
    return static_cast<size_t>(iterator.sourceIndex());
  }
  return static_cast<size_t>(place);
}

bool IsBlank(absl::string_view text) {
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), at,
            static_cast<int32_t>(text.size()), c);
    if (c < 0 || !u_isUWhiteSpace(c)) return false;
  }
  return true;
}

WordBoundaries::WordBoundaries(absl::string_view text)
    : text_(OpenText(text)), iterator_(WordIterator()) {
  UErrorCode error = U_ZERO_ERROR;
  iterator_->setText(text_, error);
  AIGW_CHECK(U_SUCCESS(error));
}

WordBoundaries::~WordBoundaries() { utext_close(text_); }

bool WordBoundaries::IsAt(size_t place) {
  return iterator_->isBoundary(static_cast<int32_t>(place)) != 0;
}

}  // namespace aigateway
