"""Requests that wait for a person: every grant is held, approved and carried out once, and nobody approves for themselves."""

import concurrent.futures
import json
import pathlib
import re
import struct
import subprocess
import time

import pytest

from delegation import (
    COMPANY, ERIN, FILES, ORDERS, PLANNER, PORTAL, STOCK, WORKER, DelegationService, Outcome)
from network_administration import AdministeredService
from receivers import Webhook, wait_for
from service import Service, decoded
from test_metrics import metrics
from test_retry import INVALID, actor, presented

DEFERRED = "urn:ietf:params:oauth:grant-type:deferred"
WAIT = {"completion_mode": "deferred"}
WRITER, GUARDED = "writer", "guarded"
OWNER = "alice@company.com"
WRITES = {"id": "writes-wait", "when": {"classes": ["write"]}, "effect": "require_approval", "reason": "writes are looked at"}
OURS = {"id": "ours-wait", "when": {"agents": [GUARDED]}, "effect": "require_approval", "approvers": ["owner", "zoe"]}
HERE = pathlib.Path(__file__).parent


def policies(service, *rules):
    service.admin("PUT", "/v1/policies", {"policies": list(rules)})


@pytest.fixture(scope="module")
def clock_library(tmp_path_factory):
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "steered_clock.c", "-ldl"], check=True)
    return library


@pytest.fixture
def clocked(directory_of, clock_library):
    """A server whose clock a test moves on, with the policies of these tests; `forward(seconds)` moves it."""
    service = DelegationService(directory_of())
    file = service.directory / "clock"
    file.write_bytes(bytes(8))
    service.environment |= {"LD_PRELOAD": str(clock_library), "STEERED_CLOCK": str(file)}
    service.ahead = 0

    def forward(seconds):
        service.ahead += seconds
        with open(file, "r+b", buffering=0) as held:
            held.write(struct.pack("=q", service.ahead))

    service.forward = forward
    service.serve()
    policies(service, WRITES, OURS)
    yield service
    service.stop()


@pytest.fixture(scope="module")
def held(directory_of):
    """A server with the policies of these tests, which share it."""
    service = DelegationService(directory_of()).serve()
    policies(service, WRITES, OURS)
    yield service
    service.stop()


def poll(service, code, by):
    return Outcome(service.post({"grant_type": DEFERRED, "deferral_code": code}, by))


def waits(outcome, rule="writes-wait"):
    """The request is held back, and its client waits."""
    assert outcome.refusal == (400, "authorization_pending", "approval_required"), dict(outcome)
    assert outcome["policy"] == rule and outcome["interval"] == 5 and 0 < outcome["expires_in"] <= 3600
    return outcome


def approve(service, approval, status=200, **body):
    return service.admin("POST", f"/v1/approvals/{approval}/approve", body or None, status)


def deny(service, approval, status=200, **body):
    return service.admin("POST", f"/v1/approvals/{approval}/deny", body or None, status)


def shown(service, approval):
    return service.admin("GET", f"/v1/approvals/{approval}")


def records(service, approval):
    return [one for one in service.ledger() if one["approval"] == approval]


# Each grant: how it is asked for, by whom, what the token says of it

def _start(service, **form):
    return service.start(scope="files:Put*", task_id="t-start", **form)


def _hand_over(service, **form):
    return service.hand_over(_delegation(service, "t-hand"), to=WRITER, scope="files:PutObject", **form)


def _redeem(service, **form):
    return service.redeem(_delegation(service, "t-redeem"), scope="files:PutObject", **form)


_delegations = {}


def _delegation(service, task, audience=FILES, scope="files:Put*"):
    """A delegation token of the planner that was approved once for each server."""
    key = (id(service), task)
    if key not in _delegations:
        first = waits(service.start(scope=scope, audience=audience, task_id=task, **WAIT))
        approve(service, first["approval"])
        _delegations[key] = poll(service, first["deferral_code"], PORTAL).token
    return _delegations[key]


def _pass_on(service, **form):
    key = (id(service), "orders")
    if key not in _delegations:
        policies(service)
        mandate = service.start(audience=[ORDERS, STOCK], scope="orders:read stock:read", task_id="t-pass").token
        _delegations[key] = service.redeem(mandate, audience=ORDERS, scope="orders:read stock:read").token
        policies(service, WRITES, OURS, {"id": "stock", "when": {"audiences": [STOCK]}, "effect": "require_approval"})
    return service.pass_on(_delegations[key], scope="stock:read", **form)


