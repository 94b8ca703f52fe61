"""What examples/ shows is what happens."""

import os
import re
import socket
import subprocess
import unittest

import gateway_case

try:
    import grpc
except ImportError:
    grpc = None

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


def run_example(name, server=gateway_case.SERVER, **variables):
    """Runs an example's script against a gateway of its own."""
    listen, admin, http = free_addresses(3)
    return run(
        os.path.abspath(f"examples/{name}/run"),
        os.path.abspath(server),
        os.path.abspath(CTL),
        AIGATEWAY_LISTEN=listen,
        AIGATEWAY_ADMIN_LISTEN=admin,
        AIGATEWAY_HTTP_LISTEN=http,
        **variables,
    )


class BasicExampleTest(unittest.TestCase):
    def test_spare_answers_where_main_fails(self):
        done = run_example("basic")
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


class FallbackExampleTest(unittest.TestCase):
    def test_shows_retries_failover_and_an_open_breaker(self):
        done = run_example("fallback")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, patient, hurried, unlucky, explained = re.split(
            r"--- .*\n", done.stdout
        )
        self.assertIn("[flaky (simulator), model patient, ", patient)
        self.assertIn(", 3 attempts", patient)
        # One at `limited`, which is not waited for, and two at `broken`.
        self.assertIn("[spare (simulator), model hurried, ", hurried)
        self.assertIn(", 4 attempts", hurried)
        self.assertIn("[spare (simulator), model unlucky, ", unlucky)
        self.assertRegex(explained, r"\n1 +spare +simulator +unlucky ")
        self.assertRegex(explained, r"\nbroken +simulator +circuit-open ")


class CircuitBreakerExampleTest(unittest.TestCase):
    def test_opens_tries_and_closes_and_answers_all_along(self):
        done = run_example("circuit_breaker")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, failing, opened, failed, closed = re.split(
            r"--- .*\n", done.stdout
        )
        self.assertEqual(failing.count("[spare (simulator)"), 3)
        self.assertEqual(failing.count(", 2 attempts"), 3)
        self.assertIn("[spare (simulator)", opened)
        self.assertIn("[spare (simulator)", failed)
        self.assertRegex(failed, r"(?m)^sick .* open")
        self.assertIn("[sick (simulator)", closed)
        self.assertRegex(closed, r"(?m)^sick .* active")


class CustomPluginExampleTest(unittest.TestCase):
    def test_the_plugin_runs_at_both_stages(self):
        done = run_example("custom_plugin", "examples/custom_plugin/gateway")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, whole, streamed, plugins = re.split(r"--- .*\n", done.stdout)
        self.assertIn("Hello", whole)
        self.assertTrue(whole.endswith("\n\nThis is no advice.\n"), whole)
        self.assertEqual(streamed, whole)
        self.assertRegex(
            plugins, r"(?m)^disclaimer +transform +after_request +yes +2 +0 +0 "
        )
        self.assertRegex(
            plugins, r"(?m)^disclaimer +transform +on_chunk +yes +1 +0 +0 "
        )


@unittest.skipIf(
    grpc is None or not os.path.exists("/usr/bin/grpc_python_plugin"),
    "python3-grpcio is not installed; tools/ci/setup --tests does it",
)
class ExternalPluginExampleTest(unittest.TestCase):
    def test_the_plugin_decides_while_it_is_there(self):
        (address,) = free_addresses(1)
        done = run_example("external_plugin", PLUGIN_ADDRESS=address)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, before, answered, changed, refused, gone, plugins = re.split(
            r"--- .*\n", done.stdout
        )
        self.assertIn("ping", before)
        self.assertEqual(answered, "pong\n")
        self.assertIn("Write to [e-mail]", changed)
        self.assertNotIn("mia", changed)
        self.assertIn("GUARDRAIL_REJECTED", refused)
        self.assertIn("passwords are not talked about here", refused)
        self.assertNotIn("1234", refused)
        self.assertEqual(gone, before)
        self.assertRegex(
            plugins, r"(?m)^external +guardrail +before_request +yes "
        )


class GuardrailsExampleTest(unittest.TestCase):
    def test_shows_what_guards_let_by_change_and_refuse(self):
        done = run_example("guardrails")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, let_by, redacted, restored, word, secret, project, plugins = (
            re.split(r"--- .*\n", done.stdout)
        )
        self.assertIn("Hello", let_by)
        self.assertIn("Card [card]", redacted)
        self.assertIn("Write to mia@example.com", restored)
        for refused in (word, secret, project):
            self.assertIn("GUARDRAIL_REJECTED", refused)
        self.assertNotIn("swordfish", word.lower())
        self.assertIn("github-token", secret)
        self.assertNotIn("0123456789", secret)
        self.assertIn("project names", project)
        self.assertRegex(plugins, r"(?m)^pii-redact +guardrail +on_chunk ")


class HooksExampleTest(unittest.TestCase):
    def test_tells_what_each_request_came_to(self):
        done = run("examples/hooks/hooks")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            done.stdout.splitlines(),
            [
                "spare: 2 requests, 4 attempts, some tokens",
                "failed: Route of unknown: MODEL_NOT_FOUND",
            ],
        )


class LoadbalanceExampleTest(unittest.TestCase):
    def test_counts_who_answered_and_shows_the_plans(self):
        done = run_example("loadbalance")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, counts, plans = re.split(r"--- .*\n", done.stdout)
        by_name = {
            name: int(count)
            for count, name in re.findall(r"(\d+) (\w+)\n", counts)
        }
        self.assertEqual(sum(by_name.values()), 40, counts)
        self.assertIn("east", by_name)
        self.assertLessEqual(set(by_name), {"new", "east", "west"})
        self.assertEqual(plans.count("strategy canary"), 2)


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
