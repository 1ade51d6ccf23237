"""Who decides about what waits, how decisions last, and the commands of those who decide."""

import concurrent.futures
import json
import re
import time

import pytest

from delegation import ERIN, FILES, PLANNER, DelegationService
from holding import (  # noqa: F401
    GUARDED, OWNER, WAIT, WRITER, WRITES, approve, deny, held, policies, poll, records, shown, waits)
from network_administration import AdministeredService
from service import Service, decoded
from test_metrics import metrics

# Who decides

def test_over_the_socket_the_person_must_be_one_of_those_the_rule_names(held):
    waiting = waits(held.for_itself(GUARDED, scope="files:GetA", **WAIT), "ours-wait")["approval"]
    for by in ("mallory", ERIN, "owner", GUARDED, PLANNER):
        refused = approve(held, waiting, 403, by=by)
        assert refused["status"] == 403 and refused["field"] == "by" and shown(held, waiting)["decision"] is None
        deny(held, waiting, 403, by=by)
    assert approve(held, waiting, by=OWNER)["decision"]["by"] == OWNER
    other = waits(held.for_itself(GUARDED, scope="files:GetB", **WAIT), "ours-wait")["approval"]
    assert approve(held, other)["decision"]["by"] == "operator"
    assert records(held, other)[-1]["by"] == "operator"


class Administered(DelegationService, AdministeredService):
    """Delegations, and agents that may decide over the network: one of them asks for tokens as well."""

    def __init__(self, directory):
        self.admin_port = None
        Service.__init__(self, directory, registries=())
        self.environment["MANDATE_ADMIN_LISTEN"] = "127.0.0.1:0"
        decide = {self.issuer: ["approvals:decide", "registry:read"]}
        document = {
            "audiences": [
                {"id": self.issuer, "scopes": [{"name": "approvals:decide", "class": "admin"},
                                               {"name": "registry:read", "class": "read"}]},
                {"id": FILES, "scopes": [{"name": "files:Put*", "class": "write"}]}],
            "agent_types": [{
                "id": "any", "capabilities": decide | {FILES: ["files:Put*"]},
                "delegation": {"to": ["any"], "max_chain_depth": 4, "max_class": "admin"}}],
            "agents": [{"id": name, "type": "any", "owner": owner} for name, owner in [
                ("asker", OWNER), ("twin", OWNER), ("desk", "zoe"), ("helper", "bob")]]}
        file = self.directory / "registry.json"
        file.write_text(json.dumps(document))
        self.command("apply", "-f", file)

    def serve(self):
        Service.start(self)
        port = re.search(r":(\d+)$", self.said("administration on "))[1]
        self.admin = f"http://127.0.0.1:{port}"
        return self

    def decide(self, token, approval, verb="approve", **body):
        return self.ask("POST", f"/v1/approvals/{approval}/{verb}", token, json=body)

    def ask(self, method, path, token=None, **options):
        return AdministeredService.ask(self, method, path, token, **options)

    def right(self, agent, scope="approvals:decide"):
        return self.for_itself(agent, audience=self.issuer, scope=scope).token


@pytest.fixture
def administered(directory_of):
    service = Administered(directory_of()).serve()
    yield service
    service.stop()


def over_socket_policies(service, *rules):
    status, _, text = service.over_socket("PUT", "/v1/policies", json.dumps({"policies": list(rules)}),
                                          {"Content-Type": "application/json"})
    assert status == 200, text


def test_over_the_network_nobody_approves_for_themselves(administered):
    service = administered
    over_socket_policies(service, WRITES)
    waiting = waits(service.for_itself("asker", scope="files:PutA", **WAIT))["approval"]
    own = service.right("asker")
    refused = service.decide(own, waiting)
    assert refused.status_code == 403 and "asked for this" in refused.json()["detail"]
    assert service.decide(own, waiting, "deny").status_code == 403
    # Nor through somebody to whom it handed the right to decide.
    chain = service.autonomous("asker", "desk", audience=service.issuer, scope="approvals:decide", task_id="trick")
    through = service.redeem(chain.token, by="desk", audience=service.issuer, scope="approvals:decide").token
    assert service.decide(through, waiting).status_code == 403
    assert service.decide(service.right("desk"), waiting, by="bob").json()["field"] == "by"
    assert service.decide(service.right("desk", "registry:read"), waiting).status_code == 403
    assert service.decide(None, waiting).status_code == 401
    shown = service.ask("GET", f"/v1/approvals/{waiting}", service.right("desk", "registry:read"))
    assert shown.json()["status"] == "pending"
    done = service.decide(service.right("desk"), waiting, reason="looked at")
    assert done.status_code == 200 and done.json()["decision"]["by"] == "zoe"
    record = records(service, waiting)[-1]
    assert (record["event"], record["by"], record["change"]["through"]) == ("approval.approved", "zoe", "agent:desk")
    listed = service.ask("GET", "/v1/approvals?status=approved", service.right("desk"))
    assert [one["id"] for one in listed.json()["items"]] == [waiting]


