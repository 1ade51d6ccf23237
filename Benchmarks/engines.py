#!/usr/bin/env python3
"""Measures tokens that a policy engine is asked about, and all others while that engine is dead.

Example: Benchmarks/engines.py --seconds 10

The engine is Benchmarks/engine.c: it answers OPA's {"result":true} 0.4 ms after each question. The server has one core, load and
engine share the other, where the engine goes first when the system lets it. Half load is half of what the server reached with
the engine in the same run. Needs Python, cc and two cores.
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import bench

MICROSECONDS = 400
ASKED, OTHER = "asked-api", bench.AUDIENCE
ASKER = "asker"
CONNECTIONS, MANY = 64, 512
# Half load is measured so often, and the middle one counts: the host of a virtual machine stalls now and then.
ROUNDS = 5
# One request in so many is for the audience of the engine.
ONE_IN = 100

REGISTRY = f"""
audiences:
  - id: {ASKED}
    scopes: [{{ name: "ec2:Describe*", class: read }}]
agent_types:
  - id: asker-kind
    capabilities: {{ {ASKED}: ["ec2:Describe*"], {OTHER}: ["ec2:Describe*"] }}
    delegation: {{ to: [], max_chain_depth: 1, max_class: read }}
agents:
  - {{ id: {ASKER}, type: asker-kind, owner: alice@company.com, environment: production }}
