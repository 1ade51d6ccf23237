"""Risk: what an agent is used to, what may be reported of a request, and what policies make of both."""

import json
import sqlite3
import time

import pytest

from delegation import Outcome
from service import Service

USUAL, NEW = "inventory-api", "billing-api"
WORKER, GATEWAY, OTHER = "worker", "gateway", "other"
SCOPES = [{"name": "a:read", "class": "read"}, {"name": "a:write", "class": "write"}]


def registry(*policies):
    held = {audience: ["a:read", "a:write"] for audience in (USUAL, NEW)}
    return {
        "audiences": [{"id": audience, "scopes": SCOPES, "default_scopes": ["a:read"]} for audience in held],
        "agent_types": [{"id": "working", "capabilities": held,
                         "delegation": {"to": [WORKER], "max_chain_depth": 2, "max_class": "write"}}],
        "agents": [{"id": agent, "type": "working", "owner": "erin@company.com", "may_report_risk": agent == GATEWAY}
                   for agent in (WORKER, GATEWAY, OTHER)],
        "policies": list(policies),
    }


def over(score, effect="deny", **members):
    return {"id": f"risk-over-{score}", "when": {"risk_over": score}, "effect": effect, "reason": "that is unusual"} | members


@pytest.fixture
def risky(new_service):
    """Makes a running service under these policies."""
    def make(*policies):
        service = new_service(registries=())
        apply(service, *policies)
        service.start()
        return service
    return make


def apply(service, *policies):
    service.command("apply", "-f", "-", "--prune", input=json.dumps(registry(*policies)))


def ask(service, agent=WORKER, audience=USUAL, **form):
    return Outcome(service.post({"grant_type": "client_credentials", "audience": audience} | form, agent))


def used_to(service, tokens, agent=WORKER):
    for _ in range(tokens):
        assert ask(service, agent).status == 200


def last(service):
    """The last decision; what is detected in it may come after it."""
    return [record for record in service.ledger() if record["decision"]][-1]


def risk_of_last(service):
    return last(service).get("risk")


def test_a_first_request_at_a_new_audience_is_denied_and_the_ledger_says_why(risky):
    service = risky(over(50))
    assert ask(service).status == 200
    assert risk_of_last(service) == {"score": 20, "reasons": ["no history"]}
    used_to(service, 4)
    refused = ask(service, audience=NEW)
    assert refused.refusal == (400, "access_denied", "denied_by_policy")
    assert refused["policy"] == "risk-over-50" and "that is unusual" in refused["error_description"]
    record = last(service)
    assert (record["event"], record["decision"], record["rule"]) == ("token.refused", "DENY", "risk-over-50")
    assert record["risk"] == {"score": 60, "reasons": ["little history: 5 tokens", f"never asked for audience {NEW}"]}
    assert ask(service).status == 200, "what is usual is given"


def test_an_agent_of_long_habits_is_denied_what_is_new_twice_over(risky):
    service = risky()
    used_to(service, 30)
    apply(service, over(50))
    assert ask(service, audience=NEW, scope="a:write").refusal == (400, "access_denied", "denied_by_policy")
    assert risk_of_last(service) == {"score": 70, "reasons": [
        f"never asked for audience {NEW}", "never asked for class write, only up to read"]}
    assert ask(service, audience=NEW).status == 200
    assert risk_of_last(service) == {"score": 40, "reasons": [f"never asked for audience {NEW}"]}
    assert ask(service, audience=NEW).status == 200, "the second time it is known"
    assert risk_of_last(service) == {"score": 0, "reasons": []}
    assert ask(service, OTHER).status == 200, "habits are each agent's own"
    assert risk_of_last(service)["score"] == 20


def test_a_refused_request_makes_no_habit(risky):
    service = risky()
    used_to(service, 25)
    apply(service, over(30))
    for _ in range(30):
        assert ask(service, audience=NEW).refusal == (400, "access_denied", "denied_by_policy")
    assert ask(service).status == 200


def test_habits_outlive_a_restart_and_most_of_a_kill(risky):
    service = risky()
    used_to(service, 25)
    service.stop()
    service.start()
    apply(service, over(30))
    assert ask(service, audience=NEW).status == 400
    used_to(service, 5)
    service.crash()
    service.start()
    assert ask(service, audience=NEW).status == 400
    assert risk_of_last(service)["score"] == 40
    service.stop()
    tokens, = sqlite3.connect(service.directory / "mandate.db").execute(
        "SELECT json_extract(profile, '$.tokens') FROM baseline WHERE agent = ?", (WORKER,)).fetchone()
    assert 25 <= tokens <= 30, "the last minute before a kill may be missing, and no more"


def test_a_reported_score_counts_from_who_may_report_only(risky):
    service = risky(over(50))
    for agent in (GATEWAY, OTHER):
        assert ask(service, agent, risk_score="50").status == 200
    assert ask(service, GATEWAY, risk_score="51").refusal == (400, "access_denied", "denied_by_policy")
    assert risk_of_last(service) == {
        "score": 51, "reasons": ["little history: 1 token", f"reported by {GATEWAY}: 51"]}
    assert ask(service, OTHER, risk_score="100").status == 200
    assert risk_of_last(service) == {"score": 20, "reasons": ["little history: 1 token"]}