def _own_chain(service, **form):
    return service.autonomous(scope="files:Put*", task_id="t-own", **form)


def _for_itself(service, **form):
    return service.for_itself(WRITER, scope="files:PutObject", **form)


def _guarded(service, **form):
    """A hand-over that waits because of approval_for, not of a policy."""
    key = (id(service), "guarded")
    if key not in _delegations:
        policies(service)
        _delegations[key] = service.start(actor=GUARDED, scope="files:Put*", task_id="t-guarded").token
    policies(service)
    return service.hand_over(_delegations[key], to=WRITER, by=GUARDED, scope="files:Put*", **form)


GRANTS = {
    "client_credentials": (_for_itself, WRITER, WRITER, "client_credentials", "writes-wait"),
    "a chain of one's own": (_own_chain, PLANNER, PLANNER, "client_credentials", "writes-wait"),
    "start": (_start, PORTAL, PLANNER, "start", "writes-wait"),
    "hand over": (_hand_over, PLANNER, WRITER, "hand_over", "writes-wait"),
    "redeem": (_redeem, PLANNER, PLANNER, "redeem", "writes-wait"),
    "pass on": (_pass_on, ORDERS, ORDERS, "pass_on", "stock"),
    "approval_for": (_guarded, GUARDED, WRITER, "hand_over", "delegation"),
}


@pytest.mark.parametrize("name", GRANTS)
def test_every_grant_is_held_polled_approved_and_carried_out_once(new_delegations, name):
    service = new_delegations()
    policies(service, WRITES, OURS)
    ask, client, holder, grant, rule = GRANTS[name]
    plain = ask(service)
    assert plain.refusal == (400, "interaction_required", "approval_required")
    assert "deferral_code" not in plain and "interval" not in plain and plain["policy"] == rule
    held = waits(ask(service, **WAIT), rule)
    assert held["approval"] == plain["approval"], "the same request is the same hold"
    waiting = shown(service, held["approval"])
    assert (waiting["status"], waiting["client"], waiting["holder"], waiting["grant"], waiting["rule"]) == (
        "pending", client, holder, grant, rule)
    assert poll(service, held["deferral_code"], client).refusal == (400, "authorization_pending", "approval_pending")

    approved = approve(service, held["approval"], by="zoe", reason="fine")
    assert approved["status"] == "approved" and approved["decision"]["by"] == "zoe"
    first = poll(service, held["deferral_code"], client)
    claims = first.claims
    assert claims["approval"] == held["approval"] and claims["client_id"] == holder
    again = [poll(service, held["deferral_code"], client), ask(service), ask(service, **WAIT)]
    assert {one.claims["jti"] for one in again} == {claims["jti"]}

    story = records(service, held["approval"])
    issued = [one for one in story if one["event"] in ("token.issued", "delegation.created")]
    assert [one["jti"] for one in issued] == [claims["jti"]] and issued[0]["rule"] == rule
    assert [one["event"] for one in story if one["event"].startswith("approval.")] == [
        "approval.requested", "approval.approved"]
    used = shown(service, held["approval"])
    assert used["status"] == "used" and used["jti"] == claims["jti"] and used["used_at"]
    if grant not in ("redeem",):
        links = service.links(claims["delegation_chain_hash"], first.token).json()["links"]
        assert links[-1]["approval"] == held["approval"]
        assert [one["approval"] for one in links[:-1]] == [None] * (len(links) - 1) or name == "hand over"
    if first["token_type"] == "Bearer":
        assert service.is_active(first.token, claims["aud"] if claims["aud"] == FILES else client)


def test_an_approver_is_told_all_of_it_by_the_webhook(new_delegations):
    webhook = Webhook()
    try:
        service = new_delegations(environment={"MANDATE_EXPORT_WEBHOOK": webhook.url})
        policies(service, WRITES | {"approvers": ["owner", "zoe"]})
        held = waits(service.start(scope="files:Put*", task_purpose="spring cleaning", expires_in=300, **WAIT))
        assert wait_for(lambda: any(b'"event":"approval.requested"' in line for line in webhook.lines), 10)
        told = next(json.loads(line) for line in webhook.lines if b'"event":"approval.requested"' in line)
        assert told == records(service, held["approval"])[0]
        assert told["agent_id"] == PORTAL and told["principal"] == ERIN and told["chain"] == [ERIN, PLANNER]
        assert told["task_id"] == "a-task" and told["rule"] == "writes-wait" and told["exp"]
        assert told["decision"] == "REQUIRE_APPROVAL"
        assert told["change"] == {
            "approvers": ["owner", "zoe"], "authority": {FILES: ["files:Put*"]}, "expires_in": 300, "grant": "start",
            "holder": PLANNER, "reason": "writes are looked at", "task_purpose": "spring cleaning"}
    finally:
        webhook.close()


