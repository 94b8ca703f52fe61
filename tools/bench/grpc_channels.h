#ifndef AIGATEWAY_TOOLS_BENCH_GRPC_CHANNELS_H_
#define AIGATEWAY_TOOLS_BENCH_GRPC_CHANNELS_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "tools/bench/child_process.h"

namespace aigateway::bench {

// Returns channels that are connected, each by a connection of its own.
inline std::vector<std::shared_ptr<grpc::Channel>> Connect(
    const std::string& address, int count) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    channels.push_back(grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments));
  }
  for (const auto& channel : channels) {
    if (!channel->WaitForConnected(std::chrono::system_clock::now() +
                                   std::chrono::seconds(30))) {
      Fail("a gRPC server takes no connection");
    }
  }
  return channels;
}

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_GRPC_CHANNELS_H_