def test_a_reported_score_lowers_nothing(risky):
    service = risky(over(50))
    used_to(service, 3, GATEWAY)
    assert ask(service, GATEWAY, NEW, risk_score="0").refusal == (400, "access_denied", "denied_by_policy")
    assert risk_of_last(service)["score"] == 60


def test_a_right_to_report_ends_with_the_record_that_gave_it(risky):
    service = risky(over(50))
    assert ask(service, GATEWAY, risk_score="99").status == 400
    get = ["token", "get", "--server", service.url, "--client-id", GATEWAY, "--audience", USUAL, "--risk-score"]
    secret = {"MANDATE_CLIENT_SECRET": service.secret(GATEWAY)}
    assert "denied_by_policy" in service.command(*get, "99", status=1, environment=secret).stderr
    service.command(*get, "50", environment=secret)
    service.command("agent", "change", GATEWAY, "-f", "-", input='{"may_report_risk": false}')
    assert ask(service, GATEWAY, risk_score="99").status == 200
    assert service.json("agent", "show", GATEWAY)["may_report_risk"] is False


@pytest.mark.parametrize("score", ["-1", "101", "1.5", "1e1", "+1", "0x1", " 1", "1 ", "high", "999999999999999999999", "٣", "NaN"])
@pytest.mark.parametrize("agent", [GATEWAY, OTHER])
def test_what_is_no_score_is_malformed(shared, score, agent):
    refused = ask(shared, agent, risk_score=score)
    assert refused.refusal == (400, "invalid_request", "malformed_request")
    assert "risk_score" in refused["error_description"]


@pytest.mark.parametrize("score", ["0", "100", "007", ""])
def test_what_is_a_score_is_not(shared, score):
    assert ask(shared, GATEWAY, risk_score=score).status == 200


def test_two_scores_are_refused(shared):
    assert ask(shared, GATEWAY, risk_score=["0", "100"]).refusal == (400, "invalid_request", "repeated_parameter")


@pytest.fixture(scope="module")
def shared(directory_of):
    service = Service(directory_of(), registries=())
    apply(service)
    service.start()
    yield service
    service.stop()


def test_what_is_at_risk_waits_for_a_person(risky):
    service = risky(over(50, "require_approval", approvers=["owner"]))
    used_to(service, 5)
    held = ask(service, audience=NEW)
    assert held.refusal == (400, "interaction_required", "approval_required")
    record = last(service)
    assert (record["event"], record["decision"], record["rule"]) == (
        "approval.requested", "REQUIRE_APPROVAL", "risk-over-50")
    assert record["risk"]["score"] == 60
    assert ask(service).status == 200


def test_a_burst_is_seen_against_the_agents_own_hours(risky):
    """History is written as an earlier run would have left it: two tokens an hour for thirty hours."""
    service = risky()
    used_to(service, 1)
    service.stop()
    database = sqlite3.connect(service.directory / "mandate.db")
    profile, = database.execute("SELECT profile FROM baseline WHERE agent = ?", (WORKER,)).fetchone()
    known = json.loads(profile)
    assert known["tokens"] == 1 and known["hours"][time.gmtime().tm_hour] in (0, 1)
    known |= {"tokens": 61, "active_hours": 30, "earlier": 60}
    database.execute("UPDATE baseline SET profile = ?", (json.dumps(known),))
    database.commit()
    database.close()
    service.start()
    apply(service, over(20))
    given = 0
    while ask(service).status == 200:
        given += 1
        assert given < 100
    assert 19 <= given <= 40
    reason, = risk_of_last(service)["reasons"]
    assert reason.endswith(" tokens in this hour, 2 in its mean hour")


def explained(service, *options):
    return service.json("policy", "explain", "--client-id", WORKER, "--scope", "a:read", *options)


def test_what_would_be_unusual_is_explained_before_it_is_asked_for(risky):
    service = risky(over(50))
    used_to(service, 5)
    usual = explained(service, "--audience", USUAL)
    assert usual["decision"] == "ALLOW"
    assert usual["inputs"]["risk"] == {"score": 20, "reasons": ["little history: 5 tokens"]}
    new = explained(service, "--audience", NEW)
    assert (new["decision"], new["rule"]) == ("DENY", "risk-over-50")
    assert new["inputs"]["risk"] == {
        "score": 60, "reasons": ["little history: 5 tokens", f"never asked for audience {NEW}"]}
    given = explained(service, "--audience", NEW, "--risk", "10")
    assert given["decision"] == "ALLOW" and given["inputs"]["risk"] == {"score": 10, "reasons": []}
    assert ask(service).status == 200 and last(service)["risk"]["reasons"] == ["little history: 5 tokens"]
