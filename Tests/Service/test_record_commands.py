"""The commands that write one record, prove the ledger and tell how things are: through a server and without one."""

import base64
import http.server
import json
import re
import socketserver
import subprocess
import threading
import time

import pytest
import yaml

import merkle
from identity_provider import IdentityProvider
from service import INVENTORY, PLANNER, READER, binary

PROVIDER = IdentityProvider("https://idp.example", "records")


@pytest.fixture(params=["served", "alone"])
def installation(request, new_service):
    """An installation of one test's own: with a server, and without one."""
    one = new_service()
    if request.param == "served":
        one.start()
    return one


def written(service, record, name="record.yaml"):
    file = service.directory / name
    file.write_text(yaml.safe_dump(record))
    return file


def put(service, kind, id, record, *options, status=0):
    return service.command(kind, "put", id, "-f", written(service, record), *options, status=status)


# One record

TYPE = {"capabilities": {INVENTORY: ["ec2:Describe*"]}, "delegation": {"to": [], "max_chain_depth": 1, "max_class": "read"}}
AUDIENCE = {"resource": "https://new.internal", "scopes": [{"name": "new:read", "class": "read"}]}
ISSUER = {"audiences": ["portal"], "principal_claim": "email",
          "delegable": [{"authority": {INVENTORY: ["ec2:Describe*"]}}]}
AGENT = {"type": "inventory-reader", "owner": "alice@company.com", "team": "finance"}


@pytest.mark.parametrize("kind, id, record, change", [
    ("type", "type-new", TYPE, {"capabilities": {INVENTORY: ["s3:ListBuckets"]}}),
    ("audience", "api-new", AUDIENCE, {"environment": "staging"}),
    ("agent", "agent-new", AGENT, {"team": "research", "version": "v2"}),
], ids=["type", "audience", "agent"])
def test_a_record_is_made_and_replaced(installation, kind, id, record, change):
    done = put(installation, kind, id, record)
    assert id in done.stdout and done.stderr == ""
    first = installation.json(kind, "show", id)
    again = json.loads(put(installation, kind, id, record | change, "--json").stdout)
    assert again.pop("warnings", []) == []
    assert again == installation.json(kind, "show", id) == first | change != first
    put(installation, kind, id, record)
    assert installation.json(kind, "show", id) == first


def test_replacing_a_record_does_not_end_its_suspension(installation):
    for kind, record in (("type", TYPE), ("audience", AUDIENCE)):
        put(installation, kind, "new", record | {"status": "suspended"})
        put(installation, kind, "new", record)
        assert installation.json(kind, "show", "new")["status"] == "suspended"
    installation.command("agent", "suspend", READER)
    put(installation, "agent", READER, AGENT)
    assert installation.json("agent", "show", READER)["status"] == "suspended"


def test_an_issuer_is_trusted_with_keys_in_a_file_beside_its_record(installation):
    (installation.directory / "login.jwks").write_text(json.dumps(PROVIDER.jwks()))
    put(installation, "issuer", PROVIDER.issuer, ISSUER | {"jwks_file": "login.jwks"})
    shown = installation.json("issuer", "show", PROVIDER.issuer)
    assert shown["jwks_file"] == str(installation.directory / "login.jwks")
    installation.command("issuer", "put", PROVIDER.issuer, "-f", "-",
                         input=json.dumps(ISSUER | {"jwks_file": "login.jwks", "audiences": ["portal", "app"]}))
    assert installation.json("issuer", "show", PROVIDER.issuer) == shown | {"audiences": ["portal", "app"]}
    put(installation, "issuer", PROVIDER.issuer, ISSUER | {"jwks": PROVIDER.jwks()})
    assert installation.json("issuer", "show", PROVIDER.issuer)["jwks"]["keys"]


def test_members_of_an_agent_change_and_the_others_stay(installation):
    before = installation.json("agent", "show", PLANNER)
    installation.command("agent", "change", PLANNER, "-f", "-", input="version: v3.0.0\nteam: null\n")
    after = installation.json("agent", "show", PLANNER)
    assert after == before | {"version": "v3.0.0", "team": None}
    changed = json.loads(installation.command(
        "agent", "change", PLANNER, "--file", "-", "--json", input='{"version": "v2.4.1"}').stdout)
    assert changed["version"] == "v2.4.1"


