"""The four exchanges, and chains that agents start: what is answered, and what the tokens say."""

import time

import pytest
import requests

from delegation import (ACCESS_TOKEN, BRIEF, COMPANY, DELEGATION, ERIN, EXCHANGE, FILES, ID_TOKEN, JWT, ORDERS, PARTNER,
                        PEOPLE, PLANNER, PORTAL, RELAY, REPORTS, STOCK, WORKER)

COMMON = {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "agent_id", "agent_type", "human_principal",
          "delegation_chain_hash", "delegation_depth", "task_id"}
DESCRIBED = {"agent_version", "team", "environment"}


# Start

def test_start_answers_a_delegation_token_for_the_named_agent(delegations):
    answer = delegations.start(scope="files:Get* files:List*", task_id="review-1")
    header, claims = answer.header, answer.claims
    assert (header["typ"], header["alg"], set(header)) == ("delegation+jwt", "ES256", {"typ", "alg", "kid"})
    assert set(claims) == COMMON | DESCRIBED | {"authority", "may_act"}
    assert {name: claims[name] for name in set(claims) - {"iat", "jti", "delegation_chain_hash"}} == {
        "iss": delegations.issuer, "sub": PLANNER, "aud": delegations.issuer, "exp": claims["iat"] + 3600,
        "nbf": claims["iat"], "client_id": PLANNER, "agent_id": PLANNER, "agent_type": "planner-kind",
        "agent_version": "v2.4.1", "team": "platform", "environment": "production", "human_principal": ERIN,
        "task_id": "review-1", "delegation_depth": 1, "may_act": {"sub": PLANNER},
        "authority": {FILES: ["files:Get*", "files:List*"]}}
    assert answer == {
        "access_token": answer.token, "token_type": "N_A", "expires_in": claims["exp"] - claims["iat"],
        "scope": "files:Get* files:List*", "issued_token_type": DELEGATION, "task_id": "review-1",
        "delegation_chain_hash": claims["delegation_chain_hash"], "delegation_depth": 1}
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"


@pytest.mark.parametrize("kind", [ID_TOKEN, JWT, ACCESS_TOKEN])
def test_start_takes_a_persons_token_of_three_types(delegations, kind):
    assert delegations.start(subject_token_type=kind).claims["human_principal"] == ERIN


def test_start_can_answer_an_access_token_for_the_named_agent(delegations):
    answer = delegations.start(requested_token_type=None, scope="files:GetObject")
    assert (answer["token_type"], answer["issued_token_type"]) == ("Bearer", ACCESS_TOKEN)
    claims = answer.claims
    assert answer.header["typ"] == "at+jwt" and claims["exp"] - claims["iat"] == 900
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (PLANNER, PLANNER, FILES)
    assert (claims["human_principal"], claims["task_id"], claims["delegation_depth"]) == (ERIN, "a-task", 1)
    assert delegations.start(requested_token_type=ACCESS_TOKEN).claims["aud"] == FILES


def test_start_for_oneself(delegations):
    answer = delegations.start(by="starter", actor=None)
    assert (answer.claims["sub"], answer["delegation_depth"]) == ("starter", 1)
    assert delegations.start(by="starter", actor="starter").claims["sub"] == "starter"
    assert delegations.redeem(answer.token, by="starter").claims["human_principal"] == ERIN


def test_a_persons_token_may_be_used_again(delegations):
    token = COMPANY.mint("erin")
    first, second = (delegations.start(subject_token=token) for _ in range(2))
    assert first.hash != second.hash and first.claims["jti"] != second.claims["jti"]


def test_a_chain_ends_no_later_than_the_persons_token(delegations):
    end = int(time.time()) + 600
    answer = delegations.start(subject_token=COMPANY.mint("erin", exp=end))
    assert answer.claims["exp"] == end and answer["expires_in"] <= 600


def test_every_person_is_named_by_the_claim_the_issuer_is_registered_with(delegations):
    assert delegations.start("frank").claims["human_principal"] == "frank@company.com"
    assert delegations.start(subject_token=PARTNER.mint("gina")).claims["human_principal"] == "id-of-gina"


# Hand over

