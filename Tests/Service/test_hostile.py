"""Ten thousand hostile requests: each ends in the right refusal, and the next honest request is served by the same process."""

import collections
import json
import os
import pathlib
import threading
import time

from garbage import CLOSED, Generator
from service import INVENTORY
from wire import FORM, Closed, Connection, request, token_request

COUNT = int(os.environ.get("MANDATE_HOSTILE", 10_000))
SEED = int(os.environ.get("MANDATE_SEED", 20260101))
WORKERS = 4


class Honest:
    """A client on one kept connection that must always be served."""

    def __init__(self, service):
        self.port = service.port
        self.request = token_request(service.basic(), audience=INVENTORY)
        self.connection = Connection(self.port)

    def fetch(self):
        try:
            answer = self.connection.ask(self.request)
        except Closed:
            # The server may end a connection that was idle; never a new one.
            self.connection = Connection(self.port)
            answer = self.connection.ask(self.request)
        assert answer.status == 200, answer


def outcome(port, garbage):
    """What became of one hostile input: its first status, and whether the connection was closed as it must be."""
    with Connection(port, timeout=12) as connection:
        connection.send(garbage.data)
        if garbage.finish:
            connection.finish_sending()
        try:
            status = connection.answer().status
        except Closed:
            return CLOSED, True
        except TimeoutError:
            return "no answer", False
        if not garbage.ends:
            return status, True
        while True:
            # What was pipelined behind a good request is refused too, then the server hangs up.
            try:
                later = connection.answer().status
            except Closed:
                return status, True
            except TimeoutError:
                return status, False
            if later not in (400, 405, 408, 414, 431, 501, 505):
                return f"{status} then {later}", False


def test_ten_thousand_hostile_requests(own_service):
    authorization, pid = own_service.basic(), own_service.pid
    inputs = list(enumerate(Generator(SEED, authorization).stream(COUNT)))
    wrong, seen, lock = [], collections.Counter(), threading.Lock()

    def work(worker):
        honest = Honest(own_service)
        for number, garbage in inputs[worker::WORKERS]:
            try:
                status, closed = outcome(own_service.port, garbage)
                honest.fetch()
            except Exception as error:
                status, closed = f"honest client: {error!r}", False
            with lock:
                seen[garbage.family, status] += 1
                if status not in garbage.expected or not closed:
                    wrong.append((number, garbage.family, status, "closed" if closed else "left open", garbage.data[:120]))
                if len(wrong) > 40:
                    return

    workers = [threading.Thread(target=work, args=(n,)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong, f"seed {SEED}, {len(wrong)} wrong:\n" + "\n".join(map(str, wrong[:40]))
    assert sum(seen.values()) == COUNT
    assert own_service.process.poll() is None and own_service.pid == pid
    assert own_service.is_ready()
    wait_for(lambda: connections(own_service) < 10)


def test_slow_senders_are_cut_off_and_hold_up_nobody(own_service):
    """Slow heads, slow bodies and slow readers: a request has 10 s from its first byte, whatever it does in them."""
    head = request("POST", "/oauth/token", [
        ("Content-Type", FORM), ("Authorization", own_service.basic()), ("Content-Length", 1000)], length=False)
    starts = [b"GET /healthz HTTP/1.1\r\n", b"P", head, head + b"grant_type=", head[:40]]
    slow = [Connection(own_service.port, timeout=1) for _ in range(200)]
    for number, connection in enumerate(slow):
        connection.send(starts[number % len(starts)])
    begin = time.monotonic()
    honest = Honest(own_service)
    open_still, worst = set(range(200)), 0.0
    while open_still and time.monotonic() - begin < 20:
        for number in list(open_still):
            connection = slow[number]
            if connection.is_closed(within=0):
                open_still.discard(number)
            else:
                connection.send(b"X" if number % len(starts) in (2, 3) else b"X-A: b\r\n" if number % len(starts) == 0 else b"A")
        asked = time.monotonic()
        honest.fetch()
        worst = max(worst, time.monotonic() - asked)
        time.sleep(0.5)
    took = time.monotonic() - begin
    for connection in slow:
        connection.socket.close()
    assert not open_still, f"{len(open_still)} slow connections were still open after {took:.0f} s"
    assert took < 14 and worst < 1, (took, worst)


def test_a_client_that_reads_nothing_is_cut_off(own_service):
    """It asks for far more than any buffer holds and never reads; the server must not keep the answers for it."""
    before, honest = own_service.resident(), Honest(own_service)
    deaf = Connection(own_service.port, timeout=1)
    flood = request("GET", "/.well-known/openid-configuration") * 200
    try:
        for _ in range(200):
            deaf.socket.sendall(flood)
    except OSError:
        pass
    honest.fetch()
    assert own_service.resident() - before < 32 << 20
    wait_for(lambda: connections(own_service) <= 1, within=20)
    deaf.socket.close()


def test_refusals_repeat_nothing_that_was_sent(service):
    """A refusal says what is wrong in fixed words; what it quotes is a value of the caller's own, never markup or a secret."""
    for scope in ("<script>alert(1)</script>", "a:b\r\nX-Injected: 1", '"},{"', "\\", "mnd_" + "A" * 43):
        answer = service.post({"grant_type": "client_credentials", "audience": INVENTORY, "scope": scope})
        assert answer.status_code == 400 and "X-Injected" not in answer.headers
        assert answer.headers["Content-Type"].split(";")[0] == "application/json"
        assert json.loads(answer.text)["error"] == "invalid_scope"


def connections(service):
    """How many TCP connections the server holds open."""
    state = "01"
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(1 for line in lines if (fields := line.split())[1].endswith(f":{service.port:04X}") and fields[3] == state)


def wait_for(condition, within=15):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)
