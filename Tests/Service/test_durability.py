"""Every token a client holds is in the ledger, whenever the process is killed."""

import os
import random
import time

from load import Load

CRASHES = int(os.environ.get("MANDATE_CRASHES", 100))


def test_no_token_is_lost_by_kill_9(new_service):
    service, chance = new_service(), random.Random(CRASHES)
    service.secret("agent-inventory-prod-001")
    received, starts = [], []
    for crash in range(CRASHES):
        starts.append(service.start(within=10))
        with Load(service, threads=4, depth=4) as load:
            until = time.monotonic() + 2
            while not load.received and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.25))
            service.crash()
        assert load.received and not load.failures, (crash, load.failures[:3])
        received.append(load.received)
        if crash % 10 == 0:
            service.command("ledger", "verify")
    starts.append(service.start(within=10))
    service.command("ledger", "verify")
    issued = {one["jti"] for one in service.ledger() if one["event"] == "token.issued"}
    service.stop()
    service.command("ledger", "verify")
    lost = [(crash, jti) for crash, several in enumerate(received) for jti in several if jti not in issued]
    total = sum(map(len, received))
    assert not lost, f"{len(lost)} of {total} tokens are not in the ledger, first after crash {lost[0]}"
    assert total > CRASHES * 10
    assert max(starts) <= 2.0, sorted(starts)[-5:]


def test_a_stop_loses_nothing_and_answers_what_is_in_flight(new_service):
    service = new_service()
    received = []
    for _ in range(5):
        service.start()
        with Load(service, threads=4) as load:
            time.sleep(0.3)
            service.stop()
        assert load.received and not load.failures
        received += load.received
    records = service.ledger()
    assert set(received) <= {one["jti"] for one in records}
    assert [one["seq"] for one in records] == list(range(records[0]["seq"], records[0]["seq"] + len(records)))
    assert [one["event"] for one in records].count("server.stopped") == 5


def test_the_verifier_notices_an_edit_a_cut_and_a_swap(new_service, tmp_path):
    service = new_service()
    service.start()
    for number in range(30):
        service.token(task_id=f"task-{number}")
    time.sleep(1.2)  # a checkpoint is signed at least every second
    export = service.command("ledger", "export").stdout.splitlines(keepends=True)
    good = tmp_path / "good.jsonl"
    good.write_text("".join(export))
    service.command("ledger", "verify", good)
    bad = {
        "edited": [*export[:20], export[20].replace("task-", "tusk-"), *export[21:]],
        "removed": [*export[:20], *export[21:]],
        "swapped": [*export[:20], export[21], export[20], *export[22:]],
        "inserted": [*export[:21], export[20], *export[21:]],
    }
    for name, lines in bad.items():
        assert lines != export, name
        file = tmp_path / f"{name}.jsonl"
        file.write_text("".join(lines))
        done = service.command("ledger", "verify", file, status=1)
        assert done.stdout + done.stderr, name
