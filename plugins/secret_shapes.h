#ifndef AIGATEWAY_PLUGINS_SECRET_SHAPES_H_
#define AIGATEWAY_PLUGINS_SECRET_SHAPES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace aigateway {

// What a kind of credential looks like.
struct SecretShape {
  std::string name;  // "github-token"
  std::unique_ptr<re2::RE2> regex;
  // The group that is the secret itself; 0: all of it.
  int group = 0;
  // Null, or whether the group is likely to be a secret.
  bool (*counts)(absl::string_view group) = nullptr;
};

// The credentials that can be told by their form: keys of clouds and model
// providers, tokens of code hosts and chats, private keys, JSON web tokens.
std::vector<SecretShape> KnownSecretShapes();

// A value of 16 characters or more, as random as a password, that is assigned
// to a name such as `password`, `api_key` or `token`.
SecretShape AssignedSecretShape();

// Matches, up to the end of a text, what could be the beginning of any of the
// above, or one that goes on: \z is where more may come. Leftmost.
std::unique_ptr<re2::RE2> SecretBeginnings(bool assigned);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SECRET_SHAPES_H_
