#!/usr/bin/env python3
"""Measures the service against the machine's own signatures and prints one table.

Example: Benchmarks/bench.py --seconds 10

The server has one core to itself, the load another. Rates are told as a share of what `openssl speed` signs on the
server's core in the same run, because absolute numbers differ from machine to machine. Needs Python, cc and openssl.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import chains

ROOT = pathlib.Path(__file__).resolve().parents[1]
AGENT, AUDIENCE = "agent-inventory-prod-001", "cloud-inventory-api"
SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 64


def main():
    options = arguments()
    load = compiled()
    with tempfile.TemporaryDirectory(prefix="mandate-bench-") as directory:
        server = Server(options.bin, pathlib.Path(directory))
        try:
            figures = measured(server, load, options.seconds)
        finally:
            server.stop()
    missed = table(figures)
    sys.exit(1 if missed and not options.report else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement (default 10)")
    parser.add_argument("--report", action="store_true", help="exit 0 even when a figure misses")
    parser.add_argument("--bin", default=os.environ.get("MANDATE_BIN", ROOT / ".build/release/mandate"),
                        help="the program (default $MANDATE_BIN, then the release build)")
    options = parser.parse_args()
    options.bin = pathlib.Path(options.bin).resolve()
    if not options.bin.exists():
        parser.error(f"no program at {options.bin}: swift build -c release")
    if "debug" in options.bin.parts:
        print("This is a debug build; its figures mean nothing.", file=sys.stderr)
    if (os.cpu_count() or 1) < 2:
        parser.error("needs two cores: one for the server, one for the load")
    for tool in ("taskset", "openssl", "cc"):
        if not shutil.which(tool):
            parser.error(f"needs {tool} (Debian: apt-get install util-linux openssl gcc)")
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}); the figures will be worse than they are.", file=sys.stderr)
    return options


def compiled():
    program = ROOT / ".build-bench/load"
    program.parent.mkdir(exist_ok=True)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, ROOT / "Benchmarks/load.c"], check=True)
    return program


class Server:
    """A fresh data directory and a server pinned to its core."""

    def __init__(self, binary, directory):
        self.binary, self.directory, self.process = binary, directory, None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("MANDATE_")}
        self.environment |= {"MANDATE_LISTEN": f"127.0.0.1:{self.port}", "MANDATE_LOOPS": "1"}
        self.command("init", "--issuer", f"http://127.0.0.1:{self.port}")
        self.command("apply", "-f", ROOT / "examples/quickstart/registry.yaml")
        registry = directory / "chains.yaml"
        registry.write_text(chains.REGISTRY)
        self.command("apply", "-f", registry)
        self.secret = self.new_secret(AGENT)
        self.secrets = {agent: self.new_secret(agent) for agent in map(chains.agent, range(1, chains.DEEPEST + 1))}

    def new_secret(self, agent):
        return json.loads(self.command("agent", "secret", agent, "--json"))["client_secret"]

    def command(self, *words):
        return subprocess.run([self.binary, *words], cwd=self.directory, env=self.environment, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def start(self, within=20):
        """Seconds from the start of the process to the first 200 of /readyz."""
        begin = time.monotonic()
        self.process = subprocess.Popen(["taskset", "-c", SERVER_CORE, self.binary, "serve"], cwd=self.directory,
                                        env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() - begin > within:
                raise SystemExit("the server does not become ready")
            time.sleep(0.002)
        return time.monotonic() - begin

    def ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def status(self, field):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", text)[1]) / 1024

    def cpu(self):
        """User and system seconds of all threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def token_request(self, agent=AGENT):
        credentials = base64.b64encode(f"{agent}:{self.secret}".encode()).decode()
        body = f"grant_type=client_credentials&audience={AUDIENCE}&scope=ec2%3ADescribeInstances"
        return ("POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Basic {credentials}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}")


def answer(server, text):
    """What the server says to one request."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(text.encode())
        return connection.recv(65536)


def raw_rate(seconds):
    """ES256 signatures a second on the server's core, while nothing else runs there."""
    told("raw signatures")
    done = subprocess.run(
        ["taskset", "-c", SERVER_CORE, "openssl", "speed", "-elapsed", "-seconds", str(max(1, round(seconds))), "ecdsap256"],
        check=True, capture_output=True, text=True)
    return float(re.search(r"nistp256\)\s+\S+\s+\S+\s+([\d.]+)", done.stdout)[1])


