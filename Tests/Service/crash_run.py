"""Kills the server under load, again and again, over a long ledger, and writes down what was lost: nothing.

Example: crash_run.py --crashes 1000 --records 1000000 --report docs/crash.md

After each `kill -9` the server is started again, and the records that came since the last time are read: each names the one
before it, and every token that a client received is among them. In the end the whole ledger is verified.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

from load import Load
from service import READER, ROOT, Service, binary

sys.path.insert(0, str(ROOT / "Benchmarks"))
from fill_ledger import fill_ledger  # noqa: E402

SLOWEST_START = 2.0


class Run:
    def __init__(self, directory, options):
        self.options, self.chance = options, random.Random(options.seed)
        self.service = Service(directory)
        self.starts, self.lost, self.breaks, self.tokens, self.failures = [], [], 0, 0, 0
        self.sequence, self.hash = 0, None

    def carry_out(self):
        self.service.secret(READER)
        self.service.start()
        self.service.token()
        self.service.stop()
        if self.options.records:
            fill_ledger(self.service.directory / "mandate.db", self.options.records)
            # The first start makes the tree over the records that were put in; only later ones are measured.
            self.service.start(within=600)
            self.service.stop()
        self.service.start(within=60)
        last = json.loads(self.service.command("ledger", "tail", "--json", "-n", "1").stdout.splitlines()[-1])
        self.follow(self.service.command("ledger", "export", "--after", last["seq"] - 1).stdout.encode(), first=last["seq"])
        for crash in range(self.options.crashes):
            self.crash(crash)
        self.service.stop()
        print(self.service.command("ledger", "verify").stdout.strip())

    def crash(self, number):
        with Load(self.service, threads=4, depth=4) as load:
            until = time.monotonic() + 5
            while not load.received and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(self.chance.uniform(0, 0.25))
            self.service.crash()
        self.failures += len(load.failures)
        self.starts.append(self.service.start(within=60))
        issued = self.follow(self.service.command("ledger", "export", "--after", self.sequence).stdout.encode())
        self.lost += [(number, token) for token in load.received if token not in issued]
        self.tokens += len(load.received)
        if (number + 1) % 10 == 0:
            print(f"{number + 1} crashes: {self.tokens} tokens, {len(self.lost)} lost, {self.breaks} breaks, "
                  f"slowest start {max(self.starts):.2f} s", flush=True)

    def follow(self, export, first=None):
        """Checks that the records continue those read before; gives the tokens in them."""
        issued = set()
        for line in export.splitlines():
            record = json.loads(line)
            if first is None and (record["seq"] != self.sequence + 1 or record["prev"] != self.hash):
                self.breaks += 1
            first = None
            self.sequence, self.hash = record["seq"], "sha256:" + hashlib.sha256(b"\x00" + line).hexdigest()
            if record["event"] == "token.issued":
                issued.add(record["jti"])
        return issued

    @property
    def verdict(self):
        good = not self.lost and not self.breaks and not self.failures and max(self.starts) <= SLOWEST_START
        return "holds" if good and self.tokens >= self.options.crashes * 10 else "does not hold"

    def report(self, begun, took):
        options = self.options
        version = subprocess.run([binary(), "--version"], capture_output=True, text=True).stdout.strip()
        return f"""# Crashes

`make crash` kills the server with `kill -9` while clients fetch tokens, at a random moment, starts it again and reads every
record that came since. The last run:

| | |
|---|---|
| date | {begun:%Y-%m-%d %H:%M} UTC, {took / 60:.0f} minutes |
| command | `Tests/Service/crash_run.py --crashes {options.crashes} --records {options.records} --seed {options.seed}` |
| program | {version}, {"debug" if "debug" in binary().parts else "release"} build, {platform.machine()}, {os.cpu_count()} cores |
| records before the first crash | {options.records:,} |
| crashes | {options.crashes:,} |
| tokens that clients received | {self.tokens:,} |
| of these missing in the ledger | {len(self.lost):,} |
| breaks of the chain | {self.breaks:,} |
| answers other than 200 | {self.failures:,} |
| start to ready after a crash, median, slowest | {statistics.median(self.starts):.2f} s, {max(self.starts):.2f} s (bound: {SLOWEST_START:g} s) |
| verdict | {self.verdict} |
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crashes", type=int, default=1000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--report", type=pathlib.Path, help="where the outcome is written, as Markdown")
    options = parser.parse_args()
    begun, clock = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mandate-") as directory:
        run = Run(directory, options)
        try:
            run.carry_out()
        finally:
            run.service.stop()
    text = run.report(begun, time.monotonic() - clock)
    print(text)
    if options.report:
        options.report.write_text(text)
    sys.exit(0 if run.verdict == "holds" else 1)


if __name__ == "__main__":
    main()
