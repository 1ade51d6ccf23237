"""Every refusal an exchange can meet: status, error, reason, and its record in the ledger."""

import time

import pytest

from delegation import (ACCESS_TOKEN, BRIEF, COMPANY, DELEGATION, ERIN, EXCHANGE, FILES, ID_TOKEN, ORDERS, OTHER_WORKER,
                        PARTNER, PLANNER, PORTAL, RELAY, REPORTS, STOCK, WORKER)
from test_refusals import assert_refusal

INVALID, SCOPE, TARGET = "invalid_request", "invalid_scope", "invalid_target"


class Known:
    """Tokens that many cases begin with."""

    def __init__(self, service):
        self.planner = service.start(audience=[FILES, REPORTS, STOCK, ORDERS], scope=" ".join([
            "files:Get*", "files:Delete*", "files:Put*", "reports:read", "orders:read", "stock:read",
            "stock:reserve"])).token
        self.worker = service.hand_over(self.planner, scope="files:GetObject").token
        self.shallow = service.hand_over(self.planner, "shallow", scope="files:Get*").token
        self.relay = service.hand_over(self.planner, RELAY, scope="files:Get*").token
        self.guarded = service.start(actor="guarded", scope="files:Get* files:Put*").token
        self.access = service.redeem(self.planner, scope="files:Get*").token
        self.order = service.redeem(self.planner, audience=ORDERS, scope="orders:read stock:read stock:reserve").token
        self.plain_order = service.redeem(self.planner, audience=ORDERS, scope="orders:read").token


@pytest.fixture(scope="module")
def known(delegations):
    delegations.command("agent", "suspend", "retired-worker", "--reason", "a test")
    return Known(delegations)


