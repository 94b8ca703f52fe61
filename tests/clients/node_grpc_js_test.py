"""Node's @grpc/grpc-js calls the real server, by the protos themselves."""

import unittest

import gateway_case
import node_program

MISSING = not node_program.has_packages("@grpc/grpc-js", "@grpc/proto-loader")


def chat(**simulator):
    """Returns a request for the simulator, with these options of it."""
    return {
        "chat": {
            "model": "simulator",
            "messages": [{"role": "ROLE_USER", "content": "Hello"}],
            "provider_options": {
                "simulator": node_program.struct_of(simulator)
            },
        }
    }


@unittest.skipIf(
    MISSING, "@grpc/grpc-js is not installed; tools/ci/setup --tests does it"
)
class NodeGrpcJsTest(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One for all cases: a start takes longer than what they do.
        cls.client = node_program.Caller(
            "tests/clients/node_client.js", cls.gateway.address
        )

    @classmethod
    def tearDownClass(cls):
        try:
            cls.client.end()
        finally:
            super().tearDownClass()

    def call(self, method, request, **more):
        return self.client.call(method=method, request=request, **more)

    def expect_all_over(self, request_id, *codes):
        gateway_case.wait_until(
            lambda: self.gateway.in_flight() == 0, "nothing is in flight"
        )
        self.expect_request_logged(request_id, *codes)

    def test_route_gets_an_answer_and_gives_back_the_request_id(self):
        result = self.call(
            "Route", chat(), metadata={"x-request-id": "from-node"}
        )
        self.assertEqual(result["code"], "OK")
        message = result["response"]["chat"]["choices"][0]["message"]
        self.assertIn("Hello", message["content"])
        self.assertEqual(result["response"]["route"]["request_id"], "from-node")
        self.assertEqual(result["trailers"]["x-request-id"], "from-node")

    def test_stream_gives_its_events_in_order(self):
        result = self.call("RouteStream", chat(tokens=7))
        self.assertEqual(result["code"], "OK")
        kinds = [event["event"] for event in result["events"]]
        self.assertEqual(kinds[0], "started")
        self.assertEqual(kinds[-2:], ["finish", "end"])
        self.assertEqual(set(kinds[1:-2]), {"delta"})
        usage = result["events"][-1]["end"]["usage"]
        self.assertEqual(usage["completion_tokens"], 7)

    def test_an_error_has_its_details_in_the_trailers(self):
        fault = {"type": "rate_limit", "retry_after": "7s"}
        for method in ("Route", "RouteStream"):
            with self.subTest(method=method):
                result = self.call(method, chat(fault=fault))
                self.assertEqual(result["code"], "RESOURCE_EXHAUSTED")
                details = result["details"]
                info = details["google.rpc.ErrorInfo"]
                self.assertEqual(info["reason"], "PROVIDER_RATE_LIMITED")
                delay = details["google.rpc.RetryInfo"]["retryDelay"]
                self.assertEqual(int(delay["seconds"]), 7)
                failure = details["aigateway.v1.RouteFailure"]
                self.assertEqual(failure["attempts"][0]["httpStatus"], 429)

    def test_a_cancelled_stream_ends_and_leaves_nothing_in_flight(self):
        fault = {"type": "stall", "after_tokens": 3, "silence": "1h"}
        result = self.call(
            "RouteStream",
            chat(fault=fault),
            cancel_after=2,
            metadata={"x-request-id": "cancelled"},
        )
        self.assertEqual(result["code"], "CANCELLED")
        self.assertEqual(result["events"][0]["event"], "started")
        self.expect_all_over("cancelled", "CANCELLED")

    def test_a_deadline_ends_a_call_that_would_wait_for_ever(self):
        result = self.call(
            "Route",
            chat(fault={"type": "silence"}),
            timeout_ms=300,
            metadata={"x-request-id": "late"},
        )
        self.assertEqual(result["code"], "DEADLINE_EXCEEDED")
        # By which of the two ends saw it first.
        self.expect_all_over("late", "DEADLINE_EXCEEDED", "CANCELLED")

    def test_the_example_prints_both_answers(self):
        example = node_program.start_node(
            "examples/node/chat.js", self.gateway.address, "Greetings"
        )
        out, _ = example.communicate(timeout=gateway_case.PATIENCE_SECONDS)
        self.assertEqual(example.returncode, 0)
        whole, by, streamed, tokens = out.splitlines()
        self.assertIn("Greetings", whole)
        self.assertEqual(by, "[answered by simulator]")
        self.assertEqual(streamed, whole)
        self.assertRegex(tokens, r"^\[\d+ tokens\]$")


if __name__ == "__main__":
    gateway_case.main()
