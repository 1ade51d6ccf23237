"""Requests for tokens that an engine outside decides about: real OPA, real Cedar, and one that says what a test wants."""

import concurrent.futures

import pytest

from engine import (
    ALLOW, DELETE, DENY, EVERYTHING, HAND, INTERN, LEAD, OUTSIDE, READ, SHELF, VAULT, VISITOR, WRITE, AskingService,
    ExampleEngine, Grants, ScriptedEngine, http_answer, registry, result)
from service import ROOT

DEFERRED = "urn:ietf:params:oauth:grant-type:deferred"
ELSEWHERE = "an agent must be of the environment that it works on"

# What the examples have no answer for: reading, under conditions that can be met.
INTERNS_CEDAR = """
@id("interns")
@narrow_to("ec2:Describe* ec2:Start*")
@max_lifetime("120")
permit (principal is Agent, action == Action::"read", resource is Audience)
when { principal has team && principal.team == "interns" };
"""
INTERNS_REGO = """
conditions["interns"] := {"narrow_to": ["ec2:Describe*", "ec2:Start*"], "max_lifetime": 120} if {
	some party in [input.agent, input.client]
	party.team == "interns"
}
"""
KINDS = {
    "opa": {"name": "opa", "type": "opa", "file": "policy.rego", "more": INTERNS_REGO, "waits": "destructive",
            "interns": "interns"},
    "cedar": {"name": "cedar", "type": "authzen", "file": "policies.cedar", "more": INTERNS_CEDAR,
              "waits": "deleting-waits", "interns": "interns reading"}}


class Setting:
    def __init__(self, kind, directory):
        self.kind = KINDS[kind]
        policies = directory / self.kind["file"]
        policies.write_text((ROOT / "examples" / kind / self.kind["file"]).read_text() + self.kind["more"])
        self.engine = ExampleEngine(kind, policies)
        self.service = AskingService(directory, self.engine.url, self.kind["type"]).serve()

    def stop(self):
        self.service.stop()
        self.engine.stop()


@pytest.fixture(scope="module", params=KINDS)
def real(request, directory_of):
    setting = Setting(request.param, directory_of())
    yield setting
    setting.stop()


def told(record, *names):
    return {name: record.get(name) for name in names}


def test_what_an_engine_allows_is_issued_and_recorded_by_its_rule(real):
    granted = real.service.credentials()
    assert granted.status == 200 and granted["scope"] == READ, dict(granted)
    assert told(real.service.last(granted), "event", "decision", "rule") == {
        "event": "token.issued", "decision": "ALLOW", "rule": "reading"}


def test_what_an_engine_denies_is_refused_by_its_rule_and_reason(real):
    refused = real.service.credentials(VISITOR)
    assert refused.refusal == (400, "access_denied", "denied_by_policy"), dict(refused)
    assert refused["policy"] == "environments" and ELSEWHERE in refused["error_description"]
    assert told(real.service.last(refused), "event", "decision", "rule", "reason", "jti") == {
        "event": "token.refused", "decision": "DENY", "rule": "environments", "reason": "denied_by_policy", "jti": None}


def test_what_an_engine_wants_a_person_to_approve_is_held(real):
    held = real.service.credentials(scope=DELETE)
    assert (held.status, held["error"]) == (400, "interaction_required") and held["approval"], dict(held)
    assert held["policy"] == real.kind["waits"]
    record = real.service.last(held)
    assert told(record, "event", "decision", "rule", "approval") == {
        "event": "approval.requested", "decision": "REQUIRE_APPROVAL", "rule": real.kind["waits"],
        "approval": held["approval"]}
    again = real.service.credentials(scope=DELETE)
    assert again["approval"] == held["approval"], "the same request is the same hold"


