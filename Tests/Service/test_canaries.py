"""Secrets in every field that can hold one; none of them may come out anywhere."""

import base64
import json
import secrets
import socket
import time

import pytest
import requests

from delegation import (ACCESS_TOKEN, COMPANY, DELEGATION, EXCHANGE, FILES, ID_TOKEN, JWT, PLANNER, PORTAL, WORKER,
                        SocketConnection)
from service import packed

FORM_TYPE = "application/x-www-form-urlencoded"


class Canaries:
    """Strings that are nowhere else, and what was done with each."""

    def __init__(self):
        self.all = {}

    def new(self, field):
        """A secret for a field."""
        canary = "cnry" + secrets.token_hex(12)
        self.all[canary] = field
        return canary

    def keep(self, field, secret):
        self.all[secret] = field
        return secret

    def token(self, field, token):
        """The signature of an issued token, and the piece of it that would still be enough to recognise it."""
        self.all[token.rsplit(".", 1)[1]] = f"the signature of {field}"
        return token

    def forged(self, field):
        """A token that nobody signed, with a canary for a signature."""
        return f"{packed({'alg': 'ES256', 'typ': 'JWT'})}.{packed({'sub': 'x'})}.{self.new(field)}"

    def found_in(self, content, place):
        if isinstance(content, str):
            content = content.encode(errors="replace")
        shapes = {canary: [canary.encode(), base64.b64encode(canary.encode()).rstrip(b"=")[:-1]] for canary in self.all}
        return [f"{self.all[canary]}: in {place}" for canary, forms in shapes.items() if any(f in content for f in forms)]


class Sender:
    """Sends canaries and keeps what is answered."""

    def __init__(self, service):
        self.service, self.answers = service, []

    def post(self, path="/oauth/token", auth=None, **options):
        self.keep(requests.post(f"{self.service.url}{path}", auth=auth, timeout=20, **options), path)

    def get(self, path, **options):
        self.keep(requests.get(f"{self.service.url}{path}", timeout=20, **options), path)

    def keep(self, answer, path):
        self.answers.append((path, answer.text + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())))

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=5) as connection:
            connection.sendall(data)
            connection.settimeout(1)
            try:
                self.answers.append(("raw", connection.recv(65536).decode(errors="replace")))
            except TimeoutError:
                pass

    def admin(self, method, path, body=None, headers=None):
        connection = SocketConnection(self.service.directory / "mandate.sock")
        connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}))
        answer = connection.getresponse()
        self.answers.append((path, answer.read().decode(errors="replace") + str(answer.getheaders())))


