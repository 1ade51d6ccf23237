"""Requests that wait for a person: every grant is held, polled, approved and carried out once."""

import concurrent.futures
import json

import pytest

from delegation import ERIN, FILES, ORDERS, PLANNER, PORTAL, STOCK, WORKER
from holding import (  # noqa: F401
    DEFERRED, GUARDED, OURS, WAIT, WRITER, WRITES, approve, clock_library, clocked, delegation_of, deny, held, policies, poll,
    records, shown, waits)
from receivers import Webhook, wait_for

# Each grant: how it is asked for, by whom, what the token says of it

def _start(service, **form):
    return service.start(scope="files:Put*", task_id="t-start", **form)


def _hand_over(service, **form):
    return service.hand_over(delegation_of(service, "t-hand"), to=WRITER, scope="files:PutObject", **form)


def _redeem(service, **form):
    return service.redeem(delegation_of(service, "t-redeem"), scope="files:PutObject", **form)


_tokens = {}


def _pass_on(service, **form):
    key = (id(service), "orders")
    if key not in _tokens:
        policies(service)
        mandate = service.start(audience=[ORDERS, STOCK], scope="orders:read stock:read", task_id="t-pass").token
        _tokens[key] = service.redeem(mandate, audience=ORDERS, scope="orders:read stock:read").token
        policies(service, WRITES, OURS, {"id": "stock", "when": {"audiences": [STOCK]}, "effect": "require_approval"})
    return service.pass_on(_tokens[key], scope="stock:read", **form)


def _own_chain(service, **form):
    return service.autonomous(scope="files:Put*", task_id="t-own", **form)


def _for_itself(service, **form):
    return service.for_itself(WRITER, scope="files:PutObject", **form)


def _guarded(service, **form):
    """A hand-over that waits because of approval_for, not of a policy."""
    key = (id(service), "guarded")
    if key not in _tokens:
        policies(service)
        _tokens[key] = service.start(actor=GUARDED, scope="files:Put*", task_id="t-guarded").token
    policies(service)
    return service.hand_over(_tokens[key], to=WRITER, by=GUARDED, scope="files:Put*", **form)


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
            "requested_token_type": "delegation",
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
