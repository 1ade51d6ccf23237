"""SIGTERM: what is in flight is finished, nothing is cut, the exit status is 0."""

import json
import signal
import socket
import threading
import time

from load import Load
from service import unpacked
from wire import Connection, token_request


def test_a_stop_under_load_cuts_no_answer_and_loses_no_record(own_service):
    with Load(own_service, threads=4, depth=4) as load:
        time.sleep(1)
        own_service.stop()
    received = set(load.received)
    assert len(received) > 100
    recorded = {record["jti"] for record in own_service.ledger() if record["event"] == "token.issued"}
    assert received <= recorded
    assert own_service.ledger()[-1]["event"] == "server.stopped"
    assert own_service.command("ledger", "verify").stdout.startswith("ok")


def test_a_start_that_fails_and_a_stop_always_end(new_service):
    """Many times, because what stood still was two threads that met in the runtime's locks, once in thirty."""
    service = new_service()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service.environment["MANDATE_ADMIN_LISTEN"] = f"127.0.0.1:{taken.getsockname()[1]}"
        for _ in range(60):
            assert "cannot listen on" in service.command("serve", status=1).stderr
    service.environment["MANDATE_ADMIN_LISTEN"] = "127.0.0.1:0"
    for _ in range(20):
        service.start()
        service.stop()


def test_an_idle_connection_does_not_hold_up_the_stop(own_service):
    with Connection(own_service.port) as idle:
        assert idle.ask(token_request(own_service.basic(), audience="cloud-inventory-api")).status == 200
        begin = time.monotonic()
        own_service.process.send_signal(signal.SIGTERM)
        assert own_service.process.wait(10) == 0
        own_service.process = None
        assert time.monotonic() - begin < 2


def test_a_half_sent_request_does_not_hold_up_the_stop_for_long(own_service):
    with Connection(own_service.port) as slow:
        slow.send(b"POST /oauth/token HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        begin = time.monotonic()
        own_service.stop()
        assert time.monotonic() - begin < 7


class Conversation(threading.Thread):
    """Sends requests as long as it is answered, and keeps every answer and what came of an unfinished one."""

    def __init__(self, port, text, depth, size, pause):
        super().__init__(daemon=True)
        self.port, self.text, self.depth, self.size, self.pause = port, text, depth, size, pause
        self.answers, self.rest = [], b""

    def run(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            try:
                while True:
                    wanted = len(self.answers) + self.depth
                    connection.sendall(self.text * self.depth)
                    while len(self.answers) < wanted:
                        data = connection.recv(self.size)
                        if not data:
                            return
                        self.rest += data
                        while self.take():
                            pass
                        time.sleep(self.pause)
            except ConnectionError:
                pass

    def take(self):
        """Moves a whole answer from what came in."""
        head, end, rest = self.rest.partition(b"\r\n\r\n")
        if not end:
            return False
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(rest) < length:
            return False
        self.answers.append((int(head.split(b" ", 2)[1]), rest[:length]))
        self.rest = rest[length:]
        return True


def test_a_stop_truncates_no_answer_not_even_a_slow_readers(own_service):
    text = token_request(own_service.basic(), audience="cloud-inventory-api")
    kinds = [(8, 65536, 0)] * 12 + [(8, 64, 0.002)] * 12 + [(1, 1, 0.001)] * 6
    clients = [Conversation(own_service.port, text, *kind) for kind in kinds]
    for client in clients:
        client.start()
    time.sleep(1)
    begin = time.monotonic()
    own_service.process.send_signal(signal.SIGTERM)
    assert own_service.process.wait(10) == 0
    took = time.monotonic() - begin
    own_service.process = None
    for client in clients:
        client.join(30)
    assert took < 6, took
    assert not [client.rest for client in clients if client.rest or client.is_alive()]
    every = [answer for client in clients for answer in client.answers]
    assert len(every) > 100 and {status for status, _ in every} <= {200, 503}, {status for status, _ in every}
    tokens = [json.loads(body)["access_token"] for status, body in every if status == 200]
    received = {json.loads(unpacked(token.split(".")[1]))["jti"] for token in tokens}
    assert received <= {record.get("jti") for record in own_service.ledger()}
    own_service.command("ledger", "verify")
