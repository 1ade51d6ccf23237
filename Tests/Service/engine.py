"""Policy engines for the tests: those of the examples, and one that says whatever a test wants; and a service that asks."""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time

from delegation import COMPANY, DelegationService, trusted_issuer
from service import ROOT, free_port

LEAD, HAND, VISITOR, INTERN = "vault-lead", "vault-hand", "vault-visitor", "vault-intern"
VAULT, SHELF, OUTSIDE = "vault-api", "shelf-api", "cloud-inventory-api"
READ, WRITE, DELETE = "ec2:Describe*", "ec2:Start*", "ec2:Terminate*"
SCOPES = [{"name": READ, "class": "read"}, {"name": "s3:List*", "class": "read"}, {"name": WRITE, "class": "write"},
          {"name": DELETE, "class": "delete"}]
EVERYTHING = [scope["name"] for scope in SCOPES]
LATEST = 0.6


def registry(environment="production"):
    """Agents of one environment, two audiences that an engine is asked about, and one that it is not."""
    delegation = {"to": ["vault-kind"], "max_chain_depth": 8, "max_class": "admin"}
    capabilities = {VAULT: EVERYTHING, SHELF: EVERYTHING, OUTSIDE: ["ec2:Describe*"]}

    def agent(id, environment=environment, **more):
        return {"id": id, "type": "vault-kind", "owner": "alice@company.com", "environment": environment} | more

    return {
        "audiences": [
            {"id": VAULT, "environment": "production", "scopes": SCOPES, "default_scopes": [READ]},
            {"id": SHELF, "environment": "production", "scopes": SCOPES, "default_scopes": [READ]},
            {"id": OUTSIDE, "scopes": SCOPES[:1], "default_scopes": [READ]}],
        "agent_types": [{"id": "vault-kind", "capabilities": capabilities, "delegation": delegation}],
        "agents": [
            agent(LEAD, may_start_chains=True), agent(HAND), agent(VAULT), agent(INTERN, team="interns"),
            agent(VISITOR, environment="staging")]}


class AskingService(DelegationService):
    """A service with an engine for some of its audiences."""

    def __init__(self, directory, url, kind="opa", audiences=(VAULT, SHELF), environment=None, **options):
        settings = {"MANDATE_POLICY_ENGINE_TYPE": kind, "MANDATE_POLICY_ENGINE_URL": url}
        if audiences:
            settings["MANDATE_POLICY_ENGINE_AUDIENCES"] = " ".join(audiences)
        if kind == "opa":
            settings["MANDATE_POLICY_ENGINE_PATH"] = "mandate/decision"
        super().__init__(directory, issuers=[], environment=settings | (environment or {}), **options)
        delegable = [{"authority": {VAULT: EVERYTHING, SHELF: EVERYTHING}}]
        self.apply(registry() | {"issuers": [trusted_issuer(COMPANY, delegable=delegable)]})

    def apply(self, document):
        file = self.directory / "vault.json"
        file.write_text(json.dumps(document))
        self.command("apply", "-f", file)

    def credentials(self, by=HAND, **form):
        return self.for_itself(by, **({"audience": VAULT} | form))

    def outside(self):
        """A request that no engine is asked about."""
        return self.for_itself(HAND, audience=OUTSIDE)

    def put_policies(self, *policies):
        return self.admin("PUT", "/v1/policies", {"policies": list(policies)})

    def last(self, outcome):
        """The ledger's record of an answer, granted or refused."""
        if outcome.status != 200:
            return self.record(outcome)
        found = [one for one in self.ledger() if one["jti"] == outcome.claims["jti"]]
        assert len(found) == 1, found
        return found[0]


class Grants:
    """One request of every grant, with what it needs prepared while the engine allows it."""

    NAMES = ["client_credentials", "start", "hand_over", "redeem", "pass_on"]

    def __init__(self, service, task="a-task", scope=READ):
        self.service, self.task = service, task
        both = {"audience": [VAULT, SHELF], "scope": scope}
        self.top = self.start(**both).token
        self.below = service.hand_over(self.top, HAND, LEAD, **both).token
        self.access = service.redeem(self.below, HAND, audience=VAULT, scope=scope).token

    def start(self, **form):
        return self.service.start(
            actor=LEAD, by=LEAD, **({"subject_token": COMPANY.mint("erin"), "audience": VAULT, "task_id": self.task} | form))

    def ask(self, name, **form):
        service = self.service
        match name:
            case "client_credentials": return service.credentials(**form)
            case "start": return self.start(**form)
            case "hand_over": return service.hand_over(self.top, HAND, LEAD, **({"audience": VAULT} | form))
            case "redeem": return service.redeem(self.below, HAND, **({"audience": VAULT} | form))
            case "pass_on": return service.pass_on(self.access, VAULT, **({"audience": SHELF} | form))


class ExampleEngine:
    """An engine of the examples, as its README starts it."""

    def __init__(self, name, *policies):
        script = ROOT / "examples" / name / "serve.py"
        self.process = subprocess.Popen(
            [sys.executable, script, "--listen", "127.0.0.1:0", *map(str, policies)], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url, f"{script} did not start"
        self.connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)

    def post(self, path, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request("POST", path, content, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, json.loads(answer.read())

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(10)


def http_answer(body=b"", status="200 OK", content_type="application/json", fields=(), length=None):
    """An answer as bytes, exactly as said."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *fields]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def result(value):
    """OPA's answer."""
    return http_answer({"result": value})


ALLOW = result(True)
DENY = result({"effect": "deny", "rule": "never", "reason": "it is never allowed"})
SILENCE, HANG_UP = None, b""


class ScriptedEngine:
    """Answers each question with what `says` makes of it: bytes, None for silence, or a list of bytes to drip."""

    def __init__(self, says=ALLOW):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.questions, self.heads, self.listener = [], [], None
        self.silent = threading.Event()
        self.say(says)
        self.start()

    def say(self, says):
        """From the next question on."""
        self.says = says if callable(says) else lambda _: says

    def start(self):
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        """Dies: nothing listens, and all connections end."""
        listener, self.listener = self.listener, None
        if listener:
            # A thread that waits in accept would keep the port.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as file:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while head := self._head(file):
                    length = next(int(line.split(":")[1]) for line in head if line.lower().startswith("content-length:"))
                    question = json.loads(file.read(length))
                    self.heads.append(head)
                    self.questions.append(question)
                    said = self.says(question)
                    for part in said if isinstance(said, list) else [said]:
                        if part is SILENCE:
                            # Until the other side gives up.
                            connection.recv(1)
                            return
                        if part == HANG_UP:
                            return
                        if isinstance(part, float):
                            time.sleep(part)
                            continue
                        connection.sendall(part)
            except OSError:
                pass

    @staticmethod
    def _head(file):
        lines = []
        while (line := file.readline()) not in (b"\r\n", b""):
            lines.append(line.decode("latin-1").strip())
        return lines
