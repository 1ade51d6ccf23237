"""The public listener as HTTP: methods, sizes, content types, JSON bodies, the documents it serves."""

import gzip
import json
import socket

import pytest
import requests
from joserfc.jwk import ECKey

from service import INVENTORY, READER
from wire import FORM, Connection, request, token_request

DOCUMENTS = ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
PLAIN = [*DOCUMENTS, "/healthz", "/readyz"]


@pytest.fixture
def connection(service):
    with Connection(service.port) as one:
        yield one


def send(connection, service, body, content_type=FORM, **headers):
    fields = [("Authorization", service.basic()), *[(k.replace("_", "-"), v) for k, v in headers.items()]]
    if content_type is not None:
        fields.append(("Content-Type", content_type))
    return connection.ask(request("POST", "/oauth/token", fields, body))


# Methods and paths

@pytest.mark.parametrize("path, method, allow", [
    *[("/oauth/token", method, {"POST"}) for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")],
    *[(path, "POST", {"GET", "HEAD"}) for path in PLAIN], *[(path, "DELETE", {"GET", "HEAD"}) for path in PLAIN],
    ("/oauth/authorize", "PUT", {"GET", "HEAD"})])
def test_another_method_is_405_and_says_which_are_allowed(connection, path, method, allow):
    answer = connection.ask(request(method, path), head=method == "HEAD")
    assert answer.status == 405
    assert {one.strip() for one in answer.headers["allow"].split(",")} == allow
    if method != "HEAD":
        assert json.loads(answer.body)["error"] == "invalid_request"


@pytest.mark.parametrize("path", PLAIN)
def test_head_is_get_without_the_body(connection, path):
    get, head = connection.ask(request("GET", path)), connection.ask(request("HEAD", path), head=True)
    assert get.status == head.status == 200
    assert get.headers["content-length"] == head.headers["content-length"]
    assert connection.ask(request("GET", path)).body == get.body


@pytest.mark.parametrize("path", ["/", "/nothing", "/v1/agents", "/oauth/token/", "/OAUTH/token", "/metrics"])
def test_what_is_not_there_is_404(connection, path):
    assert connection.ask(request("GET", path)).status == 404


def test_host_never_influences_an_answer(service, connection):
    evil = b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n"
    assert b"evil" not in connection.ask(evil).body
    assert connection.ask(evil).body == connection.ask(request("GET", DOCUMENTS[1])).body


@pytest.mark.parametrize("count", [1, 16, 17, 100])
def test_who_sends_no_more_still_gets_every_answer(service, count):
    with Connection(service.port) as one:
        one.send(request("GET", "/.well-known/jwks.json") * count)
        one.socket.shutdown(socket.SHUT_WR)
        assert [one.answer().status for _ in range(count)] == [200] * count
        assert one.is_closed()


def test_pipelined_requests_are_answered_in_order(service, connection):
    scopes = [f"ec2:Describe{n}" for n in range(50)]
    connection.send(b"".join(token_request(service.basic(), scope=scope, audience=INVENTORY) for scope in scopes))
    assert [json.loads(connection.answer().body)["scope"] for _ in scopes] == scopes


def test_a_client_that_has_said_all_it_has_to_say_still_gets_its_answer(service, connection):
    connection.send(token_request(service.basic(), audience=INVENTORY))
    connection.finish_sending()
    assert connection.answer().status == 200


# Sizes

def test_a_body_of_64_kib_is_read_and_one_byte_more_is_413(service, connection):
    start = f"grant_type=client_credentials&audience={INVENTORY}&x=".encode()
    assert send(connection, service, start + b"y" * (65536 - len(start))).status == 200
    answer = send(connection, service, start + b"y" * (65537 - len(start)))
    assert (answer.status, json.loads(answer.body)["error"]) == (413, "invalid_request")


def test_a_chunked_body_is_read_and_limited(service):
    fields = [("Authorization", service.basic()), ("Content-Type", FORM), ("Transfer-Encoding", "chunked")]
    head = request("POST", "/oauth/token", fields, length=False)
    with Connection(service.port) as one:
        assert one.ask(head + b"1d\r\ngrant_type=client_credentials\r\n0\r\n\r\n").status == 200
    with Connection(service.port) as one:
        assert one.ask(head + b"10001\r\n" + b"x" * 0x10001 + b"\r\n0\r\n\r\n").status == 413


def test_a_request_line_too_long_is_414(connection):
    assert connection.ask(request("GET", "/healthz?" + "x" * 4096)).status == 414


@pytest.mark.parametrize("headers", [
    [(f"X-{n}", "1") for n in range(65)], [("X-Long", "y" * 16_400)], [(f"X-{n}", "y" * 600) for n in range(30)]],
    ids=["65 fields", "one long", "many"])
def test_headers_too_large_are_431(connection, headers):
    answer = connection.ask(request("GET", "/healthz", headers))
    assert (answer.status, json.loads(answer.body)["error"]) == (431, "invalid_request")


# Content types and JSON

@pytest.mark.parametrize("content_type", [
    None, "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx", "application/xml"])
def test_another_content_type_is_415(service, connection, content_type):
    answer = send(connection, service, b"grant_type=client_credentials", content_type)
    assert (answer.status, json.loads(answer.body)["error"]) == (415, "invalid_request")


def test_a_compressed_body_is_415(service, connection):
    body = gzip.compress(b"grant_type=client_credentials")
    assert send(connection, service, body, Content_Encoding="gzip").status == 415


@pytest.mark.parametrize("content_type", [FORM + "; charset=UTF-8", "Application/X-WWW-Form-URLEncoded", FORM + ";x=y"])
def test_a_content_type_with_parameters_is_the_same(service, connection, content_type):
    assert send(connection, service, b"grant_type=client_credentials", content_type).status == 200


@pytest.mark.parametrize("body, status", [
    ({"grant_type": "client_credentials"}, 200), ({"grant_type": "client_credentials", "audience": INVENTORY}, 200),
    ({"grant_type": "client_credentials", "audience": [INVENTORY]}, 200),
    ({"grant_type": "client_credentials", "expires_in": "60"}, 200),
    ({"grant_type": "client_credentials", "expires_in": 60}, 400),
    ({"grant_type": "client_credentials", "scope": ["ec2:Describe*"]}, 400),
    ({"grant_type": "client_credentials", "scope": None}, 400), ({"grant_type": {"a": "b"}}, 400),
    ([], 400), ("text", 400), (None, 400)])
def test_a_json_body(service, connection, body, status):
    answer = send(connection, service, json.dumps(body).encode(), "application/json")
    assert answer.status == status, answer
    if status == 400:
        assert json.loads(answer.body)["reason"] == "malformed_request"


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"grant_type":"client_credentials",}', b'\xef\xbb\xbf{"grant_type":"client_credentials"}',
    b'{"grant_type":"client_credentials","grant_type":"client_credentials"}', b'{"grant_type":"client_credentials"}x',
    b"{'grant_type':'client_credentials'}", b'{"grant_type":"client_credentials","x":"\xff"}',
    b'{"grant_type":"client_credentials","x":"\\ud800"}', b"[" * 30_000])
