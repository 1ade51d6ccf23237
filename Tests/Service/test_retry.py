"""A request repeated with its Idempotency-Key gets the same claims again; an actor token is good once."""

import json
import time

import pytest

from delegation import ACCESS_TOKEN, FILES, JWT, OTHER_WORKER, PLANNER, REPORTS, WORKER
from pipeline import Pipeline, exchange_request
from service import decoded

INVALID = (400, "invalid_request", "actor_token_invalid")


# Idempotency-Key

def key(name):
    return {"Idempotency-Key": name}


@pytest.mark.parametrize("kind", ["for_itself", "autonomous"])
def test_the_same_request_gets_the_same_claims_signed_again(delegations, kind):
    name = f"{kind}-1"
    form = {"grant_type": "client_credentials", "audience": FILES}
    if kind == "autonomous":
        form |= {"requested_token_type": "urn:mandate:params:oauth:token-type:delegation", "task_id": "retried"}
    first, second = (delegations.exchange(PLANNER, headers=key(name), **form) for _ in range(2))
    assert first.claims == second.claims
    assert {**first, "access_token": "", "expires_in": 0} == {**second, "access_token": "", "expires_in": 0}
    assert delegations.exchange(PLANNER, headers=key(name + "x"), **form).claims["jti"] != first.claims["jti"]
    assert delegations.exchange(WORKER, headers=key(name), grant_type="client_credentials",
                                audience=FILES).claims["jti"] != first.claims["jti"]
    records = [one for one in delegations.ledger() if one["jti"] == first.claims["jti"]]
    assert len([one for one in records if one["event"] in ("token.issued", "delegation.created")]) >= 1


def test_exchanges_are_retried_too(delegations):
    token = delegations.start().token
    hand_over = [delegations.hand_over(token, headers=key("a-hand-over")) for _ in range(3)]
    assert len({one.claims["jti"] for one in hand_over}) == 1 and len({one.hash for one in hand_over}) == 1
    redeemed = [delegations.redeem(token, headers=key("a-redemption")) for _ in range(3)]
    assert len({one.claims["jti"] for one in redeemed}) == 1
    assert redeemed[0].claims["exp"] == redeemed[2].claims["exp"]


def test_another_body_with_the_same_key_is_refused(delegations):
    token = delegations.start().token
    assert delegations.redeem(token, headers=key("once"), scope="files:GetObject").reason is None
    answer = delegations.redeem(token, headers=key("once"), scope="files:GetAcl")
    assert (answer.status, answer["error"]) == (422, "invalid_request") and "access_token" not in answer
    assert delegations.redeem(token, headers=key("once"), scope="files:GetObject").reason is None


def test_many_at_once_with_one_key_get_one_token(delegations):
    token = delegations.start().token
    form = [("subject_token", token), ("subject_token_type", JWT), ("audience", FILES)]
    one = exchange_request(delegations.basic(PLANNER) + "\r\nIdempotency-Key: at-once", form)
    with Pipeline(delegations.port, connections=8) as pipeline:
        answers = pipeline.ask([one] * 200)
    assert {status for status, _ in answers} == {200}
    assert len({decoded(json.loads(body)["access_token"])[1]["jti"] for _, body in answers}) == 1


def test_a_retry_may_bring_its_actor_token_again(delegations):
    token, mine = delegations.start().token, presented(delegations)
    granted = [delegations.redeem(token, headers=key("with-an-actor"), **actor(mine)) for _ in range(3)]
    assert len({one.claims["jti"] for one in granted}) == 1
    assert delegations.redeem(token, headers=key("with-an-actor-2"), **actor(mine)).refusal == INVALID
    assert delegations.redeem(token, **actor(mine)).refusal == INVALID


def test_a_retry_is_judged_again(own_delegations):
    service = own_delegations
    parent = service.start()
    child = service.hand_over(parent.token)
    first = service.redeem(child.token, by=WORKER, headers=key("judged"))
    service.admin("POST", f"/v1/agents/{PLANNER}/suspend", {"reason": "a test"})
    for _ in range(2):
        answer = service.redeem(child.token, by=WORKER, headers=key("judged"))
        assert answer.reason in {"ancestor_inactive", "chain_revoked"} and first.reason is None
        service.admin("POST", f"/v1/agents/{PLANNER}/resume", {"reason": "a test"}, status=None)