def test_hand_over_answers_a_narrower_delegation_token(delegations):
    parent = delegations.start(scope="files:Get* files:List*", task_id="review-2")
    child = delegations.hand_over(parent.token, scope="files:GetObject")
    claims = child.claims
    assert set(claims) == COMMON | DESCRIBED | {"authority", "may_act"}
    assert {name: claims[name] for name in (
        "sub", "aud", "client_id", "agent_id", "agent_type", "agent_version", "environment", "human_principal",
        "task_id", "delegation_depth", "may_act", "authority")} == {
        "sub": WORKER, "aud": delegations.issuer, "client_id": WORKER, "agent_id": WORKER,
        "agent_type": "worker-kind", "agent_version": "v1.8.0", "environment": "staging", "human_principal": ERIN,
        "task_id": "review-2", "delegation_depth": 2, "may_act": {"sub": WORKER},
        "authority": {FILES: ["files:GetObject"]}}
    assert claims["exp"] <= parent.claims["exp"]
    assert child == {
        "access_token": child.token, "token_type": "N_A", "expires_in": claims["exp"] - claims["iat"],
        "scope": "files:GetObject", "issued_token_type": DELEGATION, "task_id": "review-2",
        "delegation_chain_hash": claims["delegation_chain_hash"], "delegation_depth": 2}
    assert child.hash != parent.hash


def test_a_delegation_token_may_be_presented_as_a_jwt(delegations):
    token = delegations.start().token
    assert delegations.hand_over(token, subject_token_type=JWT).claims["sub"] == WORKER
    assert delegations.redeem(token, subject_token_type=JWT).claims["sub"] == PLANNER


def test_a_child_lives_no_longer_than_its_parent(delegations):
    parent = delegations.start(expires_in="120")
    child = delegations.hand_over(parent.token, expires_in="3600")
    assert child.claims["exp"] == parent.claims["exp"]
    assert delegations.redeem(child.token, by=WORKER).claims["exp"] == parent.claims["exp"]
    assert delegations.hand_over(parent.token, expires_in="60")["expires_in"] == 60


def test_a_chain_of_four(delegations):
    token = delegations.start(scope="files:Get*").token
    for depth, (giver, taker) in enumerate([(PLANNER, RELAY), (RELAY, "relay-2"), ("relay-2", WORKER)], 2):
        answer = delegations.hand_over(token, taker, giver)
        assert (answer["delegation_depth"], answer.claims["sub"]) == (depth, taker)
        token = answer.token
    claims = delegations.redeem(token, by=WORKER).claims
    assert (claims["delegation_depth"], claims["human_principal"], claims["sub"]) == (4, ERIN, WORKER)


# Redeem

def test_redeem_answers_an_access_token(delegations):
    delegation = delegations.start(scope="files:Get* files:List*", task_id="review-3")
    answer = delegations.redeem(delegation.token, scope="files:GetObject")
    claims = answer.claims
    assert set(claims) == COMMON | DESCRIBED | {"scope", "permissions"}
    assert (answer.header["typ"], claims["aud"], claims["sub"]) == ("at+jwt", FILES, PLANNER)
    assert (claims["scope"], claims["permissions"]) == ("files:GetObject", ["files:GetObject"])
    assert claims["exp"] - claims["iat"] == 900
    assert claims["delegation_chain_hash"] == delegation.hash
    assert answer == {
        "access_token": answer.token, "token_type": "Bearer", "expires_in": 900, "scope": "files:GetObject",
        "issued_token_type": ACCESS_TOKEN, "task_id": "review-3", "delegation_chain_hash": delegation.hash,
        "delegation_depth": 1}


def test_redeem_as_often_as_needed(delegations):
    token = delegations.start().token
    assert len({delegations.redeem(token).claims["jti"] for _ in range(10)}) == 10


def test_defaults_and_limits_of_the_audience_hold(delegations):
    token = delegations.start(audience=[FILES, BRIEF], scope="files:Get* brief:read").token
    assert delegations.redeem(token)["scope"] == "files:Get*"
    answer = delegations.redeem(token, audience=BRIEF)
    assert (answer["scope"], answer["expires_in"], answer["task_id"]) == ("brief:read", 60, "a-task")
    assert delegations.redeem(token, audience=None, resource="https://brief.internal").claims["aud"] == BRIEF
    assert delegations.redeem(token, expires_in="7")["expires_in"] == 7
    assert delegations.redeem(token, expires_in="86400")["expires_in"] == 900