def test_the_conditions_of_an_engine_are_met_by_the_token(real):
    granted = real.service.credentials(INTERN, scope=f"{READ} s3:List*")
    assert granted.status == 200, dict(granted)
    assert (granted["scope"], granted["expires_in"]) == (READ, 120)
    assert granted.claims["scope"] == READ and granted.claims["exp"] - granted.claims["iat"] == 120
    assert told(real.service.last(granted), "decision", "rule") == {
        "decision": "ALLOW_WITH_CONDITIONS", "rule": real.kind["interns"]}


def test_nothing_is_issued_when_the_conditions_of_an_engine_leave_nothing(real):
    refused = real.service.credentials(INTERN, scope="s3:List*")
    assert refused.refusal == (400, "access_denied", "denied_by_policy"), dict(refused)
    assert refused["policy"] == real.kind["interns"]


def test_all_grants_are_asked_about_as_agents_are_now(real):
    """Everything is prepared while the agents are of the right environment, and asked for when they are not."""
    grants = Grants(real.service)
    for name in Grants.NAMES:
        assert grants.ask(name).status == 200, name
    held = [grants.ask(name, scope=DELETE) for name in ("client_credentials", "start")]
    assert [one["error"] for one in held] == ["interaction_required"] * 2
    real.service.apply(registry("staging"))
    try:
        for name in Grants.NAMES:
            refused = grants.ask(name)
            assert refused.refusal == (400, "access_denied", "denied_by_policy"), (name, dict(refused))
            assert refused["policy"] == "environments"
            assert told(real.service.last(refused), "decision", "rule") == {"decision": "DENY", "rule": "environments"}
    finally:
        real.service.apply(registry())


def test_answers_to_many_questions_at_once_are_not_mixed_up(real):
    """Three agents ask at once, again and again; each gets what is true of it."""
    asked = {HAND: {(200, None)}, VISITOR: {(400, "environments")}, INTERN: {(200, 120)}}
    found = {agent: set() for agent in asked}

    def ask(agent):
        for _ in range(25):
            outcome = real.service.credentials(agent)
            shorter = outcome["expires_in"] if outcome.status == 200 and outcome["expires_in"] < 900 else None
            found[agent].add((outcome.status, outcome.get("policy", shorter)))

    for agent in asked:
        real.service.secret(agent)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(ask, [*asked] * 4))
    assert found == asked


# An engine that says what a test wants

@pytest.fixture(scope="module")
def scripted(directory_of):
    engine = ScriptedEngine()
    service = AskingService(directory_of(), engine.url).serve()
    yield service, engine, Grants(service)
    service.stop()
    engine.stop()


@pytest.fixture(autouse=True)
def as_before(request):
    """Each test begins with an engine that allows, and without embedded policies."""
    if "scripted" in request.fixturenames:
        service, engine, _ = request.getfixturevalue("scripted")
        engine.say(ALLOW)
        service.put_policies()
    yield


def policy(effect, **more):
    return {"id": f"embedded-{effect.replace('_', '-')}", "effect": effect, "when": {"audiences": [VAULT, SHELF]}} | more


@pytest.mark.parametrize("name", Grants.NAMES)
def test_an_embedded_denial_wins_and_the_engine_is_not_asked(scripted, name):
    service, engine, grants = scripted
    service.put_policies(policy("deny"))
    asked = len(engine.questions)
    refused = grants.ask(name)
    assert refused.refusal == (400, "access_denied", "denied_by_policy") and refused["policy"] == "embedded-deny"
    assert service.last(refused)["rule"] == "embedded-deny"
    assert len(engine.questions) == asked


@pytest.mark.parametrize("name", Grants.NAMES)
@pytest.mark.parametrize("embedded", ["allow", "require_approval"])
def test_an_engines_denial_wins_over_what_is_embedded(scripted, name, embedded):
    service, engine, grants = scripted
    service.put_policies(policy(embedded))
    engine.say(DENY)
    refused = grants.ask(name)
    assert refused.refusal == (400, "access_denied", "denied_by_policy"), dict(refused)
    assert refused["policy"] == "never" and "it is never allowed" in refused["error_description"]
    assert told(service.last(refused), "event", "decision", "rule", "jti") == {
        "event": "token.refused", "decision": "DENY", "rule": "never", "jti": None}


