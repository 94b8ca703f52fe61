"""buf curl calls the real server with no proto of its own: by reflection."""

import base64
import glob
import json
import os
import subprocess
import unittest

import gateway_case

CLIENTS = os.environ.get("AIGATEWAY_CLIENTS", "")
# The program itself: npm's buf is a script that takes a second to start it.
BUF = (glob.glob(f"{CLIENTS}/node_modules/@bufbuild/buf-*/bin/buf") + [""])[0]
ROUTE = "aigateway.v1.GatewayService/Route"
ROUTE_STREAM = "aigateway.v1.GatewayService/RouteStream"


def chat(**simulator):
    """Returns a request for the simulator, with these options of it."""
    request = {
        "chat": {
            "model": "simulator",
            "messages": [{"role": "ROLE_USER", "content": "Hello"}],
        }
    }
    if simulator:
        request["chat"]["providerOptions"] = {"simulator": simulator}
    return request


def several(text):
    """Reads JSON values that stand one behind the other."""
    decoder = json.JSONDecoder()
    values = []
    text = text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].strip()
    return values


def details_of(error):
    """Returns an error's details as buf shows them: bytes, by their type."""
    details = {}
    for each in json.loads(error)["details"]:
        # Base64 without its padding.
        details[each["type"]] = base64.b64decode(each["value"] + "===")
    return details


@unittest.skipUnless(
    os.path.exists(BUF), "buf is not installed; tools/ci/setup --tests does it"
)
class BufCurlTest(gateway_case.GatewayCase):
    def start(self, address, method, request, *flags):
        """Starts buf where no proto lies near."""
        folder = os.environ["TEST_TMPDIR"]
        environment = gateway_case.clean_environment()
        environment.update(HOME=folder, BUF_CACHE_DIR=folder)
        return subprocess.Popen(
            [BUF, "curl", "--protocol=grpc", "--http2-prior-knowledge"]
            + [*flags, "-d", json.dumps(request), f"http://{address}/{method}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment,
        )

    def call(self, address, method, request, *flags):
        """Returns the answers as a list, buf's complaints and exit code."""
        buf = self.start(address, method, request, *flags)
        out, err = buf.communicate(timeout=gateway_case.PATIENCE_SECONDS)
        return several(out), err, buf.returncode

    def test_route_gets_an_answer(self):
        answers, err, code = self.call(self.gateway.address, ROUTE, chat())
        self.assertEqual(code, 0, err)
        (answer,) = answers
        message = answer["chat"]["choices"][0]["message"]
        self.assertIn("Hello", message["content"])
        self.assertEqual(answer["route"]["target"], "simulator")

    def test_route_stream_gets_its_events_in_order(self):
        events, err, code = self.call(
            self.gateway.address, ROUTE_STREAM, chat(tokens=7)
        )
        self.assertEqual(code, 0, err)
        kinds = [kind for event in events for kind in event]
        self.assertEqual(kinds[0], "started")
        self.assertEqual(kinds[-2:], ["finish", "end"])
        self.assertEqual(set(kinds[1:-2]), {"delta"})
        self.assertEqual(events[-1]["end"]["usage"]["completionTokens"], "7")

    def test_an_error_shows_its_details(self):
        _, err, code = self.call(
            self.gateway.address,
            ROUTE,
            chat(fault={"type": "rate_limit", "retry_after": "7s"}),
        )
        self.assertNotEqual(code, 0)
        self.assertEqual(json.loads(err)["code"], "resource_exhausted")
        details = details_of(err)
        self.assertIn(b"PROVIDER_RATE_LIMITED", details["google.rpc.ErrorInfo"])
        # retry_delay (field 1) of 7 seconds (its field 1).
        self.assertEqual(details["google.rpc.RetryInfo"], b"\x0a\x02\x08\x07")
        self.assertIn("aigateway.v1.RouteFailure", details)

    def test_what_is_wrong_is_told_by_field(self):
        _, err, code = self.call(self.gateway.address, ROUTE, {"chat": {}})
        self.assertNotEqual(code, 0)
        self.assertEqual(json.loads(err)["code"], "invalid_argument")
        self.assertIn(b"chat.model", details_of(err)["google.rpc.BadRequest"])

    def test_admin_is_found_on_its_own_listener_alone(self):
        method = "aigateway.v1.AdminService/ListTargets"
        answers, err, code = self.call(self.gateway.admin_address, method, {})
        self.assertEqual(code, 0, err)
        names = [target["target"] for target in answers[0]["targets"]]
        self.assertEqual(names, ["simulator"])
        _, err, code = self.call(self.gateway.address, method, {})
        self.assertNotEqual(code, 0, "the public listener serves admin")

    def test_health_is_serving(self):
        answers, err, code = self.call(
            self.gateway.address, "grpc.health.v1.Health/Check", {}
        )
        self.assertEqual(code, 0, err)
        self.assertEqual(answers, [{"status": "SERVING"}])

    def test_killed_in_a_stream_it_leaves_nothing_in_flight(self):
        buf = self.start(
            self.gateway.address,
            ROUTE_STREAM,
            chat(fault={"type": "stall", "after_tokens": 3, "silence": "1h"}),
            "-H",
            "x-request-id: killed",
        )
        try:
            # What it prints first proves that the stream has begun.
            self.assertTrue(buf.stdout.readline())
            self.assertEqual(self.gateway.in_flight(), 1)
        finally:
            buf.kill()
            buf.communicate()
        gateway_case.wait_until(
            lambda: self.gateway.in_flight() == 0, "nothing is in flight"
        )
        self.expect_request_logged("killed", "CANCELLED")


if __name__ == "__main__":
    gateway_case.main()