# Codes

def test_a_code_is_of_its_client_alone_and_cannot_be_made(held):
    waiting = waits(held.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(held, waiting["approval"])
    code = waiting["deferral_code"]
    assert code.startswith(waiting["approval"])
    id, seal = code.split(".")
    for other in (WORKER, PLANNER):
        assert poll(held, code, other).refusal == (400, "expired_token", "approval_expired")
    other = waits(held.for_itself(PLANNER, scope="files:PutA", **WAIT))["deferral_code"]
    forged = [id, id + ".", f"{id}.{seal[:-1]}", f"{id}.{seal}=", f"{id}.{seal}.", f"{id.upper()}.{seal}",
              f"{id}.{other.split('.')[1]}", f"{other.split('.')[0]}.{seal}", "." + seal, "x", "é",
              f"{id}.{seal[:-2]}AA", code + " "]
    for wrong in forged:
        assert poll(held, wrong, WRITER).reason in ("approval_expired", "malformed_request"), wrong
    assert held.post({"grant_type": DEFERRED}, WRITER).json()["reason"] == "malformed_request"
    assert poll(held, code, WRITER).claims["approval"] == waiting["approval"]


def test_who_asks_too_soon_is_slowed_down_and_waits_longer(clocked):
    waiting = waits(clocked.for_itself(WRITER, scope="files:PutA", **WAIT))
    before = len(clocked.ledger())
    code, intervals = waiting["deferral_code"], []
    assert poll(clocked, code, WRITER)["error"] == "authorization_pending"
    for _ in range(3):
        answer = poll(clocked, code, WRITER)
        assert answer.refusal == (400, "slow_down", "slow_down")
        intervals.append(answer["interval"])
    assert intervals == [10, 15, 20]
    clocked.forward(21)
    answer = poll(clocked, code, WRITER)
    assert answer["error"] == "authorization_pending" and answer["interval"] == 20
    assert len(clocked.ledger()) == before, "asking again is no decision"
    # Whoever asked too soon is given the token all the same.
    approve(clocked, waiting["approval"])
    assert poll(clocked, code, WRITER).status == 200


# Deciding

def test_a_decision_narrows_and_it_shows_everywhere(held):
    waiting = waits(held.start(scope="files:Put* files:GetA", task_id="t-narrow", **WAIT))
    for scope in ("files:*", "files:Delete*", "files:PutA files:List*", "*"):
        assert approve(held, waiting["approval"], 400, scope=scope)["field"] == "scope"
    for seconds in (4, 3601, 0, -1):
        assert approve(held, waiting["approval"], 400, expires_in=seconds)["field"] == "expires_in"
    done = approve(held, waiting["approval"], scope="files:PutA", expires_in=60, reason="one file")
    assert done["decision"]["scope"] == "files:PutA" and done["decision"]["expires_in"] == 60
    answer = poll(held, waiting["deferral_code"], PORTAL)
    claims = answer.claims
    assert answer["scope"] == "files:PutA" and answer["expires_in"] == 60
    assert claims["authority"] == {FILES: ["files:PutA"]} and claims["exp"] - claims["iat"] == 60
    [link] = held.links(answer.hash, answer.token).json()["links"]
    assert link["authority"] == {FILES: ["files:PutA"]} and link["exp"] == claims["exp"]
    issued = records(held, waiting["approval"])[-1]
    assert (issued["event"], issued["requested"], issued["granted"], issued["decision"]) == (
        "delegation.created", ["files:GetA", "files:Put*"], ["files:PutA"], "ALLOW_WITH_CONDITIONS")
    assert held.redeem(answer.token, scope="files:PutB").reason == "exceeds_delegation"


def test_a_longer_life_than_asked_is_not_given(held):
    waiting = waits(held.for_itself(WRITER, scope="files:PutLong", expires_in=30, **WAIT))
    approve(held, waiting["approval"], expires_in=3600)
    assert poll(held, waiting["deferral_code"], WRITER)["expires_in"] == 30


def test_denied_is_denied_until_the_request_would_have_expired(clocked):
    waiting = waits(clocked.for_itself(WRITER, scope="files:PutA", **WAIT))
    assert deny(clocked, waiting["approval"], by="zoe", reason="not today")["status"] == "denied"
    clocked.forward(3500)
    for answer in (poll(clocked, waiting["deferral_code"], WRITER), clocked.for_itself(WRITER, scope="files:PutA"),
                   clocked.for_itself(WRITER, scope="files:PutA", **WAIT)):
        assert answer.refusal == (400, "access_denied", "approval_denied")
        assert answer["approval"] == waiting["approval"] and "not today" in answer["error_description"]
    assert waits(clocked.for_itself(WRITER, scope="files:PutB", **WAIT)), "another request is another matter"
    clocked.forward(101)
    anew = waits(clocked.for_itself(WRITER, scope="files:PutA", **WAIT))
    assert anew["approval"] != waiting["approval"]
    assert poll(clocked, waiting["deferral_code"], WRITER).reason == "approval_denied"
    denied = next(one for one in clocked.ledger() if one["event"] == "approval.denied")
    assert denied["by"] == "zoe" and denied["change"]["reason"] == "not today" and denied["agent_id"] == WRITER


def test_nothing_is_decided_twice_or_too_late(clocked):
    first = waits(clocked.for_itself(WRITER, scope="files:PutA", **WAIT))["approval"]
    approve(clocked, first, by="zoe")
    assert "\"zoe\" approved it" in approve(clocked, first, 409)["detail"]
    denied = waits(clocked.for_itself(WRITER, scope="files:PutC", **WAIT))["approval"]
    deny(clocked, denied, by="zoe")
    assert deny(clocked, denied, 409)["status"] == 409
    second = waits(clocked.for_itself(WRITER, scope="files:PutB", **WAIT))
    clocked.forward(3601)
    assert "nobody decided" in approve(clocked, second["approval"], 409)["detail"]
    assert shown(clocked, second["approval"])["status"] == shown(clocked, first)["status"] == "expired"
    assert poll(clocked, second["deferral_code"], WRITER).refusal == (400, "expired_token", "approval_expired")
    assert "nobody fetched" in deny(clocked, first, 409)["detail"]
    approve(clocked, "01a1ff81-9b6c-74f0-a617-ca680c1b17a4", 404)
    approve(clocked, "nothing", 404)


def test_what_is_approved_at_the_last_moment_can_still_be_fetched(clocked):
    waiting = waits(clocked.for_itself(WRITER, scope="files:PutA", **WAIT))
    clocked.forward(3590)
    approve(clocked, waiting["approval"])
    clocked.forward(590)
    assert poll(clocked, waiting["deferral_code"], WRITER).status == 200


def test_the_answer_can_be_fetched_again_for_two_minutes(clocked):
    waiting = waits(clocked.start(scope="files:Put*", **WAIT))
    approve(clocked, waiting["approval"])
    first = poll(clocked, waiting["deferral_code"], PORTAL).claims
    clocked.forward(110)
    assert poll(clocked, waiting["deferral_code"], PORTAL).claims == first
    clocked.forward(15)
    assert poll(clocked, waiting["deferral_code"], PORTAL).refusal == (400, "expired_token", "approval_expired")
    anew = waits(clocked.start(scope="files:Put*", **WAIT))
    assert anew["approval"] != waiting["approval"]


def test_two_who_fetch_at_once_get_the_same_token(held):
    for number in range(8):
        waiting = waits(held.start(scope="files:Put*", task_id=f"t-race-{number}", **WAIT))
        approve(held, waiting["approval"])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(
                lambda _: poll(held, waiting["deferral_code"], PORTAL), range(8)))
        assert len({one.claims["jti"] for one in answers}) == 1
        issued = [one for one in records(held, waiting["approval"]) if one["event"] == "delegation.created"]
        assert len(issued) == 1