@pytest.mark.parametrize("name", Grants.NAMES)
def test_every_grant_is_asked_about_once_with_what_was_proven(scripted, name):
    service, engine, grants = scripted
    asked = len(engine.questions)
    granted = grants.ask(name)
    assert granted.status == 200, dict(granted)
    assert len(engine.questions) == asked + 1
    question = engine.questions[-1]["input"]
    target = SHELF if name == "pass_on" else VAULT
    assert question["action"]["grant"] == name
    assert question["audiences"] == [
        {"id": target, "environment": "production", "scopes": [READ], "classes": ["read"], "sensitivity": []}]
    by = {"client_credentials": HAND, "start": LEAD, "hand_over": LEAD, "redeem": HAND, "pass_on": VAULT}[name]
    assert question["client"]["id"] == by and question["client"]["environment"] == "production"
    assert question["chain"]["principal"]["kind"] == ("owner" if name == "client_credentials" else "person")
    assert question.get("task") == (None if name == "client_credentials" else "a-task")
    assert engine.heads[-1][0] == "POST /v1/data/mandate/decision HTTP/1.1"


@pytest.mark.parametrize("name", Grants.NAMES)
def test_every_grant_is_held_and_narrowed_as_an_engine_says(scripted, name):
    service, engine, grants = scripted
    wide = f"{READ} s3:List*"
    fresh = Grants(service, task=f"wide-{name}", scope=wide)
    engine.say(result({"effect": "allow_with_conditions", "rule": "less", "conditions": {
        "narrow_to": [READ], "max_lifetime": "1m"}}))
    granted = fresh.ask(name, scope=wide)
    assert granted.status == 200, dict(granted)
    assert granted["scope"] == READ and granted["expires_in"] <= 60
    assert told(service.last(granted), "decision", "rule") == {"decision": "ALLOW_WITH_CONDITIONS", "rule": "less"}
    engine.say(result({"effect": "require_approval", "rule": "ask", "reason": "a person decides"}))
    held = fresh.ask(name, scope=wide)
    assert (held.status, held["error"], held["policy"]) == (400, "interaction_required", "ask"), dict(held)
    assert "a person decides" in held["error_description"]
    assert told(service.last(held), "decision", "rule", "approval") == {
        "decision": "REQUIRE_APPROVAL", "rule": "ask", "approval": held["approval"]}


def test_the_stricter_of_two_conditions_holds(scripted):
    service, engine, _ = scripted
    service.put_policies(policy("allow_with_conditions", conditions={"max_lifetime": "90s", "narrow_to": [READ, WRITE]}))
    engine.say(result({"effect": "allow_with_conditions", "rule": "less", "conditions": {
        "max_lifetime": 300, "narrow_to": [READ, DELETE]}}))
    granted = service.credentials(scope=f"{READ} {WRITE}")
    assert (granted["scope"], granted["expires_in"]) == (READ, 90)


def test_an_engine_widens_nothing(scripted):
    """It is not asked about what containment refuses, and what it would narrow to is not given for that."""
    service, engine, grants = scripted
    asked = len(engine.questions)
    for refused in (service.credentials(scope="ec2:RunInstances"), service.credentials(audience="nowhere"),
                    grants.ask("redeem", scope=DELETE), service.credentials("files-api")):
        assert refused.status in (400, 401), dict(refused)
    assert len(engine.questions) == asked
    engine.say(result({"effect": "allow_with_conditions", "conditions": {"narrow_to": EVERYTHING, "max_lifetime": 3600}}))
    granted = service.credentials(scope=READ)
    usual = service.outside()
    assert granted["scope"] == READ and granted["expires_in"] <= usual["expires_in"]


def test_other_audiences_are_none_of_the_engines_business(scripted):
    service, engine, _ = scripted
    engine.say(DENY)
    asked = len(engine.questions)
    assert service.outside().status == 200
    assert len(engine.questions) == asked


