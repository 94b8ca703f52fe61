"""Asks the gateway once for a whole answer and once for a stream.

    python3 chat.py [ADDRESS [PROMPT]]

README.md beside this file says how the modules of the API are made.
"""

import sys

import grpc
from google.rpc import error_details_pb2, status_pb2

from aigateway.v1 import chat_pb2, gateway_pb2, gateway_pb2_grpc


def reason_of(error):
    """Returns the gateway's reason, "RATE_LIMITED" say, of a failed call.

    Decide by it, or by the status code; never by the message, which is for
    people and may change.
    """
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051"
    prompt = sys.argv[2] if len(sys.argv) > 2 else "Hello from Python"
    chat = chat_pb2.ChatRequest(
        model="simulator",
        messages=[chat_pb2.Message(role=chat_pb2.ROLE_USER, content=prompt)],
    )
    with grpc.insecure_channel(address) as channel:
        gateway = gateway_pb2_grpc.GatewayServiceStub(channel)
        try:
            # A deadline goes down whole to the provider's socket.
            response = gateway.Route(
                gateway_pb2.RouteRequest(chat=chat), timeout=30
            )
            print(response.chat.choices[0].message.content)
            print(f"[answered by {response.route.target}]")

            for event in gateway.RouteStream(
                gateway_pb2.RouteStreamRequest(chat=chat), timeout=30
            ):
                if event.HasField("delta"):
                    print(event.delta.text, end="", flush=True)
                elif event.HasField("end"):
                    print(f"\n[{event.end.usage.total_tokens} tokens]")
        except grpc.RpcError as error:
            print(f"{error.code().name}: {error.details()}", file=sys.stderr)
            print(f"reason: {reason_of(error)}", file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
