"""What the ledger proves: signed checkpoints, inclusion, consistency, and every edit found, through the program."""

import base64
import http.client
import json
import random
import shutil
import socket
import sqlite3
import subprocess
import time

import pytest

import merkle
from service import binary


class Socket(http.client.HTTPConnection):
    """HTTP over the administration's socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def ask(service, target):
    connection = Socket(service.directory / "mandate.sock")
    connection.request("GET", target)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def bytes_of(texts):
    return [base64.b64decode(text, validate=True) for text in texts]


def checkpoint_file(service):
    return service.directory / "mandate.db.checkpoint"


def key_of(service):
    return service.command("ledger", "checkpoint", "--key").stdout.strip()


def covering(service, size, within=3.0):
    """The checkpoint in the file, when it covers so many records and is signed by the ledger's key."""
    begin, key = time.monotonic(), key_of(service)
    while time.monotonic() - begin < within:
        if checkpoint_file(service).exists():
            note = checkpoint_file(service).read_text()
            try:
                if merkle.checkpoint(note, key)[1] >= size:
                    return note
            except merkle.NotSigned:
                pass  # as long as the one of an older key is there
        time.sleep(0.02)
    raise AssertionError("no checkpoint in time")


@pytest.fixture(scope="module")
def told(directory_of):
    """A server with some records and older checkpoints; tests read it."""
    from service import Service
    service = Service(directory_of())
    service.start()
    service.older = []
    for _ in range(3):
        for number in range(7):
            service.token(task_id=f"task-{number}")
        service.older.append(covering(service, len(service.ledger())))
    service.records = service.command("ledger", "export").stdout.splitlines()
    yield service
    service.stop()


def test_a_checkpoint_is_signed_within_a_second_and_fits_the_export(told):
    assert oct((told.directory / "keys/ledger.pem").stat().st_mode & 0o777) == "0o600"
    assert oct(checkpoint_file(told).stat().st_mode & 0o777) == "0o644"
    begin = time.monotonic()
    told.token()
    records = [line.encode() for line in told.command("ledger", "export").stdout.splitlines()]
    note = covering(told, len(records))
    assert time.monotonic() - begin < 2
    origin, size, root = merkle.checkpoint(note, key_of(told))
    assert origin == told.issuer.removeprefix("http://") + "/ledger"
    assert size == len(records) and root == merkle.root([merkle.leaf(record) for record in records])
    assert told.command("ledger", "checkpoint").stdout == note
    status, headers, body = ask(told, "/v1/ledger/checkpoint")
    assert (status, body.decode()) == (200, note) and headers["Content-Type"].startswith("text/plain")
    assert json.loads(ask(told, "/v1/ledger/key")[2]) == {"key": key_of(told)}


def test_a_record_is_proven_to_be_in_a_checkpoint(told):
    records = [line.encode() for line in told.records]
    for sequence in range(1, len(records) + 1):
        proof = json.loads(ask(told, f"/v1/ledger/inclusion?seq={sequence}&size={len(records)}")[2])
        assert list(proof) == sorted(["seq", "size", "leaf_hash", "root_hash", "proof"])
        assert proof["seq"] == sequence and proof["size"] == len(records)
        leaf, root = bytes_of([proof["leaf_hash"], proof["root_hash"]])
        assert leaf == merkle.leaf(records[sequence - 1])
        assert root == merkle.root([merkle.leaf(record) for record in records])
        assert merkle.includes(leaf, sequence - 1, len(records), bytes_of(proof["proof"])) == root
    newest = json.loads(told.command("ledger", "prove", "5").stdout)
    assert newest["size"] == merkle.checkpoint(told.command("ledger", "checkpoint").stdout, key_of(told))[1]
    assert json.loads(told.command("ledger", "prove", "5", "--size", "5").stdout)["size"] == 5


def test_a_checkpoint_is_proven_to_continue_every_older_one(told):
    key = key_of(told)
    _, newest, newest_root = merkle.checkpoint(told.command("ledger", "checkpoint").stdout, key)
    for note in told.older:
        _, size, root = merkle.checkpoint(note, key)
        proof = json.loads(ask(told, f"/v1/ledger/consistency?from={size}")[2])
        assert (proof["from"], proof["to"]) == (size, newest)
        assert bytes_of([proof["root1"], proof["root2"]]) == [root, newest_root]
        path = bytes_of(proof["proof"])
        assert merkle.continues(size, root, newest, newest_root, path)
        if size != newest:
            assert not merkle.continues(size, newest_root, newest, newest_root, path)
    for start in range(1, 20):
        for end in range(start, 20):
            proof = json.loads(ask(told, f"/v1/ledger/consistency?from={start}&to={end}")[2])
            roots = bytes_of([proof["root1"], proof["root2"]])
            assert merkle.continues(start, roots[0], end, roots[1], bytes_of(proof["proof"])), (start, end)