def test_many_who_ask_at_once_are_one_hold(held):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: held.for_itself(WRITER, scope="files:PutMany", **WAIT), range(16)))
    assert len({waits(one)["approval"] for one in answers}) == 1
    assert len([one for one in records(held, answers[0]["approval"]) if one["event"] == "approval.requested"]) == 1


def test_one_client_lets_only_so_many_requests_wait(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    ask = lambda number: service.for_itself(WRITER, scope=f"files:Put{number}", **WAIT)
    first = ask(0)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = [first, *pool.map(ask, range(1, 100))]
    waiting = {number: one for number, one in enumerate(answers) if one.get("approval")}
    assert len({waits(one)["approval"] for one in waiting.values()}) == 64
    for number in set(range(100)) - set(waiting):
        assert answers[number].refusal == (429, "temporarily_unavailable", "quota_exceeded"), dict(answers[number])
    known = min(waiting)
    assert waits(ask(known))["approval"] == waiting[known]["approval"]
    deny(service, waiting[known]["approval"])
    waits(ask(100))


# What an approval is bound to

def test_other_policies_mean_another_hold(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, waiting["approval"])
    policies(service, WRITES, OURS)
    other = waits(poll(service, waiting["deferral_code"], WRITER))
    assert other["approval"] != waiting["approval"] and other["deferral_code"] != waiting["deferral_code"]
    approve(service, other["approval"])
    assert poll(service, other["deferral_code"], WRITER).claims["approval"] == other["approval"]
    policies(service, WRITES)
    # Under the policies of before it stands again: it was not used.
    assert service.for_itself(WRITER, scope="files:PutA").claims["approval"] == waiting["approval"]
    policies(service, {"id": "no-writes", "when": {"classes": ["write"]}, "effect": "deny"})
    assert service.for_itself(WRITER, scope="files:PutA").reason == "denied_by_policy"


def test_a_code_is_good_for_one_token_also_when_nobody_has_to_be_asked_any_more(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.start(scope="files:Put*", task_id="t-no-need", **WAIT))
    approve(service, waiting["approval"], scope="files:PutA")
    policies(service)
    answers = [poll(service, waiting["deferral_code"], PORTAL) for _ in range(3)]
    assert len({one.claims["jti"] for one in answers}) == 1 and answers[0].claims["approval"] == waiting["approval"]
    assert answers[0]["scope"] == "files:PutA"
    free = service.start(scope="files:Put*", task_id="t-no-need")
    assert free["scope"] == "files:Put*" and "approval" not in free.claims


def test_an_approval_is_of_this_request_alone(held):
    mine = waits(held.start(scope="files:Put*", task_id="t-one", **WAIT))
    approve(held, mine["approval"])
    for change in ({"task_id": "t-two"}, {"scope": "files:PutA"}, {"scope": "files:Put* files:Get*"},
                   {"person": "frank"}, {"actor": "starter"}, {"actor": None, "requested_token_type": None}):
        answer = held.start(**({"scope": "files:Put*", "task_id": "t-one"} | change | WAIT))
        assert answer.status == 400 and answer.get("approval") != mine["approval"], change
    # The person's token may be another one: it is the person that counts.
    assert held.start(scope="files:Put*", task_id="t-one").claims["approval"] == mine["approval"]


def test_who_is_suspended_meanwhile_gets_nothing(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    mandate = _delegation(service, "t-suspended")
    handed = waits(service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT))
    approve(service, handed["approval"])
    service.command("agent", "suspend", WRITER)
    assert poll(service, handed["deferral_code"], PLANNER).reason == "approval_expired"
    assert service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT).reason == "not_a_delegate"
    service.command("agent", "resume", WRITER)
    service.command("agent", "suspend", PLANNER)
    assert poll(service, handed["deferral_code"], PLANNER).refusal == (401, "invalid_client", "client_authentication_failed")
    service.command("agent", "resume", PLANNER)
    # What passed through the planner is dead for ever, approved or not.
    assert poll(service, handed["deferral_code"], PLANNER).reason == "approval_expired"
    again = service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT)
    assert again.reason in ("ancestor_inactive", "chain_revoked")
    started = waits(service.start(scope="files:Put*", task_id="t-left", **WAIT))
    approve(service, started["approval"])
    service.command("principal", "revoke", ERIN)
    assert poll(service, started["deferral_code"], PORTAL).reason == "chain_revoked"


