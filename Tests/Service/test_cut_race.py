"""A chain is revoked, its task completed, its principal revoked while exchanges are on their way: after the record of it
nothing of the chain is issued, then or ever."""

import random
import threading
import time

import pytest

from delegation import ERIN, SocketConnection
from pipeline import Pipeline
from service import decoded
from test_suspension_race import SEED, Tree

ROUNDS, IN_FLIGHT = 12, 2_000
ISSUING = {"token.issued", "delegation.created"}
ENDING = {"delegation": "delegation.revoked", "task": "task.completed", "principal": "principal.revoked"}


def end_of(kind, tree, number):
    """The admin request that ends everything of the round."""
    hash = decoded(tree.top)[1]["delegation_chain_hash"]
    return {"delegation": f"/v1/delegations/{hash}/revoke", "task": f"/v1/tasks/round-{number}/complete",
            "principal": f"/v1/principals/{ERIN}/revoke"}[kind]


@pytest.mark.parametrize("kind", ENDING)
def test_nothing_is_issued_after_the_end(own_delegations, kind):
    service, choose, mixed = own_delegations, random.Random(SEED), 0
    admin = SocketConnection(service.directory / "mandate.sock")
    with Pipeline(service.port, connections=8) as pipeline:
        for number in range(ROUNDS):
            tree = Tree(service, f"round-{number}")
            path = end_of(kind, tree, number)

            def interfere():
                time.sleep(choose.random() * 0.15)
                status, text = admin.ask("POST", path, {"reason": f"round {number}"})
                assert status == 200, text

            operator = threading.Thread(target=interfere)
            operator.start()
            answers = pipeline.ask(choose.choices(tree.requests, k=IN_FLIGHT))
            operator.join()
            assert {status for status, _ in pipeline.ask(tree.requests)} == {400}
            if kind == "principal":
                service.admin("POST", f"/v1/principals/{ERIN}/reinstate", {"reason": "next round"})
            mixed += 0 < sum(status == 200 for status, _ in answers) < IN_FLIGHT
    assert mixed > ROUNDS / 3, f"only {mixed} of {ROUNDS} came while requests were on their way"
    ended, latest = set(), None
    for record in service.ledger():
        if record["event"] in ISSUING:
            latest = record["task_id"]
            assert latest not in ended, record
        elif record["event"] == ENDING[kind]:
            ended.add(latest)
    assert len(ended) == ROUNDS
