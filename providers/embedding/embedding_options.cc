#include "providers/embedding/embedding_options.h"

#include "absl/strings/str_cat.h"

#include "providers/provider_options.h"

namespace aigateway {
namespace {

constexpr absl::string_view kReserved[] = {
    // What is asked, and of whom.
    "model",
    "models",
    "input",
    "inputs",
    "text",
    "texts",
    "prompt",
    "content",
    "contents",
    "requests",
    "instances",
    "images",
    "inputText",
    "inputImage",
    // What for, and how long.
    "dimensions",
    "output_dimension",
    "output_dimensionality",
    "embeddingConfig.outputEmbeddingLength",
    "input_type",
    "task_type",
    "text_type",
    "task",
    // Vectors are floats, however they are sent.
    "encoding_format",
    "embedding_types",
    "output_dtype",
    // By whom, and how it is carried.
    "user",
    "safety_identifier",
    "stream",
};

}  // namespace

absl::Status MergeEmbeddingOptions(const v1::EmbedRequest& embed,
                                   absl::string_view type, std::string* body) {
  return MergeProviderOptions(embed, type, kReserved, body);
}

}  // namespace aigateway
