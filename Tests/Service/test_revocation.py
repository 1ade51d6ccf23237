"""Introspection (RFC 7662), revocation (RFC 7009) and the signed list of what is revoked."""

import base64
import json
import time

import requests

from delegation import ACCESS_TOKEN, COMPANY, FILES, ORDERS, OTHER_WORKER, PLANNER, RELAY, STOCK, WORKER
from service import decoded


# RFC 7662

def test_introspection_answers_the_audience_and_the_holder_in_full(delegations):
    token = delegations.hand_over(delegations.start().token).token
    access = delegations.redeem(token, by=WORKER)
    for by in (FILES, WORKER):
        answer = delegations.introspect(access.token, by)
        assert answer.status == 200 and answer["active"] is True
        assert answer.items() >= access.claims.items()
        links = delegations.links(access.hash, access.token).json()["links"]
        assert answer["delegation_chain"] == links
        assert answer.headers["Cache-Control"] == "no-store"
    answer = delegations.introspect(token, WORKER)
    assert answer["active"] is True and answer["authority"] == {FILES: ["files:Get*"]}
    assert delegations.introspect(token, WORKER, token_type_hint="access_token")["active"] is True


def test_introspection_tells_nobody_else_anything(delegations):
    delegation = delegations.start()
    access = delegations.redeem(delegation.token)
    for by in (ORDERS, "other-planner", WORKER, "portal"):
        assert not delegations.is_active(access.token, by) and not delegations.is_active(delegation.token, by)
    assert not delegations.is_active(delegation.token, FILES)
    for token in ("garbage", access.token[:-4] + "AAAA", COMPANY.mint("erin"), "a.b.c", "x" * 20_000):
        assert not delegations.is_active(token, FILES)
    assert delegations.ask("/oauth/introspect", None, {"token": access.token}).status_code == 401
    empty = delegations.ask("/oauth/introspect", FILES, {})
    assert (empty.status_code, empty.json()["error"]) == (400, "invalid_request")
    assert requests.get(f"{delegations.url}/oauth/introspect", timeout=5).status_code == 405


def test_an_expired_token_is_not_active(delegations):
    access = delegations.for_itself(expires_in="1")
    assert delegations.is_active(access.token, FILES)
    time.sleep(max(0, access.claims["exp"] - time.time()) + 0.05)
    assert not delegations.is_active(access.token, FILES)


# RFC 7009

def test_the_holder_revokes_its_delegation_and_everything_below(delegations):
    parent = delegations.start()
    relay = delegations.hand_over(parent.token, RELAY)
    worker = delegations.hand_over(relay.token, WORKER, RELAY)
    sibling = delegations.hand_over(parent.token, OTHER_WORKER)
    access = delegations.redeem(worker.token, by=WORKER)
    answer = delegations.revoke(relay.token, RELAY)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    for token, by in ((relay.token, RELAY), (worker.token, WORKER)):
        assert delegations.redeem(token, by=by).refusal == (400, "invalid_request", "chain_revoked")
        assert not delegations.is_active(token, by)
    assert delegations.hand_over(relay.token, OTHER_WORKER, RELAY).reason == "chain_revoked"
    assert not delegations.is_active(access.token, FILES)
    assert delegations.redeem(parent.token).reason is None
    assert delegations.redeem(sibling.token, by=OTHER_WORKER).reason is None
    assert delegations.revoke(relay.token, RELAY).status_code == 200


def test_the_delegator_revokes_what_it_handed_over(delegations):
    parent = delegations.start()
    child = delegations.hand_over(parent.token)
    assert delegations.revoke(child.token, PLANNER).status_code == 200
    assert delegations.redeem(child.token, by=WORKER).reason == "chain_revoked"
    assert delegations.redeem(parent.token).reason is None


def test_an_access_token_alone_is_revoked(delegations):
    delegation = delegations.start()
    first, second = delegations.redeem(delegation.token), delegations.redeem(delegation.token)
    assert delegations.revoke(first.token, PLANNER, token_type_hint="refresh_token").status_code == 200
    assert not delegations.is_active(first.token, FILES) and delegations.is_active(second.token, FILES)
    assert delegations.redeem(delegation.token).reason is None


