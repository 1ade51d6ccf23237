#!/usr/bin/env python3
"""Measures pages of the list of agents among many agents, over the administration socket.

Example: Benchmarks/registry_scale.py --agents 1000000

Prints one line a filter and page: the median and the worst of several requests in milliseconds. Exits 1 when a page
takes longer than the limit.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

from fill import fill_agents

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIMIT = 50


class Socket(http.client.HTTPConnection):
    """HTTP over a Unix domain socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self.path))

    def page(self, query):
        """The seconds a page took, and what it says."""
        begin = time.perf_counter()
        self.request("GET", "/v1/agents?" + urllib.parse.urlencode(query))
        answer = self.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - begin
        assert answer.status == 200, body
        return seconds, json.loads(body)


class Installation:
    """A fresh data directory with many agents, and a server."""

    def __init__(self, binary, directory, agents):
        self.binary, self.directory, self.process = binary, pathlib.Path(directory), None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("MANDATE_")}
        self.environment |= {"MANDATE_LISTEN": f"127.0.0.1:{port}", "MANDATE_LOG_LEVEL": "error"}
        self.run("init", "--issuer", f"http://127.0.0.1:{port}")
        self.run("apply", "-f", ROOT / "examples/quickstart/registry.yaml")
        print(f"{agents} agents made in {fill_agents(self.directory / 'mandate.db', agents):.0f} s")

    def run(self, *words):
        return subprocess.run([self.binary, *map(str, words)], cwd=self.directory, env=self.environment, check=True,
                              stdout=subprocess.PIPE).stdout

    def start(self):
        log = open(self.directory / "log", "w")
        begin = time.monotonic()
        self.process = subprocess.Popen([self.binary, "serve"], cwd=self.directory, env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while True:
            try:
                Socket(self.directory / "mandate.sock").page({"limit": 1})
                return time.monotonic() - begin
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begin > 20:
                    raise SystemExit("the server does not become ready")
                time.sleep(0.01)

    def cursor(self, query, position):
        """The cursor that the service would seal: nobody else can, but this installation is ours."""
        with sqlite3.connect(self.directory / "mandate.db") as database:
            key, = database.execute("SELECT cursor_key FROM state").fetchone()
        bound = ["cursor", "/v1/agents"] + [part for name in sorted(query) for part in (name, query[name])]
        text = json.dumps(bound, separators=(",", ":")).encode()
        code = hmac.new(key, text + position.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(position.encode() + code).decode().rstrip("=")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(15)


def measured(connection, query, times):
    """The page's times in milliseconds, how many agents it has, and where the next one starts."""
    found = [connection.page(query) for _ in range(times)]
    seconds = sorted(one for one, _ in found)
    body = found[0][1]
    return seconds[len(seconds) // 2] * 1000, seconds[-1] * 1000, len(body["items"]), body["next"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=9, help="requests a page")
    parser.add_argument("--bin", default=os.environ.get("MANDATE_BIN", ROOT / ".build/release/mandate"))
    parser.add_argument("--list", action="store_true", help="also run mandate agent list, to its end")
    options = parser.parse_args()
    binary = pathlib.Path(options.bin).resolve()
    count, worst = options.agents, 0
    filters = {
        "all": {}, "type": {"type": "planning-orchestrator"}, "owner": {"owner": "owner-7@example.com"},
        "team": {"team": "team-3"}, "suspended": {"status": "suspended"}, "active": {"status": "active"},
        "decommissioned": {"status": "decommissioned"}, "unused 30d": {"unused": "30d"},
        "unused 365d": {"unused": "365d"}, "team, suspended": {"team": "team-19", "status": "suspended"},
        "team, owner, unused": {"team": "team-7", "owner": "owner-7@example.com", "unused": "30d"},
        "nobody's": {"owner": "nobody@example.com", "status": "suspended"},
        "in vain": {"team": "team-3", "status": "suspended"},
    }
    with tempfile.TemporaryDirectory(prefix="mandate-scale-") as directory:
        installation = Installation(binary, directory, count)
        try:
            print(f"started in {installation.start():.2f} s")
            connection = Socket(installation.directory / "mandate.sock")
            places = {"first": None, "middle": f"filled-{count // 2:07}", "last": f"filled-{max(0, count - 150):07}"}
            print(f"{'filter':<22}{'page':<8}{'agents':>7}{'median ms':>11}{'worst ms':>10}")
            for name, query in filters.items():
                for place, after in places.items():
                    asked = query | ({"after": installation.cursor(query, after)} if after else {})
                    median, slowest, agents, _ = measured(connection, asked, options.times)
                    worst = max(worst, median)
                    print(f"{name:<22}{place:<8}{agents:>7}{median:>11.1f}{slowest:>10.1f}")
            median, slowest, agents, _ = measured(connection, {"limit": 1000}, options.times)
            print(f"{'all, 1000 a page':<22}{'first':<8}{agents:>7}{median:>11.1f}{slowest:>10.1f}")
            if options.list:
                begin = time.monotonic()
                listed = installation.run("agent", "list").count(b"\n")
                print(f"agent list: {listed} lines in {time.monotonic() - begin:.1f} s")
        finally:
            installation.stop()
    if worst > LIMIT:
        sys.exit(f"a page took {worst:.0f} ms, and may take {LIMIT}")


if __name__ == "__main__":
    main()
