"""Administration over the network: who is let in, how far, and that nobody can keep the others out."""

import json
import socket
import ssl
import subprocess
import threading
import time

import jwt
import pytest
import requests

from load import Load
from network_administration import ADMIN, DOOMED, OUTSIDER, READER_ONLY, AdministeredService
from service import INVENTORY, READER, Service, decoded, packed
from wire import Closed, Connection, request

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def administered(directory_of):
    service = AdministeredService(directory_of()).serve()
    yield service
    service.stop()


@pytest.fixture
def own_administered(directory_of):
    service = AdministeredService(directory_of()).serve()
    yield service
    service.stop()


def operations(service):
    """Every operation: method, a path that matches it, and the scopes of which one is enough."""
    document = service.ask("GET", "/openapi.json").json()
    fill = {"{id}": "x", "{n}": "1", "{hash}": "sha256:" + "0" * 64, "{kid}": "A" * 43,
            "{jti}": "01a1fce5-0ae6-7b22-93e3-8eb493d6bcf3"}
    for path, methods in document["paths"].items():
        for name, value in fill.items():
            path = path.replace(name, value)
        for method, operation in methods.items():
            if operation["security"]:
                yield method.upper(), path, [requirement["token"][0] for requirement in operation["security"]]


def is_refused(answer, status, error=None):
    assert answer.status_code == status, (answer.request.method, answer.url, answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == PROBLEM and answer.json()["status"] == status
    assert answer.headers["Cache-Control"] == "no-store"
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert challenge.startswith("Bearer ") and (f'error="{error}"' in challenge if error else "error" not in challenge)
    return True


# Who is let in

def test_every_route_wants_a_good_token_for_this_service_with_its_scope(own_administered):
    service = own_administered
    good = service.admin_token()
    revoked = service.admin_token()
    service.command("token", "revoke", decoded(revoked)[1]["jti"])
    suspended = service.admin_token(DOOMED)
    service.command("agent", "suspend", DOOMED)
    elsewhere = service.admin_token(audience="elsewhere", scope="registry:*")
    header, claims = decoded(good)
    outdated = f"{packed(header)}.{packed(claims | {'exp': 1})}.{good.split('.')[2]}"
    foreign = jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"typ": "at+jwt", "kid": header["kid"]})
    narrow = {scope: service.admin_token(scope=scope)
              for scope in ("registry:read", "registry:write", "approvals:decide", "ledger:read", "keys:rotate")}
    routes = list(operations(service))
    assert len(routes) > 30
    with requests.Session() as session:
        for method, path, scopes in routes:
            def ask(token=None, authorization=None):
                value = authorization or (f"Bearer {token}" if token else None)
                return session.request(
                    method, service.admin + path, timeout=20, headers={"Authorization": value} if value else {})
            assert is_refused(ask(), 401)
            assert is_refused(ask(authorization="Basic YWRtaW46eA=="), 401)
            for bad in (revoked, suspended, elsewhere, outdated, foreign, "x", good[:-4], good + "A"):
                assert is_refused(ask(bad), 401, "invalid_token")
            for other, token in narrow.items():
                if other not in scopes:
                    assert is_refused(ask(token), 403, "insufficient_scope")
        # Last, because it changes things: what the scope is enough for is done, or refused for another reason.
        for method, path, scope in ((method, path, scope) for method, path, scopes in routes for scope in scopes):
            answer = session.request(
                method, service.admin + path, timeout=20, headers={"Authorization": f"bearer {narrow[scope]}"})
            if path in ("/v1/backup", "/v1/ledger/archive"):
                assert answer.status_code == 403 and "host of the service only" in answer.json()["detail"]
            else:
                assert answer.status_code not in (401, 403, 500), (method, path, answer.text)


