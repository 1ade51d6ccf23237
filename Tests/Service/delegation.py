"""A service with delegation: its registry, a company's identity provider, and the four exchanges as one line each."""

import http.client
import json
import pathlib
import socket

import requests

from identity_provider import APP, IdentityProvider
from service import Service, decoded

REGISTRY = pathlib.Path(__file__).with_name("delegation.yaml")

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"
DELEGATION = "urn:mandate:params:oauth:token-type:delegation"

PORTAL, PLANNER, WORKER, OTHER_WORKER, RELAY = "portal", "planner", "worker-1", "worker-2", "relay-1"
FILES, REPORTS, PEOPLE, PROOF, BRIEF = "files-api", "reports-api", "people-api", "proof-api", "brief-api"
ORDERS, STOCK = "orders-service", "stock-api"
ERIN = "erin@company.com"
DEEP = [f"deep-{n}" for n in range(1, 9)]

COMPANY = IdentityProvider("https://idp.company.com", "company")
PARTNER = IdentityProvider("https://partner.example", "partner")

# What people may hand over, by issuer.
DELEGABLE = {
    COMPANY: [
        {"authority": {
            FILES: ["files:Get*", "files:List*", "files:Put*", "files:Delete*"], REPORTS: ["reports:read"],
            PEOPLE: ["people:read"], PROOF: ["proof:read"], BRIEF: ["brief:read"],
            ORDERS: ["orders:read", "orders:write", "stock:read", "stock:reserve"],
            STOCK: ["stock:read", "stock:reserve"]}},
        {"when": {"department": "finance"}, "authority": {REPORTS: ["reports:write"]}}],
    PARTNER: [{"authority": {FILES: ["files:Get*"]}}],
}


def trusted_issuer(provider, principal_claim="email", delegable=None, **more):
    return {"issuer": provider.issuer, "jwks": provider.jwks(), "audiences": [APP],
            "principal_claim": principal_claim, "delegable": delegable or DELEGABLE[provider]} | more


class Outcome(dict):
    """The body of an answer, with its status and headers."""

    def __init__(self, answer):
        super().__init__(answer.json() if answer.content else {})
        self.status, self.headers = answer.status_code, answer.headers

    @property
    def token(self):
        assert self.status == 200, (self.status, dict(self))
        return self["access_token"]

    @property
    def claims(self):
        return decoded(self.token)[1]

    @property
    def header(self):
        return decoded(self.token)[0]

    @property
    def hash(self):
        assert self.status == 200, (self.status, dict(self))
        return self["delegation_chain_hash"]

    @property
    def reason(self):
        """Why it was refused; None when it was not."""
        assert (self.status == 200) == ("access_token" in self), (self.status, dict(self))
        return self.get("reason")

    @property
    def refusal(self):
        return self.status, self.get("error"), self.reason