# what is asked → error, reason; the agent that asks is `by`, the planner where nothing is said
START = {
    "no task": (dict(task_id=None), INVALID, "task_missing"),
    "by one who may not start chains": (dict(by=PLANNER), "unauthorized_client", "grant_not_allowed"),
    "for oneself, by one who may not": (dict(by=WORKER, actor=None), "unauthorized_client", "grant_not_allowed"),
    "for an agent not in the portal's list": (dict(actor=RELAY), INVALID, "not_a_delegate"),
    "for nobody registered": (dict(actor="agent-nobody"), INVALID, "not_a_delegate"),
    "for an inactive agent": (dict(actor="retired-worker"), INVALID, "not_a_delegate"),
    "an actor out of grammar": (dict(actor="a/b"), INVALID, {"malformed_request", "not_a_delegate"}),
    "no subject token": (dict(subject_token=" "), INVALID, {"malformed_request", "subject_token_invalid"}),
    "no type of subject token": (dict(subject_token_type=None), INVALID, "malformed_request"),
    "a type nobody knows": (dict(subject_token_type="urn:example:x"), INVALID, "malformed_request"),
    "a person's token as a delegation": (dict(subject_token_type=DELEGATION), INVALID, "subject_token_invalid"),
    "garbage": (dict(subject_token="garbage"), INVALID, "subject_token_invalid"),
    "a token of an issuer nobody trusts": (dict(
        subject_token=COMPANY.mint("erin", iss="https://elsewhere.example")), INVALID, "subject_token_invalid"),
    "what people may not hand over": (dict(audience=REPORTS, scope="reports:write"), SCOPE, "exceeds_delegation"),
    "an audience people may not hand over": (dict(
        subject_token=PARTNER.mint("gina"), audience=REPORTS, scope="reports:read"), TARGET, "audience_not_held"),
    "what the agent may not": (dict(actor=WORKER, scope="files:PutObject"), SCOPE, "exceeds_capability"),
    "more than one audience for an access token": (dict(
        requested_token_type=None, audience=[FILES, BRIEF], scope="files:Get* brief:read"), TARGET, "several_audiences"),
}
HAND_OVER = {
    "no actor": (dict(to=None), INVALID, "cycle"),
    "to oneself": (dict(to=PLANNER), INVALID, "cycle"),
    "to an agent on the chain": (dict(subject_token="relay", by=RELAY, to=PLANNER), INVALID, "cycle"),
    "to nobody registered": (dict(to="agent-nobody"), INVALID, "not_a_delegate"),
    "to an inactive agent": (dict(to="retired-worker"), INVALID, "not_a_delegate"),
    "to an agent not in the list": (dict(to="other-planner"), INVALID, "not_a_delegate"),
    "by an agent whose list is empty": (dict(subject_token="worker", by=WORKER, to=OTHER_WORKER), INVALID, "not_a_delegate"),
    "deeper than an agent on the chain allows": (dict(
        subject_token="shallow", by="shallow", to=WORKER), INVALID, "depth_exceeded"),
    "by an agent above the holder": (dict(subject_token="worker", by=PLANNER), INVALID, "presenter_mismatch"),
    "by a stranger": (dict(by="other-planner"), INVALID, "presenter_mismatch"),
    "more than it holds": (dict(scope="files:ListAll"), SCOPE, "exceeds_delegation"),
    "a wider pattern than it holds": (dict(subject_token="relay", by=RELAY, to=WORKER, scope="files:Get* files:List*"),
                                      SCOPE, "exceeds_delegation"),
    "what the delegate may not": (dict(scope="files:PutObject"), SCOPE, "exceeds_capability"),
    "a class above the giver's": (dict(to="writer", scope="files:DeleteObject"), SCOPE, "exceeds_class"),
    "a class that waits for approval": (dict(
        subject_token="guarded", by="guarded", to="writer", scope="files:PutObject"),
        "interaction_required", "approval_required"),
    "another task": (dict(task_id="another"), INVALID, "task_mismatch"),
    "an audience it does not hold": (dict(audience=BRIEF, scope="brief:read"), TARGET, "audience_not_held"),
    "an audience nobody registered": (dict(audience="no-such-api"), TARGET, "audience_unknown"),
    "no audience, several held": (dict(audience=None, scope="files:Get*"), TARGET, "audience_missing"),
    "an audience that gets nothing": (dict(audience=[FILES, STOCK], scope="files:GetObject"), SCOPE, "scope_missing"),
    "a scope no asked audience knows": (dict(audience=[FILES, STOCK], scope="files:GetObject stock:read reports:read"),
                                        SCOPE, "scope_unknown"),
    "a scope that is none": (dict(scope="files::x"), SCOPE, "scope_malformed"),
    "no scope and no default": (dict(audience=REPORTS), SCOPE, "scope_missing"),
    "a life of nothing": (dict(expires_in="0"), INVALID, "malformed_request"),
    "an actor token alone": (dict(actor_token="x.y.z"), INVALID, "malformed_request"),
    "the type of an actor token alone": (dict(actor_token_type=ACCESS_TOKEN), INVALID, "malformed_request"),
    "a bad actor token": (dict(actor_token="x.y.z", actor_token_type=ACCESS_TOKEN), INVALID, "actor_token_invalid"),
    "its token as an access token": (dict(subject_token_type=ACCESS_TOKEN), INVALID, "subject_token_invalid"),
    "its token as an id token": (dict(
        by="starter", subject_token_type=ID_TOKEN, task_id="a-task"), INVALID, "subject_token_invalid"),
    "an access token as its token": (dict(subject_token="access"), INVALID, "subject_token_invalid"),
    "not registered for exchange": (dict(by="credentials-only"), "unauthorized_client", "grant_not_allowed"),
}
REDEEM = {
    "by the agent above": (dict(subject_token="worker"), INVALID, "presenter_mismatch"),
    "by an agent beside": (dict(subject_token="worker", by=OTHER_WORKER), INVALID, "presenter_mismatch"),
    "by the agent below": (dict(by=WORKER), INVALID, "presenter_mismatch"),
    "by the portal": (dict(by=PORTAL), INVALID, "presenter_mismatch"),
    "with an actor": (dict(requested_actor=WORKER), INVALID, "malformed_request"),
    "more than handed over": (dict(subject_token="worker", by=WORKER, scope="files:GetAcl"), SCOPE, "exceeds_delegation"),
    "the defaults, with less": (dict(subject_token="worker", by=WORKER), SCOPE, "exceeds_delegation"),
    "a scope not in the catalogue": (dict(scope="files:Rename"), SCOPE, "scope_unknown"),
    "two audiences": (dict(audience=[FILES, REPORTS], scope="files:GetObject reports:read"), TARGET, "several_audiences"),
    "an audience not handed over": (dict(subject_token="worker", by=WORKER, audience=REPORTS, scope="reports:read"),
                                    TARGET, "audience_not_held"),
    "another task": (dict(task_id="another"), INVALID, "task_mismatch"),
    "details": (dict(authorization_details="[]"), "invalid_authorization_details", "invalid_authorization_details"),
}
PASS_ON = {
    "by an agent that is not its audience": (dict(by=FILES), INVALID, "presenter_mismatch"),
    "by its holder": (dict(by=PLANNER), INVALID, "presenter_mismatch"),
    "more than the token": (dict(subject_token="plain_order", scope="stock:read"), SCOPE, "exceeds_delegation"),
    "what the passing agent may not": (dict(scope="stock:reserve"), SCOPE, "exceeds_capability"),
    "to an audience the chain does not hold": (dict(audience=BRIEF, scope="brief:read"), TARGET, "audience_not_held"),
    "by an agent the holder may not hand to": (dict(
        subject_token="access", by=FILES, audience=FILES, scope="files:GetObject"), INVALID, "not_a_delegate"),
    "its token as a delegation token": (dict(subject_token_type=DELEGATION), INVALID, "subject_token_invalid"),
    "with an actor": (dict(requested_actor=WORKER), INVALID, "malformed_request"),
}
CASES = [(kind, name) for kind, table in (
    ("start", START), ("hand_over", HAND_OVER), ("redeem", REDEEM), ("pass_on", PASS_ON)) for name in table]


