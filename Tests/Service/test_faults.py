"""When the ledger cannot be written nothing is issued, everything else answers, and it recovers by itself."""

import os
import pathlib
import random
import re
import sqlite3
import struct
import subprocess
import time

import pytest
import requests

from delegation import SocketConnection
from service import INVENTORY, READER, Service, decoded

SEED = int(os.environ.get("MANDATE_SEED", 20260101))
FLIPS = int(os.environ.get("MANDATE_FLIPS", 20))


class Full:
    """No room is left on the file system of the database."""

    @staticmethod
    def make(service):
        with open(service.directory / "filler", "wb", buffering=0) as filler:
            while True:
                try:
                    filler.write(bytes(4096))
                except OSError:
                    return

    @staticmethod
    def mend(service):
        (service.directory / "filler").unlink()


class Unwritable:
    """No file can be written, as when the system has made the disk read-only."""

    @staticmethod
    def make(service):
        service.limit_files(0)

    @staticmethod
    def mend(service):
        service.limit_files(None)


class Locked:
    """Another program holds the lock on writing."""

    @classmethod
    def make(cls, service):
        cls.other = sqlite3.connect(service.directory / "mandate.db", isolation_level=None)
        cls.other.execute("BEGIN IMMEDIATE")

    @classmethod
    def mend(cls, service):
        cls.other.execute("ROLLBACK")
        cls.other.close()


@pytest.fixture
def small_disk(tmp_path):
    """A directory with eight megabytes of room."""
    path = pathlib.Path(f"/tmp/mandate-{os.getpid()}")
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", path], capture_output=True)
    if done.returncode:
        path.rmdir()
        pytest.skip("needs the right to mount a tmpfs")
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)
    path.rmdir()


@pytest.fixture
def faulty_service(small_disk):
    service = Service(small_disk)
    service.start()
    yield service
    service.stop()


@pytest.mark.alone
@pytest.mark.parametrize("fault", [Full, Unwritable, Locked])
def test_a_disk_that_cannot_be_written(faulty_service, fault):
    service = faulty_service
    before = service.token()
    own = service.token()["access_token"]
    fault.make(service)
    try:
        # What the log has room for is still good.
        until = time.monotonic() + 20
        while (answer := timely(lambda: ask(service))).status_code == 200:
            assert time.monotonic() < until, "it goes on issuing"
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1
        body = answer.json()
        assert (body["error"], body["reason"]) == ("temporarily_unavailable", "ledger_unavailable")
        assert "access_token" not in answer.text
        refused = timely(lambda: form(service, "revoke", own))
        assert refused.status_code == 503
        assert timely(lambda: suspend(service))[0] == 503
        assert timely(lambda: service.json("agent", "show", READER))["status"] == "active"
        assert timely(lambda: get(service, "/readyz")).status_code == 503
        assert timely(lambda: get(service, "/healthz")).status_code == 200
        assert timely(lambda: get(service, "/.well-known/jwks.json")).json()["keys"]
        assert timely(lambda: form(service, "introspect", own)).json()["active"] is True
        assert service.command("agent", "suspend", READER, "--reason", "a test", status=None).returncode == 1
        # Many operators at once wait no longer than one.
        begin = time.monotonic()
        several = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket",
                                     service.directory / "mandate.sock", "-X", "POST", "-d", "{}",
                                     f"http://localhost/v1/agents/{READER}/suspend"], stdout=subprocess.PIPE)
                   for _ in range(8)]
        assert {one.communicate()[0] for one in several} == {b"503"} and time.monotonic() - begin < 1.5
    finally:
        fault.mend(service)
    until = time.monotonic() + 5
    while not service.is_ready():
        assert time.monotonic() < until, "it did not recover"
        time.sleep(0.05)
    assert service.token()["delegation_chain_hash"] == before["delegation_chain_hash"]
    assert suspend(service)[0] == 200
    assert ask(service).status_code == 401
    service.command("ledger", "verify")
    service.stop()
    service.start()
    service.command("ledger", "verify")