def test_an_expired_token_is_refused(own_administered):
    service = own_administered
    document = json.loads((service.directory / "administration.json").read_text())
    document["audiences"][0]["max_lifetime"] = "5s"
    (service.directory / "short.json").write_text(json.dumps(document))
    service.command("apply", "-f", service.directory / "short.json")
    token = service.admin_token()
    assert service.ask("GET", "/v1/status", token).status_code == 200
    time.sleep(max(0, decoded(token)[1]["exp"] - time.time()) + 0.1)
    assert is_refused(service.ask("GET", "/v1/status", token), 401, "invalid_token")


def test_a_delegation_token_does_not_administer(administered):
    answer = administered.post(
        {"grant_type": "client_credentials", "audience": administered.issuer, "scope": "registry:*",
         "requested_token_type": "urn:mandate:params:oauth:token-type:delegation", "task_id": "t-admin"}, ADMIN)
    if answer.status_code == 200:
        assert is_refused(administered.ask("GET", "/v1/status", answer.json()["access_token"]), 401, "invalid_token")


def test_several_credentials_are_refused(administered):
    with Connection(administered.admin_port) as connection:
        header = ("Authorization", f"Bearer {administered.admin_token()}")
        answer = connection.ask(request("GET", "/v1/status", [header, header]))
        assert answer.status == 400 and b"several" in answer.body


def test_a_token_on_the_socket_is_not_looked_at(administered):
    status, _, body = administered.over_socket("GET", "/v1/status", headers={"Authorization": "Bearer nonsense"})
    assert status == 200 and json.loads(body)["status"] == "ok"


def test_what_an_agent_does_is_recorded_under_its_name(administered):
    token = administered.admin_token()
    administered.ask("PUT", "/v1/agents/agent-blinking", token, json={
        "type": "test-reader", "owner": "carol@company.com"})
    answer = administered.ask("POST", "/v1/agents/agent-blinking/suspend", token, json={"reason": "a test"})
    assert answer.status_code == 200, answer.text
    assert administered.post({"grant_type": "client_credentials"}, "agent-bare").status_code == 200
    suspended = [r for r in administered.ledger() if r["event"] == "agent.suspended"][-1]
    assert suspended["by"] == f"agent:{ADMIN}" and suspended["change"]["reason"] == "a test"


def test_an_administrator_that_suspends_itself_is_out(own_administered):
    service = own_administered
    token = service.admin_token()
    assert service.ask("POST", f"/v1/agents/{ADMIN}/suspend", token).status_code == 200
    assert is_refused(service.ask("POST", f"/v1/agents/{ADMIN}/resume", token), 401, "invalid_token")


def test_nothing_of_a_suspended_administrator_is_committed_after_its_suspension(own_administered):
    """While it changes things without pause it is suspended: in the ledger nothing of it follows."""
    service = own_administered
    token, stop = service.admin_token(DOOMED), threading.Event()
    seen = []

    def work(number):
        count = 0
        with requests.Session() as session:
            while not stop.is_set():
                count += 1
                answer = session.post(
                    f"{service.admin}/v1/tasks", json={"id": f"race-{number}-{count}"}, timeout=20,
                    headers={"Authorization": f"Bearer {token}"})
                seen.append(answer.status_code)
                if answer.status_code == 401:
                    return

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    time.sleep(0.5)
    service.command("agent", "suspend", DOOMED)
    for worker in workers:
        worker.join(20)
    stop.set()
    assert set(seen) <= {201, 401, 503} and 201 in seen and seen.count(401) == 4
    events = [(r["event"], r.get("by")) for r in service.ledger()]
    suspension = events.index(("agent.suspended", "operator"))
    assert ("task.created", f"agent:{DOOMED}") in events[:suspension]
    assert f"agent:{DOOMED}" not in [by for _, by in events[suspension:]]


# TLS

