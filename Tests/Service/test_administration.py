"""What an operator does from the command line, while agents work."""

import json
import time

import pytest
import requests

from load import Load
from receivers import wait_for
from service import ANALYST, INVENTORY, PLANNER, READER, decoded
from wire import Connection, token_request


# Suspension

def test_a_suspension_is_in_force_when_the_command_returns(own_service):
    """Twenty times, while the agent asks without pause: nothing is issued to it after the record of its suspension."""
    agent = "agent-blinking"
    own_service.secret(agent)
    with Load(own_service, threads=4, agent=agent, depth=8, accept=(200, 401)):
        for _ in range(20):
            own_service.command("agent", "suspend", agent, "--reason", "a test")
            with Connection(own_service.port) as connection:
                asked = token_request(own_service.basic(agent), audience=INVENTORY)
                assert {connection.ask(asked).status for _ in range(5)} == {401}
            own_service.command("agent", "resume", agent)
            assert own_service.token(agent)["access_token"]
            time.sleep(0.02)
    suspended, changes, issued = False, 0, 0
    for record in own_service.ledger():
        if record["event"] in ("agent.suspended", "agent.resumed") and record["agent_id"] == agent:
            suspended, changes = record["event"] == "agent.suspended", changes + 1
        if record["event"] == "token.issued" and record["agent_id"] == agent:
            issued += 1
            assert not suspended, record
    assert changes == 40 and issued > 100
    own_service.command("ledger", "verify")


def test_a_suspended_type_stops_all_its_agents_and_no_other(own_service):
    own_service.token("agent-bare")
    own_service.command("type", "suspend", "test-reader", "--reason", "a test")
    assert own_service.post({"grant_type": "client_credentials"}, "agent-bare").status_code == 401
    own_service.token(READER)
    own_service.command("type", "resume", "test-reader")
    own_service.token("agent-bare")


def test_a_suspension_survives_a_crash(own_service):
    own_service.token("agent-bare")
    own_service.command("agent", "suspend", "agent-bare", "--reason", "a test")
    own_service.crash()
    own_service.start()
    assert own_service.post({"grant_type": "client_credentials"}, "agent-bare").status_code == 401


def test_a_decommissioned_agent_never_comes_back(own_service):
    own_service.token("agent-bare")
    own_service.command("agent", "decommission", "agent-bare", "--reason", "a test")
    assert own_service.post({"grant_type": "client_credentials"}, "agent-bare").status_code == 401
    own_service.command("agent", "resume", "agent-bare", status=1)
    own_service.command("agent", "secret", "agent-bare", status=1)
    assert own_service.json("agent", "show", "agent-bare")["status"] == "decommissioned"


# Agents and their secrets

def test_show_and_list(service):
    service.token(READER)
    shown = service.json("agent", "show", READER)
    expected = {
        "id": READER, "type": "inventory-reader", "version": "v1.8.0", "owner": "alice@company.com",
        "team": "platform-engineering", "environment": "production", "status": "active",
        "capabilities": {INVENTORY: ["ec2:Describe*"]}}
    assert {name: shown[name] for name in expected} == expected
    assert shown["last_active_at"] and shown["created_at"]
    assert service.secret(READER) not in json.dumps(shown)
    listed = service.json("agent", "list")
    assert {PLANNER, READER, ANALYST} <= {one["id"] for one in listed["items"]} and listed["next"] is None
    assert READER in service.command("agent", "list").stdout
    service.command("agent", "show", "agent-nobody", status=1)


def test_two_secrets_are_valid_at_a_time_for_rotation(own_service):
    first = own_service.secret(READER)
    second = own_service.json("agent", "secret", READER)["client_secret"]
    assert first != second and all(one.startswith("mnd_") and len(one) >= 47 for one in (first, second))
    for secret in (first, second):
        own_service.secrets[READER] = secret
        own_service.token()
    done = own_service.command("agent", "secret", READER, status=1)
    assert "mnd_" not in done.stdout + done.stderr
    assert first not in (own_service.directory / "mandate.db").read_bytes().decode("latin-1")


# One server a directory

def test_a_second_server_is_refused_with_a_sentence(own_service):
    done = own_service.command("serve", status=1)
    assert 20 < len(done.stderr.strip()) < 400 and "\n" not in done.stderr.strip(), done.stderr
    assert "already" in done.stderr or "running" in done.stderr
    assert own_service.token()


def test_serve_prints_where_it_listens_and_the_issuer(new_service):
    service = new_service(issuer="https://auth.example.com")
    service.start()
    assert wait_for(lambda: any("https://auth.example.com" in line for line in service.output), 5)
    assert decoded(service.token()["access_token"])[1]["iss"] == "https://auth.example.com"
    document = requests.get(f"{service.url}/.well-known/oauth-authorization-server", timeout=5).json()
    assert document["token_endpoint"] == "https://auth.example.com/oauth/token"


