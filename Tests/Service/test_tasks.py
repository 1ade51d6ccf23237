"""A task is what tokens are for. When it is completed, all of it is dead at once, and its id is never used again."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from delegation import ERIN, FILES, OTHER_WORKER, PLANNER, WORKER

CUT = {"chain_revoked"}


def tree(service, task):
    """A person's chain with two hand-overs, and an access token of each agent."""
    parent = service.start(task_id=task)
    first, second = (service.hand_over(parent.token, to) for to in (WORKER, OTHER_WORKER))
    holders = [(PLANNER, parent), (WORKER, first), (OTHER_WORKER, second)]
    return [(by, one, service.redeem(one.token, by=by)) for by, one in holders]


def assert_dead(service, held):
    for by, delegation, access in held:
        assert service.redeem(delegation.token, by=by).refusal == (400, "invalid_request", "chain_revoked")
        assert not service.is_active(delegation.token, by) and not service.is_active(access.token, FILES)
    assert service.hand_over(held[0][1].token).reason == "chain_revoked"


def complete(service, task, by):
    return service.ask(f"/oauth/tasks/{task}/complete", by)


def test_a_task_comes_into_being_with_its_first_token(delegations):
    begin = datetime.now(timezone.utc)
    delegations.start(task_id="task-born", task_purpose="to see it come into being")
    shown = delegations.admin("GET", "/v1/tasks/task-born")
    assert {name: shown[name] for name in ("id", "principal", "purpose", "status", "deadline")} == {
        "id": "task-born", "principal": ERIN, "purpose": "to see it come into being", "status": "open", "deadline": None}
    assert abs((datetime.fromisoformat(shown["created_at"]) - begin).total_seconds()) < 5
    delegations.admin("GET", "/v1/tasks/task-unborn", status=404)
    delegations.for_itself(task_id="task-of-client-credentials")
    assert delegations.admin("GET", "/v1/tasks/task-of-client-credentials")["status"] == "open"


