"""What policies do to real tokens: conditions, the ledger, formats for others, and links under a new set."""

import concurrent.futures
import json

import pytest
import requests

from service import decoded
from test_policy_rates import AGENTS, AUDIENCE, ask, limited, registry  # noqa: F401

BRIEF = {"id": "brief", "effect": "allow_with_conditions", "reason": "it is sensitive",
         "conditions": {"max_lifetime": "30s", "narrow_to": ["r:read"], "ledger": "elevated"}}


def put(service, *policies):
    return json.loads(service.command("policy", "put", "-f", "-", "--json", input=json.dumps({"policies": policies})).stdout)


def last(service):
    return service.ledger()[-1]


def test_conditions_are_in_the_answer_the_token_and_the_ledger(limited):
    service = limited(BRIEF)
    answer = ask(service, scope="r:read r:write")
    assert (answer.status, answer["scope"], answer["expires_in"]) == (200, "r:read", 30)
    claims = decoded(answer["access_token"])[1]
    assert claims["scope"] == "r:read" and claims["exp"] - claims["iat"] == 30
    record = last(service)
    assert record.items() >= {
        "event": "token.issued", "decision": "ALLOW_WITH_CONDITIONS", "rule": "brief", "elevated": True,
        "requested": ["r:read", "r:write"], "granted": ["r:read"], "jti": claims["jti"]}.items()
    cef = service.command("ledger", "export", "--format", "cef").stdout.splitlines()[-1]
    assert "|token.issued|token issued|6|" in cef and "outcome=success" in cef and "mandateElevated=true" in cef
    leef = service.command("ledger", "export", "--format", "leef").stdout.splitlines()[-1]
    assert "sev=6" in leef and "elevated=true" in leef


@pytest.mark.parametrize("policy, asked", [
    ({"id": "denies", "effect": "deny", "reason": "not today"}, {}),
    (BRIEF, {"scope": "r:write"}),
    ({"id": "bound", "effect": "allow_with_conditions", "conditions": {"require": ["dpop"]}}, {})])
def test_a_refusal_names_its_policy_to_everybody(limited, policy, asked):
    service = limited({"id": "allows", "effect": "allow"}, policy)
    answer = ask(service, **asked)
    assert answer.refusal == (400, "access_denied", "denied_by_policy") and answer["policy"] == policy["id"]
    record = last(service)
    assert (record["event"], record["decision"], record["rule"], record["reason"]) == (
        "token.refused", "DENY", policy["id"], "denied_by_policy")
    if policy["effect"] == "deny":
        assert "not today" in answer["error_description"]


def test_nobody_is_asked_for_what_no_approval_could_lift(limited):
    held = {"id": "held", "effect": "require_approval"}
    bound = {"id": "bound", "effect": "allow_with_conditions", "conditions": {"require": ["dpop"]}}
    service = limited(held, bound)
    assert ask(service)["policy"] == "bound"
    assert not [one for one in service.ledger() if one["event"] == "approval.requested"]


def test_of_two_that_leave_nothing_together_the_second_is_named(limited):
    service = limited(BRIEF, {"id": "only-writes", "effect": "allow_with_conditions", "conditions": {"narrow_to": ["r:write"]}})
    answer = ask(service, scope="r:read r:write")
    assert (answer.reason, answer["policy"]) == ("denied_by_policy", "only-writes")


def link_of(service, answer):
    token = answer["access_token"]
    hash = decoded(token)[1]["delegation_chain_hash"]
    shown = json.loads(service.command("delegation", "show", hash, "--json").stdout)
    [link] = shown["links"]
    return link.get("link", link)


def test_a_token_names_the_policies_it_was_judged_under_also_when_eight_ask_at_once(limited):
    service = limited(environment={"MANDATE_LOOPS": "8"})
    before = {agent: ask(service, agent) for agent in AGENTS}
    first = service.json("policy", "list")["digest"]
    assert {link_of(service, one)["policy"] for one in before.values()} == {first}
    for round in range(3):
        digest = put(service, BRIEF | {"conditions": {"max_lifetime": 60 + round}})["digest"]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda index: (index % 5, ask(service, list(AGENTS)[index % 5])), range(40)))
        assert {one["expires_in"] for _, one in answers} == {60 + round}
        hashes = {}
        for agent, one in answers:
            hashes.setdefault(agent, set()).add(decoded(one["access_token"])[1]["delegation_chain_hash"])
        assert [len(found) for found in hashes.values()] == [1] * 5, "one new link for an agent, not eight"
        assert {link_of(service, one)["policy"] for _, one in answers[:5]} == {digest}
    records = {one["policy"] for one in service.ledger()[-40:]}
    assert records == {digest}
    # What was issued before is as good as it was, and its chain can still be read.
    keys = service.directory / "keys.json"
    keys.write_text(requests.get(f"{service.url}/.well-known/jwks.json", timeout=10).text)
    tokens = "\n".join(one["access_token"] for one in before.values())
    verdicts = service.command("verify", "--jwks", keys, "--issuer", service.issuer, input=tokens).stdout.splitlines()
    assert [one.split()[0] for one in verdicts] == ["ok"] * len(AGENTS)
    service.command("agent", "suspend", "r-a")
    service.command("agent", "resume", "r-a")
    assert link_of(service, ask(service, "r-a"))["policy"] == digest


def test_a_token_from_before_is_introspected_as_active_and_dies_with_its_agent(limited):
    service = limited()
    document = registry()
    document["agents"].append({"id": AUDIENCE, "type": "r-third", "owner": "oscar"})
    service.command("apply", "-f", "-", input=json.dumps(document))
    before = ask(service)["access_token"]
    put(service, BRIEF)
    after = ask(service)["access_token"]

    def active(token):
        asked = {"url": f"{service.url}/oauth/introspect", "auth": (AUDIENCE, service.secret(AUDIENCE)), "timeout": 10}
        return requests.post(data={"token": token}, **asked).json()["active"]

    assert active(before) and active(after)
    service.command("agent", "suspend", "r-a")
    assert not active(before) and not active(after), "also under the link that was replaced"


def test_policies_over_a_delegation_narrow_its_link(new_delegations):
    service = new_delegations()
    service.command("apply", "-f", "-", input=json.dumps({"policies": [
        {"id": "narrow", "when": {"grant": "hand_over"}, "effect": "allow_with_conditions",
         "conditions": {"narrow_to": ["files:GetPublic*"], "max_lifetime": "2m"}}]}))
    begun = service.start(scope="files:Get* files:List*")
    handed = service.hand_over(begun.token, scope="files:Get*")
    assert (handed["scope"], handed["expires_in"]) == ("files:GetPublic*", 120)
    redeemed = service.redeem(handed.token, by="worker-1", scope="files:Get*")
    assert redeemed.reason == "exceeds_delegation"
    assert service.redeem(handed.token, by="worker-1", scope="files:GetPublicList").status == 200
    [record] = [one for one in service.ledger() if one["jti"] == handed.claims["jti"]]
    assert (record["event"], record["rule"], record["decision"]) == ("delegation.created", "narrow", "ALLOW_WITH_CONDITIONS")