def send_everything(service, canaries):
    """A canary through every field of every request that may hold a secret, right and wrong."""
    send, new = Sender(service), canaries.new
    grant = {"grant_type": "client_credentials", "audience": FILES}
    secret = {agent: canaries.keep(f"the secret of {agent}", service.secret(agent)) for agent in (PLANNER, WORKER, PORTAL)}

    # Issued tokens: whoever asked for them has them; nobody else may.
    person = canaries.token("a person's token", COMPANY.mint("erin"))
    delegation = canaries.token("a delegation token", service.start(subject_token=person).token)
    narrower = canaries.token("a handed over token", service.hand_over(delegation).token)
    access = canaries.token("an access token", service.redeem(narrower, by=WORKER).token)
    own = canaries.token("a token for this service", service.for_itself(WORKER, audience=service.issuer).token)
    service.introspect(access, FILES)
    service.revoke(access, WORKER)

    for agent in (WORKER, "agent-nobody", "not an agent"):
        send.post(auth=(agent, new("a wrong secret in Basic")), data=grant)
        send.post(data=grant | {"client_id": agent, "client_secret": new("a wrong secret in a form")})
        send.post(json=grant | {"client_id": agent, "client_secret": new("a wrong secret in JSON")})
        for path in ("/oauth/introspect", "/oauth/revoke", "/oauth/tasks/a-task/complete"):
            send.post(path, auth=(agent, new(f"a wrong secret at {path}")), data={"token": new(f"a token at {path}")})
    send.post(data=grant | {"client_id": WORKER, "client_secret": secret[WORKER]}, auth=(WORKER, secret[WORKER]))
    send.post(auth=(WORKER, secret[WORKER]), data=grant | {"scope": "files:Nothing"})
    send.post(data=grant, headers={"Authorization": "Bearer " + canaries.forged("a bearer at the token endpoint")})
    send.post(data=grant, headers={"Authorization": "Basic " + new("broken Basic")})
    send.post(data=grant, headers={"Authorization": "Basic " + base64.b64encode(
        new("a pair without a colon").encode()).decode()})
    send.post(data=grant, headers={"Authorization": new("an unknown scheme") + " x"})
    for name in ("client_assertion", "client_assertion_type", "password", "code", "refresh_token", "api_key"):
        send.post(data=grant | {name: new(name)})
        send.post(auth=(WORKER, secret[WORKER]), data=grant | {name: new(f"{name} beside a secret"), "scope": "files:No"})

    for kind in (ACCESS_TOKEN, ID_TOKEN, JWT, DELEGATION, "urn:example:other"):
        for text in (canaries.forged(f"a subject token {kind}"), new(f"a shapeless subject token {kind}")):
            send.post(auth=(PLANNER, secret[PLANNER]), data={
                "grant_type": EXCHANGE, "audience": FILES, "subject_token": text, "subject_token_type": kind})
        send.post(auth=(WORKER, secret[WORKER]), data={
            "grant_type": EXCHANGE, "audience": FILES, "subject_token": narrower, "subject_token_type": DELEGATION,
            "actor_token": canaries.forged(f"an actor token {kind}"), "actor_token_type": kind})
    for token in (person, delegation, narrower, access, own):
        send.post(auth=(PORTAL, secret[PORTAL]), data={
            "grant_type": EXCHANGE, "audience": FILES, "subject_token": token, "subject_token_type": DELEGATION})
        send.post("/oauth/introspect", auth=(FILES, service.secret(FILES)), data={"token": token})
        send.post("/oauth/revoke", auth=(PORTAL, secret[PORTAL]), data={"token": token})
        for path in (f"/delegations/sha256:{'0' * 64}", "/nothing", "/metrics"):
            send.get(path, headers={"Authorization": f"Bearer {token}"})
            send.admin("GET", path, headers={"Authorization": f"Bearer {token}"})
    service.revoke(delegation, PLANNER)

    # Broken requests.
    for body in ('{"client_secret": "%s"', '{"client_secret": "%s", "client_secret": "x"}', '["%s"]', '"%s"',
                 '{"client_secret": {"a": "%s"}}', '{"client_secret": "%s", "scope": 1}'):
        send.post(data=body % new(f"JSON {body}"), headers={"Content-Type": "application/json"})
    for body in ("client_secret=%s%%zz", "client_secret=%s&client_secret=x", "client_secret=%s%%ff"):
        send.post(data=body % new(f"a form {body}"), headers={"Content-Type": FORM_TYPE})
    send.post(data=new("another content type"), headers={"Content-Type": "text/plain"})
    for path in ("/oauth/token", "/oauth/authorize", "/nothing", "/healthz", "/.well-known/jwks.json", "/revocations"):
        send.get(f"{path}?client_secret={new(f'the query of {path}')}")
        send.post(f"{path}?token={new(f'the query of a POST to {path}')}", data=grant)
    for line in ("GET /%s\r\n\r\n", "POST /oauth/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\nContent-Length: x\r\n\r\n",
                 "POST /oauth/token HTTP/1.1\r\nHost: x\r\nX: %s\x00\r\n\r\n", "%s\r\n\r\n"):
        send.raw((line % new(f"raw {line!r}")).encode())
    send.get("/nothing", headers={"traceparent": new("a broken traceparent"), "tracestate": new("tracestate"),
                                  "Cookie": new("a cookie"), "X-Api-Key": new("an unknown field")})

    # Administration.
    private = json.dumps({"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43, "d": "%s"})
    issuer = '{"issuers": [{"issuer": "https://x.example", "audiences": ["a"], "principal_claim": "email", ' \
             '"delegable": [], "jwks": {"keys": [%s]}}]}' % private
    send.admin("POST", "/v1/registry", issuer % new("a private JWK of an issuer"))
    send.admin("POST", "/v1/registry", '{"client_secret": "%s"' % new("broken JSON to administration"))
    send.admin("POST", "/v1/agents", '{"id": "a", "client_secret": "%s"}' % new("an unknown member"))
    send.admin("PATCH", f"/v1/agents/{WORKER}", '{"client_secret": "%s"}' % new("an unknown member of a change"))
    send.admin("GET", f"/v1/agents?client_secret={new('the query of administration')}")
    send.admin("GET", "/v1/agents", headers={"Authorization": "Bearer " + canaries.forged("a bearer of administration")})
    for path in (service.directory / "keys").glob("*.pem"):
        lines = path.read_text().splitlines()[1:-1]
        for number, line in enumerate(lines):
            canaries.keep(f"line {number} of the private key {path.name}", line)
    return send.answers


@pytest.mark.parametrize("format", ["text", "json"])
def test_no_secret_comes_out(new_delegations, format):
    service = new_delegations(environment={"MANDATE_LOG_FORMAT": format, "MANDATE_LOG_LEVEL": "trace"})
    canaries = Canaries()
    answers = send_everything(service, canaries)
    assert len(canaries.all) > 100
    time.sleep(1)
    metrics = SocketConnection(service.directory / "mandate.sock")
    metrics.request("GET", "/metrics")
    places = {f"the answer of {path}": text for path, text in answers}
    leaks = [leak for path, text in answers for leak in canaries.found_in(text, f"the answer of {path}: {text[:300]}")]
    leaks += canaries.found_in(metrics.getresponse().read(), "/metrics")
    leaks += canaries.found_in(service.command("ledger", "export").stdout, "the ledger")
    leaks += canaries.found_in("".join(service.output), "the log")
    assert "refused" in "".join(service.output)
    for file in service.directory.glob("mandate.db*"):
        leaks += canaries.found_in(file.read_bytes(), file.name)
    service.stop()
    leaks += canaries.found_in("".join(service.output), "the log at the end")
    for file in service.directory.glob("mandate*"):
        if file.is_file():
            leaks += canaries.found_in(file.read_bytes(), f"{file.name} at the end")
    assert leaks == []


def test_the_canaries_would_be_seen(new_delegations):
    """What searches finds what is there: an agent's id, in every place that is searched."""
    service = new_delegations()
    canaries = Canaries()
    canaries.keep("an id", WORKER)
    service.for_itself(WORKER, scope="files:Nothing")
    time.sleep(0.3)
    for content in ("".join(service.output), service.command("ledger", "export").stdout,
                    b"".join(file.read_bytes() for file in service.directory.glob("mandate.db*"))):
        assert canaries.found_in(content, "here")
    assert canaries.found_in(base64.b64encode(f"{WORKER}".encode()), "Base64")
