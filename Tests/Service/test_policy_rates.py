"""Rates of policies: never more in any window, across restarts and kills, and nothing counts but what was given."""

import json
import threading
import time
from datetime import datetime

import pytest

from delegation import Outcome
from machine import Shared
from test_policy_table import Explaining
from wire import Connection, token_request

AUDIENCE, OTHER = "r-api", "r-other"
AGENTS = {"r-a": ("r-kind", "red", "olga"), "r-b": ("r-kind", "blue", "otto"), "r-c": ("r-other", "red", "otto"),
          "r-d": ("r-other", None, "olga"), "r-e": ("r-third", None, "oscar")}


def registry(*policies):
    scopes = [{"name": "r:read", "class": "read"}, {"name": "r:write", "class": "write"}]
    delegation = {"to": [], "max_chain_depth": 2, "max_class": "read"}
    held = {AUDIENCE: ["r:read", "r:write"], OTHER: ["r:read", "r:write"]}
    return {
        "audiences": [{"id": name, "scopes": scopes, "default_scopes": ["r:read"]} for name in (AUDIENCE, OTHER)],
        "agent_types": [{"id": name, "capabilities": held, "delegation": delegation} for name in ("r-kind", "r-other", "r-third")],
        "agents": [{"id": id, "type": type, "owner": owner} | ({"team": team} if team else {})
                   for id, (type, team, owner) in AGENTS.items()],
        "policies": list(policies)}


def rate(count, per, by="agent", effect="deny", id="rate", **when):
    conditions = {"conditions": {"ledger": "elevated"}} if effect == "allow_with_conditions" else {}
    return {"id": id, "effect": effect, "when": {"rate_over": {"count": count, "per": per, "by": by}} | when} | conditions


@pytest.fixture
def limited(new_service):
    """Makes a running service with these policies."""
    def make(*policies, environment=None):
        service = new_service(registries=(), environment=environment)
        service.command("apply", "-f", "-", input=json.dumps(registry(*policies)))
        service.start()
        return service
    return make


def ask(service, agent="r-a", audience=AUDIENCE, **form):
    return Outcome(service.post({"grant_type": "client_credentials", "audience": audience} | form, agent))


def given(service, times=8, **options):
    """How many of so many requests get a token; the others are denied by the policy and by nothing else."""
    answers = [ask(service, **options) for _ in range(times)]
    refused = [one for one in answers if one.status != 200]
    assert {(one.refusal, one["policy"]) for one in refused} <= {((400, "access_denied", "denied_by_policy"), "rate")}
    return times - len(refused)


def counters(service, agent="r-a", **question):
    answer = Explaining(service)({"client_id": agent, "audience": AUDIENCE} | question)
    return {one["policy"]: (one["of"], one["tokens"], one["count"]) for one in answer["inputs"]["counters"]}


