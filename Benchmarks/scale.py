#!/usr/bin/env python3
"""Compares tokens a second of an empty installation with those of one with many agents and records, in turns.

Example: Benchmarks/scale.py --agents 1000000 --records 10000000

Both servers run in one go on the same core, one asleep while the other is measured, in turns, because the machine's own speed
changes. Exits 1 when the full one has less than 0.85 of the empty one.
"""

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import bench
from fill_ledger import fill_ledger

BOUND = 0.85
SECRET = "mnd_" + "s" * 43


def main():
    options = arguments()
    load = bench.compiled()
    with tempfile.TemporaryDirectory(prefix="mandate-scale-", dir=options.directory) as directory:
        sides = [prepared(options, pathlib.Path(directory), name) for name in ("empty", "full")]
        try:
            rates = measured(options, load, sides)
        finally:
            for server in sides:
                server.stop()
    pairs = [full / empty for empty, full in rates]
    print(f"\n{'round':<8}{'empty':>12}{'full':>12}{'ratio':>9}")
    for number, (empty, full) in enumerate(rates, 1):
        print(f"{number:<8}{empty:>10,.0f}/s{full:>10,.0f}/s{full / empty:>9.2f}")
    ratio = statistics.median(pairs)
    print(f"{options.agents:,} agents and {options.records:,} records: {ratio:.2f} of the empty one "
          f"(must reach {BOUND}): {'ok' if ratio >= BOUND else 'MISSED'}")
    sys.exit(0 if ratio >= BOUND or options.report else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--active", type=int, default=1000, help="how many agents ask in turns (default 1000)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8, help="length of each measurement (default 8)")
    parser.add_argument("--report", action="store_true", help="exit 0 even when it misses")
    parser.add_argument("--directory", help="where the databases go: 10,000,000 records are 8 GB")
    parser.add_argument("--bin", default=os.environ.get("MANDATE_BIN", bench.ROOT / ".build/release/mandate"))
    options = parser.parse_args()
    options.bin = pathlib.Path(options.bin).resolve()
    if not options.bin.exists():
        parser.error(f"no program at {options.bin}: swift build -c release")
    return options


def prepared(options, directory, name):
    """A started server; the full one with its agents and records."""
    place = directory / name
    place.mkdir()
    server = bench.Server(options.bin, place)
    server.start()
    status = bench.answer(server, server.token_request())
    assert status.startswith(b"HTTP/1.1 200"), status
    server.stop()
    server.agents = [bench.AGENT]
    if name == "full":
        if options.agents:
            # Imported here, so that the ledger can be measured alone.
            from fill import fill_agents
            print(f"{options.agents:,} agents in {fill_agents(place / 'mandate.db', options.agents, secret=SECRET):.0f} s")
            choose = random.Random(1)
            server.agents = [f"filled-{choose.randrange(options.agents) // 100 * 100:07}" for _ in range(options.active)]
            server.secret = SECRET
        print(f"{options.records:,} records in {fill_ledger(place / 'mandate.db', options.records):.0f} s")
    begin = time.monotonic()
    server.start(within=900)
    print(f"{name}: first start to ready {time.monotonic() - begin:.1f} s; ", end="")
    server.stop()
    begin = time.monotonic()
    server.start()
    print(f"then {time.monotonic() - begin:.2f} s; {server.status('VmRSS'):.0f} MiB")
    return server


def measured(options, load, sides):
    rates = []
    for number in range(options.rounds + 1):
        pair = []
        for server in sides:
            request = server.directory / "request"
            request.write_text("".join(server.token_request(agent) for agent in server.agents))
            done = subprocess.run(
                ["taskset", "-c", bench.LOAD_CORE, load, str(server.port), request, str(bench.CONNECTIONS),
                 str(options.seconds if number else 2), "0"], check=True, capture_output=True, text=True)
            result = bench.json.loads(done.stdout)
            if result["errors"] or result["lost"] or not result["count"]:
                raise SystemExit(f"the server did not answer as it should: {result}")
            pair.append(result["rate"])
        # The first round warms up.
        if number:
            rates.append(tuple(pair))
    return rates


if __name__ == "__main__":
    main()