def test_a_revoked_access_token_is_not_passed_on(delegations):
    token = delegations.start(audience=[ORDERS, STOCK], scope="orders:read stock:read").token
    order = delegations.redeem(token, audience=ORDERS, scope="orders:read stock:read").token
    passed = delegations.pass_on(order, scope="stock:read")
    assert delegations.revoke(order, PLANNER).status_code == 200
    assert delegations.pass_on(order, scope="stock:read").reason in {"chain_revoked", "subject_token_invalid"}
    assert passed.reason is None


def test_nobody_revokes_what_is_not_his(delegations):
    parent = delegations.start()
    child = delegations.hand_over(parent.token)
    access = delegations.redeem(child.token, by=WORKER)
    for token, by in ((parent.token, WORKER), (child.token, OTHER_WORKER), (access.token, "other-planner")):
        answer = delegations.revoke(token, by)
        assert (answer.status_code, answer.json()["error"], answer.json()["reason"]) == (
            400, "invalid_request", "presenter_mismatch")
    assert delegations.redeem(child.token, by=WORKER).reason is None
    assert delegations.is_active(access.token, FILES)


def test_unknown_tokens_are_revoked_already(delegations):
    for token in ("garbage", "a.b.c", COMPANY.mint("erin"), delegations.start().token[:-4] + "AAAA"):
        assert delegations.revoke(token).status_code == 200
    assert delegations.ask("/oauth/revoke", None, {"token": "x"}).status_code == 401
    assert delegations.ask("/oauth/revoke", PLANNER, {}).status_code == 400


def test_a_revocation_survives_a_crash(own_delegations):
    service = own_delegations
    parent = service.start()
    child, access = service.hand_over(parent.token), service.redeem(parent.token)
    service.revoke(child.token)
    service.revoke(access.token)
    service.crash()
    service.serve()
    assert service.redeem(child.token, by=WORKER).reason == "chain_revoked"
    assert not service.is_active(access.token, FILES)
    assert service.redeem(parent.token).reason is None


def test_revocations_are_in_the_ledger(own_delegations):
    service = own_delegations
    delegation = service.start()
    child, access = service.hand_over(delegation.token), service.redeem(delegation.token)
    service.revoke(access.token)
    service.revoke(child.token)
    service.command("delegation", "revoke", delegation.hash, "--reason", "no longer needed")
    assert WORKER in service.command("delegation", "show", child.hash).stdout
    records = [one for one in service.ledger() if one["event"] in ("token.revoked", "delegation.revoked")]
    assert [one["event"] for one in records] == ["token.revoked", "delegation.revoked", "delegation.revoked"]
    assert [one["jti"] for one in records[:1]] == [access.claims["jti"]]
    assert [one["chain_hash"] for one in records[1:]] == [child.hash, delegation.hash]
    assert "no longer needed" in json.dumps(records[2]) and records[2]["by"] == "operator"
    text = service.command("ledger", "export").stdout
    assert not [one for one in (delegation, child, access) if one.token in text]
    service.command("ledger", "verify")


# The list for resource servers

def test_the_list_of_what_is_revoked(own_delegations):
    service = own_delegations
    url = f"{service.url}/revocations"
    delegation = service.start()
    child, access = service.hand_over(delegation.token), service.redeem(delegation.token)
    before = requests.get(url, timeout=5)
    assert before.status_code == 200 and before.headers["content-type"] == "application/jwt"
    header, claims = decoded(before.text)
    assert header["typ"] == "revocations+jwt" and claims["iss"] == service.issuer
    assert access.claims["jti"] not in before.text
    etag = before.headers["ETag"]
    assert requests.get(url, headers={"If-None-Match": etag}, timeout=5).status_code == 304
    service.revoke(access.token)
    service.revoke(child.token)
    after = requests.get(url, headers={"If-None-Match": etag}, timeout=5)
    assert after.status_code == 200 and after.headers["ETag"] != etag
    text = json.dumps(decoded(after.text)[1])
    assert access.claims["jti"] in text and child.hash in text
    assert delegation.hash not in text
    assert service.command("verify", "--jwks", f"{service.url}/.well-known/jwks.json", input=after.text + "\n",
                           status=1).stdout.startswith("refused ")
    assert len(base64.urlsafe_b64decode(after.text.split(".")[2] + "==")) == 64
    assert service.pass_on(after.text, subject_token_type=ACCESS_TOKEN).reason == "subject_token_invalid"
    head = requests.head(url, timeout=5)
    assert head.status_code == 200 and head.content == b""
