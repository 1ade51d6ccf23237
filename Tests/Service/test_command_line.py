"""Every command explains itself, exits as said, and a registry file is applied whole or not at all."""

import re
import subprocess

import pytest

from service import EXTRA, INVENTORY, QUICKSTART, READER, binary

WANTED = {
    "init", "serve", "apply", "agent list", "agent show", "agent register", "agent suspend", "agent resume",
    "agent decommission", "agent secret", "type suspend", "type resume", "keys list", "keys rotate", "keys revoke",
    "token get", "token inspect", "verify", "ledger tail", "ledger export", "ledger verify", "task create", "task list",
    "task show", "task complete", "task cancel", "delegation show", "delegation revoke", "principal show",
    "principal revoke", "principal reinstate", "token revoke", "type put", "audience put", "issuer put", "agent put",
    "agent change", "status", "ledger prove", "ledger checkpoint", "ledger rotate-key"}


def run(*arguments):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=30, cwd="/")


def leaves(path=()):
    """Every command that has no commands below it, read from the help pages."""
    help = run(*path, "--help")
    assert help.returncode == 0, path
    if "SUBCOMMANDS:" not in help.stdout:
        return {" ".join(path): help.stdout}
    names = re.findall(r"^  ([a-z][a-z-]*)", help.stdout.split("SUBCOMMANDS:")[1].split("\n\n")[0], re.M)
    found = {}
    for name in names:
        if name != "help":
            found |= leaves((*path, name))
    return found


def test_every_command_is_there_and_its_help_has_an_example():
    found = leaves()
    assert WANTED <= set(found), WANTED - set(found)
    assert not [name for name, text in found.items() if "Example" not in text]


def test_every_command_takes_a_configuration_file_and_prints_json():
    for name, text in leaves().items():
        assert "--config <file>" in text, name
        assert "--json" in text, name


@pytest.mark.parametrize("arguments", [
    ["nonsense"], ["--nonsense"], ["agent", "show"], ["agent", "show", "a", "b"], ["apply"], ["keys", "revoke"],
    ["token", "get"], ["ledger", "tail", "-n", "many"], ["type", "put", "a"], ["agent", "change", "-f", "x"],
    ["ledger", "prove"], ["ledger", "prove", "1", "--from", "1"], ["ledger", "checkpoint", "--key", "--all"]], ids=" ".join)
def test_wrong_usage_exits_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == "" and done.stderr


def test_what_is_refused_exits_1_and_says_so_on_stderr(service):
    for arguments in (["agent", "show", "agent-nobody"], ["agent", "suspend", "agent-nobody", "--reason", "x"],
                      ["keys", "revoke", "no-such-key"], ["apply", "-f", "no-such-file.yaml"]):
        done = service.command(*arguments, status=1)
        assert done.stderr.strip() and done.stdout == "", arguments


def test_a_pipe_gets_no_colour(service):
    for arguments in (["agent", "list"], ["keys", "list"], ["ledger", "tail"]):
        assert "\x1b" not in service.command(*arguments).stdout


# The registry file

def test_the_second_time_there_is_nothing_to_do(service):
    before = service.json("agent", "list")
    for registry in (QUICKSTART, EXTRA):
        done = service.command("apply", "-f", registry)
        assert not re.search(r"^\s*[+~-] ", done.stdout, re.M) and "nothing" in done.stdout.lower()
    assert service.json("agent", "list") == before


def test_a_plan_is_shown_then_carried_out(own_service, tmp_path):
    changed = tmp_path / "changed.yaml"
    changed.write_text(QUICKSTART.read_text().replace("version: v1.8.0", "version: v1.9.0") + """\
  - id: agent-new
    type: inventory-reader
    owner: alice@company.com
""")
    plan = own_service.command("apply", "-f", changed, "--dry-run").stdout
    assert re.search(r"^\s*\+ agent agent-new", plan, re.M) and re.search(rf"^\s*~ agent {READER}.*version", plan, re.M)
    own_service.command("agent", "show", "agent-new", status=1)
    assert own_service.json("agent", "show", READER)["version"] == "v1.8.0"
    done = own_service.command("apply", "-f", changed).stdout
    assert "+ agent agent-new" in done
    assert own_service.json("agent", "show", "agent-new")["status"] == "active"
    assert own_service.json("agent", "show", READER)["version"] == "v1.9.0"
    own_service.token("agent-new")