def asked(service, known, kind, changes):
    changes = dict(changes)
    if kind == "start":
        return service.start(**changes)
    token = changes.pop("subject_token", {"hand_over": "planner", "redeem": "planner", "pass_on": "order"}[kind])
    return getattr(service, kind)(getattr(known, token), **changes)


@pytest.mark.parametrize("kind, name", CASES, ids=lambda word: word)
def test_refuses(delegations, known, kind, name):
    changes, error, reasons = globals()[kind.upper()][name]
    answer = asked(delegations, known, kind, changes)
    assert (answer.status, answer["error"]) == (400, error), dict(answer)
    assert answer.reason in ({reasons} if isinstance(reasons, str) else reasons)
    assert_refusal(answer.headers, answer)
    if answer.reason == "malformed_request":
        return  # parameters are read before the client is known, and nobody unknown writes records
    record = delegations.record(answer)
    by = changes.get("by", {"start": PORTAL, "pass_on": ORDERS}.get(kind, PLANNER))
    assert {name: record[name] for name in ("agent_id", "granted", "jti", "reason")} == {
        "agent_id": by, "granted": None, "jti": None, "reason": answer.reason}
    waits = answer.reason == "approval_required"
    assert record["event"] == ("approval.requested" if waits else "token.refused") and record["rule"]
    assert record["decision"] == ("REQUIRE_APPROVAL" if waits else "DENY")


def test_a_refusal_below_a_chain_names_the_chain(delegations, known):
    answer = delegations.redeem(known.worker, by=WORKER, scope="files:GetAcl")
    record = delegations.record(answer)
    assert {name: record[name] for name in ("principal", "task_id", "chain", "audience", "requested", "reason")} == {
        "principal": ERIN, "task_id": "a-task", "chain": [ERIN, PLANNER, WORKER], "audience": FILES,
        "requested": ["files:GetAcl"], "reason": "exceeds_delegation"}


def test_what_has_less_than_five_seconds_left_is_refused(delegations):
    person = COMPANY.mint("erin", exp=int(time.time()) + 4)
    assert delegations.start(subject_token=person).refusal == (400, INVALID, "too_short_lived")
    short = delegations.start(expires_in="5")
    assert short["expires_in"] == 5
    time.sleep(1.2)
    assert delegations.hand_over(short.token).refusal == (400, INVALID, "too_short_lived")
    assert delegations.redeem(short.token).refusal == (400, INVALID, "too_short_lived")
    assert delegations.start(expires_in="2").claims["authority"], "the rule looks at the mandate, not at expires_in"
    time.sleep(max(0, short.claims["exp"] - time.time()) + 0.1)
    assert delegations.redeem(short.token).refusal == (400, INVALID, "subject_token_expired")


def test_a_persons_token_authenticates_no_client(delegations):
    form = {"grant_type": EXCHANGE, "subject_token": COMPANY.mint("erin"), "subject_token_type": ID_TOKEN,
            "audience": FILES, "task_id": "a-task"}
    assert delegations.exchange(None, **form).refusal == (401, "invalid_client", "client_authentication_failed")


def test_capabilities_of_today_decide(own_delegations):
    service = own_delegations
    planner = service.start(scope="files:Get*").token
    worker = service.hand_over(planner).token
    service.admin("PATCH", f"/v1/agents/{PLANNER}", {"capabilities": {FILES: ["files:GetObject"]}})
    assert service.redeem(worker, by=WORKER, scope="files:GetAcl").refusal == (400, SCOPE, "exceeds_capability")
    assert service.redeem(planner, scope="files:GetAcl").refusal == (400, SCOPE, "exceeds_capability")
    assert service.redeem(worker, by=WORKER, scope="files:GetObject").reason is None
    service.admin("PATCH", f"/v1/agents/{PLANNER}", {"capabilities": {FILES: ["files:Get*"]}})
    assert service.redeem(worker, by=WORKER, scope="files:GetAcl").reason is None