def test_a_person_whose_token_ended_meanwhile_asks_anew(clocked):
    waiting = waits(clocked.start(scope="files:Put*", **WAIT, subject_token=COMPANY.mint(
        "erin", exp=int(time.time()) + 120)))
    clocked.forward(151)
    approve(clocked, waiting["approval"])
    assert poll(clocked, waiting["deferral_code"], PORTAL).reason == "subject_token_expired"


# Who decides

def test_over_the_socket_the_person_must_be_one_of_those_the_rule_names(held):
    waiting = waits(held.for_itself(GUARDED, scope="files:GetA", **WAIT), "ours-wait")["approval"]
    for by in ("mallory", ERIN, "owner", GUARDED, PLANNER):
        refused = approve(held, waiting, 403, by=by)
        assert refused["status"] == 403 and refused["field"] == "by" and shown(held, waiting)["decision"] is None
        deny(held, waiting, 403, by=by)
    assert approve(held, waiting, by=OWNER)["decision"]["by"] == OWNER
    other = waits(held.for_itself(GUARDED, scope="files:GetB", **WAIT), "ours-wait")["approval"]
    assert approve(held, other)["decision"]["by"] == "operator"
    assert records(held, other)[-1]["by"] == "operator"


class Administered(DelegationService, AdministeredService):
    """Delegations, and agents that may decide over the network: one of them asks for tokens as well."""

    def __init__(self, directory):
        self.admin_port = None
        Service.__init__(self, directory, registries=())
        self.environment["MANDATE_ADMIN_LISTEN"] = "127.0.0.1:0"
        decide = {self.issuer: ["approvals:decide", "registry:read"]}
        document = {
            "audiences": [
                {"id": self.issuer, "scopes": [{"name": "approvals:decide", "class": "admin"},
                                               {"name": "registry:read", "class": "read"}]},
                {"id": FILES, "scopes": [{"name": "files:Put*", "class": "write"}]}],
            "agent_types": [{
                "id": "any", "capabilities": decide | {FILES: ["files:Put*"]},
                "delegation": {"to": ["any"], "max_chain_depth": 4, "max_class": "admin"}}],
            "agents": [{"id": name, "type": "any", "owner": owner} for name, owner in [
                ("asker", OWNER), ("twin", OWNER), ("desk", "zoe"), ("helper", "bob")]]}
        file = self.directory / "registry.json"
        file.write_text(json.dumps(document))
        self.command("apply", "-f", file)

    def serve(self):
        Service.start(self)
        port = re.search(r":(\d+)$", self.said("administration on "))[1]
        self.admin = f"http://127.0.0.1:{port}"
        return self

    def decide(self, token, approval, verb="approve", **body):
        return self.ask("POST", f"/v1/approvals/{approval}/{verb}", token, json=body)

    def ask(self, method, path, token=None, **options):
        return AdministeredService.ask(self, method, path, token, **options)

    def right(self, agent, scope="approvals:decide"):
        return self.for_itself(agent, audience=self.issuer, scope=scope).token


