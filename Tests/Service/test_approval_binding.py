"""What an approval is of: the request that the approver saw, while its agents stand as they stood."""

import time

from delegation import COMPANY, ERIN, PLANNER, PORTAL
from holding import (  # noqa: F401
    OURS, WAIT, WRITER, WRITES, approve, clock_library, clocked, delegation_of, deny, held, policies, poll, shown, waits)
from test_retry import INVALID, actor, presented

# What an approval is bound to

def test_other_policies_mean_another_hold(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, waiting["approval"])
    policies(service, WRITES, OURS)
    other = waits(poll(service, waiting["deferral_code"], WRITER))
    assert other["approval"] != waiting["approval"] and other["deferral_code"] != waiting["deferral_code"]
    approve(service, other["approval"])
    assert poll(service, other["deferral_code"], WRITER).claims["approval"] == other["approval"]
    policies(service, WRITES)
    # Under the policies of before it stands again: it was not used.
    assert service.for_itself(WRITER, scope="files:PutA").claims["approval"] == waiting["approval"]
    policies(service, {"id": "no-writes", "when": {"classes": ["write"]}, "effect": "deny"})
    assert service.for_itself(WRITER, scope="files:PutA").reason == "denied_by_policy"


def test_a_code_is_good_for_one_token_also_when_nobody_has_to_be_asked_any_more(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.start(scope="files:Put*", task_id="t-no-need", **WAIT))
    approve(service, waiting["approval"], scope="files:PutA")
    policies(service)
    answers = [poll(service, waiting["deferral_code"], PORTAL) for _ in range(3)]
    assert len({one.claims["jti"] for one in answers}) == 1 and answers[0].claims["approval"] == waiting["approval"]
    assert answers[0]["scope"] == "files:PutA"
    free = service.start(scope="files:Put*", task_id="t-no-need")
    assert free["scope"] == "files:Put*" and "approval" not in free.claims


def test_an_approval_is_of_this_request_alone(held):
    mine = waits(held.start(scope="files:Put*", task_id="t-one", **WAIT))
    approve(held, mine["approval"])
    for change in ({"task_id": "t-two"}, {"scope": "files:PutA"}, {"scope": "files:Put* files:Get*"},
                   {"person": "frank"}, {"actor": "starter"}, {"actor": None, "requested_token_type": None}):
        answer = held.start(**({"scope": "files:Put*", "task_id": "t-one"} | change | WAIT))
        assert answer.status == 400 and answer.get("approval") != mine["approval"], change
    # The person's token may be another one: it is the person that counts.
    assert held.start(scope="files:Put*", task_id="t-one").claims["approval"] == mine["approval"]


def test_who_is_suspended_meanwhile_gets_nothing(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    mandate = delegation_of(service, "t-suspended")
    handed = waits(service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT))
    approve(service, handed["approval"])
    service.command("agent", "suspend", WRITER)
    assert poll(service, handed["deferral_code"], PLANNER).reason == "approval_expired"
    assert service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT).reason == "not_a_delegate"
    service.command("agent", "resume", WRITER)
    service.command("agent", "suspend", PLANNER)
    assert poll(service, handed["deferral_code"], PLANNER).refusal == (401, "invalid_client", "client_authentication_failed")
    service.command("agent", "resume", PLANNER)
    # What passed through the planner is dead for ever, approved or not.
    assert poll(service, handed["deferral_code"], PLANNER).reason == "approval_expired"
    again = service.hand_over(mandate, to=WRITER, scope="files:PutA", **WAIT)
    assert again.reason in ("ancestor_inactive", "chain_revoked")
    started = waits(service.start(scope="files:Put*", task_id="t-left", **WAIT))
    approve(service, started["approval"])
    service.command("principal", "revoke", ERIN)
    assert poll(service, started["deferral_code"], PORTAL).reason == "chain_revoked"


def test_a_person_whose_token_ended_meanwhile_asks_anew(clocked):
    waiting = waits(clocked.start(scope="files:Put*", **WAIT, subject_token=COMPANY.mint(
        "erin", exp=int(time.time()) + 120)))
    clocked.forward(151)
    approve(clocked, waiting["approval"])
    assert poll(clocked, waiting["deferral_code"], PORTAL).reason == "subject_token_expired"


# What an approver did not see

def test_a_longer_life_or_another_purpose_is_not_smuggled_past_the_approver(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", expires_in=30, task_id="t-life", **WAIT))
    approve(service, waiting["approval"])
    assert service.for_itself(WRITER, scope="files:PutA", task_id="t-life")["expires_in"] <= 30
    waiting = waits(service.for_itself(WRITER, scope="files:PutB", task_id="t-what", task_purpose="tidy up", **WAIT))
    approve(service, waiting["approval"])
    waits(service.for_itself(WRITER, scope="files:PutB", task_id="t-what", task_purpose="something else", **WAIT))


def test_an_approval_under_one_rule_is_none_under_another(own_delegations):
    service = own_delegations
    often = {"id": "a-often", "when": {"rate_over": {"count": 1, "per": "1h", "by": "agent"}}, "effect": "require_approval"}
    policies(service, often, WRITES)
    first = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, first["approval"])
    assert service.for_itself(WRITER, scope="files:GetA").status == 200
    second = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT), rule="a-often")
    assert second["approval"] != first["approval"]


def test_what_a_suspension_cut_is_not_fetched_after_the_resumption(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    approved, pending = (waits(service.for_itself(WRITER, scope=f"files:Put{x}", **WAIT)) for x in "AB")
    held = waits(service.hand_over(delegation_of(service, "t-cut", scope="files:Put*"), to=WRITER, scope="files:PutC", **WAIT))
    other = waits(service.start(scope="files:Put*", task_id="t-other", **WAIT))
    approve(service, approved["approval"])
    service.command("agent", "suspend", WRITER, "--reason", "test")
    service.command("agent", "resume", WRITER, "--reason", "test")
    for cut, client in (approved, WRITER), (pending, WRITER), (held, PLANNER):
        assert shown(service, cut["approval"])["status"] == "expired"
        approve(service, cut["approval"], status=409)
        assert poll(service, cut["deferral_code"], client).refusal == (400, "expired_token", "approval_expired")
    assert shown(service, other["approval"])["status"] == "pending"
    assert waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))["approval"] != approved["approval"]


def test_an_actor_token_that_was_used_meanwhile_is_refused(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    top, mine = delegation_of(service, "t-actor", scope="files:Put* files:Get*"), actor(presented(service))
    waiting = waits(service.hand_over(top, to=WRITER, scope="files:PutA", **mine, **WAIT))
    approve(service, waiting["approval"])
    assert service.redeem(top, scope="files:GetA", **mine).status == 200
    assert poll(service, waiting["deferral_code"], PLANNER).refusal == INVALID


def test_what_was_approved_by_mistake_can_be_denied_until_it_is_fetched(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, waiting["approval"])
    deny(service, waiting["approval"])
    assert poll(service, waiting["deferral_code"], WRITER).refusal == (400, "access_denied", "approval_denied")
    approve(service, waiting["approval"], status=409)