@pytest.mark.parametrize("kind, id, text, said", [
    ("type", "type-new", "capabilities: {}\n", r"delegation"),
    ("type", "type-new", yaml.safe_dump(TYPE | {"id": "other"}), r"record\.yaml:\d+: id: must be .*type-new"),
    ("audience", "api-new", "resource: https://x.internal\nscopes:\n  - { name: 'x:y', class: red }\n",
     r"record\.yaml:3: scopes\[0\]\.class: .*read"),
    ("issuer", "https://login.example", "audiences: [a]\n", r"record\.yaml:1: jwks: is missing"),
    ("agent", "agent-new", "type: inventory-raeder\nowner: alice@company.com\n", r"record\.yaml:1: type: .*inventory-raeder"),
    ("agent", "agent-new", "ownr: bob\n", r"record\.yaml:1: ownr: .*owner"),
    ("agent", "agent-new", "- a\n", r"mapping"), ("agent", "agent-new", "", r"is empty: write"),
    ("agent", "agent/new", "type: inventory-reader\nowner: o\n", r"A-Za-z0-9"),
], ids=str)
def test_a_mistake_is_named_and_changes_nothing(installation, kind, id, text, said):
    file = installation.directory / "record.yaml"
    file.write_text(text)
    before = len(installation.ledger())
    done = installation.command(kind, "put", id, "-f", file, status=1)
    assert re.search(said, done.stderr) and done.stderr.count("\n") == 1 and done.stdout == "", done.stderr
    assert len(installation.ledger()) == before


def test_only_what_is_there_can_be_changed(installation):
    done = installation.command("agent", "change", "agent-nobody", "-f", "-", input="team: x\n", status=1)
    assert "agent-nobody" in done.stderr
    done = installation.command("agent", "put", "agent-new", "-f", "no-such-file", status=1)
    assert "no-such-file cannot be read" in done.stderr


def test_the_registry_file_and_an_agent_come_from_standard_input_too(installation):
    installation.command("agent", "register", "-f", "-", input=yaml.safe_dump(AGENT | {"id": "agent-new"}))
    plan = installation.command(
        "apply", "-f", "-", "--dry-run", input=yaml.safe_dump({"agents": [AGENT | {"id": "agent-new", "team": "x"}]}))
    assert plan.stdout == "~ agent agent-new: team\n"
    done = installation.command("apply", "-f", "-", input="agents:\n  - id: agent/x\n", status=1)
    assert "standard input:2: agents[0].id" in done.stderr


def test_an_agent_is_registered_by_flags_with_all_it_can_have(installation):
    installation.command(
        "agent", "register", "--id", "agent-flags", "--type", "planning-orchestrator", "--owner", "alice@company.com",
        "--capability", f"{INVENTORY}=ec2:Describe*", "--delegate-to", READER, "--max-chain-depth", "2",
        "--max-class", "write", "--approval-for", "write", "--grant", "client_credentials", "--may-start-chains",
        "--may-report-risk", "--expires-at", "2099-01-31T09:00:00Z")
    agent = installation.json("agent", "show", "agent-flags")
    assert agent.items() >= {
        "capabilities": {INVENTORY: ["ec2:Describe*"]}, "grants": ["client_credentials"], "may_start_chains": True,
        "may_report_risk": True,
        "expires_at": "2099-01-31T09:00:00.000Z",
        "delegation": {"to": [READER], "max_chain_depth": 2, "max_class": "write", "approval_for": ["write"]}}.items()


# How things are

def test_the_status_names_the_keys_that_sign(installation):
    key, = [key for key in installation.json("keys", "list")["items"] if key["state"] == "active"]
    assert installation.command("status").stdout == f"ok\nES256: {key['kid']} signs\n"
    assert installation.json("status") == {"status": "ok", "signing_keys": {"ES256": key["kid"]}}


# The ledger

def checkpoint_above(service, size, within=5.0):
    """The newest checkpoint as JSON, once it covers more than so many records."""
    begin = time.monotonic()
    while time.monotonic() - begin < within:
        done = service.command("ledger", "checkpoint", "--json", status=None)
        if done.returncode == 0 and (newest := json.loads(done.stdout))["size"] > size:
            return newest
        time.sleep(0.1)
    raise AssertionError("no checkpoint in time")


def bytes_of(texts):
    return [base64.b64decode(text, validate=True) for text in texts]


@pytest.fixture
def signed(installation):
    """The installation with two checkpoints, the older one first."""
    is_alone = installation.process is None
    if is_alone:
        installation.start()
    older = checkpoint_above(installation, 5)
    installation.token()
    newer = checkpoint_above(installation, older["size"])
    if is_alone:
        installation.stop()
        newer = installation.json("ledger", "checkpoint")
    return installation, older, newer


def test_checkpoints_and_their_key_are_shown(signed):
    service, _, newest = signed
    key = service.json("ledger", "checkpoint", "--key")["key"]
    assert service.command("ledger", "checkpoint", "--key").stdout == key + "\n"
    assert service.command("ledger", "checkpoint").stdout == newest["note"]
    items = service.json("ledger", "checkpoint", "--all")["items"]
    lines = service.command("ledger", "checkpoint", "--all").stdout.splitlines()
    assert items[-1].items() >= newest.items()
    for item, line in zip(items, lines, strict=True):
        origin, size, root = merkle.checkpoint(item["note"], key)
        assert (item["origin"], item["size"], base64.b64decode(item["root_hash"])) == (origin, size, root)
        assert line.split("\t") == [str(size), item["at"], item["root_hash"]]