@pytest.fixture
def administered(directory_of):
    service = Administered(directory_of()).serve()
    yield service
    service.stop()


def over_socket_policies(service, *rules):
    status, _, text = service.over_socket("PUT", "/v1/policies", json.dumps({"policies": list(rules)}),
                                          {"Content-Type": "application/json"})
    assert status == 200, text


def test_over_the_network_nobody_approves_for_themselves(administered):
    service = administered
    over_socket_policies(service, WRITES)
    waiting = waits(service.for_itself("asker", scope="files:PutA", **WAIT))["approval"]
    own = service.right("asker")
    refused = service.decide(own, waiting)
    assert refused.status_code == 403 and "asked for this" in refused.json()["detail"]
    assert service.decide(own, waiting, "deny").status_code == 403
    # Nor through somebody to whom it handed the right to decide.
    chain = service.autonomous("asker", "desk", audience=service.issuer, scope="approvals:decide", task_id="trick")
    through = service.redeem(chain.token, by="desk", audience=service.issuer, scope="approvals:decide").token
    assert service.decide(through, waiting).status_code == 403
    assert service.decide(service.right("desk"), waiting, by="bob").json()["field"] == "by"
    assert service.decide(service.right("desk", "registry:read"), waiting).status_code == 403
    assert service.decide(None, waiting).status_code == 401
    shown = service.ask("GET", f"/v1/approvals/{waiting}", service.right("desk", "registry:read"))
    assert shown.json()["status"] == "pending"
    done = service.decide(service.right("desk"), waiting, reason="looked at")
    assert done.status_code == 200 and done.json()["decision"]["by"] == "zoe"
    record = records(service, waiting)[-1]
    assert (record["event"], record["by"], record["change"]["through"]) == ("approval.approved", "zoe", "agent:desk")
    listed = service.ask("GET", "/v1/approvals?status=approved", service.right("desk"))
    assert [one["id"] for one in listed.json()["items"]] == [waiting]


