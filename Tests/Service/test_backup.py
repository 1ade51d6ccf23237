"""Backups of a service in use, and what may be put back."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import threading
import time

import pytest

from load import Load
from service import READER, Service


def restored(service, file, *options, status=0):
    return service.command("restore", file, *options, status=status)


def without(service, *names):
    """Moves files of the service away, as an operator does who must go back."""
    away = service.directory / f"away-{time.monotonic_ns()}"
    away.mkdir()
    for name in names:
        path = service.directory / name
        if path.exists():
            shutil.move(path, away / name)
    return away


def everything(service):
    """The files of the service, byte for byte, without what only locks."""
    return {
        path.name: path.read_bytes()
        for path in service.directory.iterdir()
        if path.is_file() and not path.name.endswith((".lock", "-shm"))
    }


def test_a_backup_under_load_verifies_and_is_the_beginning_of_what_came_to_be(own_service, tmp_path):
    file = tmp_path / "copy.db"
    own_service.secret(READER)
    with Load(own_service, threads=4, depth=8) as load:
        time.sleep(0.5)
        before = len(load.received)
        made = json.loads(own_service.command("backup", file, "--json").stdout)
        during = len(load.received) - before
        time.sleep(0.2)
    assert not load.failures and during > 0
    assert made["bytes"] == file.stat().st_size and file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["copy.db"]

    lines = own_service.command("ledger", "export").stdout.splitlines()
    assert len(lines) > made["last_seq"]
    head = hashlib.sha256(b"\0" + lines[made["last_seq"] - 1].encode()).hexdigest()
    assert made["head"] == "sha256:" + head and made["records"] == made["last_seq"]

    own_service.stop()
    without(own_service, "mandate.db", "mandate.db-wal", "mandate.db-shm", "mandate.db.checkpoint")
    restored(own_service, file)
    after = own_service.command("ledger", "export").stdout.splitlines()
    assert after[: made["last_seq"]] == lines[: made["last_seq"]]
    assert json.loads(after[made["last_seq"]])["event"] == "server.restored"
    own_service.command("ledger", "verify")


def test_a_backup_without_a_server_and_one_through_it_are_the_same(new_service, tmp_path):
    service = new_service()
    first = service.command("backup", tmp_path / "first.db").stdout
    assert "the keys are not in it" in first
    service.start()
    second = json.loads(service.command("backup", tmp_path / "second.db", "--json").stdout)
    assert second["records"] > 0
    for name in ("first.db", "second.db"):
        with sqlite3.connect(f"file:{tmp_path / name}?mode=ro", uri=True) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_relative_name_is_relative_to_whoever_asks(own_service):
    own_service.command("backup", "copy.db")
    assert (own_service.directory / "copy.db").exists()


@pytest.mark.parametrize("name", ["taken.db", "mandate.db", "mandate.db-wal", "mandate.db.lock", "mandate.db-journal"])
def test_a_backup_overwrites_nothing(own_service, name):
    (own_service.directory / "taken.db").write_text("mine")
    before = {path.name for path in own_service.directory.iterdir()}
    refused = own_service.command("backup", own_service.directory / name, status=1)
    assert "file:" in refused.stderr
    assert {path.name for path in own_service.directory.iterdir()} == before
    assert (own_service.directory / "taken.db").read_text() == "mine"


def test_a_backup_that_cannot_be_finished_leaves_nothing_and_disturbs_nobody(own_service, tmp_path):
    own_service.secret(READER)
    with Load(own_service, threads=2, depth=8):
        time.sleep(1.0)
    size = (own_service.directory / "mandate.db").stat().st_size
    own_service.limit_files(size // 2)
    refused = own_service.command("backup", tmp_path / "copy.db", status=1)
    assert "cannot be copied" in refused.stderr or "could not be written" in refused.stderr
    assert os.listdir(tmp_path) == []
    own_service.limit_files(None)
    assert own_service.token()["access_token"]
    own_service.command("backup", tmp_path / "copy.db")


def test_a_server_that_stops_during_a_backup_leaves_no_half_of_it(own_service, tmp_path):
    own_service.secret(READER)
    with Load(own_service, threads=4, depth=8):
        time.sleep(2.0)
    asked = threading.Thread(target=own_service.command, args=("backup", tmp_path / "copy.db"), kwargs={"status": None})
    asked.start()
    deadline = time.monotonic() + 5
    while not os.listdir(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.0005)
    begin = time.monotonic()
    own_service.stop()
    assert time.monotonic() - begin < 6
    asked.join(30)
    assert os.listdir(tmp_path) in ([], ["copy.db"])
    if os.listdir(tmp_path):
        with sqlite3.connect(f"file:{tmp_path / 'copy.db'}?mode=ro", uri=True) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Going back

@pytest.fixture
def kept(new_service, tmp_path):
    """A service that stopped after a backup and ten more tokens, and the backup."""
    service = new_service()
    service.start()
    for _ in range(5):
        service.token()
    service.command("backup", tmp_path / "copy.db")
    service.command("agent", "suspend", "agent-blinking", "--reason", "after the backup")
    for _ in range(10):
        service.token()
    service.stop()
    return service, tmp_path / "copy.db"


def test_a_restore_that_loses_records_is_refused_and_says_how_many(kept):
    service, file = kept
    before = everything(service)
    refused = restored(service, file, status=1)
    assert "records would be lost" in refused.stderr and "move the database" in refused.stderr
    assert everything(service) == before
    service.start()
    assert service.token()["access_token"]


def test_an_operator_who_must_go_back_moves_the_files_away_and_is_told_what_that_means(kept):
    service, file = kept
    assert service.json("agent", "show", "agent-blinking")["status"] == "suspended"
    without(service, "mandate.db", "mandate.db-wal", "mandate.db-shm", "mandate.db.checkpoint")
    done = restored(service, file)
    assert "is active again" in done.stderr and "keys revoke" in done.stderr and "expires at" in done.stderr
    assert service.json("agent", "show", "agent-blinking")["status"] == "active"
    service.start()
    assert service.token()["access_token"]
    service.stop()
    service.command("ledger", "verify")
    events = [record["event"] for record in service.ledger()]
    assert events.count("server.restored") == 1


def test_what_was_there_is_kept_and_can_be_put_back(new_service, tmp_path):
    service = new_service()
    service.command("backup", tmp_path / "copy.db")
    answer = json.loads(restored(service, tmp_path / "copy.db", "--json").stdout)
    kept = pathlib.Path(answer["kept"])
    assert kept.exists() and kept.name.startswith("mandate.db.before-restore-")
    without(service, "mandate.db", "mandate.db-wal", "mandate.db-shm", "mandate.db.checkpoint")
    shutil.move(kept, service.directory / "mandate.db")
    service.command("ledger", "verify")
    assert "server.restored" not in [record["event"] for record in service.ledger()]


def test_no_restore_under_a_running_server(own_service, tmp_path):
    own_service.command("backup", tmp_path / "copy.db")
    refused = restored(own_service, tmp_path / "copy.db", status=1)
    assert "running" in refused.stderr
    assert own_service.token()["access_token"]


def test_a_backup_with_any_byte_changed_is_refused(kept, tmp_path):
    service, file = kept
    without(service, "mandate.db", "mandate.db-wal", "mandate.db-shm", "mandate.db.checkpoint")
    whole = file.read_bytes()
    for position in (0, 17, 99, 4096 + 50, len(whole) // 3, len(whole) // 2, len(whole) - 5000, len(whole) - 4090):
        damaged = bytearray(whole)
        damaged[position] ^= 0x20
        file.write_bytes(damaged)
        refused = restored(service, file, status=1)
        assert "backup" in refused.stderr, position
        assert not (service.directory / "mandate.db").exists()
    file.write_bytes(whole[: len(whole) // 2])
    restored(service, file, status=1)
    file.write_bytes(whole)
    restored(service, file)


def test_the_restored_service_is_the_one_it_was(kept):
    """Secrets that agents hold go on working, and so do the keys beside the database."""
    service, file = kept
    without(service, "mandate.db", "mandate.db-wal", "mandate.db-shm", "mandate.db.checkpoint")
    restored(service, file)
    service.start()
    issued = service.token(READER)
    assert issued["access_token"]
    assert [key["state"] for key in service.json("keys", "list")["items"]] == ["active"]
