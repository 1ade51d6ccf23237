"""A service that is administered over the network, with tokens that it issued for itself."""

import http.client
import json
import re
import socket
import time

import requests

from service import Service, free_port

SCOPES = ["registry:read", "registry:write", "approvals:decide", "ledger:read", "keys:rotate"]
ADMIN, READER_ONLY, OUTSIDER, DOOMED = "admin-bot", "audit-bot", "outside-bot", "doomed-bot"


def registry(issuer):
    """The audience that is the service itself, and agents that administer, more or less of it."""
    delegation = {"to": [], "max_chain_depth": 1, "max_class": "admin"}
    return {
        "audiences": [
            {"id": issuer, "scopes": [{"name": scope, "class": "admin"} for scope in
                                      [*SCOPES, "registry:*", "ledger:*", "keys:*", "approvals:*"]]},
            {"id": "elsewhere", "scopes": [{"name": "registry:*", "class": "read"}]}],
        "agent_types": [
            {"id": "administrator", "delegation": delegation,
             "capabilities": {issuer: ["registry:*", "ledger:*", "keys:*", "approvals:*"], "elsewhere": ["registry:*"]}},
            {"id": "worker", "delegation": delegation, "capabilities": {"elsewhere": ["registry:read"]}}],
        "agents": [
            {"id": ADMIN, "type": "administrator", "owner": "ops@company.com"},
            {"id": DOOMED, "type": "administrator", "owner": "ops@company.com"},
            {"id": READER_ONLY, "type": "administrator", "owner": "audit@company.com",
             "capabilities": {issuer: ["ledger:read"]}},
            {"id": OUTSIDER, "type": "worker", "owner": "ops@company.com"}]}


class AdministeredService(Service):
    """One server with administration on the network."""

    scheme = "http"

    def __init__(self, directory, **options):
        self.admin_port = None
        super().__init__(directory, **options)
        self.environment["MANDATE_ADMIN_LISTEN"] = f"127.0.0.1:{free_port()}"
        document = self.directory / "administration.json"
        document.write_text(json.dumps(registry(self.issuer)))
        self.command("apply", "-f", document)

    def serve(self):
        self.start()
        self.admin_port = int(re.search(r":(\d+)$", self.said("administration on "))[1])
        self.admin = f"{self.scheme}://127.0.0.1:{self.admin_port}"
        return self

    def said(self, beginning, within=5):
        """The line that the server prints and that begins so."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for line in list(self.output):
                if line.startswith(beginning):
                    return line.strip()
            time.sleep(0.01)
        raise AssertionError(f"the server did not say {beginning!r}:\n" + "".join(self.output))

    def admin_token(self, agent=ADMIN, scope="registry:* ledger:* keys:* approvals:*", audience=None):
        return self.token(agent, audience=audience or self.issuer, scope=scope)["access_token"]

    def ask(self, method, path, token=None, **options):
        """A request over the network."""
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        return requests.request(method, f"{self.admin}{path}", headers=headers, timeout=20, **options)

    def over_socket(self, method, path, body=None, headers=None, timeout=20):
        """A request over the Unix socket: status, headers and body."""
        connection = SocketConnection(str(self.directory / "mandate.sock"), timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