@pytest.mark.parametrize("target", [
    "inclusion", "inclusion?seq=0", "inclusion?seq=-1", "inclusion?seq=x", "inclusion?seq=5&size=4",
    "inclusion?seq=1&size=100000", "inclusion?seq=9223372036854775808", "inclusion?seq=1&size=0", "inclusion?sec=1",
    "consistency", "consistency?from=0", "consistency?from=5&to=4", "consistency?from=1&to=100000",
    "consistency?from=9223372036854775807", "checkpoint?x=1", "key?x=1", "checkpoints?limit=0",
])
def test_what_cannot_be_proven_is_refused(told, target):
    status, headers, body = ask(told, "/v1/ledger/" + target)
    assert status == 400 and headers["Content-Type"] == "application/problem+json" and json.loads(body)["detail"]


def test_edits_of_an_export_are_found_against_its_checkpoint(told, tmp_path):
    chance = random.Random(6)
    note = tmp_path / "note"
    note.write_text(told.older[-1])
    size = merkle.checkpoint(told.older[-1], key_of(told))[1]
    export = "".join(line + "\n" for line in told.records[:size]).encode()
    (tmp_path / "good").write_bytes(export)
    arguments = ("--checkpoint", note, "--key", key_of(told))
    done = told.command("ledger", "verify", tmp_path / "good", *arguments)
    assert done.stdout.startswith(f"ok: {size} records, last seq {size}, head sha256:")
    assert done.stdout.endswith(f", checkpoint at {size} verified\n")
    for number in range(40):
        edited, lines = bytearray(export), export.splitlines(keepends=True)
        place, line = chance.randrange(len(edited)), chance.randrange(len(lines))
        other = (line + chance.randrange(1, len(lines))) % len(lines)
        match number % 8:
            case 0: edited[place] ^= 1 << chance.randrange(8)
            case 1: del edited[place:place + chance.randrange(1, 600)]
            case 2: edited = edited[:place]
            case 3: edited[place:place] = chance.randbytes(chance.randrange(1, 9))
            case 4: edited = b"".join(lines[:line] + lines[line + 1:])
            case 5: edited = b"".join(lines[:line] + [lines[other]] + lines[line:])
            case 6: edited = b"".join(lines[:line] + [lines[other]] + lines[line + 1:])
            case 7:
                lines[line], lines[other] = lines[other], lines[line]
                edited = b"".join(lines)
        if bytes(edited) in (export, export[:-1]):
            continue
        (tmp_path / "bad").write_bytes(edited)
        done = told.command("ledger", "verify", tmp_path / "bad", *arguments, status=1)
        assert "mandate: " in done.stderr and "bad" in done.stderr, (number, done.stderr)


def test_a_cut_export_is_found_and_said_so(told, tmp_path):
    size = merkle.checkpoint(told.older[-1], key_of(told))[1]
    (tmp_path / "cut").write_text("".join(line + "\n" for line in told.records[:size - 1]))
    (tmp_path / "note").write_text(told.older[-1])
    told.command("ledger", "verify", tmp_path / "cut")
    done = told.command("ledger", "verify", tmp_path / "cut", "--checkpoint", tmp_path / "note", status=1)
    assert f"records were cut: {tmp_path}/note covers {size} records, the ledger ends with record {size - 1}" in done.stderr
    assert "warning" not in done.stderr
    (tmp_path / "forged").write_text(told.older[-1].replace(f"\n{size}\n", f"\n{size - 1}\n"))
    done = told.command("ledger", "verify", tmp_path / "cut", "--checkpoint", tmp_path / "forged", status=1)
    assert "signature" in done.stderr
    (tmp_path / "key").write_text(key_of(told) + "\n")
    arguments = [x for note in range(2) for x in ("--checkpoint", tmp_path / f"note{note}")]
    for note in range(2):
        (tmp_path / f"note{note}").write_text(told.older[note])
    told.command("ledger", "verify", tmp_path / "cut", *arguments, "--key", tmp_path / "key")


# The database

def edit(service, sql):
    with sqlite3.connect(service.directory / "mandate.db") as database:
        database.executescript(sql)
    database.close()


@pytest.fixture
def stopped(new_service):
    service = new_service()
    service.start()
    for number in range(20):
        service.token(task_id=f"task-{number}")
    service.stop()
    service.size = len(service.ledger())
    return service


def refused(service, *words):
    """`serve` must not start, and say why."""
    done = service.command("serve", status=1)
    assert all(word in done.stderr for word in words), done.stderr
    return done.stderr


