"""Debian's Python grpcio calls the real server, by stubs of our protos."""

import glob
import os
import subprocess
import sys
import unittest

import gateway_case

try:
    import grpc
except ImportError:
    grpc = None

PLUGIN = "/usr/bin/grpc_python_plugin"
# Health and reflection as gRPC itself publishes them.
GRPC_PROTO = "/usr/share/grpc-proto"
MISSING = (
    grpc is None or not os.path.exists(PLUGIN) or not os.path.exists(GRPC_PROTO)
)


def make_stubs(folder):
    """Makes the Python modules of the protos in `folder`."""
    os.makedirs(folder, exist_ok=True)
    protos = glob.glob("proto/**/*.proto", recursive=True)
    subprocess.run(
        ["protoc", "-Iproto", f"-I{GRPC_PROTO}"]
        + [f"--plugin=protoc-gen-grpc={PLUGIN}"]
        + [f"--python_out={folder}", f"--grpc_out={folder}"]
        + [*protos, f"{GRPC_PROTO}/grpc/health/v1/health.proto"]
        + [f"{GRPC_PROTO}/grpc/reflection/v1alpha/reflection.proto"],
        check=True,
    )
    sys.path.insert(0, folder)
    # `grpc` is a package that is there already: it has two folders now.
    grpc.__path__.append(os.path.join(folder, "grpc"))


