"""Every runbook does what it says: its commands are run in order, on a machine that is in the state it is for."""

import os
import re
import shutil
import subprocess
import time

import pytest

from machine import Machine, Shared
from runbook import FOLDER, UNIT, Runbook, differs
from service import INVENTORY, PLANNER, QUICKSTART, READER, ROOT, binary

DAY = 86_400 + 60

# The blocks that no test runs, by runbook: what another machine, or the account database of this one, would have to do.
NOT_RUN = {}


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
            {"grant_type": "client_credentials", "audience": INVENTORY, "task_id": "infra-review-q1-2026",
             "requested_token_type": "urn:mandate:params:oauth:token-type:delegation", "requested_actor": READER,
             "scope": "ec2:Describe*"}, PLANNER)
        assert handed.status_code == 200, handed.text
        redeemed = service.post(
            {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": INVENTORY,
             "subject_token": handed.json()["access_token"],
             "subject_token_type": "urn:mandate:params:oauth:token-type:delegation"}, READER)
        assert redeemed.status_code == 200, redeemed.text

    def after(self, machine):
        super().after(machine)
        form = {"grant_type": "client_credentials", "audience": INVENTORY}
        assert machine.service.post(form, PLANNER).status_code == 401, "the old secret still works"
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
    meanwhile = {"somebody makes room": "rm /var/lib/mandate/somebody-elses.log"}

    def prepare(self, machine):
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.size},mode=0700", "tmpfs", machine.state], capture_output=True)
        if made.returncode != 0:
            pytest.skip(f"a full disk needs a file system of its own, and mounting is not allowed: {made.stderr}")
        machine.mounted = True
        super().prepare(machine)
        self.agent = machine.service.secret(READER)
        subprocess.run(["fallocate", "-l", "64M", machine.state / "reserve"], check=True)
        with (machine.state / "somebody-elses.log").open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        answer = machine.service.post({"grant_type": "client_credentials", "audience": INVENTORY}, READER)
        assert answer.json()["reason"] == "ledger_unavailable"
        time.sleep(1.1)


class ClockWrong(Situation):
    def prepare(self, machine):
        super().prepare(machine.with_clock())
        service = machine.service
        service.token()
        machine.set_clock(-3600)
        answer = service.post({"grant_type": "client_credentials", "audience": INVENTORY}, READER)
        assert answer.json()["reason"] == "clock_went_backwards"
        assert service.is_ready()
        self.meanwhile = {
            "an agent asks for a token":
                f"curl -fsS --user {READER}:{service.secret(READER)} {service.url}/oauth/token"
                f" -d grant_type=client_credentials -d audience={INVENTORY}"}


SITUATIONS = {
    "rotate-keys": RotateKeys, "agent-compromised": AgentCompromised, "key-compromised": KeyCompromised,
    "disk-full": DiskFull, "clock-wrong": ClockWrong,
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


def test_what_is_printed_is_compared_line_by_line():
    assert not differs("ok: … records\n…\nend", "ok: 3 records\nx\ny\nend\n")
    assert not differs("ok: … records\n…\nend", "ok: 3 records\nend\n")
    for found in ("ok: 3 records\nx\n", "ok: 3\nend\n", "before\nok: 3 records\nend\n", "ok: 3 records\nend\nafter\n", ""):
        assert differs("ok: … records\n…\nend", found), found
    assert differs("", "anything") and not differs("", "\n")


def test_the_unit_is_one_that_systemd_takes(machine):
    tool = shutil.which("systemd-analyze")
    if not tool:
        pytest.skip("systemd-analyze is not here")
    unit = machine.directory / "units/mandate.service"
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/mandate", str(binary())))
    done = subprocess.run([tool, "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