def test_the_stopped_ledger_is_covered_to_its_last_record(stopped):
    done = stopped.command("ledger", "verify")
    assert done.stdout.endswith(f", checkpoint at {stopped.size} verified\n")
    assert stopped.json("ledger", "verify")["checkpoint"] == stopped.size


def test_a_signature_that_nobody_checked_is_not_called_verified(stopped, tmp_path):
    (tmp_path / "export").write_text(stopped.command("ledger", "export").stdout)
    (tmp_path / "note").write_bytes((stopped.directory / "mandate.db.checkpoint").read_bytes())
    words = [binary(), "ledger", "verify", tmp_path / "export", "--checkpoint", tmp_path / "note"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and done.stdout.endswith("agrees, its signature was not checked\n")
    shown = subprocess.run([*words, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert json.loads(shown.stdout)["signed"] is False
    assert stopped.json("ledger", "verify")["signed"] is True


def test_cut_records_are_found_and_nothing_starts(stopped):
    edit(stopped, f"DELETE FROM ledger WHERE seq > {stopped.size - 4}")
    assert "records were cut" in stopped.command("ledger", "verify", status=1).stderr
    refused(stopped, f"covers {stopped.size} records, but the ledger has {stopped.size - 4}", "restore")
    edit(stopped, "DELETE FROM checkpoint")
    assert "records were cut" in stopped.command("ledger", "verify", status=1).stderr
    refused(stopped, "mandate.db.checkpoint", "cut")


def test_an_edited_record_is_named(stopped):
    edit(stopped, "UPDATE ledger SET record = replace(record, 'task-9', 'tusk-9') WHERE seq = "
                  "(SELECT max(seq) FROM ledger WHERE record LIKE '%task-9%')")
    assert "is bad" in stopped.command("ledger", "verify", status=1).stderr
    refused(stopped, "has another root")


def test_an_older_copy_of_the_database_does_not_start(stopped):
    old = stopped.directory / "old.db"
    shutil.copy2(stopped.directory / "mandate.db", old)
    wal = stopped.directory / "mandate.db-wal"
    if wal.exists():
        shutil.copy2(wal, stopped.directory / "old.db-wal")
    stopped.start()
    stopped.token()
    stopped.stop()
    for rest in stopped.directory.glob("mandate.db-*"):
        rest.unlink()
    shutil.copy2(old, stopped.directory / "mandate.db")
    if (stopped.directory / "old.db-wal").exists():
        shutil.copy2(stopped.directory / "old.db-wal", wal)
    refused(stopped, "restored from an older backup")
    assert "records were cut" in stopped.command("ledger", "verify", status=1).stderr


def test_the_ledger_of_a_damaged_database_is_verified_as_far_as_it_can_be_read(stopped):
    edit(stopped, "UPDATE ledger SET record = 'x' WHERE seq = (SELECT max(seq) FROM ledger)")
    assert f"record {stopped.size} is bad" in stopped.command("ledger", "verify", status=1).stderr


# The key

def test_without_its_key_nothing_starts_and_a_new_key_mends_it(stopped):
    key, old = stopped.directory / "keys/ledger.pem", key_of(stopped)
    content = key.read_bytes()
    key.unlink()
    refused(stopped, "keys/ledger.pem is missing", "mandate ledger rotate-key")
    key.write_bytes(content)
    key.chmod(0o644)
    refused(stopped, "keys/ledger.pem", "chmod 600")
    key.chmod(0o600)
    key.write_bytes(b"nonsense")
    refused(stopped, "keys/ledger.pem")
    key.write_bytes(content)
    stopped.start()
    stopped.command("ledger", "rotate-key", status=1)
    stopped.stop()
    key.unlink()
    new = stopped.command("ledger", "rotate-key").stdout.splitlines()[-1]
    assert new == key_of(stopped) != old
    stopped.start()
    note = covering(stopped, stopped.size + 2)
    merkle.checkpoint(note, new)
    stopped.command("ledger", "verify")
    assert {"from": old, "to": new} in [one.get("change") for one in stopped.ledger()]


def test_a_key_that_goes_while_the_server_runs_signs_on(own_service):
    (own_service.directory / "keys/ledger.pem").unlink()
    own_service.token()
    covering(own_service, len(own_service.ledger()))


def test_init_refuses_to_begin_anew_beside_an_old_checkpoint(stopped):
    for file in [*stopped.directory.glob("mandate.db"), *stopped.directory.glob("mandate.db-*"), stopped.config]:
        file.unlink()
    done = stopped.command("init", status=1)
    assert "checkpoint" in done.stderr and not stopped.config.exists()
