"""What an administrator on the network cannot do: keep authority that was taken away, keep the service busy, look at its host."""

import sqlite3
import threading
import time

import pytest
import requests

from network_administration import ADMIN, DOOMED, AdministeredService
from service import READER, Service

LONG = [f"a{number}:b" for number in range(1025)]


@pytest.fixture
def service(directory_of):
    service = AdministeredService(directory_of()).serve()
    yield service
    service.stop()


def put(service, path, body, token):
    return requests.put(f"{service.admin}{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=20)


def narrow(service, agent, *scopes):
    status, *_ = service.over_socket(
        "PATCH", f"/v1/agents/{agent}", f'{{"capabilities":{{"{service.issuer}":{list(scopes)}}}}}'.replace("'", '"'),
        {"Content-Type": "application/merge-patch+json"})
    assert status == 200


def test_a_token_loses_what_its_agent_loses(service):
    wide, both = service.admin_token(DOOMED), service.admin_token(DOOMED, scope="registry:read registry:write")
    body = {"capabilities": {service.issuer: ["registry:*"]}}
    narrow(service, DOOMED, "registry:read")
    for token, status in ((wide, 401), (both, 403)):
        answer = requests.patch(f"{service.admin}/v1/agents/{DOOMED}", json=body, timeout=20, headers={
            "Authorization": f"Bearer {token}", "Content-Type": "application/merge-patch+json"})
        assert answer.status_code == status, answer.text
    assert service.ask("GET", "/v1/agents", both).status_code == 200
    assert service.json("agent", "show", DOOMED)["capabilities"] == {service.issuer: ["registry:read"]}


def test_no_token_is_good_while_the_service_is_no_audience(service):
    token = service.admin_token()
    audience = service.json("audience", "show", service.issuer)
    status, *_ = service.over_socket(
        "PUT", "/v1/audiences/" + requests.utils.quote(service.issuer, safe=""),
        requests.models.complexjson.dumps({"scopes": audience["scopes"], "status": "suspended"}))
    assert status == 200
    assert service.ask("GET", "/v1/agents", token).status_code == 401


@pytest.mark.parametrize(("path", "body", "field"), [
    ("/v1/agent-types/long", {"capabilities": {"elsewhere": LONG}}, "capabilities.elsewhere"),
    ("/v1/agent-types/many", {"capabilities": {f"audience-{n}": ["a:b"] for n in range(1025)}}, "capabilities"),
    ("/v1/audiences/long", {"scopes": [{"name": name, "class": "read"} for name in LONG]}, "scopes"),
    ("/v1/audiences/wide", {"scopes": [{"name": f"a:{'b' * 120}{n}", "class": "read"} for n in range(1024)]}, None),
    ("/v1/issuers/i", {"jwks": {"keys": []}, "audiences": LONG, "principal_claim": "email", "delegable": []}, "audiences"),
])
def test_a_record_has_bounds(service, path, body, field):
    answer = put(service, path, body, service.admin_token())
    assert answer.status_code == 400 and answer.json().get("field") == field, answer.text


def test_a_long_patch_is_refused_before_it_is_merged(service):
    patch = {f"member-{number}": 1 for number in range(20_000)}
    begin = time.monotonic()
    answer = requests.patch(f"{service.admin}/v1/agents/{DOOMED}", json=patch, timeout=20, headers={
        "Authorization": f"Bearer {service.admin_token()}", "Content-Type": "application/merge-patch+json"})
    assert answer.status_code == 400 and time.monotonic() - begin < 1


def test_large_records_hold_nobody_up(service):
    """As much as fits, applied again and again: a suspension is answered all the while, and tokens are issued."""
    token, scopes, isDone = service.admin_token(), [f"a{number}:b" for number in range(1024)], threading.Event()
    types = [{"id": f"type-{n}", "capabilities": {f"audience-{a}": scopes for a in range(8)},
              "delegation": {"to": [], "max_chain_depth": 1, "max_class": "read"}} for n in range(20)]
    audiences = [{"id": f"audience-{a}", "scopes": [{"name": name, "class": "read"} for name in scopes]} for a in range(8)]
    agents = [{"id": f"agent-{n}", "type": f"type-{n}", "owner": "o", "capabilities": types[n]["capabilities"]}
              for n in range(20)]
    failures = []

    def apply():
        answer = requests.post(f"{service.admin}/v1/registry", timeout=60, headers={"Authorization": f"Bearer {token}"},
                               json={"audiences": audiences, "agent_types": types, "agents": agents})
        failures.extend([answer.text] if answer.status_code != 200 else [])
        isDone.set()

    worker = threading.Thread(target=apply)
    worker.start()
    slowest = 0
    while not isDone.is_set():
        begin = time.monotonic()
        assert service.over_socket("POST", f"/v1/agents/{DOOMED}/suspend", '{"reason":"x"}')[0] == 200
        assert service.over_socket("POST", f"/v1/agents/{DOOMED}/resume", '{"reason":"x"}')[0] == 200
        slowest = max(slowest, time.monotonic() - begin)
    worker.join()
    assert not failures and slowest < 2, (failures, slowest)


def test_no_file_of_the_host_is_named_from_the_network(service, tmp_path):
    token = service.admin_token()
    body = {"audiences": ["a"], "principal_claim": "email", "delegable": [{"authority": {"elsewhere": ["registry:read"]}}]}
    answers = set()
    for path in ("/etc/shadow", "/nonexistent", "/root", str(service.directory / "keys/ledger.pem")):
        answer = put(service, "/v1/issuers/https%3A%2F%2Flogin.example", body | {"jwks_file": path}, token)
        applied = requests.post(
            f"{service.admin}/v1/registry?dry_run=true", timeout=20, headers={"Authorization": f"Bearer {token}"},
            json={"issuers": [body | {"issuer": "https://login.example", "jwks_file": path}]})
        assert answer.status_code == applied.status_code == 400
        assert answer.json()["field"] == "jwks_file" and applied.json()["field"] == "issuers[0].jwks_file"
        answers |= {answer.json()["detail"], applied.json()["detail"]}
    assert len(answers) == 1 and "jwks" in answers.pop()


@pytest.mark.parametrize("statement", [
    "CREATE TRIGGER undo AFTER UPDATE OF status ON agent BEGIN UPDATE agent SET status='active' WHERE number=new.number; END",
    "CREATE VIEW shown AS SELECT 1", "CREATE TABLE more (x)", "CREATE INDEX more ON agent (owner)"])
def test_a_database_with_more_in_it_is_refused(new_service, statement, tmp_path):
    service = new_service()
    assert service.command("agent", "show", READER)
    connection = sqlite3.connect(service.directory / "mandate.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert "somebody else changed the database" in service.command("serve", status=1).stderr
