"""Every runbook does what it says: its commands are run in order, on a machine that is in the state it is for."""

import json
import re
import shutil
import sqlite3
import subprocess
import time

import pytest
import requests

from delegation import DELEGATION, EXCHANGE
from machine import Machine, Shared
from runbook import FOLDER, UNIT, Runbook, differs
from service import ANALYST, INVENTORY, PLANNER, QUICKSTART, READER, binary

DAY = 86_400 + 60

# The blocks that no test runs, by runbook: what another machine, or the account database of this one, would have to do.
NOT_RUN = {"install": ["makes an account", "a line for cron, on the other machine"]}
TOKEN = {"grant_type": "client_credentials", "audience": INVENTORY}


@pytest.fixture(scope="session")
def shared(directory_of):
    return Shared(directory_of())


@pytest.fixture
def machine(directory_of, shared):
    one = Machine(directory_of(), shared)
    yield one
    one.close()


class Situation:
    """What a runbook is for: `prepare` makes it, `meanwhile` is what others do between its commands."""

    meanwhile = {}

    def prepare(self, machine):
        machine.install()
        machine.start()

    def after(self, machine):
        """What must be so when the runbook has been followed."""
        assert machine.service.is_ready()
        machine.service.command("ledger", "verify")


def asking(machine):
    """An agent that asks for a token, and gets one."""
    service = machine.service
    return {
        "an agent asks for a token":
            f"curl -fsS --user {READER}:{service.secret(READER)} {service.url}/oauth/token"
            f" -d grant_type=client_credentials -d audience={INVENTORY}"}


class Install(Situation):
    def prepare(self, machine):
        shutil.copy(binary(), machine.directory / "mandate")
        shutil.copy(UNIT, machine.directory)
        shutil.copy(QUICKSTART, machine.directory)
        (machine.directory / "bin/mandate").unlink()

    def after(self, machine):
        assert machine.shell("systemctl is-active mandate") == "active\n"
        assert (machine.directory / "units/mandate.service").read_text() == UNIT.read_text()
        assert (machine.directory / "elsewhere/ledger.vkey").read_text().startswith("tokens.example.com/ledger+")


class RotateKeys(Situation):
    meanwhile = {"a day later": f'echo $(($(cat "$TEST_CLOCK") + {DAY})) > "$TEST_CLOCK"'}

    def prepare(self, machine):
        super().prepare(machine.with_clock())


class AgentCompromised(Situation):
    def prepare(self, machine):
        super().prepare(machine)
        service = machine.service
        self.secret = service.secret(PLANNER)
        handed = service.post(
            TOKEN | {"task_id": "infra-review-q1-2026", "requested_token_type": DELEGATION, "requested_actor": READER,
                     "scope": "ec2:Describe*"}, PLANNER)
        assert handed.status_code == 200, handed.text
        redeemed = service.post(
            {"grant_type": EXCHANGE, "audience": INVENTORY, "subject_token": handed.json()["access_token"],
             "subject_token_type": DELEGATION}, READER)
        assert redeemed.status_code == 200, redeemed.text

    def after(self, machine):
        super().after(machine)
        assert machine.service.post(TOKEN, PLANNER).status_code == 401, "the old secret still works"
        events = [one["event"] for one in machine.service.ledger() if one["agent_id"] == PLANNER]
        assert events[-3:] == ["agent.resumed", "token.issued", "auth.failed"], events


class KeyCompromised(Situation):
    forged = "01a1fce5-0ae6-7b22-93e3-8eb493d6bcf3"

    def prepare(self, machine):
        super().prepare(machine)
        machine.service.command("keys", "rotate")
        machine.service.token()
        self.token = machine.service.token()["access_token"]
        issued = [one["jti"] for one in machine.service.ledger() if one["jti"]]
        assert len(issued) == 2
        (machine.directory / "elsewhere/seen").write_text("\n".join([issued[1], self.forged, issued[0]]) + "\n")

    def after(self, machine):
        super().after(machine)
        good = machine.service.token()["access_token"]
        verdicts = machine.service.command(
            "verify", "--jwks", f"{machine.service.url}/.well-known/jwks.json", input=f"{self.token}\n{good}\n", status=1)
        assert [line.split()[0] for line in verdicts.stdout.splitlines()] == ["refused", "ok"]


