#ifndef AIGATEWAY_GATEWAY_CONFIG_PLACE_H_
#define AIGATEWAY_GATEWAY_CONFIG_PLACE_H_

namespace aigateway {

// Where something stands in a text. Counted from 1, columns in characters; 0
// where it is not known.
struct Place {
  int line = 0;
  int column = 0;

  bool known() const { return line > 0; }
  friend bool operator==(const Place&, const Place&) = default;
  friend auto operator<=>(const Place&, const Place&) = default;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_PLACE_H_
