"""SIGTERM: what is in flight is finished, nothing is cut, the exit status is 0."""

import signal
import time

from load import Load
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
