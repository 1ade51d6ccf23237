"""The examples do what they say: each checks its own steps and ends with 0."""

import os
import subprocess

from service import ROOT, binary


def ends_well(*command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MANDATE_")} | {"MANDATE_BIN": str(binary())}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "done"


def test_quickstart():
    ends_well("examples/quickstart/demo.sh")


def test_infrastructure_review():
    ends_well("python3", "examples/infrastructure-review/review.py")
