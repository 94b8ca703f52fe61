"""What examples/ shows is what happens."""

import os
import re
import socket
import subprocess
import unittest

import gateway_case

CTL = "tools/aigwctl/aigwctl"


def free_addresses(count):
    """Returns addresses of loopback that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


def run(*words, **variables):
    """Runs a program to its end."""
    return subprocess.run(
        words,
        env=dict(gateway_case.clean_environment(), **variables),
        capture_output=True,
        text=True,
        timeout=gateway_case.PATIENCE_SECONDS,
    )


class BasicExampleTest(unittest.TestCase):
    def test_spare_answers_where_main_fails(self):
        listen, admin, http = free_addresses(3)
        done = run(
            os.path.abspath("examples/basic/run"),
            os.path.abspath(gateway_case.SERVER),
            os.path.abspath(CTL),
            AIGATEWAY_LISTEN=listen,
            AIGATEWAY_ADMIN_LISTEN=admin,
            AIGATEWAY_HTTP_LISTEN=http,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        _, targets, whole, streamed = re.split(r"--- .*\n", done.stdout)
        self.assertIn("main", targets)
        self.assertIn("spare", targets)
        self.assertIn("Hello", whole)
        self.assertEqual(streamed, whole)
        routes = [
            line
            for line in done.stderr.splitlines()
            if line.startswith("[spare (simulator), model demo, ")
        ]
        self.assertEqual(len(routes), 2, done.stderr)
        for route in routes:
            self.assertIn("strategy fallback, 3 attempts", route)


class EmbeddedExampleTest(unittest.TestCase):
    def test_prints_answers_a_failure_and_its_journal(self):
        done = run("examples/embedded/embedded")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        # The reason is a promise, the words behind it are not.
        failure = lines.pop(2)
        self.assertRegex(failure, "^failure: MODEL_NOT_FOUND: .*parrot-2")
        self.assertEqual(
            lines,
            [
                "whole: Write to (address) today",
                "stream: [Pieces] [ of] [ eight]",
                "provider: polly",
                "provider: echo",
                "journal: Route of parrot-1 by polly, 8 tokens",
                "journal: RouteStream of parrot-1 by polly, 6 tokens",
                "journal: Route of parrot-2 failed: MODEL_NOT_FOUND",
            ],
        )


if __name__ == "__main__":
    gateway_case.main()