def test_over_the_network_the_person_behind_the_token_counts(administered):
    service = administered
    over_socket_policies(service, WRITES | {"approvers": ["owner"]})
    waiting = waits(service.for_itself("asker", scope="files:PutA", **WAIT))["approval"]
    refused = service.decide(service.right("desk"), waiting)
    assert refused.status_code == 403 and OWNER in refused.json()["detail"]
    assert service.decide(service.right("helper"), waiting).status_code == 403
    assert service.decide(service.right("twin"), waiting).json()["decision"]["by"] == OWNER


# What lasts

def test_approvals_survive_a_crash(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    asked = {name: waits(service.for_itself(WRITER, scope=f"files:Put{name}", **WAIT)) for name in "ABCD"}
    approve(service, asked["A"]["approval"])
    approve(service, asked["B"]["approval"])
    used = poll(service, asked["B"]["deferral_code"], WRITER).claims["jti"]
    deny(service, asked["C"]["approval"])
    service.crash()
    service.serve()
    assert poll(service, asked["A"]["deferral_code"], WRITER).status == 200
    assert poll(service, asked["B"]["deferral_code"], WRITER).claims["jti"] == used
    assert poll(service, asked["C"]["deferral_code"], WRITER).reason == "approval_denied"
    assert poll(service, asked["D"]["deferral_code"], WRITER).reason == "approval_pending"
    statuses = {one["id"]: one["status"] for one in service.json("approval", "list")["items"]}
    assert statuses == {asked[name]["approval"]: status for name, status in zip("ABCD", ["used", "used", "denied", "pending"])}
    service.command("ledger", "verify")


def test_an_export_is_the_registry_alone_and_a_restored_approval_is_given_anew(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    before = service.command("export").stdout
    asked = [waits(service.for_itself(WRITER, scope=f"files:Put{name}", **WAIT)) for name in "AB"]
    approve(service, asked[0]["approval"])
    assert service.command("export").stdout == before
    service.stop()
    service.command("backup", service.directory / "copy")
    service.command("restore", service.directory / "copy")
    service.serve()
    # Nobody can tell whether its token was fetched after the backup.
    assert poll(service, asked[0]["deferral_code"], WRITER).reason == "approval_expired"
    assert poll(service, asked[1]["deferral_code"], WRITER).reason == "approval_pending"


def test_the_metric_counts_what_waits(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    assert metrics(service)["mandate_approvals_pending"] == 0
    asked = [waits(service.for_itself(WRITER, scope=f"files:Put{n}", **WAIT)) for n in range(3)]
    assert metrics(service)["mandate_approvals_pending"] == 3
    approve(service, asked[0]["approval"])
    deny(service, asked[1]["approval"])
    assert metrics(service)["mandate_approvals_pending"] == 1


# The command line

def test_the_commands_list_show_approve_and_deny(own_delegations):
    service = own_delegations
    policies(service, WRITES | {"approvers": ["owner"]})
    first = waits(service.for_itself(WRITER, scope="files:PutA files:PutB", **WAIT))["approval"]
    second = waits(service.for_itself(PLANNER, scope="files:PutA", **WAIT))["approval"]
    listed = service.command("approval", "list", "--status", "pending").stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == [second, first]
    assert [one["id"] for one in service.json("approval", "list", "--client", WRITER)["items"]] == [first]
    assert service.json("approval", "show", first)["approvers"] == ["owner"]
    assert "writes are looked at" in service.command("approval", "show", first).stdout
    wrong = service.command("approval", "approve", first, "--by", "mallory", status=1).stderr
    assert "mallory" in wrong and OWNER in wrong
    done = service.command("approval", "approve", first, "--by", OWNER, "--scope", "files:PutA", "--expires-in", "60")
    assert done.stdout.startswith(f"{first} is approved: {WRITER}") and "narrowed to files:PutA" in done.stdout
    assert service.for_itself(WRITER, scope="files:PutA files:PutB")["scope"] == "files:PutA"
    denied = service.json("approval", "deny", second, "--reason", "no need")
    assert denied["decision"]["by"] == "operator" and denied["decision"]["reason"] == "no need"
    service.command("approval", "list", "--status", "open", status=2)
    for command in ("list", "show", "approve", "deny"):
        assert "Example:" in service.command("approval", command, "--help").stdout
    # Nobody serves: the same, on the database itself.
    service.stop()
    assert len(service.json("approval", "list")["items"]) == 2


def test_a_token_is_waited_for_on_the_command_line(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    secret = {"MANDATE_CLIENT_SECRET": service.secret(WRITER)}
    get = ["token", "get", "--server", service.url, "--client-id", WRITER, "--audience", FILES, "--scope"]
    refused = service.command(*get, "files:PutA", environment=secret, status=1).stderr
    approval = service.json("approval", "list")["items"][0]["id"]
    assert f"mandate approval approve {approval}" in refused and "--wait" in refused
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(service.command, *get, "files:PutA", "--wait", environment=secret)
        other = pool.submit(service.command, *get, "files:PutB", "--wait", environment=secret, status=1)
        until = time.monotonic() + 10
        while len(pending := service.json("approval", "list", "--status", "pending")["items"]) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
        denied = next(one["id"] for one in pending if one["id"] != approval)
        approve(service, approval)
        deny(service, denied, reason="no")
        done = waiting.result(60)
        assert decoded(done.stdout.strip())[1]["approval"] == approval
        assert "approval_denied" in other.result(60).stderr


# What an approver did not see

def test_a_longer_life_or_another_purpose_is_not_smuggled_past_the_approver(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", expires_in=30, task_id="t-life", **WAIT))
    approve(service, waiting["approval"])
    assert service.for_itself(WRITER, scope="files:PutA", task_id="t-life")["expires_in"] <= 30
    waiting = waits(service.for_itself(WRITER, scope="files:PutB", task_id="t-what", task_purpose="tidy up", **WAIT))
    approve(service, waiting["approval"])
    waits(service.for_itself(WRITER, scope="files:PutB", task_id="t-what", task_purpose="something else", **WAIT))


def test_an_approval_under_one_rule_is_none_under_another(own_delegations):
    service = own_delegations
    often = {"id": "a-often", "when": {"rate_over": {"count": 1, "per": "1h", "by": "agent"}}, "effect": "require_approval"}
    policies(service, often, WRITES)
    first = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, first["approval"])
    assert service.for_itself(WRITER, scope="files:GetA").status == 200
    second = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT), rule="a-often")
    assert second["approval"] != first["approval"]


def test_what_a_suspension_cut_is_not_fetched_after_the_resumption(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    approved, pending = (waits(service.for_itself(WRITER, scope=f"files:Put{x}", **WAIT)) for x in "AB")
    held = waits(service.hand_over(_delegation(service, "t-cut", scope="files:Put*"), to=WRITER, scope="files:PutC", **WAIT))
    other = waits(service.start(scope="files:Put*", task_id="t-other", **WAIT))
    approve(service, approved["approval"])
    service.command("agent", "suspend", WRITER, "--reason", "test")
    service.command("agent", "resume", WRITER, "--reason", "test")
    for cut, client in (approved, WRITER), (pending, WRITER), (held, PLANNER):
        assert shown(service, cut["approval"])["status"] == "expired"
        approve(service, cut["approval"], status=409)
        assert poll(service, cut["deferral_code"], client).refusal == (400, "expired_token", "approval_expired")
    assert shown(service, other["approval"])["status"] == "pending"
    assert waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))["approval"] != approved["approval"]


def test_an_actor_token_that_was_used_meanwhile_is_refused(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    top, mine = _delegation(service, "t-actor", scope="files:Put* files:Get*"), actor(presented(service))
    waiting = waits(service.hand_over(top, to=WRITER, scope="files:PutA", **mine, **WAIT))
    approve(service, waiting["approval"])
    assert service.redeem(top, scope="files:GetA", **mine).status == 200
    assert poll(service, waiting["deferral_code"], PLANNER).refusal == INVALID


def test_what_was_approved_by_mistake_can_be_denied_until_it_is_fetched(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, waiting["approval"])
    deny(service, waiting["approval"])
    assert poll(service, waiting["deferral_code"], WRITER).refusal == (400, "access_denied", "approval_denied")
    approve(service, waiting["approval"], status=409)
