#!/usr/bin/env python3
"""A quarter's infrastructure review: Alice asks for it, four agents do it, and every step reads back to her.

Needs openssl and the program: MANDATE_BIN=.build/release/mandate examples/infrastructure-review/review.py
It works in a throw-away directory, talks to this machine only, and stops what it started.
What an agent needs of Mandate is the class Agent; the story is in review(); the rest is stage machinery.
"""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types
import urllib.error
import urllib.parse
import urllib.request

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DEFERRED = "urn:ietf:params:oauth:grant-type:deferred"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
DELEGATION = "urn:mandate:params:oauth:token-type:delegation"

http = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy on the way to this machine


# What an agent needs of Mandate


class Refused(Exception):
    """Mandate said no. `reason` is a stable code to act on; `description` is for people."""

    def __init__(self, status, answer):
        self.status, self.error, self.reason = status, answer.get("error"), answer.get("reason")
        self.answer = answer
        self.description = answer.get("error_description")
        super().__init__(f"{status} {self.error}, {self.reason}: {self.description}")


class Agent:
    """A registered agent with its client secret. Every method is one request."""

    def __init__(self, server, id, secret):
        self.server, self.id = server, id
        self.authorization = "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()

    def start_chain(self, session_token, orchestrator, **wanted):
        """For a portal: a person's session token becomes a delegation token of the agent that shall do the work."""
        return self.exchange(
            session_token, ID_TOKEN, requested_token_type=DELEGATION, requested_actor=orchestrator, **wanted)

    def hand_over(self, delegation, to, **wanted):
        """For an orchestrator: a part of its delegation becomes another agent's."""
        return self.exchange(
            delegation["access_token"], DELEGATION, requested_token_type=DELEGATION, requested_actor=to, **wanted)

    def redeem(self, delegation, **wanted):
        """For the agent that works: an access token for one audience, as often as it is needed."""
        return self.exchange(delegation["access_token"], DELEGATION, **wanted)

    def fetch(self, waiting):
        """For an agent whose request waits for a person: the answer, once somebody has decided."""
        return self.post("/oauth/token", grant_type=DEFERRED, deferral_code=waiting["deferral_code"])

    def exchange(self, subject_token, subject_token_type, **wanted):
        return self.post(
            "/oauth/token", grant_type=TOKEN_EXCHANGE, subject_token=subject_token,
            subject_token_type=subject_token_type, **wanted)

    def complete(self, task):
        """For the orchestrator that holds the first delegation of a task: it ends, with all its credentials."""
        return self.post(f"/oauth/tasks/{urllib.parse.quote(task, safe='')}/complete")

    def finds_alive(self, answer):
        """Whether a token is good at this moment. Its holder and its audience may ask."""
        return self.post("/oauth/introspect", token=answer["access_token"])["active"]

    def post(self, path, **parameters):
        form = urllib.parse.urlencode(parameters, doseq=True).encode()
        request = urllib.request.Request(self.server + path, form, {"Authorization": self.authorization})
        try:
            with http.open(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                raise Refused(answer.code, json.load(answer)) from None


# The story

ALICE = "alice@company.com"
TASK = "infra-review-q1-2026"


def review(server, login):
    portal, planner, inventory, cost, report, inventory_api = (
        Agent(server, id, json.loads(run("agent", "secret", id, "--json"))["client_secret"])
        for id in ("portal", "agent-planning-prod-001", "agent-inventory-prod-001", "agent-cost-prod-001",
                   "agent-report-prod-001", "cloud-inventory-api"))

    say("Alice asks for the review; the portal presents her session token and starts the chain")
    session = login.session_token(sub="00u4711", email=ALICE, department="platform-engineering")
    mandate = portal.start_chain(
        session, planner.id, task_id=TASK, task_purpose="Infrastructure review, first quarter of 2026",
        audience=["cloud-inventory-api", "billing-api", "reports-api"],
        scope="ec2:Describe* s3:ListBuckets billing:read reports:write")
    show_delegation(mandate, to=planner, depth=1)

    say("The planning agent hands each of three agents the part it needs, for an hour")
    inventory_part = planner.hand_over(mandate, inventory.id, audience="cloud-inventory-api", scope="ec2:Describe*")
    cost_part = planner.hand_over(mandate, cost.id, audience="billing-api", scope="billing:read")
    report_part = planner.hand_over(mandate, report.id, audience="reports-api", scope="reports:write")
    for agent, part in ((inventory, inventory_part), (cost, cost_part), (report, report_part)):
        show_delegation(part, to=agent, depth=2)

    say("The inventory agent redeems an access token: one audience, fifteen minutes")
    action = {"audience": "cloud-inventory-api", "scope": "ec2:DescribeInstances"}
    first = inventory.redeem(inventory_part, **action)
    show_access(first)

    say("It works. The resource server verifies the token, and the whole chain behind it, with public keys alone")
    verify(server, "cloud-inventory-api", first)
    chain = get(f"{server}/delegations/{first['delegation_chain_hash']}", bearer=first["access_token"])
    pathlib.Path("chain.json").write_bytes(chain)
    for link in json.loads(chain)["links"]:
        print(f"  {link['delegator']} → {link['delegate']}: {in_words(link['authority'])}")
    verify(server, "cloud-inventory-api", first, "--chain", "chain.json")

    say("Before its fifteen minutes are over it renews: redeems again, and is judged again")
    second = inventory.redeem(inventory_part, **action)
    show_access(second)
    must("the renewed token is another one", True, claims(second)["jti"] != claims(first)["jti"])
    must("its chain", first["delegation_chain_hash"], second["delegation_chain_hash"])
    must("it is alive, says introspection to the resource server", True, inventory_api.finds_alive(second))

    say("The cost agent asks for write on billing. It is registered for that, but was handed read")
    with refused("exceeds_delegation"):
        cost.redeem(cost_part, audience="billing-api", scope="billing:write")
    record = last_refusal()
    names = ("event", "agent_id", "principal", "task_id", "requested", "decision", "reason")
    print("  record " + json.dumps({name: record[name] for name in ("seq", *names, "rule")}))
    must("the record", ["token.refused", cost.id, ALICE, TASK, ["billing:write"], "DENY", "exceeds_delegation"],
         [record[name] for name in names])
    must("it names the rule", True, bool(record["rule"]))

    say("It goes on with read")
    billing = cost.redeem(cost_part, audience="billing-api", scope="billing:read")
    show_access(billing)
    verify(server, "billing-api", billing)

    say("A delegation token that leaks is of no use to anybody else")
    with refused("presenter_mismatch"):
        cost.redeem(inventory_part, **action)
    must("the ledger says who tried", [cost.id, "DENY", "presenter_mismatch"],
         [last_refusal()[name] for name in ("agent_id", "decision", "reason")])

    say("The report agent would write the report. It was handed that, and still a policy lets it wait for Alice")
    with refused("approval_required") as held:
        report.redeem(report_part, audience="reports-api", scope="reports:write", completion_mode="deferred")
    waiting = held.answer
    must("who lets it wait", "reports-are-released", waiting["policy"])
    with refused("approval_pending"):
        report.fetch(waiting)

    say("Alice looks at what waits, and approves it")
    print(run_shown("approval", "show", waiting["approval"]), end="")
    print(run_shown("approval", "approve", waiting["approval"], "--by", ALICE, "--reason", "checked"), end="")

    say("The report agent fetches its token and writes the report")
    writing = report.fetch(waiting)
    show_access(writing)
    must("the approval in the token", waiting["approval"], claims(writing)["approval"])
    must("fetched again, it is the same", claims(writing)["jti"], claims(report.fetch(waiting))["jti"])
    approval = [record for record in ledger() if record["approval"] == waiting["approval"]]
    for record in approval:
        print(f"  {record['seq']:>3}  {record['event']:<18}  {record.get('by') or record['agent_id']}")
    must("the approval on record", ["approval.requested", "approval.approved", "token.issued"],
         [record["event"] for record in approval])
    must("who approved", [ALICE, "checked"], [approval[1]["by"], approval[1]["change"]["reason"]])
    verify(server, "reports-api", writing)

    say("The planning agent completes the task: every credential is dead at once")
    cut = planner.complete(TASK)
    print(f"  cut {cut['tokens']} tokens and {cut['links']} links")
    must("the links that were cut", 4, cut["links"])
    must("the resource server finds the renewed token alive", False, inventory_api.finds_alive(second))
    with refused("chain_revoked"):
        planner.hand_over(mandate, inventory.id, audience="cloud-inventory-api", scope="ec2:Describe*")
    with refused("chain_revoked"):
        inventory.redeem(inventory_part, **action)
    with refused("chain_revoked"):
        cost.redeem(cost_part, audience="billing-api", scope="billing:read")
    with refused("chain_revoked"):
        report.redeem(report_part, audience="reports-api", scope="reports:write")
    delegations = {planner: [mandate], inventory: [inventory_part], cost: [cost_part], report: [report_part]}
    accesses = {inventory: [first, second], cost: [billing], report: [writing]}
    for holder, delegation in delegations.items():
        alive = [holder.finds_alive(token) for token in delegation + accesses.get(holder, [])]
        must(f"{holder.id} finds one of its {len(alive)} tokens alive", False, any(alive))
    print("  introspection: all 8 tokens of the task are dead")

    say("The task, as the operator sees it")
    print(run_shown("task", "show", TASK), end="")
    must("its status", "completed", json.loads(run("task", "show", TASK, "--json"))["status"])

    say("The ledger of the task: every step reads back to Alice's request")
    steps = [record for record in ledger() if record["task_id"] == TASK]
    for record in steps:
        verdict = record["reason"] or record["decision"] or ""
        print(f"  {record['seq']:>3}  {record['event']:<18}  {verdict:<18}  {record['agent_id'] or '':<24}  "
              + " → ".join(record["chain"] or []))
    granted = [record for record in steps if record["decision"] == "ALLOW"]
    tokens = [token for each in (*delegations.values(), *accesses.values()) for token in each]
    must("the tokens on record", sorted(claims(token)["jti"] for token in tokens),
         sorted(record["jti"] for record in granted))
    must("on whose authority", {ALICE}, {record["principal"] for record in granted})
    must("the chains", {(ALICE, planner.id)} | {(ALICE, planner.id, agent.id) for agent in (inventory, cost, report)},
         {tuple(record["chain"]) for record in granted})
    must("the end is on record", True, "task.completed" in {record["event"] for record in steps})

    say("And nobody edited, removed or reordered anything since")
    print(run_shown("ledger", "verify"), end="")


# What is shown, and checked


def say(text):
    print(f"\n== {text}")


def must(what, expected, found):
    if expected != found:
        sys.exit(f"NOT AS SAID: {what}: should be {expected!r} but is {found!r}")


@contextlib.contextmanager
def refused(reason):
    """What happens inside must be refused, for this reason."""
    said = types.SimpleNamespace(answer=None)
    try:
        yield said
    except Refused as refusal:
        said.answer = refusal.answer
        print(f"  refused: {refusal}")
        must("the reason", (400, reason), (refusal.status, refusal.reason))
    else:
        sys.exit(f"NOT AS SAID: should be refused with {reason} but was granted")


def claims(answer):
    """What a token says. For showing only: nothing is verified here."""
    payload = answer["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def in_words(authority):
    return ", ".join(f"{audience} {' '.join(scopes)}" for audience, scopes in authority.items())


def show_delegation(answer, to, depth):
    said = claims(answer)
    print(f"  {said['human_principal']} ⇒ {said['sub']}, {answer['expires_in'] / 60:.0f} minutes: "
          + in_words(said["authority"]))
    must("the kind of token", (DELEGATION, "N_A"), (answer["issued_token_type"], answer["token_type"]))
    must("whose it is", (ALICE, to.id, TASK), (said["human_principal"], said["sub"], said["task_id"]))
    must("its depth", depth, answer["delegation_depth"])
    must("it is good for an hour", True, 3590 <= answer["expires_in"] <= 3600)


def show_access(answer):
    said = claims(answer)
    print(f"  {said['sub']} for {said['human_principal']} at {said['aud']}, {answer['expires_in'] / 60:.0f} minutes: "
          f"{said['scope']}")
    must("the accountable person, the task", (ALICE, TASK), (said["human_principal"], said["task_id"]))
    must("its life", 900, answer["expires_in"])


def verify(server, audience, answer, *more):
    """What a resource server does; README.md shows the same with a library."""
    verdict = run_shown(
        "verify", "--jwks", f"{server}/.well-known/jwks.json", "--issuer", server, "--audience", audience, *more,
        input=answer["access_token"])
    print(verdict, end="")
    must("the verdict", f"ok {claims(answer)['sub']} {claims(answer)['jti']}", verdict.strip())


def last_refusal():
    return [record for record in ledger() if record["event"] == "token.refused"][-1]


def ledger():
    return [json.loads(line) for line in run("ledger", "export").splitlines()]


# The stage: the company's identity provider, the token service, and the way to its commands


class IdentityProvider:
    """Stands for the company's own: one RSA key, session tokens signed with it, the public half for the registry."""

    def __init__(self, issuer, audience):
        self.issuer, self.audience = issuer, audience
        openssl("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "login.pem")

    def published_keys(self):
        modulus = openssl("rsa", "-in", "login.pem", "-noout", "-modulus").decode().strip().partition("=")[2]
        return {"keys": [{"kty": "RSA", "kid": "login-1", "use": "sig", "alg": "RS256",
                          "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}]}

    def session_token(self, **person):
        now = int(time.time())
        header = {"alg": "RS256", "typ": "JWT", "kid": "login-1"}
        said = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 8 * 3600, **person}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, said))
        return signed + "." + base64url(openssl("dgst", "-sha256", "-sign", "login.pem", input=signed.encode()))


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, input=None):
    return subprocess.run(["openssl", *arguments], input=input, stdout=subprocess.PIPE, check=True).stdout


def run(*arguments, input=None):
    """What `mandate ARGUMENTS` prints."""
    done = subprocess.run([MANDATE, *arguments], input=input, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f"NOT AS SAID: mandate {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def run_shown(*arguments, input=None):
    print("$ mandate", *arguments)
    return run(*arguments, input=input)


def get(url, bearer=None):
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    with http.open(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return answer.read()


@contextlib.contextmanager
def serving(address):
    """The token service, until the story is over or something goes wrong."""
    server = None
    try:
        with open("serve.log", "wb") as log:
            server = subprocess.Popen([MANDATE, "serve", "--listen", address], stdout=log, stderr=log, env=ENVIRONMENT)
        wait_for(f"http://{address}/readyz", server)
        yield
    except BaseException:
        print("\nThe server said:", *pathlib.Path("serve.log").read_text().splitlines()[-20:], sep="\n")
        raise
    finally:
        if server:
            server.terminate()
            try:
                status = server.wait(10)
            finally:
                server.kill()  # does nothing when it has ended
    must("the service stops when it is told to; its exit status", 0, status)


def wait_for(url, server):
    for _ in range(200):
        with contextlib.suppress(OSError):
            get(url)
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("the service did not start")


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def main():
    with tempfile.TemporaryDirectory(prefix="mandate-") as directory:
        os.chdir(directory)
        address = free_address()
        server = f"http://{address}"
        login = IdentityProvider("https://login.company.com", audience="agent-portal")
        registry, place = (HERE / "registry.yaml").read_text(), "jwks: { keys: [] }"
        must("the places for its keys in registry.yaml", 1, registry.count(place))
        registry = registry.replace(place, f"jwks: {json.dumps(login.published_keys())}")
        pathlib.Path("registry.yaml").write_text(registry)

        say("A token service, the company's agents in its registry, its identity provider trusted")
        print(run_shown("init", "--issuer", server), end="")
        print(run_shown("apply", "-f", "registry.yaml"), end="")
        with serving(address):
            review(server, login)
    print("done")


if __name__ == "__main__":
    if not shutil.which(os.environ.get("MANDATE_BIN", "")):
        sys.exit("set MANDATE_BIN to the mandate program")
    if not shutil.which("openssl"):
        sys.exit("needs openssl")
    HERE = pathlib.Path(__file__).resolve().parent
    MANDATE = pathlib.Path(os.environ["MANDATE_BIN"]).resolve()
    ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MANDATE_")}
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    main()