class DelegationService(Service):
    """A `Service` with the registry of these tests and two trusted issuers."""

    def __init__(self, directory, issuers=None, **options):
        super().__init__(directory, registries=(), **options)
        registry = self.directory / "delegation.yaml"
        if issuers is None:
            issuers = [trusted_issuer(COMPANY), trusted_issuer(PARTNER, "sub")]
        registry.write_text(
            REGISTRY.read_text().replace("ISSUER", self.issuer) + f"\nissuers: {json.dumps(issuers)}\n")
        self.command("apply", "-f", registry)

    def serve(self):
        """Starts the server; `start` is an exchange here."""
        super().start()
        return self

    # The exchanges. `by` is who asks; what `form` names is added to the request.

    def exchange(self, by, headers=None, **form):
        """A token exchange with exactly this form; None leaves a parameter out."""
        form = {"grant_type": EXCHANGE} | form
        return Outcome(self.post({k: v for k, v in form.items() if v is not None}, by, headers=headers))

    def start(self, person="erin", actor=PLANNER, by=PORTAL, **form):
        """A person's token becomes a delegation token for `actor`."""
        usual = {"subject_token": None, "subject_token_type": ID_TOKEN, "requested_token_type": DELEGATION,
                 "requested_actor": actor, "audience": FILES, "task_id": "a-task"}
        form = usual | form
        form["subject_token"] = form["subject_token"] or COMPANY.mint(person)
        return self.exchange(by, **form)

    def hand_over(self, token, to=WORKER, by=PLANNER, **form):
        """A delegation token becomes a narrower one for another agent."""
        usual = {"subject_token": token, "subject_token_type": DELEGATION, "requested_token_type": DELEGATION,
                 "requested_actor": to, "audience": FILES}
        return self.exchange(by, **(usual | form))

    def redeem(self, token, by=PLANNER, **form):
        """A delegation token becomes an access token."""
        return self.exchange(
            by, **({"subject_token": token, "subject_token_type": DELEGATION, "audience": FILES} | form))

    def pass_on(self, token, by=ORDERS, **form):
        """An access token becomes one for the next audience."""
        return self.exchange(
            by, **({"subject_token": token, "subject_token_type": ACCESS_TOKEN, "audience": STOCK} | form))

    def autonomous(self, by=PLANNER, actor=None, **form):
        """A chain that an agent starts for itself, without a person."""
        form = {"grant_type": "client_credentials", "requested_token_type": DELEGATION, "audience": FILES,
                "task_id": "a-task"} | ({"requested_actor": actor} if actor else {}) | form
        return Outcome(self.post({k: v for k, v in form.items() if v is not None}, by))

    def for_itself(self, by=WORKER, **form):
        """An access token by client credentials."""
        form = {"grant_type": "client_credentials", "audience": FILES} | form
        return Outcome(self.post({k: v for k, v in form.items() if v is not None}, by))

    def deep_chain(self, agents=DEEP, **form):
        """The delegation tokens of a chain through `agents`, first to last."""
        tokens = [self.start(actor=agents[0], **form).token]
        for giver, taker in zip(agents, agents[1:]):
            tokens.append(self.hand_over(tokens[-1], taker, giver).token)
        return tokens

    # What is asked about tokens

    def introspect(self, token, by=FILES, **form):
        return Outcome(self.ask("/oauth/introspect", by, {"token": token} | form))

    def is_active(self, token, by):
        answer = self.introspect(token, by)
        assert answer.status == 200, dict(answer)
        if not answer["active"]:
            assert answer == {"active": False}
        return answer["active"]

    def revoke(self, token, by=PLANNER, **form):
        return self.ask("/oauth/revoke", by, {"token": token} | form)

    def ask(self, path, by, form=None):
        auth = (by, self.secret(by)) if by else None
        return requests.post(f"{self.url}{path}", data=form, auth=auth, timeout=20)

    def links(self, hash, token):
        """What /delegations/{hash} answers to the bearer of a token."""
        return requests.get(
            f"{self.url}/delegations/{hash}", timeout=20, headers={"Authorization": f"Bearer {token}"} if token else {})

    def record(self, outcome):
        """The ledger's record of a refusal."""
        found = [one for one in self.ledger() if one["request_id"] == outcome["request_id"]]
        assert len(found) == 1, found
        return found[0]

    # Administration over the socket

    def admin(self, method, path, body=None, status=200):
        answer, text = SocketConnection(self.directory / "mandate.sock").ask(method, path, body)
        assert status is None or answer == status, (method, path, answer, text)
        return json.loads(text) if text else None


class SocketConnection(http.client.HTTPConnection):
    """HTTP on the administration socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def ask(self, method, path, body=None):
        """Status and text of the answer; the connection can be used again."""
        content = None if body is None else json.dumps(body)
        self.request(method, path, content, {"Content-Type": "application/json"} if content else {})
        answer = self.getresponse()
        return answer.status, answer.read().decode()