# Targets, scopes and tasks

def test_each_scope_goes_to_every_asked_audience_that_knows_it(delegations):
    answer = delegations.start(audience=[ORDERS, STOCK, FILES], scope="stock:read orders:read files:GetObject")
    assert answer.claims["authority"] == {
        ORDERS: ["orders:read", "stock:read"], STOCK: ["stock:read"], FILES: ["files:GetObject"]}
    assert answer["scope"] == "files:GetObject orders:read stock:read"
    child = delegations.hand_over(answer.token, audience=[ORDERS, STOCK], scope="stock:read")
    assert child.claims["authority"] == {ORDERS: ["stock:read"], STOCK: ["stock:read"]}


def test_the_only_audience_held_need_not_be_named(delegations):
    token = delegations.start(scope="files:Get*").token
    assert delegations.redeem(token, audience=None).claims["aud"] == FILES
    assert delegations.hand_over(token, audience=None).claims["authority"] == {FILES: ["files:Get*"]}


def test_the_task_may_be_repeated_and_nothing_else(delegations):
    token = delegations.start(task_id="review-4").token
    assert delegations.redeem(token, task_id="review-4").claims["task_id"] == "review-4"
    assert delegations.redeem(token, task_id="review-5").reason == "task_mismatch"
    assert delegations.hand_over(token, task_id="review-5").reason == "task_mismatch"


# Pass on

@pytest.fixture(scope="module")
def presented(delegations):
    """An access token for the orders service, which may be passed on to the stock service."""
    token = delegations.start(audience=[ORDERS, STOCK], scope="orders:read stock:read", task_id="an-order").token
    return delegations.redeem(token, audience=ORDERS, scope="orders:read stock:read")


def test_pass_on_joins_the_chain(delegations, presented):
    answer = delegations.pass_on(presented.token, scope="stock:read")
    claims = answer.claims
    assert (claims["sub"], claims["client_id"], claims["aud"], claims["scope"]) == (ORDERS, ORDERS, STOCK, "stock:read")
    assert (claims["human_principal"], claims["task_id"], claims["delegation_depth"]) == (ERIN, "an-order", 2)
    assert claims["exp"] <= presented.claims["exp"] and claims["delegation_chain_hash"] != presented.hash
    links = delegations.links(answer.hash, answer.token).json()["links"]
    assert [(one["delegator"], one["delegate"]) for one in links] == [(ERIN, PLANNER), (PLANNER, ORDERS)]
    assert links[1]["authority"] == {STOCK: ["stock:read"]}


# Chains that agents start

def test_an_agent_starts_a_chain_of_its_own(delegations):
    answer = delegations.autonomous(scope="files:Get*", task_id="nightly")
    claims = answer.claims
    assert (answer["token_type"], answer["issued_token_type"]) == ("N_A", DELEGATION)
    assert (claims["sub"], claims["human_principal"], claims["delegation_depth"]) == (PLANNER, "alice@company.com", 1)
    assert claims["authority"] == {FILES: ["files:Get*"]} and claims["exp"] - claims["iat"] == 3600
    links = delegations.links(answer.hash, answer.token).json()["links"]
    assert [(one["delegator"], one["delegate"], one["task"]) for one in links] == [
        ("alice@company.com", PLANNER, "nightly")]
    assert links[0]["principal"] == {"owner": "alice@company.com"} and links[0]["jti"] == claims["jti"]
    assert delegations.autonomous(task_id="nightly").hash != answer.hash
    assert delegations.autonomous(actor=PLANNER)["delegation_depth"] == 1, "for itself, by name"
    child = delegations.hand_over(answer.token)
    assert (child["delegation_depth"], child.claims["human_principal"]) == (2, "alice@company.com")


