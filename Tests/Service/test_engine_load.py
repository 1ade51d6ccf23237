"""Load with an engine that answers in 0.4 ms, and with one that is dead; `make bench-engines` measures the same for longer."""

import json
import subprocess
import sys
import threading
import time

import pytest

from engine import HAND, LATEST, OUTSIDE, READ, SILENCE, VAULT, AskingService, ScriptedEngine
from load import Load
from service import ROOT, free_port
from wire import Connection, token_request

pytestmark = pytest.mark.alone

SECONDS = 3
PACE = 0.02


def p99(latencies):
    return sorted(latencies)[len(latencies) * 99 // 100]


class Compiled:
    """The engine of the benchmark."""

    def __init__(self, directory, microseconds):
        program = directory / "engine"
        subprocess.run(["cc", "-O2", "-o", program, ROOT / "Benchmarks/engine.c"], check=True)
        self.port = free_port()
        self.process = subprocess.Popen(
            [program, str(self.port), str(microseconds)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert int(self.process.stdout.readline()) == self.port
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.kill()
        self.process.wait(5)
        self.process.stdout.close()


def test_many_tokens_that_an_engine_is_asked_about(directory_of):
    directory = directory_of()
    engine = Compiled(directory, 400)
    service = AskingService(directory, engine.url).serve()
    try:
        load = Load(service, threads=4, agent=HAND, pace=PACE)
        load.request = token_request(service.basic(HAND), audience=VAULT, scope=READ)
        with load:
            time.sleep(SECONDS)
        assert not load.failures and len(load.received) == len(load.latencies) > 100
        print(f"{len(load.received) / SECONDS:.0f}/s, p99 {p99(load.latencies) * 1e3:.1f} ms")
        assert p99(load.latencies) < 0.25
    finally:
        service.stop()
        engine.stop()
    allowed = [one for one in service.ledger() if one["event"] == "token.issued" and one["audience"] == VAULT]
    assert len(allowed) >= len(load.received) and {one["rule"] for one in allowed} == {"opa"}


class Doomed(threading.Thread):
    """Asks for what a dead engine would have to allow, on one connection, and remembers how long each refusal took."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.seconds, self.answers, self.goes_on = service, [], set(), True
        self.request = token_request(service.basic(HAND), audience=VAULT, scope=READ)

    def run(self):
        with Connection(self.service.port) as connection:
            while self.goes_on:
                begin = time.monotonic()
                answer = connection.ask(self.request)
                self.seconds.append(time.monotonic() - begin)
                self.answers.add((answer.status, json.loads(answer.body)["reason"], answer.headers.get("retry-after")))
                time.sleep(PACE)


@pytest.mark.parametrize("death", ["nothing listens", "never answers"])
def test_a_dead_engine_is_nobody_elses_trouble(directory_of, death):
    """Others wait no longer than usual, beside 10 connections that are refused at once, or 300 that wait for an engine: more than
    a loop has room for."""
    engine = ScriptedEngine(SILENCE)
    service = AskingService(directory_of(), engine.url, environment={"MANDATE_LOOPS": "1"}).serve()
    try:
        if death == "nothing listens":
            engine.stop()
        count = 10 if death == "nothing listens" else 300
        usual, beside = others(service), None
        doomed = [Doomed(service) for _ in range(count)]
        for one in doomed:
            one.start()
        time.sleep(0.3)
        beside = others(service)
        for one in doomed:
            one.goes_on = False
        for one in doomed:
            one.join(10)
        seconds = [second for one in doomed for second in one.seconds]
        said = set().union(*(one.answers for one in doomed))
        # One client has 256 places in a loop's queue for the engine.
        assert {(503, "policy_engine_unavailable", "1")} <= said <= {
            (503, "policy_engine_unavailable", "1"), (503, "overloaded", "1")}
        print(f"{death}: others' p99 {usual * 1e3:.1f} ms usually, {beside * 1e3:.1f} ms beside {len(seconds)} refusals, "
              f"of which the median took {sorted(seconds)[len(seconds) // 2] * 1e3:.0f} ms and p99 {p99(seconds) * 1e3:.0f} ms")
        assert sorted(seconds)[len(seconds) // 2] <= LATEST
        # A thread of Python that waits for its turn among 300 takes longer than the server.
        assert beside <= 3 * usual + 0.1
    finally:
        service.stop()
        engine.stop()


OTHERS = """
import sys, time
sys.path.insert(0, sys.argv[1])
from wire import Connection
port, request = int(sys.argv[2]), open(sys.argv[3], "rb").read()
end, found = time.monotonic() + float(sys.argv[4]), []
with Connection(port) as connection:
    while time.monotonic() < end:
        begin = time.monotonic()
        answer = connection.ask(request)
        found.append(time.monotonic() - begin)
        assert answer.status == 200, answer
        time.sleep(0.005)
print(sorted(found)[len(found) * 99 // 100])
"""


def others(service):
    """p99 of tokens for an audience that no engine is asked about, measured by a process of its own; all are issued."""
    file = service.directory / "others"
    file.write_bytes(token_request(service.basic(HAND), audience=OUTSIDE, scope=READ))
    done = subprocess.run(
        [sys.executable, "-c", OTHERS, str(ROOT / "Tests/Service"), str(service.port), str(file), str(SECONDS)],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)
