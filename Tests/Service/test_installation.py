"""One installation is one database, one socket, one issuer; another one cannot get in between."""

import os
import socket
import time

from service import READER
from wire import Connection


def test_another_name_for_the_database_leads_to_the_same_lock(own_service, new_service):
    other = new_service()
    (other.directory / "mandate.db").unlink()
    (other.directory / "mandate.db").symlink_to(own_service.directory / "mandate.db")
    done = other.command("serve", status=1)
    assert "already running" in done.stderr, done.stderr


def test_a_second_hard_link_to_the_database_is_refused(new_service):
    service = new_service()
    os.link(service.directory / "mandate.db", service.directory / "other.db")
    assert "second name" in service.command("serve", status=1).stderr


def test_a_database_that_others_can_read_is_refused(new_service):
    service = new_service()
    (service.directory / "mandate.db").chmod(0o644)
    assert "chmod 600" in service.command("serve", status=1).stderr


def test_the_socket_of_a_running_server_is_not_taken_over(own_service, new_service):
    other = new_service()
    done = other.command(
        "serve", status=1, environment={"MANDATE_SOCKET": str(own_service.directory / "mandate.sock")})
    assert "another server" in done.stderr, done.stderr
    own_service.command("agent", "suspend", READER)
    assert own_service.post({"grant_type": "client_credentials"}, READER).status_code == 401


def test_a_wrong_issuer_in_a_reading_command_changes_nothing(new_service):
    service = new_service()
    before = service.ledger()
    shown = service.command("agent", "list", environment={"MANDATE_ISSUER": "http://evil.example"})
    assert READER in shown.stdout
    assert service.ledger() == before


def test_a_changed_issuer_is_on_record_when_the_server_starts_with_it(new_service):
    service = new_service()
    service.environment["MANDATE_ISSUER"] = f"http://localhost:{service.port}"
    service.start()
    events = [record["event"] for record in service.ledger()]
    assert events[-2:] == ["server.issuer_changed", "server.started"]


def test_a_lost_key_stops_the_start_and_locks_nobody_out(new_service):
    service = new_service()
    [kid] = [key["kid"] for key in service.json("keys", "list")["items"]]
    (service.directory / "keys" / f"{kid}.pem").unlink()
    assert kid in service.command("serve", status=1).stderr
    service.command("keys", "revoke", kid)
    service.command("keys", "rotate")
    service.start()
    assert service.token()["access_token"]


def test_connections_above_the_limit_do_not_wear_it_out(new_service):
    service = new_service(environment={"MANDATE_LIMITS_CONNECTIONS": "8", "MANDATE_LOOPS": "1"})
    service.start()

    def refused(count):
        opened = [socket.create_connection(("127.0.0.1", service.port), timeout=5) for _ in range(count)]
        for one in opened:
            try:
                one.sendall(b"GET /healthz HT")
            except OSError:
                pass
        time.sleep(0.5)
        closed = 0
        for one in opened:
            one.settimeout(0.05)
            try:
                closed += one.recv(1) == b""
            except TimeoutError:
                pass
            except OSError:
                closed += 1
            one.close()
        return closed

    assert refused(60) >= 50
    time.sleep(0.5)
    assert refused(60) >= 50
    with Connection(service.port) as connection:
        assert connection.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200