def timely(action):
    """Does it, and makes sure that it did not take long."""
    begin = time.monotonic()
    answer = action()
    assert time.monotonic() - begin < 1.0, f"{time.monotonic() - begin:.2f} s"
    return answer


def ask(service):
    return service.post({"grant_type": "client_credentials", "audience": INVENTORY})


def form(service, endpoint, token):
    return requests.post(f"{service.url}/oauth/{endpoint}", data={"token": token},
                         auth=(READER, service.secret(READER)), timeout=5)


def get(service, path):
    return requests.get(service.url + path, timeout=5)


def suspend(service):
    return SocketConnection(service.directory / "mandate.sock").ask(
        "POST", f"/v1/agents/{READER}/suspend", {"reason": "a fault"})


def test_a_damaged_or_missing_database_is_not_replaced(new_service):
    service = new_service()
    database = service.directory / "mandate.db"
    content = database.read_bytes()
    database.write_bytes(b"not a database, " * 1000)
    done = service.command("serve", status=1)
    assert "mandate.db" in done.stderr
    database.unlink()
    for rest in service.directory.glob("mandate.db-*"):
        rest.unlink()
    done = service.command("serve", status=1)
    assert "mandate.db" in done.stderr and not database.exists()
    database.write_bytes(content)


def test_a_key_that_others_may_read_is_not_used(new_service):
    service = new_service()
    key = next(file for file in (service.directory / "keys").iterdir() if file.is_file())
    key.chmod(0o644)
    done = service.command("serve", status=1)
    assert key.name in done.stderr and "PRIVATE KEY" not in done.stderr
    key.chmod(0o600)
    (service.directory / "keys").chmod(0o755)
    done = service.command("serve", status=1)
    assert "keys" in done.stderr
    (service.directory / "keys").chmod(0o700)
    service.start()


