"""Every runbook does what it says: its commands are run in order, on a machine that is in the state it is for."""

import re
import shutil
import subprocess

import pytest

from machine import Machine, Shared
from runbook import FOLDER, UNIT, Runbook, differs
from service import binary
from situations import SITUATIONS, Situation, archived

# The blocks that no test runs, by runbook: what another machine, or the account database of this one, would have to do.
NOT_RUN = {"install": ["makes an account", "lines for cron, on the other machine"]}
BOOKS = sorted(path.stem for path in FOLDER.glob("*.md") if path.name != "README.md")


@pytest.fixture(scope="session")
def shared(directory_of):
    return Shared(directory_of())


@pytest.fixture
def machine(directory_of, shared):
    one = Machine(directory_of(), shared)
    yield one
    one.close()


@pytest.mark.parametrize("name", BOOKS)
def test_a_runbook_does_what_it_says(machine, name):
    situation = SITUATIONS[name]()
    situation.prepare(machine)
    machine.follow(Runbook(FOLDER / f"{name}.md"), situation.meanwhile)
    situation.after(machine)


@pytest.mark.parametrize("name", ["backup-and-restore", "ledger-does-not-verify"])
def test_it_does_so_after_an_archive(machine, name):
    situation = SITUATIONS[name](archived)
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
