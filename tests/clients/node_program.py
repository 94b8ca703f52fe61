"""Programs in Node, with the npm packages that tools/ci/setup installed."""

import json
import os
import shutil
import subprocess

import gateway_case

MODULES = os.path.join(os.environ.get("AIGATEWAY_CLIENTS", ""), "node_modules")
NODE = shutil.which("node")


def has_packages(*names):
    """Returns whether Node is here, and all these packages."""
    return NODE is not None and all(
        os.path.isdir(os.path.join(MODULES, *name.split("/"))) for name in names
    )


def node_is_at_least(*version):
    """Returns whether Node is here, and of this version or a later one."""
    if NODE is None:
        return False
    said = subprocess.run(
        [NODE, "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = tuple(int(number) for number in said.strip("v\n").split(".")[:2])
    return found >= version


def start_node(script, *words):
    """Starts a script, with nothing of the environment that it could heed."""
    return subprocess.Popen(
        [NODE, script, *words],
        env={
            "HOME": os.environ["TEST_TMPDIR"],
            "NODE_PATH": MODULES,
            "PATH": os.environ["PATH"],
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def struct_of(fields):
    """Writes an object as proto-loader wants a google.protobuf.Struct."""
    return {"fields": {key: _value_of(each) for key, each in fields.items()}}


def _value_of(value):
    if isinstance(value, dict):
        return {"structValue": struct_of(value)}
    if isinstance(value, list):
        return {"listValue": {"values": [_value_of(each) for each in value]}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value}


class Caller:
    """A script that makes the call that a line of its input asks for, and says
    in a line of its output what came of it: both are JSON."""

    def __init__(self, script, *words):
        self._process = start_node(script, *words)

    def call(self, **call):
        """Has a call made and returns what came of it."""
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the client ended before it answered")
        return json.loads(line)

    def end(self):
        """Ends the script; fails if it does not end well."""
        self._process.communicate(timeout=gateway_case.PATIENCE_SECONDS)
        if self._process.returncode != 0:
            raise AssertionError("the client did not end well")
