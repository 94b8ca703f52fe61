"""docs/plugins/ says of each plugin what its settings say, and its examples
work: each is a config with which the real server starts and answers."""

import glob
import os
import subprocess
import sys
import unittest

import gateway_case

CTL = os.path.abspath("tools/aigwctl/aigwctl")
EXAMPLES = sorted(glob.glob("docs/plugins/*.yaml"))


class PluginPagesTest(unittest.TestCase):
    def test_pages_are_what_the_settings_say(self):
        done = subprocess.run(
            [sys.executable, "tools/docs/plugin_pages.py", "--check"],
            capture_output=True,
            text=True,
            timeout=gateway_case.PATIENCE_SECONDS,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_example_runs(self):
        self.assertGreater(len(EXAMPLES), 0)
        for example in EXAMPLES:
            with self.subTest(example=example):
                self.expect_answer(example)

    def expect_answer(self, example):
        gateway = gateway_case.Gateway(example)
        try:
            done = subprocess.run(
                [CTL, "chat", "Hello", f"--address={gateway.address}"],
                env=gateway_case.clean_environment(),
                capture_output=True,
                text=True,
                timeout=gateway_case.PATIENCE_SECONDS,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("Hello", done.stdout)
        finally:
            self.assertEqual(gateway.stop(), 0)


if __name__ == "__main__":
    gateway_case.main()
