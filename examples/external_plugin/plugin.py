"""A plugin in a process of its own: a small guard in Python.

    python3 plugin.py ADDRESS

It answers "ping" itself, refuses what speaks of passwords, and takes e-mail
addresses out of all else. README.md beside this file says how the modules of
the API are made.
"""

import re
import signal
import sys
from concurrent import futures

import grpc

from aigateway.v1 import chat_pb2, errors_pb2, plugin_pb2, plugin_pb2_grpc

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def text_of(chat):
    """Returns all that is said in a request as plain text."""
    return "\n".join(message.content for message in chat.messages)


class Guard(plugin_pb2_grpc.PluginServiceServicer):
    def BeforeRequest(self, request, context):
        response = plugin_pb2.BeforeRequestResponse()
        text = text_of(request.chat)
        if text.strip() == "ping":
            choice = response.answer.response.choices.add()
            choice.finish_reason = chat_pb2.FINISH_REASON_STOP
            choice.message.role = chat_pb2.ROLE_ASSISTANT
            choice.message.content = "pong"
        elif "password" in text.lower():
            # The caller's own words are not repeated.
            response.deny.reason = errors_pb2.ERROR_REASON_GUARDRAIL_REJECTED
            response.deny.message = "passwords are not talked about here"
        elif EMAIL.search(text):
            # What is allowed to go on instead, all of it.
            response.allow.chat.CopyFrom(request.chat)
            for message in response.allow.chat.messages:
                if message.HasField("content"):
                    message.content = EMAIL.sub("[e-mail]", message.content)
        else:
            # A verdict must be set, also one with nothing in it.
            response.allow.SetInParent()
        return response


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    plugin_pb2_grpc.add_PluginServiceServicer_to_server(Guard(), server)
    server.add_insecure_port(sys.argv[1])
    server.start()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(grace=1))
    server.wait_for_termination()


if __name__ == "__main__":
    main()