def test_over_the_network_the_person_behind_the_token_counts(administered):
    service = administered
    over_socket_policies(service, WRITES | {"approvers": ["owner"]})
    waiting = waits(service.for_itself("asker", scope="files:PutA", **WAIT))["approval"]
    refused = service.decide(service.right("desk"), waiting)
    assert refused.status_code == 403 and OWNER in refused.json()["detail"]
    assert service.decide(service.right("helper"), waiting).status_code == 403
    assert service.decide(service.right("twin"), waiting).json()["decision"]["by"] == OWNER


# What lasts

def test_approvals_survive_a_crash(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    asked = {name: waits(service.for_itself(WRITER, scope=f"files:Put{name}", **WAIT)) for name in "ABCD"}
    approve(service, asked["A"]["approval"])
    approve(service, asked["B"]["approval"])
    used = poll(service, asked["B"]["deferral_code"], WRITER).claims["jti"]
    deny(service, asked["C"]["approval"])
    service.crash()
    service.serve()
    assert poll(service, asked["A"]["deferral_code"], WRITER).status == 200
    assert poll(service, asked["B"]["deferral_code"], WRITER).claims["jti"] == used
    assert poll(service, asked["C"]["deferral_code"], WRITER).reason == "approval_denied"
    assert poll(service, asked["D"]["deferral_code"], WRITER).reason == "approval_pending"
    statuses = {one["id"]: one["status"] for one in service.json("approval", "list")["items"]}
    assert statuses == {asked[name]["approval"]: status for name, status in zip("ABCD", ["used", "used", "denied", "pending"])}
    service.command("ledger", "verify")


def test_an_export_is_the_registry_alone_and_a_restored_approval_is_given_anew(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    before = service.command("export").stdout
    asked = [waits(service.for_itself(WRITER, scope=f"files:Put{name}", **WAIT)) for name in "AB"]
    approve(service, asked[0]["approval"])
    assert service.command("export").stdout == before
    service.stop()
    service.command("backup", service.directory / "copy")
    service.command("restore", service.directory / "copy")
    service.serve()
    # Nobody can tell whether its token was fetched after the backup.
    assert poll(service, asked[0]["deferral_code"], WRITER).reason == "approval_expired"
    assert poll(service, asked[1]["deferral_code"], WRITER).reason == "approval_pending"


def test_the_metric_counts_what_waits(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    assert metrics(service)["mandate_approvals_pending"] == 0
    asked = [waits(service.for_itself(WRITER, scope=f"files:Put{n}", **WAIT)) for n in range(3)]
    assert metrics(service)["mandate_approvals_pending"] == 3
    approve(service, asked[0]["approval"])
    deny(service, asked[1]["approval"])
    assert metrics(service)["mandate_approvals_pending"] == 1


# The command line

def test_the_commands_list_show_approve_and_deny(own_delegations):
    service = own_delegations
    policies(service, WRITES | {"approvers": ["owner"]})
    first = waits(service.for_itself(WRITER, scope="files:PutA files:PutB", **WAIT))["approval"]
    second = waits(service.for_itself(PLANNER, scope="files:PutA", **WAIT))["approval"]
    listed = service.command("approval", "list", "--status", "pending").stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == [second, first]
    assert [one["id"] for one in service.json("approval", "list", "--client", WRITER)["items"]] == [first]
    assert service.json("approval", "show", first)["approvers"] == ["owner"]
    assert "writes are looked at" in service.command("approval", "show", first).stdout
    wrong = service.command("approval", "approve", first, "--by", "mallory", status=1).stderr
    assert "mallory" in wrong and OWNER in wrong
    done = service.command("approval", "approve", first, "--by", OWNER, "--scope", "files:PutA", "--expires-in", "60")
    assert done.stdout.startswith(f"{first} is approved: {WRITER}") and "narrowed to files:PutA" in done.stdout
    assert service.for_itself(WRITER, scope="files:PutA files:PutB")["scope"] == "files:PutA"
    denied = service.json("approval", "deny", second, "--reason", "no need")
    assert denied["decision"]["by"] == "operator" and denied["decision"]["reason"] == "no need"
    service.command("approval", "list", "--status", "open", status=2)
    for command in ("list", "show", "approve", "deny"):
        assert "Example:" in service.command("approval", command, "--help").stdout
    # Nobody serves: the same, on the database itself.
    service.stop()
    assert len(service.json("approval", "list")["items"]) == 2


def test_a_token_is_waited_for_on_the_command_line(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    secret = {"MANDATE_CLIENT_SECRET": service.secret(WRITER)}
    get = ["token", "get", "--server", service.url, "--client-id", WRITER, "--audience", FILES, "--scope"]
    refused = service.command(*get, "files:PutA", environment=secret, status=1).stderr
    approval = service.json("approval", "list")["items"][0]["id"]
    assert f"mandate approval approve {approval}" in refused and "--wait" in refused
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(service.command, *get, "files:PutA", "--wait", environment=secret)
        other = pool.submit(service.command, *get, "files:PutB", "--wait", environment=secret, status=1)
        until = time.monotonic() + 10
        while len(pending := service.json("approval", "list", "--status", "pending")["items"]) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
        denied = next(one["id"] for one in pending if one["id"] != approval)
        approve(service, approval)
        deny(service, denied, reason="no")
        done = waiting.result(60)
        assert decoded(done.stdout.strip())[1]["approval"] == approval
        assert "approval_denied" in other.result(60).stderr