def storm(service, seconds, agents=("r-a",), crash=False):
    """Eight connections ask as fast as they can; how many tokens they were given."""
    asked = [token_request(service.basic(agents[index % len(agents)]), audience=AUDIENCE) for index in range(8)]
    counts, end = [0] * 8, time.monotonic() + seconds

    def run(index):
        try:
            with Connection(service.port) as connection:
                while time.monotonic() < end:
                    answer = connection.ask(asked[index])
                    assert answer.status in (200, 400), answer
                    counts[index] += answer.status == 200
        except Exception:
            if not crash:
                raise

    threads = [threading.Thread(target=run, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    if crash:
        time.sleep(seconds / 2)
        service.crash()
    for thread in threads:
        thread.join()
    return sum(counts)


def times(service):
    return sorted(datetime.fromisoformat(one["at"]).timestamp() for one in service.ledger()
                  if one["event"] == "token.issued" and one["audience"] == AUDIENCE)


@pytest.mark.parametrize("by, agents", [("agent", ("r-a",)), ("team", ("r-a", "r-c")), ("all", tuple(AGENTS))])
def test_eight_connections_never_get_more_in_any_window(limited, by, agents):
    count, per, took = 9, 1, 5
    service = limited(rate(count, f"{per}s", by), environment={"MANDATE_LOOPS": "8"})
    total = storm(service, took, agents)
    issued = times(service)
    assert total == len(issued)
    closest = min(later - earlier for earlier, later in zip(issued, issued[count:]))
    assert closest > per, f"{count + 1} tokens within {closest:.3f} s"
    assert total >= count * took / per * 0.7, "and no fewer than there may be"


def test_a_restart_and_a_kill_give_nothing_back(limited):
    service = limited(rate(5, "1h"))
    assert given(service, 3) == 3
    service.stop()
    assert json.loads(service.command("policy", "explain", "--client-id", "r-a", "--audience", AUDIENCE, "--json").stdout)[
        "inputs"]["counters"][0]["tokens"] == 3, "also while no server runs"
    service.start()
    assert given(service, 1) == 1
    service.crash()
    service.start()
    assert counters(service) == {"rate": ("r-a", 4, 5)}
    assert given(service) == 1
    service.crash()
    service.start()
    assert given(service) == 0 and counters(service) == {"rate": ("r-a", 5, 5)}


def test_a_kill_in_the_middle_of_a_storm_gives_nothing_back(limited):
    service = limited(rate(150, "1h"), environment={"MANDATE_LOOPS": "4"})
    seen = 0
    for _ in range(3):
        seen += storm(service, 0.3, crash=True)
        service.start()
    seen += storm(service, 3)
    issued = len(times(service))
    assert seen <= issued == 150
    assert given(service) == 0
    service.command("ledger", "verify")


def test_what_was_given_an_hour_ago_counts_no_more(limited, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    service = limited(rate(2, "1h"), environment={
        "LD_PRELOAD": str(Shared(tmp_path).clock()), "TEST_CLOCK": str(clock)})
    assert given(service) == 2
    clock.write_text("3590")
    assert given(service) == 0
    clock.write_text(str(3600 + 3600 // 64 + 2))
    assert given(service) == 2


def test_what_is_refused_or_held_counts_nothing(limited):
    writes = {"id": "no-writes", "effect": "deny", "when": {"classes": ["write"], "audiences": [AUDIENCE]}}
    held = {"id": "held", "effect": "require_approval", "when": {"classes": ["write"], "audiences": [OTHER]}}
    service = limited(rate(3, "1h"), writes, held)
    for _ in range(5):
        assert ask(service, scope="r:write")["policy"] == "no-writes"
        assert ask(service, scope="r:write", audience=OTHER).reason == "approval_required"
        assert ask(service, scope="r:delete").reason == "scope_unknown"
        assert ask(service, client_secret="wrong").status == 400
    assert counters(service) == {"rate": ("r-a", 0, 3)}
    assert given(service) == 3
    assert counters(service) == {"rate": ("r-a", 3, 3)}, "nor what the rate itself refused"


def test_what_goes_on_under_conditions_counts_on(limited):
    service = limited(rate(2, "1h", effect="allow_with_conditions"))
    assert [ask(service).status for _ in range(4)] == [200] * 4
    assert counters(service) == {"rate": ("r-a", 4, 2)}
    issued = [one for one in service.ledger() if one["event"] == "token.issued"]
    assert [one.get("elevated", False) for one in issued] == [False, False, True, True]
    assert [one["rule"] for one in issued] == ["containment", "containment", "rate", "rate"]


@pytest.mark.parametrize("by, together", [
    ("agent", "r-a"), ("type", "r-a r-b"), ("team", "r-a r-c"), ("owner", "r-a r-d"), ("principal", "r-a r-d"),
    ("audience", "r-a r-b r-c r-d r-e"), ("all", "r-a r-b r-c r-d r-e"), ("task", "r-a r-b r-c r-d r-e")])
def test_whose_tokens_are_counted_together(limited, by, together):
    service = limited(rate(3, "1h", by))
    assert given(service, 3) == 3
    assert [agent for agent in AGENTS if given(service, 1, agent=agent) == 0] == together.split()
    elsewhere = given(service, 1, audience=OTHER)
    assert elsewhere == (1 if by == "audience" else 0)


def test_tasks_count_each_for_itself_and_agents_without_a_team_together(limited):
    service = limited(rate(2, "1h", "task"))
    assert given(service, 3, task_id="one") == 2 and given(service, 3, task_id="two", agent="r-b") == 2
    assert given(service, 1, task_id="one", agent="r-c") == 0 and given(service, 3) == 2
    service = limited(rate(2, "1h", "team"))
    assert given(service, 2, agent="r-d") == 2 and given(service, 1, agent="r-e") == 0


def test_a_counter_is_its_policys_and_goes_on_under_another_count(limited):
    service = limited(rate(2, "1h"), rate(100, "1h", id="other", effect="allow_with_conditions"))
    assert given(service) == 2
    service.command("apply", "-f", "-", input=json.dumps({"policies": [rate(4, "1h")]}))
    assert given(service) == 2
    service.command("apply", "-f", "-", input=json.dumps({"policies": [rate(4, "2h")]}))
    assert given(service) == 4, "over another time it is another counter"
    assert counters(service) == {"rate": ("r-a", 4, 4), "other": ("r-a", 8, 100)}


def test_explaining_counts_nothing(limited):
    service = limited(rate(2, "1h"))
    before = len(service.ledger())
    explain = Explaining(service)
    for _ in range(50):
        assert explain({"client_id": "r-a", "audience": AUDIENCE})["decision"] == "ALLOW"
    assert len(service.ledger()) == before and given(service) == 2
    answer = explain({"client_id": "r-a", "audience": AUDIENCE})
    assert (answer["decision"], answer["rule"], answer["reason"]) == ("DENY", "rate", "denied_by_policy")
    assert explain({"client_id": "r-a", "audience": AUDIENCE, "at": "2040-01-01T00:00:00Z"})["decision"] == "ALLOW"