@unittest.skipIf(
    MISSING, "python3-grpcio is not installed; tools/ci/setup --tests does it"
)
class PythonGrpcioTest(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.stubs = os.path.join(os.environ["TEST_TMPDIR"], "stubs")
        make_stubs(cls.stubs)
        super().setUpClass()
        from aigateway.v1 import gateway_pb2_grpc

        cls.channel = grpc.insecure_channel(cls.gateway.address)
        cls.stub = gateway_pb2_grpc.GatewayServiceStub(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        super().tearDownClass()

    def fill(self, request, **simulator):
        """Fills a request for the simulator, with these options of it."""
        from aigateway.v1 import chat_pb2

        request.chat.model = "simulator"
        request.chat.messages.add(role=chat_pb2.ROLE_USER, content="Hello")
        if simulator:
            request.chat.provider_options["simulator"].update(simulator)
        return request

    def whole(self, **simulator):
        from aigateway.v1 import gateway_pb2

        return self.fill(gateway_pb2.RouteRequest(), **simulator)

    def streamed(self, **simulator):
        from aigateway.v1 import gateway_pb2

        return self.fill(gateway_pb2.RouteStreamRequest(), **simulator)

    def details(self, error):
        """Returns what the error's details say, by message."""
        from aigateway.v1 import route_pb2
        from google.rpc import error_details_pb2, status_pb2

        trailers = dict(error.trailing_metadata())
        status = status_pb2.Status.FromString(
            trailers["grpc-status-details-bin"]
        )
        self.assertEqual(status.code, error.code().value[0])
        self.assertEqual(status.message, error.details())
        info = error_details_pb2.ErrorInfo()
        retry = error_details_pb2.RetryInfo()
        failure = route_pb2.RouteFailure()
        for each in status.details:
            for message in (info, retry, failure):
                each.Unpack(message)
        return info, retry, failure

    def test_route_gets_an_answer_and_gives_back_the_request_id(self):
        response, call = self.stub.Route.with_call(
            self.whole(), metadata=[("x-request-id", "from-python")]
        )
        self.assertIn("Hello", response.chat.choices[0].message.content)
        self.assertEqual(response.route.request_id, "from-python")
        trailers = dict(call.trailing_metadata())
        self.assertEqual(trailers["x-request-id"], "from-python")

    def test_stream_gives_the_text_of_the_whole_answer(self):
        events = list(self.stub.RouteStream(self.streamed()))
        kinds = [event.WhichOneof("event") for event in events]
        self.assertEqual(kinds[0], "started")
        self.assertEqual(kinds[-2:], ["finish", "end"])
        text = "".join(event.delta.text for event in events)
        answer = self.stub.Route(self.whole()).chat
        self.assertEqual(text, answer.choices[0].message.content)
        self.assertEqual(events[-1].end.usage, answer.usage)

    def test_an_error_has_its_details_in_the_trailers(self):
        fault = {"type": "rate_limit", "retry_after": "7s"}
        with self.assertRaises(grpc.RpcError) as raised:
            self.stub.Route(self.whole(fault=fault))
        error = raised.exception
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        info, retry, failure = self.details(error)
        self.assertEqual(info.reason, "PROVIDER_RATE_LIMITED")
        self.assertEqual(retry.retry_delay.seconds, 7)
        self.assertEqual(failure.attempts[0].http_status, 429)

    def test_a_cancelled_stream_ends_and_leaves_nothing_in_flight(self):
        fault = {"type": "stall", "after_tokens": 3, "silence": "1h"}
        stream = self.stub.RouteStream(
            self.streamed(fault=fault),
            metadata=[("x-request-id", "cancelled")],
        )
        self.assertEqual(next(stream).WhichOneof("event"), "started")
        self.assertEqual(self.gateway.in_flight(), 1)
        stream.cancel()
        with self.assertRaises(grpc.RpcError):
            list(stream)
        self.assertEqual(stream.code(), grpc.StatusCode.CANCELLED)
        gateway_case.wait_until(
            lambda: self.gateway.in_flight() == 0, "nothing is in flight"
        )
        self.expect_request_logged("cancelled", "CANCELLED")

    def test_a_deadline_ends_a_call_that_would_wait_for_ever(self):
        with self.assertRaises(grpc.RpcError) as raised:
            self.stub.Route(
                self.whole(fault={"type": "silence"}),
                timeout=0.3,
                metadata=[("x-request-id", "late")],
            )
        code = raised.exception.code()
        self.assertEqual(code, grpc.StatusCode.DEADLINE_EXCEEDED)
        gateway_case.wait_until(
            lambda: self.gateway.in_flight() == 0, "nothing is in flight"
        )
        # By which of the two ends saw it first.
        self.expect_request_logged("late", "DEADLINE_EXCEEDED", "CANCELLED")

    def test_health_is_serving(self):
        from grpc.health.v1 import health_pb2, health_pb2_grpc

        health = health_pb2_grpc.HealthStub(self.channel)
        answer = health.Check(health_pb2.HealthCheckRequest())
        self.assertEqual(answer.status, health_pb2.HealthCheckResponse.SERVING)

    def test_reflection_knows_what_errors_carry(self):
        from grpc.reflection.v1alpha import reflection_pb2
        from grpc.reflection.v1alpha import reflection_pb2_grpc

        reflection = reflection_pb2_grpc.ServerReflectionStub(self.channel)
        names = [
            "aigateway.v1.GatewayService",
            "aigateway.v1.RouteFailure",
            "google.rpc.ErrorInfo",
            "google.rpc.BadRequest",
            "google.rpc.RetryInfo",
        ]
        answers = reflection.ServerReflectionInfo(
            iter(
                reflection_pb2.ServerReflectionRequest(
                    file_containing_symbol=name
                )
                for name in names
            )
        )
        known = [
            answer.original_request.file_containing_symbol
            for answer in answers
            if answer.HasField("file_descriptor_response")
        ]
        self.assertEqual(known, names)

    def test_the_example_prints_both_answers(self):
        environment = dict(os.environ, PYTHONPATH=self.stubs)
        example = subprocess.run(
            [sys.executable, "examples/python/chat.py", self.gateway.address]
            + ["Greetings"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=gateway_case.PATIENCE_SECONDS,
        )
        self.assertEqual(example.returncode, 0, example.stderr)
        whole, by, streamed, tokens = example.stdout.splitlines()
        self.assertIn("Greetings", whole)
        self.assertEqual(by, "[answered by simulator]")
        self.assertEqual(streamed, whole)
        self.assertRegex(tokens, r"^\[\d+ tokens\]$")


if __name__ == "__main__":
    gateway_case.main()