def test_a_newer_ledger_is_proven_to_continue_an_older_one(signed):
    service, old, new = signed
    for options in ([], ["--to", new["size"]]):
        proof = json.loads(service.command("ledger", "prove", "--from", old["size"], *options).stdout)
        assert (proof["from"], proof["to"]) == (old["size"], new["size"])
        assert (proof["root1"], proof["root2"]) == (old["root_hash"], new["root_hash"])
        roots = bytes_of([proof["root1"], proof["root2"]])
        assert merkle.continues(old["size"], roots[0], new["size"], roots[1], bytes_of(proof["proof"]))
    assert service.json("ledger", "prove", "5") == json.loads(service.command("ledger", "prove", "5").stdout)
    for arguments in (["--from", 10 ** 6], ["--from", 1, "--to", 10 ** 6], [10 ** 6]):
        assert service.command("ledger", "prove", *arguments, status=1).stderr


class Liar(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """An administration socket that answers everything with one document."""

    daemon_threads = True

    def __init__(self, path, document):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self):
                return "local"

            def log_message(self, *_):
                pass

        super().__init__(str(path), Handler)


@pytest.mark.parametrize("arguments, name", [
    (["3", "--size", "5"], "root_hash"), (["3", "--size", "5"], "leaf_hash"), (["3", "--size", "5"], "seq"),
    (["--from", "3", "--to", "5"], "root1"), (["--from", "3", "--to", "5"], "root2"),
    (["--from", "3", "--to", "5"], "from")], ids=str)
def test_a_proof_that_does_not_lead_to_its_root_is_not_printed(own_service, arguments, name):
    proof = json.loads(own_service.command("ledger", "prove", *arguments).stdout)
    socket = own_service.directory / "liar.sock"
    lie = proof | {name: 4 if name in ("seq", "from") else base64.b64encode(bytes(32)).decode()}
    for document, status in ((proof, 0), (lie, 1)):
        with Liar(socket, document) as liar:
            threading.Thread(target=liar.serve_forever, daemon=True).start()
            done = own_service.command(
                "ledger", "prove", *arguments, environment={"MANDATE_SOCKET": str(socket)}, status=status)
            liar.shutdown()
        socket.unlink()
    assert done.stdout == "" and done.stderr.count("\n") == 1


def test_the_ledger_gets_a_new_key_as_json(new_service):
    service = new_service()
    rotated = service.json("ledger", "rotate-key")
    assert rotated == service.json("ledger", "checkpoint", "--key")


# JSON everywhere

def test_what_is_made_is_told_as_json(directory_of):
    directory, issuer = directory_of(), "http://127.0.0.1:8080"
    done = subprocess.run(
        [binary(), "init", "--issuer", issuer, "--json", "--config", directory / "mandate.yaml"], cwd=directory,
        capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(done.stdout) == {
        "config": str(directory / "mandate.yaml"), "database": str(directory / "mandate.db"),
        "keys": str(directory / "keys"), "issuer": issuer}


def test_verdicts_are_told_as_json(service):
    token = service.token()["access_token"]
    keys = f"{service.url}/.well-known/jwks.json"
    done = service.command("verify", "--jwks", keys, "--json", input=f"{token}\nnonsense\n", status=1)
    good, bad = [json.loads(line) for line in done.stdout.splitlines()]
    _, subject, jti = service.command("verify", "--jwks", keys, input=token).stdout.split()
    assert good == {"ok": True, "sub": subject, "jti": jti}
    assert bad == {"ok": False, "reason": "malformed"}


def test_a_server_tells_its_addresses_as_json(new_service):
    service = new_service(environment={"MANDATE_ADMIN_LISTEN": "127.0.0.1:0"})
    server = subprocess.Popen(
        [binary(), "serve", "--json", "--config", service.config], cwd=service.directory, env=service.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        addresses = json.loads(server.stdout.readline())
    finally:
        server.terminate()
        rest, _ = server.communicate(timeout=10)
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", addresses.pop("admin")) and rest == ""
    assert addresses == {
        "listening": service.url, "issuer": service.issuer, "socket": str(service.directory / "mandate.sock")}


def test_json_is_never_refused_where_it_is_printed_anyway(service):
    assert service.json("openapi") == json.loads(service.command("openapi").stdout)
    lines = service.command("ledger", "export", "--json").stdout
    assert service.command("ledger", "export").stdout.startswith(lines)
    service.command("ledger", "export", "--format", "cef", "--json", status=2)