def test_a_task_created_by_an_operator(delegations):
    deadline = (datetime.now(timezone.utc) + timedelta(seconds=300)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    made = delegations.admin(
        "POST", "/v1/tasks", {"id": "task-made", "purpose": "the quarter's review", "deadline": deadline}, status=201)
    assert (made["id"], made["status"], made["deadline"]) == ("task-made", "open", deadline)
    delegations.admin("POST", "/v1/tasks", {"id": "task-made"}, status=409)
    end = int(datetime.fromisoformat(deadline).timestamp())
    answer = delegations.start(task_id="task-made")
    assert answer.claims["exp"] == end
    assert delegations.redeem(answer.token).claims["exp"] == end
    delegations.admin("POST", "/v1/tasks", {"id": "a task"}, status=400)


def test_the_tree_of_a_task_is_shown(delegations):
    held = tree(delegations, "task-shown")
    text = str(delegations.admin("GET", "/v1/tasks/task-shown"))
    for by, delegation, _ in held:
        assert by in text and delegation.hash in text
    printed = delegations.command("task", "show", "task-shown").stdout
    assert all(agent in printed for agent in (PLANNER, WORKER, OTHER_WORKER))
    assert delegations.json("task", "show", "task-shown")["id"] == "task-shown"


def test_the_command_line_creates_shows_and_completes(delegations):
    delegations.command("task", "create", "task-typed", "--purpose", "typed by hand")
    assert delegations.json("task", "show", "task-typed")["purpose"] == "typed by hand"
    delegations.command("task", "create", "task-typed", status=1)
    held = tree(delegations, "task-typed")
    delegations.command("task", "complete", "task-typed")
    assert_dead(delegations, held)
    assert delegations.json("task", "show", "task-typed")["status"] == "completed"
    delegations.command("task", "complete", "task-nobody-knows", status=1)


def test_completion_by_the_operator_cuts_everything_at_once(delegations):
    held, other = tree(delegations, "task-cut"), tree(delegations, "task-kept")
    answer = delegations.admin("POST", "/v1/tasks/task-cut/complete", {"reason": "done"})
    assert_dead(delegations, held)
    assert set(answer) == {"tokens", "links", "latest_exp"} and (answer["links"], answer["tokens"]) == (3, 3)
    latest = datetime.fromisoformat(answer["latest_exp"]).timestamp()
    assert latest == max(one.claims["exp"] for _, one, _ in held)
    for by, delegation, access in other:
        assert delegations.redeem(delegation.token, by=by).reason is None and delegations.is_active(access.token, FILES)
    shown = delegations.admin("GET", "/v1/tasks/task-cut")
    assert shown["status"] == "completed" and shown["ended_at"] and shown["ended_by"]


def test_the_holder_of_the_first_delegation_completes(delegations):
    held = tree(delegations, "task-held")
    for by in (WORKER, "portal", "other-planner"):
        answer = complete(delegations, "task-held", by)
        assert answer.status_code in (400, 403, 404) and "reason" in answer.json(), (by, answer.text)
    wrong = delegations.ask("/oauth/tasks/task-held/complete", None)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert delegations.redeem(held[0][1].token).reason is None
    answer = complete(delegations, "task-held", PLANNER)
    assert answer.status_code == 200 and answer.json()["links"] == 3, answer.text
    assert_dead(delegations, held)
    assert delegations.admin("GET", "/v1/tasks/task-held")["ended_by"] == PLANNER


def test_the_answer_does_not_tell_strangers_which_tasks_exist(delegations):
    tree(delegations, "task-secret")
    there, missing = (complete(delegations, task, "other-planner") for task in ("task-secret", "task-missing"))
    assert there.status_code == missing.status_code and there.json()["reason"] == missing.json()["reason"]


def test_tokens_of_agents_for_themselves_die_with_their_task(delegations):
    access = delegations.for_itself(task_id="task-own")
    kept = delegations.for_itself(task_id="task-own-2")
    delegations.admin("POST", "/v1/tasks/task-own/complete", {"reason": "done"})
    assert not delegations.is_active(access.token, FILES) and delegations.is_active(kept.token, FILES)


@pytest.mark.parametrize("again", ["start", "autonomous", "for_itself"])
def test_the_id_of_a_completed_task_is_not_used_again(own_delegations, again):
    service = own_delegations
    held = tree(service, "task-over")
    service.admin("POST", "/v1/tasks/task-over/complete", {"reason": "done"})
    for _ in range(2):
        answer = getattr(service, again)(task_id="task-over")
        assert (answer.status, answer["error"]) == (400, "invalid_request"), dict(answer)
        assert answer.reason in ("chain_revoked", "task_mismatch")
        service.admin("POST", "/v1/tasks", {"id": "task-over"}, status=409)
        assert_dead(service, held)
        service.stop()
        service.serve()


def test_the_task_of_a_person_is_not_taken_over_by_another(delegations):
    """A task has one principal; the first delegation decides who may complete it."""
    tree(delegations, "task-of-erin")
    delegations.start("frank", actor="guarded", task_id="task-of-erin", scope="files:Get*")
    assert complete(delegations, "task-of-erin", "guarded").status_code in (400, 403, 404)
    assert delegations.admin("GET", "/v1/tasks/task-of-erin")["principal"] == ERIN


def test_completion_is_in_the_ledger(delegations):
    tree(delegations, "task-told")
    complete(delegations, "task-told", PLANNER)
    events = [one["event"] for one in delegations.ledger() if one["task_id"] == "task-told"]
    assert events.count("delegation.created") == 3 and events.count("token.issued") == 3
    assert events[-1] == "task.completed"


def test_a_deadline_that_is_past_refuses(delegations):
    soon = (datetime.now(timezone.utc) + timedelta(seconds=8)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    delegations.admin("POST", "/v1/tasks", {"id": "task-late", "deadline": soon}, status=201)
    assert delegations.start(task_id="task-late").reason is None
    time.sleep(4.5)
    assert delegations.start(task_id="task-late").refusal == (400, "invalid_request", "too_short_lived")
