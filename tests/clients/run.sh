#!/usr/bin/env bash
# Runs a test written in Python: `run.sh FILE`. With Debian's own interpreter,
# which is the one that has Debian's grpcio, whatever else stands in the PATH.
set -euo pipefail
# Where the modules lie that they share, from the root of the runfiles.
export PYTHONPATH=tests/clients
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$@"
