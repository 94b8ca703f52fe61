#ifndef AIGATEWAY_TESTS_FAKES_FREE_PORT_H_
#define AIGATEWAY_TESTS_FAKES_FREE_PORT_H_

namespace aigateway {

// A port of loopback that nobody listens on now. From below those that the
// kernel gives to connections going out, so that none of another test's takes
// it before a server does.
int FreePort();

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FREE_PORT_H_
