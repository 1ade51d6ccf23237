"""An agent is suspended while 5,000 exchanges of its tree are on their way, again and again: after the record of the
suspension nothing is issued below it, then or ever."""

import json
import os
import random
import subprocess
import threading
import time

import pytest

from delegation import DELEGATION, FILES, PLANNER, RELAY, WORKER, SocketConnection
from pipeline import Pipeline, exchange_request
from service import binary

ROUNDS = int(os.environ.get("MANDATE_RACES", 80))
IN_FLIGHT = 5_000
SEED = int(os.environ.get("MANDATE_SEED", 20260101))
ISSUING = ('"event":"token.issued"', '"event":"delegation.created"')
CHANGING = ('"event":"agent.suspended"', '"event":"agent.resumed"')


class Tree:
    """Planner, relay and worker, with the requests each can make."""

    def __init__(self, service, task):
        self.top = top = service.start(scope="files:Get*", task_id=task).token
        relay = service.hand_over(top, RELAY).token
        worker = service.hand_over(relay, WORKER, RELAY).token
        self.requests = [
            self.redeem(service, PLANNER, top), self.redeem(service, RELAY, relay), self.redeem(service, WORKER, worker),
            self.hand_over(service, PLANNER, top, RELAY), self.hand_over(service, RELAY, relay, WORKER)]

    @staticmethod
    def redeem(service, by, token, *more):
        return exchange_request(service.basic(by), [
            ("subject_token", token), ("subject_token_type", DELEGATION), ("audience", FILES), *more])

    @classmethod
    def hand_over(cls, service, by, token, to):
        return cls.redeem(service, by, token, ("requested_token_type", DELEGATION), ("requested_actor", to))


def a_round(service, pipeline, admin, choose, number, pace):
    """Gives how many were granted, and how many seconds it took."""
    tree, agent = Tree(service, f"round-{number}"), choose.choice([PLANNER, RELAY])
    requests = choose.choices(tree.requests, [1, 3, 4, 1, 2], k=IN_FLIGHT)

    def operate(action):
        status, text = admin.ask("POST", f"/v1/agents/{agent}/{action}", {"reason": f"round {number}"})
        assert status == 200, text

    def interfere():
        time.sleep(choose.random() * pace)
        operate("suspend")
        if number % 2:
            operate("resume")

    operator = threading.Thread(target=interfere)
    begin = time.monotonic()
    operator.start()
    answers = pipeline.ask(requests)
    operator.join()
    elapsed = time.monotonic() - begin
    assert {status for status, _ in answers} <= {200, 400, 401}, {status for status, _ in answers}
    if not number % 2:
        operate("resume")
    late = pipeline.ask(tree.requests[1:3] + tree.requests[4:5])
    assert {status for status, _ in late} == {400}, late
    return sum(status == 200 for status, _ in answers), elapsed


@pytest.mark.long
@pytest.mark.timeout(600)
def test_after_a_suspension_nothing_is_issued_below_it(own_delegations):
    service, choose, pace, granted = own_delegations, random.Random(SEED), 0.3, []
    admin = SocketConnection(service.directory / "mandate.sock")
    with Pipeline(service.port, connections=8) as pipeline:
        for number in range(ROUNDS):
            count, elapsed = a_round(service, pipeline, admin, choose, number, pace)
            granted.append(count)
            pace = 0.7 * pace + 0.3 * elapsed
    mixed = sum(0 < count < IN_FLIGHT for count in granted)
    assert mixed > ROUNDS / 2, f"only {mixed} of {ROUNDS} suspensions came while requests were on their way: {granted}"
    issued, suspensions = checked_ledger(service)
    assert suspensions == ROUNDS and issued >= sum(granted)


def checked_ledger(service):
    """Reads every record: counts what was issued, and the suspensions. Once it is resumed, an agent may be handed something
    anew from above."""
    export = subprocess.Popen([binary(), "ledger", "export", "--config", str(service.config)], text=True,
                              cwd=service.directory, env=service.environment, stdout=subprocess.PIPE)
    issued = suspensions = 0
    suspended, ended, latest = set(), {}, None
    for line in export.stdout:
        if any(event in line for event in CHANGING):
            record = json.loads(line)
            if record["event"] == "agent.suspended":
                suspensions += 1
                suspended.add(record["agent_id"])
                ended[latest] = record["agent_id"]
            else:
                suspended.discard(record["agent_id"])
        elif any(event in line for event in ISSUING):
            record = json.loads(line)
            issued, latest = issued + 1, record["task_id"]
            assert not suspended & set(record["chain"]), record
            cut = ended.get(record["task_id"])
            anew = record["event"] == "delegation.created" and record["chain"][-1] == cut
            assert anew or cut not in record["chain"], record
    assert export.wait() == 0
    return issued, suspensions
