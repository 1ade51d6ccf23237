"""The policy engines of the examples, asked directly: each speaks the protocol that the service reads."""

import copy

import pytest

from engine import ExampleEngine

READING = {
    "agent": {"id": "collector", "type": "collecting", "owner": "bob@a.example", "environment": "prod"},
    "client": {"id": "planner", "type": "planning", "owner": "bob@a.example", "environment": "prod"},
    "action": {"grant": "hand_over", "scopes": ["ec2:DescribeHosts"], "classes": ["read"]},
    "audiences": [
        {"id": "inventory", "environment": "prod", "scopes": ["ec2:DescribeHosts"], "classes": ["read"],
         "sensitivity": []},
    ],
    "chain": {
        "principal": {"kind": "person", "name": "alice@a.example", "iss": "https://idp.a.example", "sub": "1"},
        "path": ["alice@a.example", "planner", "collector"], "depth": 2},
    "task": "review-1", "time": "2027-01-15T08:00:00.000Z", "risk": {"score": 3, "reasons": []},
}  # fmt: skip


def question(*changes):
    """The question that is allowed, changed: (path, value)."""
    changed = copy.deepcopy(READING)
    for path, value in changes:
        *way, last = path.split(".")
        place = changed
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = value
    return changed


def classes(*names):
    return ("action.classes", list(names)), ("audiences.0.classes", list(names))


def evaluation(asked):
    return {
        "subject": {"type": "agent", "id": asked["agent"]["id"], "properties": asked["agent"]},
        "action": {"name": asked["action"]["classes"][-1], "properties": asked["action"]},
        "resource": {
            "type": "audience", "id": " ".join(audience["id"] for audience in asked["audiences"]),
            "properties": {"audiences": asked["audiences"]}},
        "context": {name: asked[name] for name in ("client", "chain", "risk", "task", "time")},
    }  # fmt: skip


@pytest.fixture(scope="module")
def opa():
    engine = ExampleEngine("opa")
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def cedar():
    engine = ExampleEngine("cedar")
    yield engine
    engine.stop()


OWNER = ("chain.principal", {"kind": "owner", "name": "bob@a.example"})
STRANGE = ("risk.score", 90)
UNUSUAL = "the request is too unusual"
ELSEWHERE = "an agent must be of the environment that it works on"

OPA = {
    "reading": (question(), {"effect": "allow", "rule": "reading"}),
    "at risk": (question(STRANGE), {"effect": "deny", "rule": "risk", "reason": UNUSUAL}),
    "from elsewhere": (
        question(("agent.environment", "dev")), {"effect": "deny", "rule": "environments", "reason": ELSEWHERE}),
    "for elsewhere": (
        question(("client.environment", "dev")), {"effect": "deny", "rule": "environments", "reason": ELSEWHERE}),
    "deleting": (
        question(*classes("read", "delete")),
        {"effect": "require_approval", "rule": "destructive", "reason": "deleting waits for a person"}),
    "deleting at risk": (
        question(*classes("delete"), STRANGE), {"effect": "deny", "rule": "risk", "reason": UNUSUAL}),
    "writing": (
        question(*classes("write"), ("audiences.0.sensitivity", ["pii"])),
        {"effect": "allow_with_conditions", "rule": "personal_data writing_for_a_person",
         "conditions": {"ledger": "elevated", "max_lifetime": "5m"}}),
    "writing alone": (
        question(*classes("write"), OWNER),
        {"effect": "allow_with_conditions", "rule": "writing_alone", "conditions": {"require": ["dpop"]}}),
    "of a contractor": (
        question(("agent.team", "contractors")),
        {"effect": "allow_with_conditions", "rule": "contractors",
         "conditions": {"narrow_to": ["report:read", "ec2:Describe*"]}}),
    "of nothing": (
        question(*classes()), {"effect": "deny", "rule": "unforeseen", "reason": "no rule allows this"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPA)
def test_opa_decides(opa, name):
    asked, decision = OPA[name]
    assert opa.post("/v1/data/mandate/decision", {"input": asked}) == (200, {"result": decision})


def test_opa_says_nothing_where_there_is_nothing(opa):
    assert opa.post("/v1/data/mandate/nothing", {"input": READING}) == (200, {})
    assert opa.post("/v1/data/elsewhere", {"input": READING}) == (200, {})


@pytest.mark.parametrize("path, body, status", [
    ("/v1/data/mandate/decision", b"{", 400), ("/v1/data/mandate/decision", [], 400),
    ("/v1/data/mandate/decision", {}, 400), ("/v1/data/mandate/../x", {"input": 1}, 404), ("/v1/policies", {}, 404),
])  # fmt: skip
def test_opa_refuses_what_is_no_question(opa, path, body, status):
    assert opa.post(path, body)[0] == status


CEDAR = {
    "reading": (question(), {"decision": True, "context": {"rule": "reading"}}),
    "at risk": (question(STRANGE), {"decision": False, "context": {"rule": "risk", "reason": UNUSUAL}}),
    "from elsewhere": (
        question(("agent.environment", "dev")),
        {"decision": False, "context": {"rule": "environments", "reason": ELSEWHERE}}),
    "for elsewhere": (
        question(("client.environment", "dev")),
        {"decision": False, "context": {"rule": "environments", "reason": ELSEWHERE}}),
    "of a second audience": (
        question(("audiences", READING["audiences"] + [READING["audiences"][0] | {"id": "b", "environment": "dev"}])),
        {"decision": False, "context": {"rule": "environments", "reason": ELSEWHERE}}),
    "deleting": (
        question(*classes("read", "delete")),
        {"decision": False, "context": {
            "rule": "deleting-waits", "reason": "deleting waits for a person", "access_request": {"of": ["owner"]}}}),
    "deleting at risk": (
        question(*classes("delete"), STRANGE),
        {"decision": False, "context": {
            "rule": "deleting-waits risk", "reason": f"deleting waits for a person; {UNUSUAL}"}}),
    "writing": (
        question(*classes("write")),
        {"decision": True, "context": {"rule": "writing", "obligations": [
            {"id": "max_lifetime", "value": 300}, {"id": "ledger", "value": "elevated"}]}}),
    "writing alone": (question(*classes("write"), OWNER), {"decision": False, "context": {}}),
    "of a contractor": (
        question(("agent.team", "contractors")),
        {"decision": True, "context": {"rule": "contractors reading", "obligations": [
            {"id": "narrow_to", "value": ["report:read", "ec2:Describe*"]}]}}),
}  # fmt: skip


@pytest.mark.parametrize("name", CEDAR)
def test_cedar_decides(cedar, name):
    asked, decision = CEDAR[name]
    assert cedar.post("/access/v1/evaluation", evaluation(asked)) == (200, decision)


@pytest.mark.parametrize("path, body, status", [
    ("/access/v1/evaluation", b"{", 400), ("/access/v1/evaluation", [], 400), ("/access/v1/evaluation", {}, 400),
    ("/access/v1/evaluations", {}, 404), ("/access/v1/evaluation", evaluation(question(("audiences", []))), 500),
    # A number that is none: a forbid that compares it cannot be asked, and so forbids nothing.
    ("/access/v1/evaluation", evaluation(question(("risk.score", "90"))), 500),
])  # fmt: skip
def test_cedar_refuses_what_is_no_question(cedar, path, body, status):
    assert cedar.post(path, body)[0] == status