def test_init_overwrites_nothing(new_service):
    service = new_service()
    before = {file: file.read_bytes() for file in service.directory.rglob("*") if file.is_file()}
    done = service.command("init", "--issuer", "https://other.example", status=1)
    assert done.stderr
    assert {file: file.read_bytes() for file in before} == before
    assert (service.directory / "keys").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (service.directory / "keys").iterdir())


# Keys

def test_rotation_publishes_before_it_signs(own_service):
    old = decoded(own_service.token()["access_token"])[0]["kid"]
    own_service.command("keys", "rotate")
    assert {old} < set(published(own_service))
    assert decoded(own_service.token()["access_token"])[0]["kid"] == old
    states = {one["kid"]: one["state"] for one in own_service.json("keys", "list")["items"]}
    assert states[old] == "active" and sorted(states.values()) == ["active", "next"]
    done = own_service.command("keys", "rotate", status=None)
    assert "20" in done.stdout + done.stderr, "it says when it may go on"
    assert decoded(own_service.token()["access_token"])[0]["kid"] == old


def test_a_revoked_key_is_gone_at_once_and_the_next_signs(own_service):
    token = own_service.token()["access_token"]
    old = decoded(token)[0]["kid"]
    own_service.command("keys", "rotate")
    own_service.command("keys", "revoke", old)
    assert old not in published(own_service)
    new = own_service.token()["access_token"]
    assert decoded(new)[0]["kid"] in published(own_service)
    jwks = f"{own_service.url}/.well-known/jwks.json"
    verdicts = own_service.command("verify", "--jwks", jwks, input=f"{token}\n{new}\n", status=1).stdout.splitlines()
    assert [verdict.split()[0] for verdict in verdicts] == ["refused", "ok"]
    own_service.stop()
    own_service.start()
    assert old not in published(own_service)


def published(service):
    return [key["kid"] for key in requests.get(f"{service.url}/.well-known/jwks.json", timeout=5).json()["keys"]]


# Tokens

def test_token_get_inspect_and_verify(service):
    get = ["token", "get", "--server", service.url, "--client-id", READER, "--audience", INVENTORY, "--scope",
           "ec2:DescribeInstances"]
    secret = {"MANDATE_CLIENT_SECRET": service.secret(READER)}
    token = service.command(*get, environment=secret).stdout.strip()
    claims = decoded(token)[1]
    assert (claims["sub"], claims["scope"]) == (READER, "ec2:DescribeInstances")
    shown = service.command(*get, "--decode", environment=secret).stdout
    assert READER in shown and "ec2:DescribeInstances" in shown and "at+jwt" in shown
    jwks = f"{service.url}/.well-known/jwks.json"
    inspected = service.command("token", "inspect", "--jwks", jwks, input=token).stdout
    assert READER in inspected and claims["jti"] in inspected and "alice@company.com" in inspected
    done = service.command("verify", "--jwks", jwks, input=token + "\n")
    assert done.stdout == f"ok {READER} {claims['jti']}\n"
    done = service.command("verify", "--jwks", jwks, input=f"{token}\nnonsense\n{token}x\n{token}\n", status=1)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok", "refused", "refused", "ok"]
    service.command("token", "inspect", "--jwks", jwks, input=token[:-4], status=1)


def test_verify_reads_a_file_of_keys_and_needs_no_server(own_service, tmp_path):
    token = own_service.token()["access_token"]
    keys = tmp_path / "jwks.json"
    keys.write_text(requests.get(f"{own_service.url}/.well-known/jwks.json", timeout=5).text)
    own_service.stop()
    assert own_service.command("verify", "--jwks", keys, input=token).stdout.startswith(f"ok {READER} ")


def test_token_get_says_why_it_is_refused(service):
    done = service.command(
        "token", "get", "--server", service.url, "--client-id", READER, "--audience", INVENTORY, "--scope",
        "ec2:TerminateInstances", environment={"MANDATE_CLIENT_SECRET": service.secret(READER)}, status=1)
    assert "exceeds_capability" in done.stderr and done.stdout == ""
    assert service.secret(READER) not in done.stderr


def test_ledger_tail(service):
    jti = decoded(service.token()["access_token"])[1]["jti"]
    lines = service.command("ledger", "tail", "--json", "-n", 3).stdout.splitlines()
    assert len(lines) == 3 and json.loads(lines[-1])["jti"] == jti
    assert READER in service.command("ledger", "tail").stdout


def test_every_change_is_in_the_ledger_with_who_made_it(own_service):
    own_service.command("agent", "suspend", "agent-bare", "--reason", "left the team")
    own_service.command("agent", "resume", "agent-bare")
    own_service.secret("agent-bare")
    records = {one["event"]: one for one in own_service.ledger() if one["agent_id"] == "agent-bare"}
    assert {"agent.registered", "agent.suspended", "agent.resumed", "agent.secret_issued"} <= set(records)
    assert "left the team" in json.dumps(records["agent.suspended"]) and records["agent.suspended"]["by"]
    assert own_service.secret("agent-bare") not in own_service.command("ledger", "export").stdout