def make_certificates(directory):
    """A server certificate, a client authority, a client of it, and a client of nobody."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=directory)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for name in ("tls", "ca", "stranger"):
        openssl("req", "-x509", *key, "-days", "2", "-subj", f"/CN={name}",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    openssl("req", *key, "-subj", "/CN=client", "-keyout", "client.key", "-out", "client.csr")
    openssl("x509", "-req", "-in", "client.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", "client.pem")


def test_tls_and_client_certificates(directory_of):
    directory = directory_of()
    make_certificates(directory)
    service = AdministeredService(directory)
    service.scheme, service.url = "https", f"https://127.0.0.1:{service.port}"
    service.environment |= {
        "MANDATE_TLS_CERTIFICATE": "tls.pem", "MANDATE_TLS_KEY": "tls.key", "MANDATE_TLS_CLIENT_CA": "ca.pem"}
    service.launch()
    try:
        assert service.announced.wait(10), service.output
        assert service.said("administration on https://")
        port = int(service.environment["MANDATE_ADMIN_LISTEN"].split(":")[1])
        url = f"https://127.0.0.1:{port}/v1/status"
        trust = directory / "tls.pem"
        secret = service.secret(ADMIN)
        # The public listener asks for no certificate.
        token = requests.post(
            f"{service.url}/oauth/token", auth=(ADMIN, secret), verify=trust, timeout=10,
            data={"grant_type": "client_credentials", "audience": service.issuer, "scope": "registry:read"},
        ).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}

        def ask(name=None, headers=bearer):
            pair = (directory / f"{name}.pem", directory / f"{name}.key") if name else None
            return requests.get(url, headers=headers, verify=trust, timeout=10, cert=pair)

        assert ask("client").status_code == 200
        assert ask("client", {}).status_code == 401, "a certificate alone is not enough"
        for name in (None, "stranger"):
            with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
                ask(name)
        with socket.create_connection(("127.0.0.1", port), timeout=15) as plain:
            plain.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP/")
    finally:
        service.stop()


@pytest.mark.parametrize("environment, sentence", [
    ({"MANDATE_ADMIN_LISTEN": "0.0.0.0:0"}, "has no TLS"),
    ({"MANDATE_ADMIN_LISTEN": "127.0.0.1:0", "MANDATE_TLS_CLIENT_CA": "ca.pem"}, "needs TLS"),
    ({"MANDATE_TLS_CLIENT_CA": "ca.pem"}, "admin.listen"),
    ({"MANDATE_ADMIN_LISTEN": "nonsense"}, "not accepted"),
])
def test_what_would_be_unsafe_does_not_start(new_service, environment, sentence):
    refused = new_service().command("serve", status=1, environment=environment)
    assert sentence in refused.stderr, refused.stderr


def test_an_address_that_is_taken_is_a_refusal_to_start(new_service):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = new_service().command("serve", status=1, environment={"MANDATE_ADMIN_LISTEN": address})
    assert "cannot listen on" in refused.stderr and address in refused.stderr


def test_a_client_authority_that_is_no_certificate_is_a_refusal_to_start(new_service):
    service = new_service()
    make_certificates(service.directory)
    (service.directory / "empty.pem").write_text("")
    refused = service.command("serve", status=1, environment={
        "MANDATE_ADMIN_LISTEN": "127.0.0.1:0", "MANDATE_TLS_CERTIFICATE": "tls.pem", "MANDATE_TLS_KEY": "tls.key",
        "MANDATE_TLS_CLIENT_CA": "empty.pem"})
    assert "empty.pem" in refused.stderr


# Lists

def test_a_cursor_cannot_be_forged_or_carried_elsewhere(administered):
    token = administered.admin_token()
    first = administered.ask("GET", "/v1/agents?limit=2", token).json()
    second = administered.ask("GET", f"/v1/agents?limit=3&after={first['next']}", token).json()
    everyone = administered.ask("GET", "/v1/agents?limit=1000", token).json()["items"]
    assert [a["id"] for a in first["items"] + second["items"]] == [a["id"] for a in everyone[:5]]
    cursor = first["next"]
    forged = [cursor[:-1], cursor[1:], cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "B" + cursor[1:],
              first["items"][-1]["id"], packed(first["items"][-1]["id"].encode()), ""]
    targets = [f"/v1/agents?after={text}" for text in forged]
    targets += [f"/v1/agents?owner=alice%40company.com&after={cursor}", f"/v1/tasks?after={cursor}",
                f"/v1/audiences?after={cursor}", f"/v1/issuers?after={cursor}", f"/v1/agent-types?after={cursor}"]
    for target in targets:
        answer = administered.ask("GET", target, token)
        assert answer.status_code == 400 and answer.json()["field"] == "after", (target, answer.text)


def test_a_cursor_is_of_one_database(administered, new_service, directory_of):
    other = AdministeredService(directory_of()).serve()
    try:
        cursor = administered.ask("GET", "/v1/agents?limit=1", administered.admin_token()).json()["next"]
        assert other.ask("GET", f"/v1/agents?after={cursor}", other.admin_token()).status_code == 400
    finally:
        other.stop()


# Registration (RFC 7591)

def test_a_client_registers_another_which_gets_a_token(administered):
    answer = administered.ask("POST", "/v1/register", administered.admin_token(), json={
        "client_name": "Night report", "grant_types": ["client_credentials"], "scope": "ec2:DescribeInstances",
        "type": "test-reader", "owner": "carol@company.com"})
    assert answer.status_code == 201, answer.text
    client = answer.json()
    assert client["client_secret_expires_at"] == 0 and abs(client["client_id_issued_at"] - time.time()) < 60
    token = requests.post(
        f"{administered.url}/oauth/token", timeout=10, auth=(client["client_id"], client["client_secret"]),
        data={"grant_type": "client_credentials", "audience": INVENTORY, "scope": "ec2:DescribeInstances"})
    assert token.status_code == 200, token.text
    shown = administered.ask("GET", answer.headers["Location"], administered.admin_token()).json()
    assert shown["owner"] == "carol@company.com" and "client_secret" not in json.dumps(shown).replace(
        '"kind": "client_secret"', "")


def test_registration_without_an_owner_is_refused_in_the_words_of_the_rfc(administered):
    answer = administered.ask(
        "POST", "/v1/register", administered.admin_token(), json={"type": "test-reader"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client_metadata" and "owner" in answer.json()["error_description"]


# HTTP

def test_methods_and_errors_are_problem_documents(administered):
    token = administered.admin_token()
    for method in ("DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        answer = administered.ask(method, "/v1/agents", token)
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, POST"
        assert answer.headers["Content-Type"] == PROBLEM
    got, head = (administered.ask(method, "/v1/agents?limit=3", token) for method in ("GET", "HEAD"))
    assert head.status_code == 200 and head.content == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.content))
    assert administered.ask("HEAD", "/v1/keys/rotate", token).status_code == 405


@pytest.mark.parametrize("data, status", [
    (b"nonsense\r\n\r\n", 400),
    (b"GET /v1/status HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", 400),
    (b"GET /v1/status HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 40_000 + b"\r\n\r\n", 400),
    (b"GET /v1/status HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 100 + b"\r\n", 400),
    (b"POST /v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    (b"\x00\x01\x02\x03\r\n\r\n", 400),
])
def test_bad_framing_is_answered_and_ends_the_connection(administered, data, status):
    with Connection(administered.admin_port) as connection:
        connection.send(data)
        answer = connection.answer()
        assert answer.status == status and answer.headers["content-type"] == PROBLEM
        assert answer.headers["cache-control"] == "no-store"
        assert connection.is_closed()


def test_a_broken_chunk_is_answered(administered):
    bearer = ("Authorization", f"Bearer {administered.admin_token()}")
    with Connection(administered.admin_port) as connection:
        connection.send(request("POST", "/v1/tasks", [bearer, ("Transfer-Encoding", "chunked")], length=False)
                        + b"zz\r\n")
        assert connection.answer().status == 400
        assert connection.is_closed()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(administered):
    bearer = ("Authorization", f"Bearer {administered.admin_token()}")
    with Connection(administered.admin_port) as connection:
        connection.send(request("POST", "/v1/tasks", [bearer, ("Content-Length", str(2 << 20))], length=False))
        answer = connection.answer()
        assert answer.status == 413 and answer.headers["content-type"] == PROBLEM


def test_slow_requests_are_ended(administered):
    """Slow header fields, a slow body, and nothing at all: none is kept longer than its time."""
    bearer = ("Authorization", f"Bearer {administered.admin_token()}")
    beginnings = {
        "header": b"GET /v1/status HTTP/1.1\r\nHost: x\r\n",
        "body": request("POST", "/v1/tasks", [bearer, ("Content-Length", "1000")], length=False),
        "nothing": b""}
    connections = {name: Connection(administered.admin_port, timeout=20) for name in beginnings}
    begin = time.monotonic()
    for name, data in beginnings.items():
        connections[name].send(data)
    for _ in range(8):
        time.sleep(1)
        connections["header"].send(b"X-A: b\r\n")
        connections["body"].send(b" ")
    for name, connection in connections.items():
        try:
            assert name != "nothing" and connection.answer().status == 408, name
        except (Closed, AssertionError):
            assert name == "nothing"
        assert connection.is_closed(within=10), name
        connection.__exit__()
    assert 8 < time.monotonic() - begin < 14


# Nobody keeps the others out

def test_a_stuck_administration_stops_neither_issuance_nor_the_socket_nor_other_administrators(own_administered):
    service = own_administered
    bearer = ("Authorization", f"Bearer {service.admin_token()}")
    slow = request("POST", "/v1/registry", [bearer, ("Content-Length", str(15 << 20))], length=False)
    stuck = []
    try:
        with Load(service, threads=2, agent=READER, depth=4, accept=(200,)):
            for number in range(300):
                connection = socket.create_connection(("127.0.0.1", service.admin_port), timeout=10)
                stuck.append(connection)
                connection.sendall(slow if number % 20 == 0 else b"GET /v1/agents HTTP/1.1\r\nHost: x\r\nX: ")
            for number in range(3):
                begin = time.monotonic()
                status, _, body = service.over_socket("POST", "/v1/agents/agent-bare/suspend", b"{}")
                assert status == 200, body
                assert service.over_socket("POST", "/v1/agents/agent-bare/resume", b"{}")[0] == 200
                assert time.monotonic() - begin < 1
                begin = time.monotonic()
                assert service.post({"grant_type": "client_credentials", "audience": INVENTORY}).status_code == 200
                assert time.monotonic() - begin < 1
            # A new connection goes before those that wait longest for their clients.
            answer = service.ask("GET", "/v1/status", bearer[1].split()[1])
            assert answer.status_code == 200 or answer.status_code == 503 and answer.headers["Retry-After"]
    finally:
        for connection in stuck:
            connection.close()
    assert service.resident() < 256 << 20


def test_more_bodies_than_there_is_room_for_are_told_to_come_again(own_administered):
    service = own_administered
    bearer = ("Authorization", f"Bearer {service.admin_token()}")
    slow = request("POST", "/v1/registry", [bearer, ("Content-Length", str(15 << 20))], length=False)
    held = [Connection(service.admin_port) for _ in range(3)]
    try:
        for connection in held:
            connection.send(slow)
        time.sleep(0.5)
        with Connection(service.admin_port) as connection:
            connection.send(slow)
            answer = connection.answer()
            assert answer.status == 503 and answer.headers["retry-after"] == "1"
            assert answer.headers["content-type"] == PROBLEM
        assert service.over_socket("GET", "/v1/status")[0] == 200
    finally:
        for connection in held:
            connection.__exit__()