def test_a_key_that_is_no_key_is_not_used(new_service):
    service = new_service()
    key = next(file for file in (service.directory / "keys").iterdir() if file.is_file())
    content = key.read_bytes()
    for wrong in (b"", content[: len(content) // 2], b"not a key\n"):
        key.write_bytes(wrong)
        done = service.command("serve", status=1)
        assert key.name in done.stderr and not any(line in done.stderr for line in content.decode().splitlines()[1:-1])
    key.unlink()
    done = service.command("serve", status=1)
    assert key.name in done.stderr
    key.symlink_to(service.directory / "elsewhere")
    (service.directory / "elsewhere").write_bytes(content)
    (service.directory / "elsewhere").chmod(0o600)
    done = service.command("serve", status=1)
    assert key.name in done.stderr
    # Everything but signing goes on without the key.
    assert service.json("agent", "show", READER)["status"] == "active"


def test_a_key_removed_while_running_signs_on_from_memory(own_service):
    key = next(file for file in (own_service.directory / "keys").iterdir() if file.is_file())
    content = key.read_bytes()
    before = decoded(own_service.token()["access_token"])[0]["kid"]
    key.unlink()
    until = time.monotonic() + 12
    while not any("key file is missing" in line for line in own_service.output):
        assert decoded(own_service.token()["access_token"])[0]["kid"] == before
        assert time.monotonic() < until, "nobody was told"
        time.sleep(0.25)
    assert own_service.is_ready()
    own_service.stop()
    assert key.name in own_service.command("serve", status=1).stderr
    key.write_bytes(content)
    key.chmod(0o600)
    own_service.start()


def test_a_newer_schema_is_refused_and_left_alone(new_service):
    service = new_service()
    with sqlite3.connect(service.directory / "mandate.db") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    content = (service.directory / "mandate.db").read_bytes()
    for words in (["serve"], ["agent", "list"], ["ledger", "verify"]):
        done = service.command(*words, status=1)
        assert "newer" in done.stderr and "99" in done.stderr
    assert (service.directory / "mandate.db").read_bytes() == content


def test_a_flipped_bit_is_found_or_does_no_harm(new_service):
    """Pages of a stopped database are damaged at random; what is then served must be what was served before."""
    service, choose = new_service(), random.Random(SEED)
    service.start()
    sound = decoded(service.token(task_id="a-task")["access_token"])[1]
    keys = get(service, "/.well-known/jwks.json").json()
    service.stop()
    database = service.directory / "mandate.db"
    merged = sqlite3.connect(database)
    merged.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merged.close()
    content = database.read_bytes()
    # Half of the damage is where it would matter: who somebody is, and what they may do.
    words = [found.start() for word in (READER, INVENTORY, "ec2:Describe", sound["human_principal"], "active")
             for found in re.finditer(re.escape(word).encode(), content[:-64])]
    refused = harmless = 0
    for number in range(FLIPS):
        for rest in service.directory.glob("mandate.db-*"):
            rest.unlink()
        damaged = bytearray(content)
        for _ in range(choose.choice([1, 1, 3, 50])):
            position = choose.choice(words) + choose.randrange(64) if number % 2 else choose.randrange(len(damaged))
            damaged[position] ^= 1 << choose.randrange(8)
        database.write_bytes(damaged)
        service.launch()
        until = time.monotonic() + 10
        while service.process.poll() is None and not service.is_ready() and time.monotonic() < until:
            time.sleep(0.01)
        if service.process.poll() is not None:
            assert service.process.returncode == 1, (number, service.output)
            refused += 1
            continue
        answer = service.post({"grant_type": "client_credentials", "audience": INVENTORY, "task_id": "a-task"})
        if answer.status_code == 200:
            harmless += 1
            claims = decoded(answer.json()["access_token"])[1]
            # What only describes an agent, and gives it nothing, is a text like any other.
            for name in sound.keys() - {"iat", "nbf", "exp", "jti", "team", "environment", "agent_version"}:
                assert claims.get(name) == sound[name], (number, name)
        found = get(service, "/.well-known/jwks.json")
        assert found.status_code == 503 or found.json() in (keys, {"keys": []}), number
        service.crash()
    print(f"{FLIPS} databases: {refused} refused, {harmless} good")
    assert harmless, "nothing was compared"
    database.write_bytes(content)
    for rest in service.directory.glob("mandate.db-*"):
        rest.unlink()
    service.start()
    service.command("ledger", "verify")


@pytest.fixture
def clock(tmp_path):
    """Moves the clock of servers that are started with its environment."""
    source, library, file = pathlib.Path(__file__).with_name("steered_clock.c"), tmp_path / "clock.so", tmp_path / "clock"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    file.write_bytes(bytes(8))

    def move(seconds):
        with open(file, "r+b", buffering=0) as held:
            held.write(struct.pack("=q", seconds))

    move.environment = {"LD_PRELOAD": str(library), "STEERED_CLOCK": str(file)}
    return move


def test_a_clock_that_steps(new_service, clock):
    service = new_service()
    service.environment |= clock.environment
    service.start()
    first = decoded(service.token()["access_token"])[1]
    clock(3600)
    later = service.token()["access_token"]
    assert 3590 < decoded(later)[1]["iat"] - first["iat"] < 3700
    clock(3597)
    assert ask(service).status_code == 200
    clock(3500)
    for _ in range(2):
        answer = timely(lambda: ask(service))
        assert (answer.status_code, answer.json()["reason"]) == (503, "clock_went_backwards")
        assert get(service, "/.well-known/jwks.json").status_code == 200
        assert form(service, "introspect", later).json()["active"] is True
        # A restart does not make it forget; stopping somebody works whatever the clock says.
        service.stop()
        service.start()
    assert suspend(service)[0] == 200
    service.command("agent", "resume", READER)
    clock(3700)
    assert ask(service).status_code == 200
    service.command("ledger", "verify")