class DiskFull(Situation):
    size = 96 << 20
    def prepare(self, machine):
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.size},mode=0711", "tmpfs", machine.state], capture_output=True)
        if made.returncode != 0:
            pytest.skip(f"a full disk needs a file system of its own, and mounting is not allowed: {made.stderr}")
        machine.mounted = True
        super().prepare(machine)
        self.meanwhile = asking(machine) | {"somebody makes room": "rm /var/lib/mandate/somebody-elses.log"}
        subprocess.run(["fallocate", "-l", "64M", machine.state / "reserve"], check=True)
        with (machine.state / "somebody-elses.log").open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        answer = machine.service.post(TOKEN, READER)
        assert answer.json()["reason"] == "ledger_unavailable"
        time.sleep(1.1)


class ClockWrong(Situation):
    def prepare(self, machine):
        super().prepare(machine.with_clock())
        service = machine.service
        service.token()
        machine.set_clock(-3600)
        answer = service.post(TOKEN, READER)
        assert answer.json()["reason"] == "clock_went_backwards"
        assert service.is_ready()
        self.meanwhile = asking(machine)


class Witnessed(Situation):
    """Another machine has the key of the ledger and fetches its checkpoints."""

    def prepare(self, machine):
        super().prepare(machine)
        self.elsewhere = machine.directory / "elsewhere"
        (self.elsewhere / "checkpoints").mkdir()
        (self.elsewhere / "ledger.vkey").write_text(machine.service.command("ledger", "checkpoint", "--key").stdout)

    def fetch(self, machine, name):
        """Fetches the checkpoint as soon as it covers all there is; gives how many records that are."""
        last = machine.service.ledger()[-1]["seq"]
        file = machine.state / "mandate.db.checkpoint"
        until = time.monotonic() + 5
        while not file.exists() or int(file.read_text().splitlines()[1]) < last:
            assert time.monotonic() < until, "no checkpoint covers the newest record"
            time.sleep(0.05)
        shutil.copy(file, self.elsewhere / "checkpoints" / name)
        return last


class LedgerDoesNotVerify(Witnessed):
    def prepare(self, machine):
        super().prepare(machine)
        service = machine.service
        service.token()
        self.bad = self.fetch(machine, "1-good") + 1
        service.token()
        service.command("backup", machine.directory / "backups/nightly.db")
        service.token()
        self.fetch(machine, "2-bad")
        with sqlite3.connect(machine.state / "mandate.db", isolation_level=None) as database:
            changed = database.execute(
                "UPDATE ledger SET record = replace(record, 'alice@', 'mallo@') WHERE seq = ?", [self.bad])
            assert changed.rowcount == 1
        database.close()

    def after(self, machine):
        super().after(machine)
        assert "mallo@" not in machine.service.command("ledger", "export").stdout
        assert machine.service.token()


class BackupAndRestore(Witnessed):
    meanwhile = {
        "the database is destroyed": """
            mandate agent suspend agent-cost-prod-001 --config /var/lib/mandate/mandate.yaml
            for _ in $(seq 100); do
                sleep 0.05
                [ "$(sed -n 2p /var/lib/mandate/mandate.db.checkpoint)" -lt "$(mandate ledger tail -n 1 --json \
                    --config /var/lib/mandate/mandate.yaml | jq .seq)" ] || break
            done
            cp /var/lib/mandate/mandate.db.checkpoint /mnt/elsewhere/checkpoints/newest
            kill -9 "$(cat "$RUN/pid")"
            rm -f /var/lib/mandate/mandate.db-wal /var/lib/mandate/mandate.db-shm
            dd if=/dev/zero of=/var/lib/mandate/mandate.db bs=4096 count=20 conv=notrunc status=none"""}

    def prepare(self, machine):
        super().prepare(machine)
        machine.service.token()
        self.fetch(machine, "before-the-backup")

    def after(self, machine):
        super().after(machine)
        assert machine.service.json("agent", "show", ANALYST)["status"] == "suspended"
        assert machine.service.token()
        assert (machine.directory / "elsewhere/vault/keys/ledger.pem").stat().st_mode & 0o777 == 0o600