def test_an_explanation_says_that_the_engine_would_be_asked_and_does_not_ask(scripted):
    service, engine, _ = scripted
    engine.say(DENY)
    asked = len(engine.questions)

    def explained(audience, *policies):
        return service.admin("POST", "/v1/policies/explain", {
            "client_id": HAND, "audience": audience, "scope": READ, "policies": list(policies)})

    for audience, asks in (VAULT, True), (OUTSIDE, False):
        answer = explained(audience)
        assert (answer["decision"], answer["asks_engine"]) == ("ALLOW", asks)
    assert not explained(VAULT, {"id": "no", "effect": "deny"})["asks_engine"], "what is denied already is not asked about"
    assert "the policy engine is asked next" in service.command(
        "policy", "explain", "--client-id", HAND, "--audience", VAULT, "--scope", READ).stdout
    assert len(engine.questions) == asked


def test_a_delegation_is_asked_about_when_one_of_its_audiences_is(scripted):
    service, engine, _ = scripted
    engine.say(DENY)
    asked = len(engine.questions)
    both = service.autonomous(LEAD, audience=[OUTSIDE, VAULT])
    assert both.refusal == (400, "access_denied", "denied_by_policy"), dict(both)
    assert [one["id"] for one in engine.questions[-1]["input"]["audiences"]] == sorted([OUTSIDE, VAULT])
    assert len(engine.questions) == asked + 1


def test_a_retry_is_asked_about_again(scripted):
    """What was issued before is not said again when the engine has changed its mind."""
    service, engine, _ = scripted
    headers = {"Idempotency-Key": "once"}
    first = service.exchange(HAND, headers, grant_type="client_credentials", audience=VAULT)
    assert first.status == 200, dict(first)
    engine.say(DENY)
    again = service.exchange(HAND, headers, grant_type="client_credentials", audience=VAULT)
    assert again.refusal == (400, "access_denied", "denied_by_policy"), dict(again)
    engine.say(http_answer(b"", status="500 Broken"))
    assert service.exchange(HAND, headers, grant_type="client_credentials", audience=VAULT).status == 503


def test_whoever_waits_for_a_person_asks_nobody_else_meanwhile(scripted):
    service, engine, _ = scripted
    engine.say(result({"effect": "require_approval", "rule": "ask"}))
    held = service.credentials(LEAD, scope=WRITE, completion_mode="deferred")
    assert (held.status, held["error"]) == (400, "authorization_pending"), dict(held)
    engine.say(DENY)
    asked = len(engine.questions)
    polled = service.exchange(LEAD, grant_type=DEFERRED, deferral_code=held["deferral_code"])
    assert polled.status == 400 and polled["error"] in ("authorization_pending", "slow_down"), dict(polled)
    assert len(engine.questions) == asked


def test_what_a_person_approved_is_still_for_the_engine_to_deny(scripted):
    """It is asked again when the token is fetched; an engine that is dead then uses up nothing."""
    service, engine, _ = scripted
    waits = result({"effect": "require_approval", "rule": "ask"})
    engine.say(waits)
    held = service.credentials(LEAD, scope="s3:List*", completion_mode="deferred")
    assert held["error"] == "authorization_pending", dict(held)
    service.admin("POST", f"/v1/approvals/{held['approval']}/approve", {})

    def fetched():
        return service.exchange(LEAD, grant_type=DEFERRED, deferral_code=held["deferral_code"])

    engine.say(http_answer(b"", status="500 Broken"))
    assert fetched().refusal == (503, "temporarily_unavailable", "policy_engine_unavailable")
    engine.say(DENY)
    refused = fetched()
    assert refused.refusal == (400, "access_denied", "denied_by_policy") and refused["policy"] == "never"
    engine.say(waits)
    granted = fetched()
    assert granted.status == 200 and granted["scope"] == "s3:List*", dict(granted)
    assert told(service.last(granted), "rule", "approval") == {"rule": "ask", "approval": held["approval"]}
    engine.say(DENY)
    assert fetched().status != 200, "not even the same answer is given again against the engine"
