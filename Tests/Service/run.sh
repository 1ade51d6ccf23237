#!/usr/bin/env bash
# Runs the service tests against the real program: Tests/Service/run.sh [pytest arguments]
# The program is $MANDATE_BIN, or the release build, or the debug build.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.build-venv
wanted=Tests/Service/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$venv/installed.txt"
fi
exec "$venv/bin/python" -m pytest -p no:cacheprovider --rootdir=Tests/Service Tests/Service "$@"
