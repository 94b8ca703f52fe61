#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_REQUEST_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_REQUEST_H_

#include <string>

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "tests/conformance/wire_case.h"

namespace aigateway {

// What a client asks for that is answered as a recording says: a picture, tools
// or a form where the recorded request had them, in words of our own. The name
// of the model leads to the API that the recording is of.
v1::ChatRequest ChatRequestFor(const WireCase& wire);
v1::EmbedRequest EmbedRequestFor(const WireCase& wire);

// What an instance needs beside its type, base URL and key, as a line of YAML
// to go on with; empty for all but vendors of whose two APIs one is gone.
std::string MoreSettingsFor(const WireCase& wire);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_REQUEST_H_
