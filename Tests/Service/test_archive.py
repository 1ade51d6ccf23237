"""Old records move to a file, and the rest still proves itself."""

import hashlib
import json
import os
import threading
import time

import pytest

from load import Load
from service import READER


def records_of(service):
    return service.command("ledger", "export").stdout.splitlines()


def archive(service, to, before="9999-01-01", status=0):
    return service.command("ledger", "archive", "--before", before, "--to", to, status=status)


@pytest.fixture
def busy(new_service):
    """A running service with some thousand records, all covered by checkpoints."""
    service = new_service()
    service.start()
    with Load(service, threads=4, depth=8):
        while len(records_of(service)) < 2500:
            time.sleep(0.1)
    time.sleep(1.2)
    return service


def test_archived_records_are_in_the_file_and_the_rest_continues_them(busy, tmp_path):
    file = tmp_path / "old.jsonl"
    before = records_of(busy)
    answer = busy.json("ledger", "archive", "--before", "9999-01-01", "--to", file)
    archived, rest = file.read_text().splitlines(), records_of(busy)
    assert answer["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest() and answer["records"] == len(archived)
    assert archived == before[: len(archived)] and rest[: len(before) - len(archived)] == before[len(archived):]
    head = "sha256:" + hashlib.sha256(b"\0" + archived[-1].encode()).hexdigest()
    assert json.loads(rest[0])["prev"] == head
    said = [json.loads(line) for line in rest if json.loads(line)["event"] == "ledger.archived"]
    assert [one["change"]["to"] for one in said] == [len(archived)] and said[0]["by"] == "operator"
    assert sorted(os.listdir(tmp_path)) == ["old.jsonl", "old.jsonl.checkpoint"]
    note = (tmp_path / "old.jsonl.checkpoint").read_text().splitlines()
    assert note[1] == str(len(archived)) and note[4].startswith("— ")
    busy.stop()
    busy.start()
    assert busy.token()["access_token"]


def test_tokens_are_issued_while_records_go(busy, tmp_path):
    with Load(busy, threads=2, depth=4) as load:
        archive(busy, tmp_path / "old.jsonl")
    assert load.received and not load.failures
    numbers = [json.loads(line)["seq"] for line in records_of(busy)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] > 1000


def test_nothing_is_archived_that_is_too_young_or_over_something_that_is_there(busy, tmp_path):
    before = len(records_of(busy))
    assert "nothing to archive" in archive(busy, tmp_path / "old.jsonl", before="2020-01-01", status=1).stderr
    (tmp_path / "mine.jsonl").write_text("mine")
    archive(busy, tmp_path / "mine.jsonl", status=1)
    archive(busy, tmp_path / "nowhere" / "old.jsonl", status=1)
    archive(busy, tmp_path / "old.jsonl", before="yesterday", status=2)
    assert len(records_of(busy)) == before and os.listdir(tmp_path) == ["mine.jsonl"]
    assert (tmp_path / "mine.jsonl").read_text() == "mine"


def test_a_kill_while_records_go_leaves_them_in_the_file(busy, tmp_path):
    """Twenty times at another moment: each record is in an archive, or still in the database, or in both."""
    everything = {}
    for line in records_of(busy):
        everything[json.loads(line)["seq"]] = line
    found = {}
    for number in range(20):
        with Load(busy, threads=2, depth=8):
            time.sleep(0.15)
        time.sleep(0.8)
        asked = threading.Thread(
            target=busy.command, args=("ledger", "archive", "--before", "9999-01-01", "--to", tmp_path / f"{number}.jsonl"),
            kwargs={"status": None})
        asked.start()
        time.sleep(0.1 + number * 0.01)
        busy.crash()
        asked.join(30)
        busy.start()
        for line in records_of(busy):
            everything.setdefault(json.loads(line)["seq"], line)
        for file in tmp_path.glob("*.jsonl"):
            for line in file.read_text().splitlines():
                sequence = json.loads(line)["seq"]
                assert found.setdefault(sequence, line) == line
    for line in records_of(busy):
        sequence = json.loads(line)["seq"]
        assert found.setdefault(sequence, line) == line
    assert set(everything) <= set(found) and sorted(found) == list(range(1, len(found) + 1))
    previous = None
    for sequence in sorted(found):
        assert json.loads(found[sequence])["prev"] == previous
        previous = "sha256:" + hashlib.sha256(b"\0" + found[sequence].encode()).hexdigest()
