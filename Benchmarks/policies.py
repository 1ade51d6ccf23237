#!/usr/bin/env python3
"""Compares client_credentials a second of a server with the six sets of policies with those of one without, in turns.

Example: Benchmarks/policies.py --rounds 9

Both servers run in one go on the same core, one asleep while the other is measured, in turns, because the machine's own speed
changes. Exits 1 when the one with policies has less than 0.95 of the other.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import bench

BOUND = 0.95
POLICIES = bench.ROOT / "examples/policies"
SETS = ["scope-boundary", "time-of-day", "volume", "cross-domain", "delegation-depth", "sensitive-data"]


def main():
    options = arguments()
    load = bench.compiled()
    with tempfile.TemporaryDirectory(prefix="mandate-policies-") as directory:
        sides = [prepared(options, pathlib.Path(directory), name) for name in ("without", "with")]
        try:
            rates = measured(options, load, sides)
        finally:
            for server in sides:
                server.stop()
    print(f"\n{'round':<8}{'without':>12}{'with':>12}{'ratio':>9}{'CPU a token':>20}")
    for number, ((without, idle), (judged, busy)) in enumerate(rates, 1):
        print(f"{number:<8}{without:>10,.0f}/s{judged:>10,.0f}/s{judged / without:>9.2f}{idle:>9.1f} → {busy:.1f} µs")
    ratio = statistics.median(judged / without for (without, _), (judged, _) in rates)
    cost = statistics.median(busy / idle for (_, idle), (_, busy) in rates)
    print(f"CPU a token, which a busy machine changes less: {cost:.2f} of the one without")
    print(f"with {len(SETS)} sets of policies: {ratio:.2f} of the one without (must reach {BOUND}): "
          f"{'ok' if ratio >= BOUND else 'MISSED'}")
    sys.exit(0 if ratio >= BOUND or options.report else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5, help="length of each measurement (default 5)")
    parser.add_argument("--report", action="store_true", help="exit 0 even when it misses")
    parser.add_argument("--bin", default=os.environ.get("MANDATE_BIN", bench.ROOT / ".build/release/mandate"))
    options = parser.parse_args()
    options.bin = pathlib.Path(options.bin).resolve()
    if not options.bin.exists():
        parser.error(f"no program at {options.bin}: swift build -c release")
    return options


def prepared(options, directory, name):
    """A started server; policies of six files in one of them, which let the request through and count it."""
    place = directory / name
    place.mkdir()
    server = bench.Server(options.bin, place)
    if name == "with":
        for file in SETS:
            server.command("apply", "-f", POLICIES / f"{file}.yaml")
        count = len(bench.json.loads(server.command("policy", "list", "--json"))["items"])
        print(f"{count} policies are in force")
    server.start()
    status = bench.answer(server, server.token_request())
    assert status.startswith(b"HTTP/1.1 200"), status
    return server


def measured(options, load, sides):
    rates = []
    for number in range(options.rounds + 1):
        pair = {}
        for server in sides if number % 2 else reversed(sides):
            request = server.directory / "request"
            request.write_text(server.token_request())
            cpu = server.cpu()
            done = subprocess.run(
                ["taskset", "-c", bench.LOAD_CORE, load, str(server.port), request, str(bench.CONNECTIONS),
                 str(options.seconds if number else 2), "0"], check=True, capture_output=True, text=True)
            result = bench.json.loads(done.stdout)
            if result["errors"] or result["lost"] or not result["count"]:
                raise SystemExit(f"the server did not answer as it should: {result}")
            pair[server] = result["rate"], (server.cpu() - cpu) / result["answered"] * 1e6
        # The first round warms up.
        if number:
            rates.append(tuple(pair[server] for server in sides))
    return rates


if __name__ == "__main__":
    main()
