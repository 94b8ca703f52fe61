"""The real server for tests in Python: started on free ports, ended with them.

A test file ends in `gateway_case.main()`, which runs its cases and writes what
Bazel calls test.xml, each case by itself, skipped ones as skipped.
"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.request
import xml.etree.ElementTree as ElementTree

SERVER = "gateway/server/aigateway"
# Long, for a machine that has much else to do; nothing waits so long in vain.
PATIENCE_SECONDS = 60


def wait_until(holds, what):
    """Waits until `holds()` is true; fails with `what` if it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"still not so: {what}")
        time.sleep(0.02)


def clean_environment():
    """Returns the environment less what would decide a test: keys, settings."""
    settings = ("AIGATEWAY_", "AWS_", "AZURE_", "GCE_", "GOOGLE_")
    return {
        name: value
        for name, value in os.environ.items()
        if "_API_KEY" not in name and not name.startswith(settings)
    }


class Gateway:
    """The server with the file `config`, or the embedded default."""

    def __init__(self, config=None):
        name = f"gateway_{os.getpid()}.log"
        self._log_path = os.path.join(os.environ["TEST_TMPDIR"], name)
        # What is asked of an upstream is what a test asks.
        arguments = [SERVER, "--drain_timeout=10s", "--discover_models=false"]
        arguments += [
            f"--{flag}=127.0.0.1:0"
            for flag in ("listen", "admin_listen", "http_listen")
        ]
        if config is not None:
            arguments.append(f"--config={config}")
        with open(self._log_path, "wb") as log:
            self.process = subprocess.Popen(
                arguments, stderr=log, env=clean_environment()
            )
        wait_until(
            lambda: self.log_lines("serving")
            or self.process.poll() is not None,
            "the server serves",
        )
        if self.process.poll() is not None:
            with open(self._log_path, encoding="utf-8") as log:
                raise AssertionError("the server did not start: " + log.read())
        serving = self.log_lines("serving")[0]
        self.address = f"127.0.0.1:{serving['port']}"
        self.admin_address = f"127.0.0.1:{serving['admin_port']}"
        self.http_address = f"127.0.0.1:{serving['http_port']}"

    def log_lines(self, message):
        """Returns the log's lines of that message so far, each as a dict."""
        lines = []
        with open(self._log_path, encoding="utf-8") as log:
            for text in log:
                try:
                    line = json.loads(text)
                except ValueError:
                    continue  # The last one, half written.
                if line.get("message") == message:
                    lines.append(line)
        return lines

    def in_flight(self):
        """Returns how many requests the metrics say are in flight."""
        url = f"http://{self.http_address}/metrics"
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            text = answer.read().decode()
        return sum(
            float(line.split()[-1])
            for line in text.splitlines()
            if line.startswith("aigateway_requests_in_flight{")
        )

    def stop(self):
        """Drains it and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class GatewayCase(unittest.TestCase):
    """Cases that share one server on its embedded default, simulator and all.

    When they are done the server must end well, with nothing in flight.
    """

    config = None

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(cls.config)

    @classmethod
    def tearDownClass(cls):
        try:
            wait_until(
                lambda: cls.gateway.in_flight() == 0, "nothing is in flight"
            )
        finally:
            code = cls.gateway.stop()
        if code != 0:
            raise AssertionError(f"the server ended with {code}")

    def expect_request_logged(self, request_id, *codes):
        """Waits for the request's one line in the log, with one of `codes`."""
        lines = []

        def over():
            lines[:] = [
                line
                for line in self.gateway.log_lines("request")
                if line["request_id"] == request_id
            ]
            return lines

        wait_until(over, f"request {request_id} is logged")
        self.assertEqual(len(lines), 1)
        self.assertIn(lines[0]["code"], codes)


class _Result(unittest.TextTestResult):
    """Keeps what became of each case."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.cases = ElementTree.Element("testsuite", name="clients")

    def _note(self, test, kind=None, text=""):
        case = ElementTree.SubElement(
            self.cases, "testcase", name=str(test), status="run"
        )
        if kind is not None:
            ElementTree.SubElement(case, kind, message=text)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._note(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, "failure", str(err[1]))

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, "error", str(err[1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skipped: {reason}")
        self._note(test, "skipped", reason)


def main():
    """Runs the cases of the file that was started; exits with the outcome."""
    suite = unittest.defaultTestLoader.loadTestsFromName("__main__")
    runner = unittest.TextTestRunner(
        stream=sys.stdout, verbosity=2, resultclass=_Result
    )
    result = runner.run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        suites = ElementTree.Element("testsuites")
        suites.append(result.cases)
        ElementTree.ElementTree(suites).write(os.environ["XML_OUTPUT_FILE"])
    ran = result.testsRun > 0
    sys.exit(0 if ran and result.wasSuccessful() else 1)
