"""What the ledger is watched for, through the wire: what is found is a record, and is found once."""

import random
import time

import requests

from delegation import DEEP, FILES, OTHER_WORKER, PEOPLE, PLANNER, PORTAL, REPORTS, WORKER
from test_metrics import metrics

RULES = {"scope_escalation", "presenter_mismatch", "unusual_audience", "chain_too_deep", "suspended_agent_active",
         "approval_fatigue"}


def findings(service, rule=None, agent=None):
    found = [one for one in service.ledger() if one["event"] == "detection.raised"]
    return [one for one in found if rule in (None, one["rule"]) and agent in (None, one["agent_id"])]


def found(service, rule, agent, within=5.0):
    """The one finding, which must come in time."""
    until = time.monotonic() + within
    while not (raised := findings(service, rule, agent)):
        assert time.monotonic() < until, (rule, agent, findings(service))
        time.sleep(0.1)
    assert len(raised) == 1, raised
    return raised[0]


def seen(service):
    """Waits until the ledger has been watched to its present end."""
    last, until = service.ledger()[-1]["seq"], time.monotonic() + 15
    while metrics(service).get('mandate_delivery_position{consumer="detections"}', 0) < last:
        assert time.monotonic() < until
        time.sleep(0.2)


def occasions(service, record):
    """The records that a finding names."""
    ledger = {one["seq"]: one for one in service.ledger()}
    return [ledger[number] for number in record["change"]["records"]]


def assert_finding(service, record, rule, count):
    change = record["change"]
    assert (record["by"], record["reason"], record["decision"]) == ("mandate", None, None)
    assert (record["rule"], change["detection"], change["count"]) == (rule, rule, count)
    assert set(change) == {"detection", "count", "window_seconds", "records"}
    named = occasions(service, record)
    assert {one["agent_id"] for one in named} == {record["agent_id"]}
    assert all(one["seq"] < record["seq"] for one in named)


def test_every_rule_finds_what_it_is_for_and_once(own_delegations):
    service = own_delegations
    planner = service.start(scope="files:Get* files:Put*").token
    begin = time.monotonic()
    assert service.redeem(planner, by=WORKER).reason == "presenter_mismatch"
    raised = found(service, "presenter_mismatch", WORKER)
    assert time.monotonic() - begin < 3
    assert_finding(service, raised, "presenter_mismatch", 1)
    assert (raised["principal"], raised["task_id"]) == ("erin@company.com", "a-task")
    assert raised["chain_hash"]

    for _ in range(6):
        assert service.redeem(planner, scope="files:Delete*").reason == "exceeds_delegation"
    assert_finding(service, found(service, "scope_escalation", PLANNER), "scope_escalation", 5)

    shallow = service.hand_over(planner, "shallow", scope="files:Get*").token
    for _ in range(4):
        assert service.hand_over(shallow, WORKER, "shallow").reason == "depth_exceeded"
    assert_finding(service, found(service, "chain_too_deep", "shallow"), "chain_too_deep", 3)

    guarded = service.start(actor="guarded", scope="files:Get* files:Put*").token
    for _ in range(12):
        assert service.hand_over(guarded, "writer", "guarded", scope="files:PutObject").reason == "approval_required"
    assert_finding(service, found(service, "approval_fatigue", "guarded"), "approval_fatigue", 10)

    for _ in range(20):
        service.for_itself(OTHER_WORKER).token
    service.for_itself(OTHER_WORKER, audience=PEOPLE).token
    unusual = found(service, "unusual_audience", OTHER_WORKER)
    assert_finding(service, unusual, "unusual_audience", 1)
    assert unusual["audience"] == PEOPLE

    service.command("agent", "suspend", WORKER, "--reason", "a test")
    assert service.for_itself(WORKER).refusal == (401, "invalid_client", "client_authentication_failed")
    raised = found(service, "suspended_agent_active", WORKER)
    assert_finding(service, raised, "suspended_agent_active", 1)
    assert [one["event"] for one in occasions(service, raised)] == ["auth.failed"]

    seen(service)
    raised = findings(service)
    assert len(raised) == 6 and {one["rule"] for one in raised} == RULES
    counted = metrics(service)
    assert {rule: counted[f'mandate_detections_total{{rule="{rule}"}}'] for rule in RULES} == dict.fromkeys(RULES, 1)
    listed = service.json("detection", "list")
    assert [one["seq"] for one in listed["items"]] == [one["seq"] for one in raised]
    assert "presenter_mismatch" in service.command("detection", "list").stdout
    assert not service.json("detection", "list", "--agent", PORTAL)["items"]
    assert [one["rule"] for one in service.json("detection", "list", "--agent", PLANNER)["items"]] == ["scope_escalation"]
    service.command("ledger", "verify")


