"""A hundred thousand failed log-ins fill no disk and hold up nobody."""

import os
import threading
import time

from load import Load
from service import ANALYST, PLANNER, READER
from wire import Closed, Connection, token_request

COUNT = int(os.environ.get("MANDATE_FLOOD", 100_000))
DEPTH, WORKERS = 50, 4


def test_failed_log_ins_are_counted_not_recorded(own_service):
    for agent in (READER, PLANNER, ANALYST):
        own_service.secret(agent)
    before = len(own_service.ledger())
    begun, outcomes, lock = time.monotonic(), {}, threading.Lock()

    def flood(worker):
        connection = Connection(own_service.port)
        for batch in range(COUNT // WORKERS // DEPTH):
            requests = []
            for number in range(DEPTH):
                agent = (READER, PLANNER, ANALYST, f"nobody-{worker}-{batch}-{number}")[number % 4]
                requests.append(token_request(own_service.basic(agent, f"mnd_wrong{batch}x{number}"), scope="a:b"))
            connection.send(b"".join(requests))
            for _ in requests:
                try:
                    status = connection.answer().status
                except Closed:
                    status, connection = "closed", Connection(own_service.port)
                    break
                finally:
                    with lock:
                        outcomes[status] = outcomes.get(status, 0) + 1

    with Load(own_service, threads=1, agent=PLANNER, pace=0.005) as good:
        workers = [threading.Thread(target=flood, args=(n,)) for n in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    minutes = (time.monotonic() - begun) / 60
    # Every failure is answered; those that are shed under load are 503.
    assert set(outcomes) <= {401, 503} and outcomes[401] > COUNT * 0.9, outcomes
    records = own_service.ledger()[before:]
    failed = [one for one in records if one["event"] == "auth.failed"]
    others = [one for one in records if one["event"] not in ("auth.failed", "token.issued")]
    # Four names (three agents and "unknown"): the first failure at once, then one total a minute.
    assert 1 <= len(failed) <= 4 * (2 + int(minutes)) <= 20, failed
    assert not others, others[:3]
    assert {one["agent_id"] for one in failed} <= {READER, PLANNER, ANALYST, "unknown", None}
    assert not good.failures and len(good.received) > 20
    assert sorted(good.latencies)[len(good.latencies) * 99 // 100] < 1.0
    own_service.command("ledger", "verify")