def test_json_that_is_not_json(service, connection, body):
    answer = send(connection, service, body, "application/json")
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_request")


def test_json_with_the_credentials_inside_as_auth0_clients_send(service, connection):
    body = {"grant_type": "client_credentials", "client_id": READER, "client_secret": service.secret(READER),
            "audience": INVENTORY}
    answer = connection.ask(request(
        "POST", "/oauth/token", [("Content-Type", "application/json")], json.dumps(body).encode()))
    assert answer.status == 200


# Documents

def test_metadata(service, connection):
    first, second = (connection.ask(request("GET", path)) for path in DOCUMENTS[1:])
    assert first.body == second.body
    assert first.headers["content-type"].split(";")[0] == "application/json"
    document = json.loads(first.body)
    assert document["issuer"] == service.issuer
    assert document["token_endpoint"] == f"{service.issuer}/oauth/token"
    assert document["authorization_endpoint"] == f"{service.issuer}/oauth/authorize"
    assert document["jwks_uri"] == f"{service.issuer}/.well-known/jwks.json"
    assert "client_credentials" in document["grant_types_supported"]
    assert {"client_secret_basic", "client_secret_post"} <= set(document["token_endpoint_auth_methods_supported"])
    assert isinstance(document["response_types_supported"], list)
    # Advertised scopes would make MCP clients ask for all of them at once; registration does not exist yet.
    assert "scopes_supported" not in document and "registration_endpoint" not in document
    # What is advertised is there.
    for name, url in document.items():
        if name.endswith("_endpoint"):
            assert requests.get(url, timeout=5).status_code in (200, 400, 401, 405), name


def test_authorize_always_refuses(service):
    answer = requests.get(f"{service.url}/oauth/authorize?response_type=code&client_id=x", timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_response_type")
    assert answer.json()["reason"] == "unsupported_response_type"


def test_jwks(service):
    answer = requests.get(f"{service.url}/.well-known/jwks.json", timeout=5)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Content-Type"].split(";")[0] in ("application/json", "application/jwk-set+json")
    for key in answer.json()["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
        assert key["kid"] == ECKey.import_key(key).thumbprint()
    tag = answer.headers["ETag"]
    same = requests.get(answer.url, headers={"If-None-Match": tag}, timeout=5)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert same.headers["Cache-Control"] == "public, max-age=300"
    assert requests.get(answer.url, headers={"If-None-Match": '"other"'}, timeout=5).status_code == 200
    assert requests.get(answer.url, headers={"If-None-Match": f'"other", {tag}'}, timeout=5).status_code == 304