class Archive(Situation):
    """A thousand records are two days old: a checkpoint is kept from each thousand."""

    def prepare(self, machine):
        machine.with_clock().set_clock(-2 * DAY)
        service = machine.install()
        service.secret(READER)
        few = machine.directory / "many.yaml"
        few.write_text("agents:\n" + "".join(
            f"  - {{id: agent-{n}, type: inventory-reader, owner: alice@company.com}}\n"
            for n in range(990 - len(service.ledger()))))
        service.command("apply", "-f", few)
        machine.start()
        time.sleep(1.5)
        machine.set_clock(0)
        for _ in range(20):
            service.token()
        self.before = service.ledger()

    def after(self, machine):
        super().after(machine)
        archived = (machine.directory / "elsewhere/archive/ledger.jsonl").read_text().splitlines()
        left = [record["seq"] for record in machine.service.ledger()]
        assert len(archived) >= 768 and left[0] == len(archived) + 1
        assert [json.loads(line) for line in archived] == self.before[:len(archived)]
        assert machine.service.token()


SITUATIONS = {
    "install": Install, "backup-and-restore": BackupAndRestore, "archive": Archive, "rotate-keys": RotateKeys,
    "agent-compromised": AgentCompromised, "key-compromised": KeyCompromised, "disk-full": DiskFull,
    "ledger-does-not-verify": LedgerDoesNotVerify, "clock-wrong": ClockWrong,
}
BOOKS = sorted(path.stem for path in FOLDER.glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("name", BOOKS)
def test_a_runbook_does_what_it_says(machine, name):
    situation = SITUATIONS[name]()
    situation.prepare(machine)
    machine.follow(Runbook(FOLDER / f"{name}.md"), situation.meanwhile)
    situation.after(machine)


def test_every_runbook_has_a_situation_and_commands_that_are_run():
    assert set(BOOKS) == set(SITUATIONS)
    for name in BOOKS:
        book = Runbook(FOLDER / f"{name}.md")
        assert book.runnable, name
        assert [block.reason for block in book.blocks if block.reason] == NOT_RUN.get(name, []), name
        said = [step for step in book.steps if isinstance(step, str)]
        assert said == [] or SITUATIONS[name] is not Situation, name


def test_every_runbook_is_short_and_in_the_index():
    index = (FOLDER / "README.md").read_text()
    assert set(re.findall(r"\]\(([a-z-]+)\.md\)", index)) == set(BOOKS)
    long = {name: lines for name in BOOKS if (lines := len((FOLDER / f"{name}.md").read_text().splitlines())) > 130}
    assert not long


def test_every_link_leads_to_a_file():
    for path in FOLDER.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[a-z-]+)?\)", path.read_text()):
            assert (FOLDER / link).resolve().exists(), f"{path.name}: {link}"


def test_what_is_printed_is_compared_line_by_line():
    assert not differs("ok: … records\n…\nend", "ok: 3 records\nx\ny\nend\n")
    assert not differs("ok: … records\n…\nend", "ok: 3 records\nend\n")
    for found in ("ok: 3 records\nx\n", "ok: 3\nend\n", "before\nok: 3 records\nend\n", "ok: 3 records\nend\nafter\n", ""):
        assert differs("ok: … records\n…\nend", found), found
    assert differs("", "anything") and not differs("", "\n")


def test_the_unit_keeps_the_service_apart_and_starts_it_again(machine):
    said = [line.split("=", 1) for line in UNIT.read_text().splitlines() if re.match(r"[A-Z]\w+=", line)]
    wanted = {
        "User": "mandate", "Restart": "on-failure", "StateDirectory": "mandate", "ProtectSystem": "strict",
        "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "UMask": "0077", "LimitCORE": "0"}
    assert wanted.items() <= dict(said).items()
    assert int(dict(said)["LimitNOFILE"]) >= 10_000 + 128, "limits.connections could not be reached"
    assert int(dict(said)["TimeoutStopSec"]) > 5, "what is in flight would be cut off"
    tool = shutil.which("systemd-analyze")
    if tool:
        unit = machine.directory / "units/mandate.service"
        unit.write_text(UNIT.read_text().replace("/usr/local/bin/mandate", str(binary())))
        done = subprocess.run([tool, "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
