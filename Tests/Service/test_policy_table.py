"""Policies by a table: every condition, effect and layer, and many at once, judged by the service and by a model in Python."""

import itertools
import json
import os
import random

import pytest

from delegation import Outcome, SocketConnection
from policy_model import judged
from policy_world import AGENTS, AUDIENCES, CONDITIONS, EFFECTS, LAYERS, REGISTRY, body, policy, request
from service import Service

SEED = int(os.environ.get("MANDATE_SEED", 20261121))
REQUESTS = int(os.environ.get("MANDATE_POLICY_REQUESTS", 8))
SETS = int(os.environ.get("MANDATE_POLICY_SETS", 400))


class Explaining:
    """One connection to administration, for many questions."""

    def __init__(self, service):
        self.connection = SocketConnection(str(service.directory / "mandate.sock"))

    def __call__(self, question, status=200):
        self.connection.request("POST", "/v1/policies/explain", json.dumps(question), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == status, (question, text)
        return json.loads(text)


@pytest.fixture(scope="module")
def world(directory_of):

    service = Service(directory_of(), registries=())
    service.command("apply", "-f", "-", input=json.dumps(REGISTRY))
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def explain(world):
    return Explaining(world)


def told(answer):
    """An explanation as the model says it."""
    fired = sorted(one["id"] for one in answer["policies"] if one["fired"])
    elevated = None if answer["granted"] is None else bool(answer["conditions"] and answer["conditions"]["ledger"])
    return answer["decision"], answer["rule"], fired, answer["granted"], answer["expires_in"], elevated


def agree(explain, policies, asked):
    answer = explain(body(asked, policies))
    expected = judged(policies, asked, AGENTS, AUDIENCES)
    assert told(answer) == expected, json.dumps({"policies": policies, "asked": asked, "answer": answer}, indent=1)
    return expected


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_with_every_effect_in_every_layer(explain, condition):
    choose = random.Random(f"{SEED} {condition}")
    seen = set()
    for effect, layer in itertools.product(EFFECTS, LAYERS):
        for _ in range(REQUESTS):
            policies = [policy(choose, "p", layer, effect, [condition])]
            seen.add((effect, agree(explain, policies, request(choose, policies))[2] == ["p"]))
    assert seen == set(itertools.product(EFFECTS, (False, True))), "each fires, and does not"


def test_policies_together(explain):
    choose = random.Random(SEED)
    seen = {}
    for _ in range(SETS):
        policies = [policy(choose, f"{choose.choice('xyz')}-{number}") for number in range(choose.randint(2, 12))]
        for _ in range(4):
            decision, rule, fired, *_ = agree(explain, policies, request(choose, policies))
            seen[decision] = max(seen.get(decision, 0), len(fired))
    assert len(seen) == 4 and min(seen[one] for one in ("DENY", "REQUIRE_APPROVAL", "ALLOW_WITH_CONDITIONS")) >= 3, seen


def test_real_requests_are_decided_as_they_are_explained(world, explain):
    """What a request says of itself is not needed here: the policies are in force, and the requests are made."""
    choose = random.Random(SEED)
    names = ["agents", "types", "teams", "environments", "audiences", "scopes", "classes", "sensitivity", "cross_domain",
             "depth_over", "grant", "autonomous", "principal"]
    decisions = set()
    for _ in range(12):
        policies = [policy(choose, f"p-{number}", conditions=choose.sample(names, choose.randint(1, 3)))
                    for number in range(choose.randint(2, 8))]
        world.command("policy", "put", "-f", "-", input=json.dumps({"policies": policies}))
        for _ in range(8):
            asked = request(choose, policies)
            while asked["grant"] != "client_credentials" or asked["wanted"] != "access_token":
                asked = request(choose, policies)
            decision, rule, _, granted, lifetime, elevated = judged(policies, asked, AGENTS, AUDIENCES)
            question = {name: value for name, value in body(asked).items() if name in ("client_id", "audiences", "scope")}
            explained = explain(question)
            assert told(explained)[:2] + told(explained)[3:] == (decision, rule, granted, lifetime, elevated), (policies, explained)
            [audience] = asked["authority"]
            answer = Outcome(world.post(
                {"grant_type": "client_credentials", "audience": audience, "scope": " ".join(asked["authority"][audience])},
                asked["client"]))
            decisions.add(decision)
            if granted:
                assert (answer["scope"].split(), answer["expires_in"]) == (granted[audience], lifetime), (policies, asked)
            else:
                error = {"DENY": (400, "access_denied", "denied_by_policy"),
                         "REQUIRE_APPROVAL": (400, "interaction_required", "approval_required")}[decision]
                assert answer.refusal == error and answer["policy"] == rule, (policies, asked, dict(answer))
            record = world.ledger()[-1] if choose.random() < 0.2 else None
            if record:
                assert (record["decision"], record["rule"]) == (decision, rule)
                assert record.get("elevated", False) is bool(elevated)
    assert decisions == {"ALLOW", "ALLOW_WITH_CONDITIONS", "DENY", "REQUIRE_APPROVAL"}
