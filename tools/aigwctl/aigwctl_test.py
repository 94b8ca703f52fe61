"""aigwctl as a shell user meets it: what it prints where, and its exit code."""

import json
import os
import subprocess
import threading
import unittest

import gateway_case

CTL = os.path.abspath("tools/aigwctl/aigwctl")

# A gateway that asks for keys, with a model for every outcome.
CONFIG = """
providers:
- {name: good, type: simulator, models: [good]}
- name: limited
  type: simulator
  models: [limited]
  options: {fault: {type: rate_limit, retry_after: 7s}}
- name: silent
  type: simulator
  models: [silent]
  options: {fault: {type: silence}}
- name: cut
  type: simulator
  models: [cut]
  options: {fault: {type: cut, after_tokens: 3}}
- {name: priced, type: openai, api_key: never-sent, models: [gpt-4o-mini]}
targets:
- {virtual_key: good}
- {virtual_key: limited}
- {virtual_key: silent}
- {virtual_key: cut}
- {virtual_key: priced}
strategy: {mode: single}
auth:
  keys:
  - {name: owner, key: owner-key, scopes: [route, admin]}
  - {name: user, key: user-key}
"""


def write(name, text):
    """Writes a file; returns its path."""
    path = os.path.join(os.environ["TEST_TMPDIR"], name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def run(*words, stdin="", **variables):
    """Runs aigwctl to its end."""
    return subprocess.run(
        [CTL, *words],
        input=stdin,
        env=dict(gateway_case.clean_environment(), **variables),
        capture_output=True,
        text=True,
        timeout=gateway_case.PATIENCE_SECONDS,
    )


class WithGatewayTest(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.config = write("gateway.yaml", CONFIG)
        super().setUpClass()

    def ctl(self, *words, stdin="", key="owner-key"):
        """Runs aigwctl on the gateway; returns its end."""
        return run(
            *words,
            stdin=stdin,
            AIGATEWAY_LISTEN=self.gateway.address,
            AIGATEWAY_ADMIN_LISTEN=self.gateway.admin_address,
            AIGATEWAY_KEY=key,
        )

    def good(self, *words, **more):
        """The same for what must succeed; returns what it printed."""
        done = self.ctl(*words, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_chat_prints_the_answer_and_nothing_else(self):
        done = self.ctl("chat", "--model=good", "Good", "morning")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"Good morning"', done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertTrue(done.stdout.endswith("\n"))
        self.assertEqual(done.stderr, "")

    def test_chat_without_a_stream_prints_the_same(self):
        streamed = self.good("chat", "--model=good", "Hello")
        whole = self.good("chat", "--model=good", "Hello", "--no-stream")
        self.assertEqual(whole, streamed)

    def test_chat_reads_the_prompt_from_standard_input(self):
        for words in (["chat", "--model=good"], ["chat", "--model=good", "-"]):
            with self.subTest(words=words):
                out = self.good(*words, stdin="From a pipe")
                self.assertIn('"From a pipe"', out)

    def test_chat_tells_the_route_on_standard_error(self):
        for more in ([], ["--no-stream"]):
            with self.subTest(more=more):
                words = ["chat", "--model=good", "--route", "Hello", *more]
                done = self.ctl(*words)
                self.assertEqual(done.returncode, 0)
                self.assertEqual(len(done.stdout.splitlines()), 1)
                self.assertRegex(
                    done.stderr,
                    r"^\[good \(simulator\), model good, strategy single, "
                    r"1 attempt, \d+ \+ \d+ tokens, .*request [0-9a-f]{32}\]\n$",
                )

    def test_targets_drain_and_resume_one(self):
        out = self.good("targets", "drain", "cut")
        self.assertRegex(out, r"(?m)^cut .* drained")
        self.assertRegex(self.good("targets"), r"(?m)^cut .* drained")
        done = self.ctl("chat", "--model=cut", "Hello")
        self.assertEqual(done.returncode, 1)
        self.assertIn("drained", done.stderr)
        out = self.good("targets", "resume", "cut")
        self.assertRegex(out, r"(?m)^cut .* active")
        shown = json.loads(self.good("targets", "reset-breaker", "cut", "--json"))
        self.assertEqual(shown["target"], "cut")

    def test_targets_says_what_is_wrong(self):
        done = self.ctl("targets", "drain", "nobody")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no target 'nobody'", done.stderr)
        self.assertEqual(self.ctl("targets", "stop", "cut").returncode, 2)
        self.assertEqual(self.ctl("targets", "drain").returncode, 2)

    def test_explain_shows_who_would_be_tried_and_who_not(self):
        out = self.good("explain", "--model=good", "Hello")
        self.assertIn("model good, strategy single, config ", out)
        self.assertRegex(out, r"\n1 +good +simulator +good +- +- +the first")
        self.assertRegex(out, r"\nlimited +simulator +model-not-found +does not")

    def test_embed_prints_a_vector_a_line(self):
        lines = self.good("embed", "--model=good", "one text", "another")
        vectors = [json.loads(line) for line in lines.splitlines()]
        self.assertEqual([len(vector) for vector in vectors], [64, 64])
        message = json.loads(self.good("embed", "--model=good", "a", "--json"))
        self.assertEqual(message["route"]["target"], "good")

    def test_models_shows_the_prices_that_are_known(self):
        out = self.good("models")
        self.assertRegex(out, r"gpt-4o-mini +- +priced +\$0.15 +\$0.075 +\$0.6\n")
        self.assertRegex(out, r"good +- +good +- +- +-\n")

    def test_explain_as_json_prints_the_message(self):
        plan = json.loads(self.good("explain", "--model=good", "--json"))
        self.assertEqual([t["target"] for t in plan["targets"]], ["good"])
        self.assertEqual(len(plan["skipped_targets"]), 4)

    def test_explain_ends_with_1_if_none_would_be_tried(self):
        done = self.ctl("explain", "--model=nothing")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No target would be tried.", done.stdout)

    def test_chat_as_json_prints_an_event_a_line(self):
        out = self.good("chat", "--model=good", "Hello", "--json")
        events = [json.loads(line) for line in out.splitlines()]
        kinds = [kind for event in events for kind in event]
        self.assertEqual(kinds[0], "started")
        self.assertEqual(kinds[-2:], ["finish", "end"])
        self.assertEqual(set(kinds[1:-2]), {"delta"})

    def test_chat_as_json_without_a_stream_prints_one_message(self):
        words = ["chat", "--model=good", "Hello", "--json", "--no-stream"]
        (line,) = self.good(*words).splitlines()
        answer = json.loads(line)
        self.assertEqual(answer["route"]["target"], "good")
        self.assertIn("message", answer["chat"]["choices"][0])

    def test_chat_sends_the_system_message(self):
        words = ["chat", "--model=good", "Hello", "--json", "--no-stream"]
        usage = []
        for more in ([], ["--system=Be brief"]):
            answer = json.loads(self.good(*words, *more))
            usage.append(int(answer["chat"]["usage"]["prompt_tokens"]))
        # Two words, and three for the message.
        self.assertEqual(usage[1] - usage[0], 5)

    def test_a_failed_request_exits_with_1_and_says_why(self):
        for more in ([], ["--no-stream"], ["--json"]):
            with self.subTest(more=more):
                done = self.ctl("chat", "--model=limited", "Hello", *more)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stdout, "")
                self.assertIn("reason: PROVIDER_RATE_LIMITED", done.stderr)
                self.assertIn("try again in: 7 s", done.stderr)
                self.assertIn("attempt: limited, HTTP 429", done.stderr)

    def test_a_cut_stream_keeps_its_text_and_exits_with_1(self):
        done = self.ctl("chat", "--model=cut", "Hello")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "This is the\n")
        self.assertIn("reason: ", done.stderr)

    def test_a_timeout_ends_the_wait_with_1(self):
        done = self.ctl("chat", "--model=silent", "Hello", "--timeout=300ms")
        self.assertEqual(done.returncode, 1)
        self.assertIn("deadline", done.stderr.lower())

    def test_a_wrong_request_exits_with_2_and_says_why(self):
        for words in (["--model=nobody"], ["--model=good", "--target=nobody"]):
            with self.subTest(words=words):
                done = self.ctl("chat", "Hello", *words)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertIn("reason: MODEL_NOT_FOUND", done.stderr)

    def test_no_right_exits_with_4(self):
        for key, words in (
            ("", ["chat", "--model=good", "Hello"]),
            ("wrong", ["chat", "--model=good", "Hello"]),
            ("user-key", ["targets"]),
            ("user-key", ["config", "get"]),
        ):
            with self.subTest(key=key, words=words):
                done = self.ctl(*words, key=key)
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertIn("reason: ", done.stderr)
        self.good("chat", "--model=good", "Hello", key="user-key")
        self.good("chat", "--model=good", "Hello", "--key=user-key", key="bad")

    def test_lists_are_tables_for_people_and_json_for_programs(self):
        for command, field, last in (
            ("models", "id", "gpt-4o-mini"),
            ("providers", "instance", "priced"),
            ("targets", "target", "priced"),
        ):
            with self.subTest(command=command):
                table = self.good(command).splitlines()
                self.assertEqual(table[0], table[0].upper())
                self.assertEqual(len(table), 6)
                lines = self.good(command, "--json").splitlines()
                names = [json.loads(line)[field] for line in lines]
                self.assertCountEqual(
                    names, ["good", "limited", "silent", "cut", last]
                )
                rows = [row.split()[0] for row in table[1:]]
                self.assertEqual(rows, names)

    def test_one_provider_shows_what_becomes_of_each_parameter(self):
        table = self.good("providers", "priced")
        self.assertRegex(table, r"(?m)^PARAMETER +IS +WHY$")
        self.assertRegex(table, r"(?m)^max_output_tokens +sent")
        shown = json.loads(self.good("providers", "priced", "--json"))
        self.assertTrue(shown["capabilities"]["tools"])
        self.assertEqual(
            [each["parameter"] for each in shown["parameters"]],
            [row.split()[0] for row in table.splitlines()[1:]],
        )
        unknown = self.ctl("providers", "nobody", key="owner-key")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("there is no provider instance 'nobody'", unknown.stderr)

    def test_events_come_as_calls_end(self):
        watcher = subprocess.Popen(
            [
                CTL,
                "events",
                "--json",
                f"--admin_address={self.gateway.admin_address}",
                "--key=owner-key",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            # Whether it listens yet cannot be seen: one of these it hears.
            events = []
            reader = threading.Thread(
                target=lambda: events.append(watcher.stdout.readline())
            )
            reader.start()
            while not events:
                self.good("chat", "--model=good", "Hello", key="user-key")
            event = json.loads(events[0])["event"]
            self.assertEqual(event["method"], "RouteStream")
            self.assertEqual(event["key"], "user")
            self.assertEqual(event["model"], "good")
            self.assertEqual(event["route"]["target"], "good")
            self.assertEqual(event["finish_reasons"], ["FINISH_REASON_STOP"])
        finally:
            watcher.terminate()
            watcher.wait(gateway_case.PATIENCE_SECONDS)
            reader.join()
            watcher.stdout.close()

    def test_version_is_that_of_the_gateway(self):
        self.assertRegex(self.good("version"), r"(?m)^version +\d+\.\d+\.\d+$")
        version = json.loads(self.good("version", "--json"))
        self.assertIn("simulator", version["provider_types"])

    def test_config_get_withholds_what_is_secret(self):
        text = self.good("config", "get")
        self.assertRegex(text, r"^# revision [0-9a-f]+\n")
        self.assertIn('"limited"', text)
        self.assertNotIn("owner-key", text)

    def test_config_diff_and_reload_tell_the_changes(self):
        changed = write("changed.yaml", CONFIG.replace("single", "fallback"))
        change = '~ strategy.mode: "single" -> "fallback"\n'
        same = "nothing would change\n"
        self.assertEqual(self.good("config", "diff", self.config), same)
        self.assertEqual(self.good("config", "diff", changed), change)
        # A diff has changed nothing.
        self.assertEqual(self.good("config", "diff", self.config), same)
        out = self.good("config", "reload", changed)
        self.assertRegex(out, f"^{change}revision [0-9a-f]+ runs\n$")
        self.assertEqual(self.good("config", "diff", changed), same)
        # Without a file: what the gateway started with.
        self.assertIn('-> "single"', self.good("config", "reload"))
        self.assertEqual(self.good("config", "diff", self.config), same)

    def test_a_bad_config_is_refused_by_line_and_changes_nothing(self):
        bad = write("bad.yaml", CONFIG.replace("mode: single", "mode: nope"))
        for verb in ("diff", "reload"):
            with self.subTest(verb=verb):
                done = self.ctl("config", verb, bad)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertIn("nope", done.stderr)
                line = 1 + bad_line("mode: single")
                self.assertIn(f":{line}:", done.stderr)
        self.assertEqual(
            self.good("config", "diff", self.config), "nothing would change\n"
        )


def bad_line(text):
    """Returns how many lines of CONFIG stand before `text`."""
    return CONFIG[: CONFIG.index(text)].count("\n")


class WithoutGatewayTest(unittest.TestCase):
    def test_validate_says_that_a_good_file_is_good(self):
        path = write("good.yaml", CONFIG)
        done = run("config", "validate", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f"{path}: the configuration is valid\n")

    def test_validate_tells_every_fault_by_file_line_and_column(self):
        path = write(
            "faults.yaml",
            "providers:\n"
            "- {name: a, type: simulatr}\n"
            "targets:\n"
            "- {virtual_key: a, wieght: 2}\n"
            "strategy: {mode: nope}\n",
        )
        done = run("config", "validate", path)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        faults = done.stderr.splitlines()
        for place, word, near in (
            (f"{path}:2:19:", "simulatr", "simulator"),
            (f"{path}:4:", "wieght", "weight"),
            (f"{path}:5:18:", "nope", ""),
        ):
            with self.subTest(word=word):
                (fault,) = [each for each in faults if word in each]
                self.assertIn(place, fault)
                self.assertIn(near, fault)

    def test_validate_of_no_file_exits_with_2(self):
        for words in (["/no/such.yaml"], [], ["a.yaml", "b.yaml"]):
            with self.subTest(words=words):
                done = run("config", "validate", *words)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")

    def test_no_gateway_exits_with_3_and_says_where_it_looked(self):
        # Nothing can listen on port 0.
        for words in (
            ["chat", "Hello", "--address=127.0.0.1:0"],
            ["models", "--address=127.0.0.1:0"],
            ["targets", "--admin_address=127.0.0.1:0"],
        ):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("listening on 127.0.0.1:0?", done.stderr)

    def test_what_is_no_command_exits_with_2_and_shows_how(self):
        for words, said in (
            ([], "what is to be done?"),
            (["modles"], "is it models?"),
            (["models", "all"], "takes no further words"),
            (["config"], "config takes"),
            (["config", "check"], "config takes"),
            (["chat"], "nothing to ask"),
        ):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertIn(said, done.stderr)
                self.assertIn("aigwctl COMMAND", done.stderr)

    def test_a_wrong_flag_exits_with_2_and_is_named(self):
        for flag in ("--modle=x", "--timeout=soon", "--json=7", "--no-json=1"):
            with self.subTest(flag=flag):
                done = run("models", flag)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                name = flag.lstrip("-").split("=")[0]
                self.assertIn(f"'{name}'", done.stderr)

    def test_help_is_no_failure(self):
        for words in (["help"], ["--help"], ["-h"], ["chat", "--help"]):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.returncode, 0)
                self.assertIn("aigwctl COMMAND", done.stdout)
                self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    gateway_case.main()
