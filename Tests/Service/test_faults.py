"""When the ledger cannot be written nothing is issued, everything else answers, and it recovers by itself."""

import time

import requests

from service import INVENTORY, READER


def test_a_full_disk(own_service):
    before = own_service.token()
    largest = max(file.stat().st_size for file in own_service.directory.glob("mandate.db*"))
    own_service.limit_files(min(4096, largest))
    try:
        begin = time.monotonic()
        answer = own_service.post({"grant_type": "client_credentials", "audience": INVENTORY})
        assert time.monotonic() - begin < 1.5
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1
        body = answer.json()
        assert (body["error"], body["reason"]) == ("temporarily_unavailable", "ledger_unavailable")
        assert "access_token" not in answer.text
        assert requests.get(f"{own_service.url}/readyz", timeout=5).status_code == 503
        assert requests.get(f"{own_service.url}/healthz", timeout=5).status_code == 200
        assert requests.get(f"{own_service.url}/.well-known/jwks.json", timeout=5).status_code == 200
        assert own_service.command("agent", "suspend", READER, "--reason", "a test", status=None).returncode == 1
    finally:
        own_service.limit_files(None)
    until = time.monotonic() + 10
    while not own_service.is_ready():
        assert time.monotonic() < until, "it did not recover"
        time.sleep(0.05)
    assert own_service.token()["delegation_chain_hash"] == before["delegation_chain_hash"]
    own_service.command("ledger", "verify")


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