"""


def main():
    options = arguments()
    load, engine = bench.compiled(), compiled()
    with tempfile.TemporaryDirectory(prefix="mandate-engines-") as directory:
        run = Run(options, load, engine, pathlib.Path(directory))
        try:
            figures = run.measured()
        finally:
            run.stop()
    missed = bench.table(figures)
    sys.exit(1 if missed and not options.report else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement (default 10)")
    parser.add_argument("--report", action="store_true", help="exit 0 even when a figure misses")
    parser.add_argument("--bin", default=os.environ.get("MANDATE_BIN", bench.ROOT / ".build/release/mandate"))
    options = parser.parse_args()
    options.bin = pathlib.Path(options.bin).resolve()
    if not options.bin.exists():
        parser.error(f"no program at {options.bin}: swift build -c release")
    return options


def compiled():
    program = bench.ROOT / ".build-bench/engine"
    program.parent.mkdir(exist_ok=True)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, bench.ROOT / "Benchmarks/engine.c"], check=True)
    return program


class Engine:
    """The engine on the load's core; `microseconds` below 0: it never answers."""

    def __init__(self, program, microseconds, port=0):
        self.process = subprocess.Popen(
            ["taskset", "-c", bench.LOAD_CORE, program, str(port), str(microseconds)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def answer_time(self, times=1000):
        """Milliseconds from a question to its answer: median and p99."""
        connection, found = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), []
        for _ in range(times):
            begin = time.perf_counter()
            connection.request("POST", "/v1/data/x", b'{"input":{}}', {"Content-Type": "application/json"})
            connection.getresponse().read()
            found.append((time.perf_counter() - begin) * 1e3)
        connection.close()
        return statistics.median(found), sorted(found)[times * 99 // 100]

    def stop(self):
        self.process.terminate()
        self.process.wait(5)
        self.process.stdout.close()


class Run:
    """A server that asks an engine about one of its audiences, and the load for it."""

    def __init__(self, options, load, engine, directory):
        self.seconds, self.load, self.program = options.seconds, load, engine
        self.engine = Engine(engine, MICROSECONDS)
        self.server = bench.Server(options.bin, directory)
        registry = directory / "asked.yaml"
        registry.write_text(REGISTRY)
        self.server.command("apply", "-f", registry)
        secret = self.server.new_secret(ASKER)
        self.authorization = base64.b64encode(f"{ASKER}:{secret}".encode()).decode()
        self.server.environment |= {
            "MANDATE_POLICY_ENGINE_TYPE": "opa", "MANDATE_POLICY_ENGINE_URL": f"http://127.0.0.1:{self.engine.port}",
            "MANDATE_POLICY_ENGINE_PATH": "mandate/decision", "MANDATE_POLICY_ENGINE_AUDIENCES": ASKED}
        self.server.start()

    def stop(self):
        self.server.stop()
        if self.engine:
            self.engine.stop()

    def requests(self, asked, other):
        """So many requests for the audience of the engine, then so many for another."""
        def one(audience):
            body = f"grant_type=client_credentials&audience={audience}&scope=ec2%3ADescribeInstances"
            return ("POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    f"Authorization: Basic {self.authorization}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}")

        return one(ASKED) * asked + one(OTHER) * other

    def driven(self, what, text, rate=0.0, connections=CONNECTIONS):
        bench.told(what)
        file = self.server.directory / "request"
        file.write_text(text)
        done = subprocess.run(
            ["taskset", "-c", bench.LOAD_CORE, self.load, str(self.server.port), file, str(connections), str(self.seconds),
             str(rate)], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        if found["errors"] or found["lost"] or not found["count"] or found["shed_without_retry_after"]:
            raise SystemExit(f"the server did not answer as it should: {found}")
        return found

    def measured(self):
        alone = self.driven("no engine asked", self.requests(0, 1))
        full = self.driven("engine asked", self.requests(1, 0))
        halves = [self.driven(f"half load, engine asked, {number} of {ROUNDS}", self.requests(1, 0), full["rate"] / 2)
                  for number in range(1, ROUNDS + 1)]
        half = sorted(halves, key=lambda one: one["p99_ms"])[ROUNDS // 2]
        pause, worst = self.engine.answer_time()
        mixed, rate = self.requests(1, ONE_IN - 1), alone["rate"] / 2
        usual = self.driven("half load, mostly without an engine", mixed, rate, MANY)
        port = self.engine.port
        self.engine.stop()
        self.engine = None
        refusing = self.driven("the same, nothing listens", mixed, rate, MANY)
        self.engine = Engine(self.program, -1, port)
        silent = self.driven("the same, the engine never answers", mixed, rate, MANY)
        self.engine.stop()
        self.engine = Engine(self.program, MICROSECONDS, port)
        again = self.driven("the engine is back", self.requests(1, 0), full["rate"] / 4)
        busy = self.server.status("VmHWM")
        print(f"\r{'':60}\rthe engine answers in {pause:.2f} ms (p99 {worst:.2f} ms); tokens it is asked about: "
              f"{full['rate']:,.0f}/s (p50 {full['p50_ms']:.2f} ms, p99 {full['p99_ms']:.2f} ms), others {alone['rate']:,.0f}/s; "
              f"half load: p50 {half['p50_ms']:.2f} ms, p99 in {ROUNDS} rounds "
              f"{', '.join(format(one['p99_ms'], '.2f') for one in halves)} ms\n"
              f"others, p99, engine well / gone / silent: {usual['p99_ms']:.2f} / {refusing['p99_ms']:.2f} / "
              f"{silent['p99_ms']:.2f} ms; refused: {refusing['shed']} (p50 {refusing['shed_p50_ms']:.2f} ms) / "
              f"{silent['shed']} (p50 {silent['shed_p50_ms']:.0f} ms); resident memory at most {busy:.0f} MiB\n")
        refused = {"full": full, **{f"half {number}": one for number, one in enumerate(halves, 1)}, "beside others": usual, "back": again}
        if any(one["shed"] for one in refused.values()):
            print("refused with an engine that is well:", {name: one["shed"] for name, one in refused.items() if one["shed"]})
        clean = not (full["shed"] or any(one["shed"] for one in halves) or again["shed"])

        def others(found):
            """Others' p99 against the usual; endless when more were refused than those for the engine."""
            share = found["shed"] / (found["shed"] + found["answered"])
            return found["p99_ms"] / usual["p99_ms"] if share < 1.1 / ONE_IN else float("inf")

        return [
            ("p99 at half load, engine asked", half["p99_ms"] if clean else float("inf"), "≤", 10, None, " ms"),
            ("longest refusal, nothing listens", refusing["shed_max_ms"] or float("inf"), "≤", 600, None, " ms"),
            ("longest refusal, engine never answers", silent["shed_max_ms"] or float("inf"), "≤", 600, None, " ms"),
            ("others' p99 ÷ usual, nothing listens", others(refusing), "≤", 1.5, None, ""),
            ("others' p99 ÷ usual, engine silent", others(silent), "≤", 1.5, None, ""),
        ]


if __name__ == "__main__":
    main()
