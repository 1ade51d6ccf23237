"""Anyone can prove the chain behind a token without Mandate."""

import copy
import json
import re

import pytest
import requests

from chain_check import canonical, check, check_links, link_hash
from delegation import (ERIN, FILES, JWT, ORDERS, PEOPLE, PLANNER, PROOF, RELAY, STOCK, WORKER)

AUDIENCES = dict(audience=[FILES, PROOF, PEOPLE], scope="files:Get* proof:read people:read")


@pytest.fixture(scope="module")
def chain(delegations):
    """Three links, and the delegation token of the last."""
    token = delegations.start(task_id="proven", **AUDIENCES).token
    token = delegations.hand_over(token, RELAY, **AUDIENCES).token
    return delegations.hand_over(token, WORKER, RELAY, audience=[FILES, PROOF], scope="files:Get* proof:read")


def test_the_links_are_shown_to_the_bearer_and_hash_to_what_the_token_says(delegations, chain):
    access = delegations.redeem(chain.token, by=WORKER)
    for one in (chain, access):
        answer = delegations.links(one.hash, one.token)
        assert answer.status_code == 200 and answer.headers["content-type"].split(";")[0] == "application/json"
        assert set(answer.json()) == {"links"}
        links = answer.json()["links"]
        check(links, one.claims)
        assert all(canonical(link) in answer.text for link in links), "byte-exact"
        assert [(link["delegator"], link["delegate"]) for link in links] == [
            (ERIN, PLANNER), (PLANNER, RELAY), (RELAY, WORKER)]