def measured(server, load, seconds):
    starts = []
    for _ in range(5):
        told("start to ready")
        starts.append(server.start())
        server.stop()
    server.start()
    time.sleep(1)
    idle = server.status("VmRSS")
    request = server.directory / "request"

    def driven(length, rate, text=server.token_request()):
        request.write_text(text)
        done = subprocess.run(["taskset", "-c", LOAD_CORE, load, str(server.port), request, str(CONNECTIONS), str(length),
                               str(rate)], check=True, capture_output=True, text=True)
        result = json.loads(done.stdout)
        if result["errors"] or result["lost"] or not result["count"]:
            raise SystemExit(f"the server did not answer as it should: {result}")
        return result

    before = raw_rate(seconds / 2)
    told("warming up")
    issued = driven(min(2, seconds), 0)["answered"]
    told("client_credentials, 64 connections")
    cpu = server.cpu()
    full = driven(seconds, 0)
    cpu = server.cpu() - cpu
    told("half load")
    half = driven(seconds, full["rate"] / 2)
    chain, exchanged, exchanges = chains.Chain(server.port, server.secrets), [], 0
    for name, make, bound, aim in [("redeem", chain.redeeming, 0.25, 0.45), ("hand over", chain.handing_over, 0.15, None)]:
        for depth in (1, 3, chains.DEEPEST):
            told(f"{name}, depth {depth}")
            run = driven(seconds / 2, 0, make(depth))
            near = raw_rate(seconds / 4)
            exchanged.append((f"{name}/s ÷ raw, depth {depth}", run["rate"] / near, "≥", bound, aim, ""))
            exchanges += run["answered"]
    busy = server.status("VmHWM")
    raw = statistics.mean([before, after := raw_rate(seconds / 2)])
    issued += full["answered"] + half["answered"] + exchanges
    last = json.loads(server.command("ledger", "tail", "--json", "-n", "1").splitlines()[-1])
    if last["seq"] < issued:
        raise SystemExit(f"{issued} tokens issued, but the ledger ends at {last['seq']}")
    print(f"\r{'':60}\rraw ES256: {before:,.0f}/s before, {after:,.0f}/s after; tokens: {full['rate']:,.0f}/s "
          f"(p50 {full['p50_ms']:.2f} ms, p99 {full['p99_ms']:.2f} ms); half load: p50 {half['p50_ms']:.2f} ms; "
          f"shed: {full['shed'] + half['shed']}; every one of {issued:,} tokens is in the ledger\n")
    return [
        ("client_credentials/s ÷ raw signatures/s", full["rate"] / raw, "≥", 0.33, 0.60, ""),
        ("CPU per token ÷ CPU per raw signature", cpu / full["answered"] * raw, "≤", 3.0, 1.7, ""),
        ("p99 at half load", half["p99_ms"] if half["shed"] == 0 else float("inf"), "≤", 5.0, None, " ms"),
        *exchanged,
        ("resident memory idle", idle, "≤", 64, None, " MiB"),
        ("resident memory under load", busy, "≤", 128, None, " MiB"),
        ("start to ready", statistics.median(starts), "≤", 0.5, None, " s"),
    ]


def told(what):
    if sys.stderr.isatty():
        print(f"\r{what + ' …':60}", end="", file=sys.stderr, flush=True)


def table(figures):
    """Prints the table; gives how many figures miss."""
    missed = 0
    print(f"{'figure':<42}{'measured':>12}{'must reach':>14}{'aim':>9}   verdict")
    for name, value, sign, bound, aim, unit in figures:
        good = value >= bound if sign == "≥" else value <= bound
        missed += not good
        wish = f"{aim:.2f}" if aim else ""
        print(f"{name:<42}{f'{value:.2f}{unit}':>12}{f'{sign} {bound:g}{unit}':>14}{wish:>9}   {'ok' if good else 'MISSED'}")
    return missed


if __name__ == "__main__":
    main()
