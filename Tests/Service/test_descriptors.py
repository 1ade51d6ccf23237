"""Few file descriptors, and none: who is connected is served, who comes waits or is told, operators get through."""

import pathlib
import resource
import time

import pytest

from delegation import SocketConnection
from service import READER
from wire import Closed, Connection, token_request


@pytest.fixture
def small_service(new_service):
    service = new_service(environment={"MANDATE_LOOPS": "1"})
    service.descriptors = 200
    service.start()
    return service


def admin(service, connection=None):
    return (connection or SocketConnection(service.directory / "mandate.sock")).ask("GET", f"/v1/agents/{READER}")[0]


def served(service):
    """Whether a new connection gets a token, and how soon."""
    begin = time.monotonic()
    with Connection(service.port, timeout=5) as connection:
        status = connection.ask(token_request(service.basic(), audience="cloud-inventory-api")).status
    return status, time.monotonic() - begin


def test_idle_connections_make_way(small_service):
    idle = [Connection(small_service.port) for _ in range(300)]
    status, took = served(small_service)
    assert status == 200 and took < 1
    assert admin(small_service) == 200
    assert idle[0].is_closed() and not idle[-1].is_closed(within=0.1)
    for one in idle:
        one.socket.close()


def test_busy_connections_are_not_thrown_out(small_service):
    kept = Connection(small_service.port)
    busy = [Connection(small_service.port) for _ in range(80)]
    for one in busy:
        one.send(b"POST /oauth/token HTTP/1.1\r\nHost: x\r\n")
    time.sleep(0.5)
    assert sum(one.is_closed(within=0) for one in busy) >= 8, "more than there are descriptors for"
    with pytest.raises((Closed, ConnectionError)):
        served(small_service)
        served(small_service)
    assert small_service.json("agent", "show", READER)["id"] == READER
    assert small_service.command("agent", "suspend", READER, "--reason", "few descriptors").returncode == 0
    small_service.command("agent", "resume", READER)
    for one in busy:
        one.socket.close()
    kept.socket.close()
    time.sleep(0.3)
    assert served(small_service)[0] == 200


def test_without_any_descriptor_new_connections_wait(own_service):
    kept, operator = Connection(own_service.port), SocketConnection(own_service.directory / "mandate.sock")
    text = token_request(own_service.basic(), audience="cloud-inventory-api")
    assert kept.ask(text).status == 200 and admin(own_service, operator) == 200
    hard = resource.prlimit(own_service.pid, resource.RLIMIT_NOFILE)[1]
    used = max(int(one.name) for one in pathlib.Path(f"/proc/{own_service.pid}/fd").iterdir()) + 1
    resource.prlimit(own_service.pid, resource.RLIMIT_NOFILE, (used, hard))
    try:
        waiting = [Connection(own_service.port) for _ in range(5)]
        late = SocketConnection(own_service.directory / "mandate.sock")
        late.connect()
        for one in waiting:
            one.send(text)
        begin, cpu = time.monotonic(), own_service.cpu()
        while time.monotonic() - begin < 1.5:
            assert kept.ask(text).status == 200
            assert operator.ask("POST", f"/v1/agents/{READER}/resume", {"reason": "x"})[0] in (200, 409)
            time.sleep(0.1)
        assert own_service.cpu() - cpu < 1.0, "it spins"
    finally:
        resource.prlimit(own_service.pid, resource.RLIMIT_NOFILE, (hard, hard))
    assert all(one.answer().status == 200 for one in waiting)
    assert admin(own_service, late) == admin(own_service) == 200 and own_service.is_ready()