def test_what_the_file_no_longer_names_goes_only_when_asked(own_service):
    plan = own_service.command("apply", "-f", QUICKSTART, "--dry-run").stdout
    assert not re.search(r"^\s*- ", plan, re.M)
    plan = own_service.command("apply", "-f", QUICKSTART, "--prune", "--dry-run").stdout
    assert re.search(r"^\s*- agent agent-bare", plan, re.M)
    own_service.token("agent-bare")
    own_service.command("apply", "-f", QUICKSTART, "--prune")
    assert own_service.post({"grant_type": "client_credentials"}, "agent-bare").status_code == 401


AGENT = "agents:\n  - id: agent-x\n    type: inventory-reader\n    owner: alice@company.com\n"

# the file → the line and field it must name, and a word of the mend
MISTAKES = {
    "no owner": ("agents:\n  - id: agent-x\n    type: inventory-reader\n", 2, "owner", "owner"),
    "an unknown type": (AGENT.replace("inventory-reader", "inventory-raeder"), 3, "type", "inventory-raeder"),
    "an unknown key": (AGENT + "    ownr: bob\n", 5, "ownr", "owner"),
    "an unknown top-level key": ("agnets: []\n", 1, "agnets", "agents"),
    "a bad id": (AGENT.replace("agent-x", "agent/x"), 2, "id", "A-Za-z0-9"),
    "an id twice": (AGENT + AGENT.removeprefix("agents:\n"), 5, "id", "agent-x"),
    "a bad scope": (AGENT + f"    capabilities:\n      {INVENTORY}: [\"ec2::x\"]\n", 6, "capabilities", "segment"),
    "more than its type": (
        AGENT + f"    capabilities:\n      {INVENTORY}: [\"ec2:TerminateInstances\"]\n", 6, "capabilities", "inventory-reader"),
    "a class nobody knows": ("audiences:\n  - id: api-x\n    resource: https://x.internal\n    scopes:\n"
                             "      - { name: \"x:y\", class: red }\n", 5, "class", "read"),
    "a life too long": ("audiences:\n  - id: api-x\n    resource: https://x.internal\n    max_lifetime: 2h\n"
                        "    scopes:\n      - { name: \"x:y\", class: read }\n", 4, "max_lifetime", "15m"),
    "a life that is none": ("audiences:\n  - id: api-x\n    resource: https://x.internal\n    max_lifetime: soon\n"
                            "    scopes:\n      - { name: \"x:y\", class: read }\n", 4, "max_lifetime", "15m"),
    "a resource that is no URI": ("audiences:\n  - id: api-x\n    resource: x.internal\n    scopes:\n"
                                  "      - { name: \"x:y\", class: read }\n", 3, "resource", "URI"),
    "no delegation": ("agent_types:\n  - id: type-x\n    capabilities: {}\n", 2, "delegation", "delegation"),
    "text for a list": (AGENT + "    grants: client_credentials\n", 5, "grants", "list"),
    "no YAML": ("agents: [\n", None, "", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_line_field_and_mend_and_changes_nothing(service, tmp_path, name):
    text, line, field, mend = MISTAKES[name]
    file = tmp_path / "registry.yaml"
    file.write_text(text)
    before = (service.json("agent", "list"), len(service.ledger()))
    done = service.command("apply", "-f", file, status=1)
    assert field in done.stderr and mend in done.stderr, done.stderr
    if line:
        assert re.search(rf"\bline {line}\b|registry\.yaml:{line}\b", done.stderr), done.stderr
    assert (service.json("agent", "list"), len(service.ledger())) == before


def test_one_mistake_holds_back_the_whole_file(own_service, tmp_path):
    file = tmp_path / "registry.yaml"
    file.write_text(AGENT + "  - id: agent-y\n    type: inventory-reader\n")
    own_service.command("apply", "-f", file, status=1)
    own_service.command("agent", "show", "agent-x", status=1)