def test_a_link_says_exactly_this(delegations):
    answer = delegations.start(task_id="said", scope="files:Get*", expires_in="600")
    claims = answer.claims
    [link] = delegations.links(answer.hash, answer.token).json()["links"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", link["chain"]) and re.fullmatch(r"sha256:[0-9a-f]{64}", link["policy"])
    assert link == {
        "v": 1, "iss": delegations.issuer, "chain": link["chain"], "depth": 1, "parent": None, "jti": claims["jti"],
        "delegator": ERIN, "delegate": PLANNER,
        "principal": {"iss": "https://idp.company.com", "sub": "id-of-erin"},
        "authority": {FILES: ["files:Get*"]}, "task": "said", "iat": claims["iat"], "exp": claims["exp"],
        "policy": link["policy"], "approval": None, "cnf": None}


def test_a_registration_is_a_chain_of_one_link(delegations):
    answer = delegations.for_itself(task_id="whatever")
    [link] = delegations.links(answer.hash, answer.token).json()["links"]
    check([link], answer.claims)
    assert (link["jti"], link["exp"], link["task"], link["parent"]) == (None, None, None, None)
    assert (link["delegator"], link["principal"]) == ("alice@company.com", {"owner": "alice@company.com"})


def test_who_may_see_the_links(delegations, chain):
    other = delegations.start()
    assert delegations.links(chain.hash, None).status_code == 401
    assert delegations.links(chain.hash, "garbage").status_code == 401
    assert delegations.links(chain.hash, chain.token[:-4] + "AAAA").status_code == 401
    assert delegations.links(chain.hash, other.token).status_code == 403
    unknown = "sha256:" + "0" * 64
    assert delegations.links(unknown, other.token).status_code in (403, 404)
    above = delegations.links(chain.hash, chain.token).json()["links"][1]
    assert delegations.links(link_hash(above), chain.token).status_code == 403
    assert requests.post(f"{delegations.url}/delegations/{chain.hash}", timeout=5).status_code == 405


def test_a_dead_token_sees_nothing(delegations):
    answer = delegations.start()
    assert delegations.revoke(answer.token).status_code == 200
    assert delegations.links(answer.hash, answer.token).status_code == 401


def test_inline_chains_are_in_the_token(delegations, chain):
    answer = delegations.redeem(chain.token, by=WORKER, audience=PROOF)
    claims = answer.claims
    check(claims["delegation_chain"], claims)
    assert claims["delegation_chain"] == delegations.links(answer.hash, answer.token).json()["links"]
    assert "delegation_chain" not in delegations.redeem(chain.token, by=WORKER).claims


def test_what_is_passed_on_has_a_chain_too(delegations):
    token = delegations.start(audience=[ORDERS, STOCK], scope="orders:read stock:read").token
    order = delegations.redeem(token, audience=ORDERS, scope="orders:read stock:read").token
    answer = delegations.pass_on(order, scope="stock:read")
    links = delegations.links(answer.hash, answer.token).json()["links"]
    assert check_links(links[:1]) == delegations.redeem(token, audience=STOCK, scope="stock:read").hash
    check(links, answer.claims)


@pytest.mark.parametrize("task", [None, "an-order"])
def test_what_an_agent_for_itself_sent_is_passed_on_from_its_registration(delegations, task):
    order = delegations.for_itself(PLANNER, audience=ORDERS, scope="orders:read stock:read", task_id=task)
    answer = delegations.pass_on(order.token, scope="stock:read")
    links = delegations.links(answer.hash, answer.token).json()["links"]
    check(links, answer.claims)
    assert check_links(links[:1]) == order.hash and answer.claims.get("task_id") == task
    assert answer.claims["human_principal"] == "alice@company.com"


FORGERIES = {
    "a parent": lambda links: links[1].update(parent="sha256:" + "1" * 64),
    "an authority": lambda links: links[2]["authority"].update({FILES: ["files:*"]}),
    "an expiry": lambda links: links[2].update(exp=links[2]["exp"] + 1),
    "a task": lambda links: links[2].update(task="another"),
    "a delegator": lambda links: links[1].update(delegator="deep-1"),
    "a missing link": lambda links: links.pop(1),
    "the last link gone": lambda links: links.pop(),
    "a link twice": lambda links: links.insert(1, links[1]),
    "another order": lambda links: links.reverse(),
    "a member more": lambda links: links[0].update(note="x"),
    "a member less": lambda links: links[0].pop("cnf"),
    "no links": lambda links: links.clear(),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_chain_is_found_by_both(delegations, chain, tmp_path, kind):
    access = delegations.redeem(chain.token, by=WORKER)
    links = delegations.links(access.hash, access.token).json()["links"]
    assert verdict(delegations, links, access.token, tmp_path).startswith(f"ok {WORKER} ")
    forged = copy.deepcopy(links)
    FORGERIES[kind](forged)
    with pytest.raises((AssertionError, KeyError)):
        check(forged, access.claims)
    said = verdict(delegations, forged, access.token, tmp_path)
    assert said.startswith("refused ") or "proves no chain" in said, said


def verdict(service, links, token, directory):
    """What `mandate verify --chain` prints about a token; links that are no chain at all are refused as a whole."""
    file = directory / "links.json"
    file.write_text(json.dumps({"links": links}))
    done = service.command("verify", "--jwks", f"{service.url}/.well-known/jwks.json", "--chain", file,
                           input=token + "\n", status=None)
    assert done.returncode == (0 if done.stdout.startswith("ok ") else 1)
    return done.stdout or done.stderr


def test_verify_reads_inline_chains(delegations, chain):
    token = delegations.redeem(chain.token, by=WORKER, audience=PROOF).token
    done = delegations.command("verify", "--jwks", f"{delegations.url}/.well-known/jwks.json", input=token + "\n")
    assert done.stdout.startswith(f"ok {WORKER} ")


def test_the_operator_sees_the_same_links(delegations, chain):
    shown = delegations.admin("GET", f"/v1/delegations/{chain.hash}")
    assert shown["links"] == delegations.links(chain.hash, chain.token).json()["links"]


def test_every_kind_of_exchange_agrees_with_its_chain(delegations, chain):
    deep = delegations.deep_chain()
    inline = delegations.redeem(chain.token, by=WORKER, audience=PROOF)
    assert delegations.redeem(chain.token, by=WORKER, subject_token_type=JWT).hash == chain.hash == inline.hash
    answer = delegations.redeem(deep[-1], by="deep-8")
    links = delegations.links(answer.hash, answer.token).json()["links"]
    assert len(links) == 8
    check(links, answer.claims)
