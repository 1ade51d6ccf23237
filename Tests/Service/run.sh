#!/usr/bin/env bash
# Runs the service tests against the real program: Tests/Service/run.sh [pytest arguments]
# Without arguments all of them: two at a time, then, by themselves, those that measure time.
# The program is $MANDATE_BIN, or the release build, or the debug build.
# How much: MANDATE_HOSTILE (requests, 10000), MANDATE_SEED, MANDATE_FLOOD (failures, 100000), MANDATE_CRASHES (100),
# MANDATE_MODEL (decisions, 100000), MANDATE_SPLICES (attempts, 100000), MANDATE_RACES (suspensions, 80).
set -euo pipefail
[ -z "${MANDATE_BIN:-}" ] || MANDATE_BIN=$(realpath "$MANDATE_BIN")
cd "$(dirname "$0")"

venv=../../.build-venv
if ! cat requirements.txt requirements-opa.txt | cmp -s - "$venv/installed.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    # It asks for a newer Python than it needs, and only this one may be given an older one.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
        --requirement requirements-opa.txt
    cat requirements.txt requirements-opa.txt > "$venv/installed.txt"
fi
pytest=("$venv/bin/python" -m pytest -p no:cacheprovider)
[ $# = 0 ] || exec "${pytest[@]}" "$@"
status=0
"${pytest[@]}" --numprocesses 2 --dist worksteal -m "not alone" || status=1
"${pytest[@]}" -m alone || status=1
exit "$status"
