"""What is revoked is dead at once, at and below the place where it was cut; everything else goes on."""

import base64
import json
import time

import pytest
import requests

from delegation import (ACCESS_TOKEN, COMPANY, DEEP, ERIN, FILES, ORDERS, OTHER_WORKER, PLANNER, RELAY, STOCK, WORKER)
from service import decoded

POSITIONS = range(8)
DEAD = {"chain_revoked", "ancestor_inactive"}


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


# Each place of a chain of eight

class Chain:
    """A chain through eight agents, with an access token at each place."""

    def __init__(self, service):
        self.service = service
        self.tokens = service.deep_chain()
        self.access = [service.redeem(token, by=agent).token for token, agent in zip(self.tokens, DEEP)]
        self.hashes = [decoded(token)[1]["delegation_chain_hash"] for token in self.tokens]

    def assert_cut(self, place, suspended=None):
        """Dead from `place` on, alive above it."""
        for index, (token, agent) in enumerate(zip(self.tokens, DEEP)):
            dead = index >= place
            assert self.service.is_active(self.access[index], FILES) == (not dead), index
            if agent != suspended:
                assert self.service.is_active(token, agent) == (not dead), index
                answer = self.service.redeem(token, by=agent)
                assert (answer.reason in DEAD) if dead else answer.reason is None, (index, dict(answer))
                to = "deep-9" if index + 1 >= len(DEEP) or DEEP[index + 1] == suspended else DEEP[index + 1]
                answer = self.service.hand_over(token, to, agent)
                expected = DEAD if dead else {None, "depth_exceeded"} if index == 7 else {None}
                assert answer.reason in expected, (index, dict(answer))


@pytest.mark.parametrize("place", POSITIONS)
def test_an_agent_suspended_at_each_place(own_delegations, place):
    service, agent = own_delegations, DEEP[place]
    chain = Chain(service)
    chain.assert_cut(8)
    answer = service.admin("POST", f"/v1/agents/{agent}/suspend", {"reason": "a test"})
    chain.assert_cut(place, suspended=agent)
    assert service.redeem(chain.tokens[place], by=agent).status == 401
    assert answer["links"] >= 8 - place and answer["tokens"] >= 8 - place and answer["latest_exp"]
    service.admin("POST", f"/v1/agents/{agent}/resume", {"reason": "a test"})
    chain.assert_cut(place)
    Chain(service).assert_cut(8)
    assert service.for_itself(agent).reason is None


def test_links_revoked_at_each_place(delegations):
    for place in POSITIONS:
        chain = Chain(delegations)
        answer = delegations.admin("POST", f"/v1/delegations/{chain.hashes[place]}/revoke", {"reason": "a test"})
        assert (answer["links"], answer["tokens"]) == (8 - place, 8 - place)
        chain.assert_cut(place)


def test_a_type_suspended_cuts_the_chains_of_all_its_agents(own_delegations):
    service = own_delegations
    chain, other = Chain(service), service.start()
    below = service.hand_over(other.token)
    service.admin("POST", "/v1/agent-types/worker-kind/suspend", {"reason": "a test"})
    assert service.redeem(below.token, by=WORKER).status == 401
    assert service.hand_over(other.token).reason == "not_a_delegate"
    assert service.redeem(other.token).reason is None
    service.admin("POST", "/v1/agent-types/worker-kind/resume", {"reason": "a test"})
    assert service.redeem(below.token, by=WORKER).reason in DEAD
    assert service.redeem(service.hand_over(other.token).token, by=WORKER).reason is None
    service.admin("POST", "/v1/agent-types/deep-kind/suspend", {"reason": "a test"})
    assert not any(service.is_active(token, FILES) for token in chain.access)


def test_a_decommissioned_agent_cuts_its_chains(own_delegations):
    service = own_delegations
    parent = service.start()
    relay = service.hand_over(parent.token, RELAY)
    worker = service.hand_over(relay.token, WORKER, RELAY)
    service.command("agent", "decommission", RELAY, "--reason", "a test")
    assert service.redeem(worker.token, by=WORKER).reason in DEAD
    assert service.redeem(parent.token).reason is None


# Tokens, keys and people

def test_the_operator_revokes_one_token(delegations):
    delegation = delegations.start()
    access = delegations.redeem(delegation.token)
    delegations.admin("POST", f"/v1/tokens/{access.claims['jti']}/revoke", {"reason": "a test"})
    assert not delegations.is_active(access.token, FILES)
    assert delegations.redeem(delegation.token).reason is None


def test_a_revoked_key_takes_its_tokens_along(own_delegations):
    service = own_delegations
    delegation = service.start()
    access = service.redeem(delegation.token)
    service.command("keys", "rotate")
    service.command("keys", "revoke", delegation.header["kid"])
    assert service.redeem(delegation.token).refusal == (400, "invalid_request", "subject_token_invalid")
    assert not service.is_active(access.token, FILES)
    assert service.redeem(service.start().token).header["kid"] != delegation.header["kid"]


def test_a_revoked_principal_cannot_start_and_what_it_started_is_dead(own_delegations):
    service = own_delegations
    held, other = service.start(), service.start("frank")
    child, access = service.hand_over(held.token), service.redeem(held.token)
    answer = service.admin("POST", f"/v1/principals/{ERIN}/revoke", {"reason": "left"})
    assert (answer["links"], answer["tokens"]) == (2, 1)
    assert service.start().reason in {"chain_revoked", "subject_token_invalid"}
    assert service.redeem(held.token).reason == service.redeem(child.token, by=WORKER).reason == "chain_revoked"
    assert not service.is_active(access.token, FILES)
    assert service.redeem(other.token).reason is None
    service.admin("POST", f"/v1/principals/{ERIN}/reinstate", {"reason": "came back"})
    assert service.redeem(held.token).reason == "chain_revoked"
    assert service.start().reason is None


def test_agents_of_a_revoked_owner_do_not_act_for_themselves(own_delegations):
    service = own_delegations
    own, persons = service.for_itself("deep-1"), service.start(actor="deep-1")
    chain = service.autonomous("deep-1")
    service.admin("POST", "/v1/principals/dan@company.com/revoke", {"reason": "left"})
    assert service.for_itself("deep-1").status in (400, 401) and service.autonomous("deep-1").status in (400, 401)
    assert not service.is_active(own.token, FILES)
    assert service.redeem(chain.token, by="deep-1").reason == "chain_revoked"
    assert service.redeem(persons.token, by="deep-1").reason is None
    service.admin("POST", "/v1/principals/dan@company.com/reinstate", {"reason": "came back"})
    assert service.for_itself("deep-1").reason is None


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