def test_a_chain_of_an_agent_may_have_no_task(delegations):
    answer = delegations.autonomous(task_id=None)
    assert answer.reason is None and "task_id" not in answer and "task_id" not in answer.claims
    assert "task_id" not in delegations.redeem(answer.token).claims
    assert delegations.redeem(answer.token, task_id="late").reason == "task_mismatch"


def test_an_agent_starts_a_chain_for_another(delegations):
    answer = delegations.autonomous(actor=WORKER, scope="files:Get*")
    assert (answer.claims["sub"], answer["delegation_depth"]) == (WORKER, 2)
    links = delegations.links(answer.hash, answer.token).json()["links"]
    assert [(one["delegator"], one["delegate"]) for one in links] == [("alice@company.com", PLANNER), (PLANNER, WORKER)]
    assert delegations.redeem(answer.token, by=WORKER).claims["human_principal"] == "alice@company.com"


def test_what_a_delegation_token_starts_is_in_the_ledger(delegations):
    parent = delegations.start(scope="files:Get*", task_id="review-6")
    child = delegations.hand_over(parent.token)
    access = delegations.redeem(child.token, by=WORKER)
    found = {one["jti"]: one for one in delegations.ledger() if one["task_id"] == "review-6" and one["jti"]}
    names = ("event", "agent_id", "principal", "chain", "chain_hash", "granted", "decision")
    assert {jti: tuple(one[name] for name in names) for jti, one in found.items()} == {
        parent.claims["jti"]: ("delegation.created", PORTAL, ERIN, [ERIN, PLANNER], parent.hash, ["files:Get*"], "ALLOW"),
        child.claims["jti"]: (
            "delegation.created", PLANNER, ERIN, [ERIN, PLANNER, WORKER], child.hash, ["files:Get*"], "ALLOW"),
        access.claims["jti"]: (
            "token.issued", WORKER, ERIN, [ERIN, PLANNER, WORKER], child.hash, ["files:Get*"], "ALLOW")}
    text = delegations.command("ledger", "export").stdout
    assert not [one for one in (parent, child, access) if one.token in text or one.token.split(".")[2] in text]


def test_people_of_a_department_may_hand_over_more(delegations):
    finance = COMPANY.mint("erin", department="finance")
    answer = delegations.start(subject_token=finance, audience=[FILES, REPORTS], scope="files:Get* reports:write")
    assert answer.claims["authority"] == {FILES: ["files:Get*"], REPORTS: ["reports:write"]}


def test_the_profile_rfc8693_names_the_person_and_who_acts(delegations):
    token = delegations.start(audience=[PEOPLE, FILES], scope="people:read files:Get*").token
    claims = delegations.redeem(token, audience=PEOPLE).claims
    assert (claims["sub"], claims["act"], claims["client_id"]) == (ERIN, {"sub": PLANNER}, PLANNER)
    below = delegations.hand_over(token, RELAY, audience=PEOPLE).token
    below = delegations.hand_over(below, WORKER, RELAY, audience=PEOPLE).token
    claims = delegations.redeem(below, by=WORKER, audience=PEOPLE).claims
    assert claims["sub"] == ERIN and claims["agent_id"] == WORKER
    assert claims["act"] == {"sub": WORKER, "act": {"sub": RELAY, "act": {"sub": PLANNER}}}
    alone = delegations.redeem(delegations.autonomous(audience=PEOPLE).token, audience=PEOPLE).claims
    assert (alone["sub"], alone["human_principal"]) == (PLANNER, "alice@company.com")


def test_the_metadata_says_what_there_is(delegations):
    document = requests.get(f"{delegations.url}/.well-known/oauth-authorization-server", timeout=5).json()
    deferred = "urn:ietf:params:oauth:grant-type:deferred"
    assert set(document["grant_types_supported"]) == {"client_credentials", EXCHANGE, deferred}
    for name, path in (("token_endpoint", "token"), ("introspection_endpoint", "introspect"),
                       ("revocation_endpoint", "revoke")):
        assert document[name] == f"{delegations.issuer}/oauth/{path}"
    for name in ("introspection", "revocation", "token"):
        methods = document[f"{name}_endpoint_auth_methods_supported"]
        assert {"client_secret_basic", "client_secret_post"} <= set(methods)