def test_what_everybody_does_every_day_is_no_finding(own_delegations):
    service = own_delegations
    service.for_itself("narrow", audience=REPORTS, scope="reports:read").token
    planner = service.start(scope="files:Get* files:Put*").token
    worker = service.hand_over(planner, scope="files:Get*").token
    for number in range(30):
        service.redeem(worker, by=WORKER).token
        service.for_itself(PLANNER, audience=(FILES, PEOPLE)[number % 2]).token
    for _ in range(4):
        assert service.redeem(planner, scope="files:Delete*").reason == "exceeds_delegation"
    shallow = service.hand_over(planner, "shallow", scope="files:Get*").token
    for _ in range(2):
        assert service.hand_over(shallow, WORKER, "shallow").reason == "depth_exceeded"
    guarded = service.start(actor="guarded", scope="files:Get* files:Put*").token
    for _ in range(9):
        assert service.hand_over(guarded, "writer", "guarded", scope="files:PutObject").reason == "approval_required"
    wrong = {"auth": (WORKER, "wrong"), "data": {"grant_type": "client_credentials"}, "timeout": 10}
    for _ in range(10):
        assert requests.post(f"{service.url}/oauth/token", **wrong).status_code == 401
    service.command("agent", "suspend", "retired-worker", "--reason", "a test")
    service.command("agent", "suspend", OTHER_WORKER, "--reason", "a test")
    service.command("agent", "resume", OTHER_WORKER)
    assert requests.post(f"{service.url}/oauth/token", **wrong | {"auth": (OTHER_WORKER, "wrong")}).status_code == 401
    for _ in range(10):
        assert service.start(task_id=None).reason == "task_missing"
    seen(service)
    assert findings(service) == []


def test_a_restart_neither_forgets_nor_repeats(own_delegations):
    service = own_delegations
    planner = service.start(scope="files:Get*").token
    for _ in range(4):
        assert service.redeem(planner, scope="files:Delete*").reason == "exceeds_delegation"
    assert service.redeem(planner, by=WORKER).reason == "presenter_mismatch"
    found(service, "presenter_mismatch", WORKER)
    service.stop()
    assert service.ledger()[-1]["event"] == "server.stopped"
    service.serve()
    assert service.redeem(planner, by=WORKER).reason == "presenter_mismatch"
    assert service.redeem(planner, scope="files:Delete*").reason == "exceeds_delegation"
    raised = found(service, "scope_escalation", PLANNER)
    assert raised["change"]["count"] == 5
    seen(service)
    assert len(findings(service)) == 2


def test_crashes_lose_no_finding_and_repeat_none(own_delegations):
    """Each agent's token is presented by a stranger once; the server is killed all the while."""
    service, chance = own_delegations, random.Random(7)
    tokens = [service.start(actor=agent, scope="files:Get*").token for agent in DEEP]
    strangers = [WORKER, OTHER_WORKER, "relay-1", "relay-2", "writer", "narrow", "other-planner", "deep-9"]
    for stranger in strangers:
        service.secret(stranger)
    for token, stranger in zip(tokens, strangers):
        assert service.redeem(token, by=stranger).reason == "presenter_mismatch"
        time.sleep(chance.random() * 0.7)
        service.crash()
        service.serve()
    seen(service)
    raised = findings(service, "presenter_mismatch")
    assert sorted(one["agent_id"] for one in raised) == sorted(strangers)
    assert all(one["change"]["count"] == 1 for one in raised)
    service.command("ledger", "verify")


def test_findings_wait_for_a_full_disk(own_delegations):
    service = own_delegations
    planner = service.start(scope="files:Get*").token
    assert service.redeem(planner, by=WORKER).reason == "presenter_mismatch"
    largest = max(file.stat().st_size for file in service.directory.glob("mandate.db*"))
    service.limit_files(min(4096, largest))
    time.sleep(1.2)
    service.limit_files(None)
    found(service, "presenter_mismatch", WORKER)
    seen(service)
    assert len(findings(service)) == 1
