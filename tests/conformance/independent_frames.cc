#include "tests/conformance/independent_frames.h"

#include <cstddef>
#include <cstdint>

namespace aigateway {
namespace {

// Bit by bit, as IEEE 802.3 has it.
uint32_t SumOf(absl::string_view bytes) {
  uint32_t sum = 0xFFFFFFFFu;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320u : 0);
    }
  }
  return ~sum;
}

uint32_t NumberAt(absl::string_view text, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value = value * 256 + static_cast<unsigned char>(text[at + i]);
  }
  return value;
}

// Reads headers that are texts; false for any other.
bool ReadHeaders(absl::string_view bytes, IndependentFrame* frame) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t name_size = static_cast<unsigned char>(bytes[at]);
    const size_t value_at = at + 1 + name_size + 3;
    if (value_at > bytes.size() || bytes[value_at - 3] != 7) return false;
    const size_t size =
        static_cast<size_t>(static_cast<unsigned char>(bytes[value_at - 2])) *
            256 +
        static_cast<unsigned char>(bytes[value_at - 1]);
    if (size > bytes.size() - value_at) return false;
    const absl::string_view name = bytes.substr(at + 1, name_size);
    const std::string value(bytes.substr(value_at, size));
    if (name == ":message-type") frame->kind = value;
    if (name == ":event-type" || name == ":exception-type") frame->type = value;
    at = value_at + size;
  }
  return true;
}

}  // namespace

std::vector<IndependentFrame> ReadFrames(absl::string_view body, bool* whole) {
  std::vector<IndependentFrame> frames;
  *whole = false;
  while (!body.empty()) {
    if (body.size() < 16) return frames;
    const size_t size = NumberAt(body, 0);
    const size_t head = NumberAt(body, 4);
    if (size > body.size() || size < 16 || head > size - 16 ||
        SumOf(body.substr(0, 8)) != NumberAt(body, 8) ||
        SumOf(body.substr(0, size - 4)) != NumberAt(body, size - 4)) {
      return frames;
    }
    IndependentFrame frame;
    if (!ReadHeaders(body.substr(12, head), &frame)) return frames;
    frame.payload = std::string(body.substr(12 + head, size - 16 - head));
    frames.push_back(frame);
    body.remove_prefix(size);
  }
  *whole = true;
  return frames;
}

}  // namespace aigateway
