"""What runbooks are for: each situation puts a machine into the state that one of them begins with."""

import json
import shutil
import sqlite3
import subprocess
import time

import pytest

from delegation import DELEGATION, EXCHANGE
from runbook import FOLDER, UNIT, Runbook
from service import ANALYST, INVENTORY, PLANNER, QUICKSTART, READER, binary

DAY = 86_400 + 60
# The first lines of every runbook, and the backup of every night.
AS_ITS_ACCOUNT = Runbook(FOLDER / "backup-and-restore.md").blocks[0].commands.rpartition("\n")[0] + "\n"
BACKUP = Runbook(FOLDER / "backup-and-restore.md").blocks[0].commands.rpartition("\n")[2]
TOKEN = {"grant_type": "client_credentials", "audience": INVENTORY}


def new(machine):
    """A service that was just installed, and runs."""
    machine.install()
    machine.start()


class Situation:
    """What a runbook is for: `prepare` makes it, `meanwhile` is what others do between its commands."""

    meanwhile = {}

    def __init__(self, begin=new):
        self.begin = begin

    def prepare(self, machine):
        self.begin(machine)

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


def at(when):
    """What makes the names that follow those of another time."""
    return f'date() {{ command date -d "{when}" "$@"; }}\n'


def installed(words):
    """The commands of the installation that have these words in them, as bash takes them."""
    found = [block for block in Runbook(FOLDER / "install.md").blocks if words in block.commands]
    assert len(found) == 1, words
    return found[0].commands


class Witnessed(Situation):
    """Another machine has the key of the ledger and fetches its checkpoints, as the installation says."""

    def prepare(self, machine):
        super().prepare(machine)
        machine.shell(AS_ITS_ACCOUNT + installed("ledger.vkey"))

    @staticmethod
    def fetching(when):
        """What cron runs on the other machine, at another time."""
        return at(when) + installed("rsync").splitlines()[0].removeprefix("* * * * * ").replace("\\%", "%")

    def fetch(self, machine, when):
        """Fetches the checkpoint as soon as it covers all there is; gives how many records that are."""
        last = machine.service.ledger()[-1]["seq"]
        file = machine.state / "mandate.db.checkpoint"
        until = time.monotonic() + 5
        while not file.exists() or int(file.read_text().splitlines()[1]) < last:
            assert time.monotonic() < until, "no checkpoint covers the newest record"
            time.sleep(0.05)
        machine.shell(self.fetching(when))
        return last


class LedgerDoesNotVerify(Witnessed):
    def prepare(self, machine):
        super().prepare(machine)
        service = machine.service
        service.token()
        self.bad = self.fetch(machine, "yesterday 00:00") + 1
        service.token()
        machine.shell(AS_ITS_ACCOUNT + at("1 minute") + BACKUP)
        service.token()
        self.fetch(machine, "now")
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
        "the database is destroyed": f"""
            mandate agent suspend agent-cost-prod-001 --config /var/lib/mandate/mandate.yaml
            for _ in $(seq 100); do
                sleep 0.05
                [ "$(sed -n 2p /var/lib/mandate/mandate.db.checkpoint)" -lt "$(mandate ledger tail -n 1 --json \
                    --config /var/lib/mandate/mandate.yaml | jq .seq)" ] || break
            done
            {Witnessed.fetching("now")}
            kill -9 "$(cat "$RUN/pid")"
            rm -f /var/lib/mandate/mandate.db-wal /var/lib/mandate/mandate.db-shm
            dd if=/dev/zero of=/var/lib/mandate/mandate.db bs=4096 count=20 conv=notrunc status=none"""}

    def prepare(self, machine):
        super().prepare(machine)
        machine.service.token()
        self.fetch(machine, "5 minutes ago")

    def after(self, machine):
        super().after(machine)
        assert machine.service.json("agent", "show", ANALYST)["status"] == "suspended"
        assert machine.service.token()
        assert (machine.directory / "elsewhere/vault/keys/ledger.pem").stat().st_mode & 0o777 == 0o600


def age(machine, now=0):
    """A thousand records are two days old: a checkpoint is kept from each thousand. Then the clock is at `now`."""
    machine.set_clock(-2 * DAY)
    service = machine.install()
    service.secret(READER)
    many = machine.directory / "many.yaml"
    many.write_text("agents:\n" + "".join(
        f"  - {{id: agent-{n}, type: inventory-reader, owner: alice@company.com}}\n"
        for n in range(990 - len(service.ledger()))))
    service.command("apply", "-f", many)
    machine.start()
    time.sleep(1.5)
    machine.set_clock(now)
    for _ in range(20):
        service.token()


def archived(machine):
    """A service whose oldest records were archived an hour ago."""
    age(machine.with_clock(), now=-3600)
    machine.follow(Runbook(FOLDER / "archive.md"), {})
    machine.set_clock(0)


class Archive(Situation):
    def prepare(self, machine):
        age(machine.with_clock())
        self.before = machine.service.ledger()

    def after(self, machine):
        super().after(machine)
        files = sorted((machine.directory / "elsewhere/archive").iterdir())
        assert [file.name for file in files] == [files[0].name, f"{files[0].name}.checkpoint"]
        archived = files[0].read_text().splitlines()
        left = [record["seq"] for record in machine.service.ledger()]
        assert len(archived) >= 768 and left[0] == len(archived) + 1
        assert [json.loads(line) for line in archived] == self.before[:len(archived)]
        assert machine.service.token()


SITUATIONS = {
    "install": Install, "backup-and-restore": BackupAndRestore, "archive": Archive, "rotate-keys": RotateKeys,
    "agent-compromised": AgentCompromised, "key-compromised": KeyCompromised, "disk-full": DiskFull,
    "ledger-does-not-verify": LedgerDoesNotVerify, "clock-wrong": ClockWrong,
}