def test_a_retry_after_a_revocation_is_refused(delegations):
    child = delegations.hand_over(delegations.start().token)
    assert delegations.redeem(child.token, by=WORKER, headers=key("revoked")).reason is None
    delegations.revoke(child.token)
    assert delegations.redeem(child.token, by=WORKER, headers=key("revoked")).reason == "chain_revoked"


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_a_retry_survives_a_restart(own_delegations, end):
    service = own_delegations
    token = service.start().token
    first = service.hand_over(token, headers=key("kept"))
    getattr(service, end)()
    service.serve()
    assert service.hand_over(token, headers=key("kept")).claims == first.claims
    assert service.redeem(first.token, by=WORKER).reason is None


def test_a_refusal_is_not_kept(own_delegations):
    service = own_delegations
    token = service.start().token
    service.command("agent", "suspend", WORKER, "--reason", "a test")
    assert service.hand_over(token, headers=key("again")).reason == "not_a_delegate"
    service.command("agent", "resume", WORKER)
    assert service.hand_over(token, headers=key("again")).reason is None


# Actor tokens

def presented(service, by=PLANNER, **form):
    """The caller's own access token, addressed to Mandate."""
    return service.for_itself(by, audience=service.issuer, **form).token


def actor(token, kind=ACCESS_TOKEN):
    return {"actor_token": token, "actor_token_type": kind}


@pytest.mark.parametrize("kind", ["hand_over", "redeem"])
def test_the_callers_own_token_for_mandate_is_an_actor_token(delegations, kind):
    token = delegations.start().token
    answer = getattr(delegations, kind)(token, **actor(presented(delegations)))
    assert answer.reason is None, dict(answer)


def test_an_actor_token_is_good_once(delegations):
    token, mine = delegations.start().token, presented(delegations)
    assert delegations.redeem(token, **actor(mine)).reason is None
    assert delegations.redeem(token, **actor(mine)).refusal == INVALID
    assert delegations.hand_over(token, **actor(mine)).refusal == INVALID
    assert delegations.redeem(token, **actor(presented(delegations))).reason is None


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_an_actor_token_is_good_once_after_a_restart_too(own_delegations, end):
    service = own_delegations
    token, mine = service.start().token, presented(service)
    assert service.redeem(token, **actor(mine)).reason is None
    getattr(service, end)()
    service.serve()
    assert service.redeem(token, **actor(mine)).refusal == INVALID


def test_other_actor_tokens_are_refused(delegations):
    token = delegations.start().token
    child = delegations.hand_over(token).token
    expired = presented(delegations, expires_in="1")
    revoked = presented(delegations)
    assert delegations.revoke(revoked).status_code == 200
    time.sleep(1.2)
    for name, (bad, kind) in {
        "of another agent": (presented(delegations, WORKER), ACCESS_TOKEN),
        "for another audience": (delegations.for_itself(PLANNER).token, ACCESS_TOKEN),
        "of a chain": (delegations.redeem(token).token, ACCESS_TOKEN),
        "the delegation token itself": (token, ACCESS_TOKEN),
        "the delegation token, said to be one": (token, "urn:mandate:params:oauth:token-type:delegation"),
        "a child": (child, JWT), "expired": (expired, ACCESS_TOKEN), "revoked": (revoked, ACCESS_TOKEN),
        "garbage": ("garbage", ACCESS_TOKEN), "tampered": (presented(delegations)[:-4] + "AAAA", ACCESS_TOKEN),
        "of a type nobody knows": (presented(delegations), "urn:example:x"),
    }.items():
        answer = delegations.redeem(token, **actor(bad, kind))
        expected = {INVALID, (400, "invalid_request", "malformed_request")} if "nobody" in name else {INVALID}
        assert answer.refusal in expected, (name, dict(answer))


def test_an_actor_token_does_not_authenticate(delegations):
    token = delegations.start().token
    answer = delegations.exchange(
        None, grant_type="urn:ietf:params:oauth:grant-type:token-exchange", subject_token=token,
        subject_token_type=JWT, audience=FILES, **actor(presented(delegations)))
    assert answer.status == 401


def test_a_refused_request_gives_the_actor_token_back_or_not_but_never_twice(delegations):
    token, mine = delegations.start().token, presented(delegations)
    assert delegations.redeem(token, audience=REPORTS, scope="reports:read", **actor(mine)).reason is not None
    granted = [delegations.redeem(token, **actor(mine)).reason is None for _ in range(3)]
    assert granted.count(True) <= 1
    assert delegations.redeem(token, by=OTHER_WORKER, **actor(presented(delegations, OTHER_WORKER))).reason == "presenter_mismatch"
