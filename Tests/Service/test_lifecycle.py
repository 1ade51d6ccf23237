"""An agent's life, as operators see it: registered, attested, used or not, expired, stopped, gone for ever."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest
import requests

from delegation import ERIN, FILES, OTHER_WORKER, PLANNER, PORTAL, WORKER, COMPANY
from service import READER


def in_seconds(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def newest(service, event):
    return [record for record in service.ledger() if record["event"] == event][-1]


def credentials(service, agent):
    return service.json("agent", "show", agent)["credentials"]


# Attestation

def test_an_attestation_says_how_by_what_and_when(delegations):
    before = delegations.json("agent", "show", OTHER_WORKER)
    assert before["attestation"] is None
    delegations.command(
        "agent", "attest", OTHER_WORKER, "--method", "k8s_psat", "--attestor", "spire-server-prod",
        "--evidence", "spiffe://example.org/ns/agents/sa/worker", "--reason", "deployed")
    after = delegations.json("agent", "show", OTHER_WORKER)
    shown = after["attestation"]
    assert {k: v for k, v in shown.items() if k not in ("at", "by")} == {
        "method": "k8s_psat", "attestor": "spire-server-prod", "reason": "deployed",
        "evidence": "spiffe://example.org/ns/agents/sa/worker"}
    assert shown["by"] and abs(datetime.fromisoformat(shown["at"]).timestamp() - time.time()) < 60
    assert {k: v for k, v in after.items() if k != "attestation"} == {k: v for k, v in before.items() if k != "attestation"}
    record = newest(delegations, "agent.attested")
    assert record["agent_id"] == OTHER_WORKER and record["by"] == shown["by"]
    assert record["change"]["method"] == "k8s_psat" and record["change"]["attestor"] == "spire-server-prod"


def test_an_attestation_by_the_api(delegations):
    path = f"/v1/agents/{OTHER_WORKER}/attest"
    answer = delegations.admin("POST", path, {"reason": "seen in the rack"})
    assert answer["attestation"]["method"] == "manual"
    assert (answer["tokens"], answer["links"], answer["latest_exp"]) == (0, 0, None)
    assert delegations.admin("POST", path)["attestation"]["reason"] is None
    for body in ({"method": ""}, {"method": "x" * 257}, {"evidence": "x" * 513}, {"evidence": "a\nb"}, {"at": "now"},
                 {"method": ["tpm"]}, ["tpm"], "tpm", {"attestor": {}}):
        assert delegations.admin("POST", path, body, status=400)["detail"]
    delegations.admin("POST", "/v1/agents/nobody/attest", {"method": "tpm"}, status=404)
    delegations.command("agent", "attest", "nobody", "--method", "tpm", status=1)


# Secrets

def test_two_secrets_two_notes_and_the_removed_one_is_dead_at_once(own_service):
    service, agent = own_service, "agent-bare"
    first = service.secret(agent)
    [one] = credentials(service, agent)
    assert (one["kind"], one["n"], one["last_rotated_at"], one["last_used_at"]) == ("client_secret", 1, None, None)
    assert service.json("agent", "show", agent)["last_active_at"] is None
    service.token(agent)
    [one] = credentials(service, agent)
    assert one["last_used_at"] == service.json("agent", "show", agent)["last_active_at"] is not None
    second = service.json("agent", "secret", agent)["client_secret"]
    for _ in range(2):
        old, new = credentials(service, agent)
        assert old["last_used_at"] and not new["last_used_at"] and new["last_rotated_at"] == new["created_at"]
        service.command("agent", "secret", agent, status=1)
    for secret in (first, second):
        assert requests.post(f"{service.url}/oauth/token", {"grant_type": "client_credentials"},
                             auth=(agent, secret)).status_code == 200
    old, new = credentials(service, agent)
    assert old["last_used_at"] and new["last_used_at"]
    service.command("agent", "secret", agent, "--revoke", 1)
    statuses = [requests.post(f"{service.url}/oauth/token", {"grant_type": "client_credentials"},
                              auth=(agent, secret)).status_code for secret in (first, second)]
    assert statuses == [401, 200]
    service.command("agent", "secret", agent, "--revoke", 1, status=1)
    third = service.json("agent", "secret", agent)["client_secret"]
    assert third not in (first, second)
    assert [one["n"] for one in credentials(service, agent)] == [2, 3], "a number is never used again"
    shown = json.dumps(service.json("agent", "show", agent)) + service.command("ledger", "export").stdout
    assert not any(secret in shown for secret in (first, second, third))


def test_what_a_wrong_secret_does_is_no_use(own_service):
    service, agent = own_service, "agent-bare"
    service.secret(agent)
    service.post({"grant_type": "client_credentials"}, None, headers={"Authorization": service.basic(agent, "wrong")})
    shown = service.json("agent", "show", agent)
    assert shown["last_active_at"] is None and shown["credentials"][0]["last_used_at"] is None


def test_a_resource_server_that_only_introspects_is_in_use(own_delegations):
    service = own_delegations
    token = service.for_itself(WORKER).token
    assert service.is_active(token, FILES)
    deadline = time.time() + 5
    while not (shown := service.json("agent", "show", FILES))["last_active_at"]:
        assert time.time() < deadline
    assert shown["credentials"][0]["last_used_at"] == shown["last_active_at"]
    assert not [record for record in service.ledger() if record["agent_id"] == FILES and record["request_id"]]


# Unused agents

def test_unused_agents_are_listed(own_delegations):
    service = own_delegations
    service.for_itself(WORKER)
    service.command("agent", "suspend", OTHER_WORKER)
    time.sleep(1.1)

    def unused(*more):
        return {one["id"] for one in service.json("agent", "list", "--unused", *more)["items"]}

    found = unused("1s")
    assert PLANNER in found and WORKER not in found and OTHER_WORKER not in found
    assert unused("30d") == set() and unused("1s", "--type", "portal-kind") == {PORTAL}
    by_api = service.admin("GET", "/v1/agents?unused=1s&limit=1000")
    assert {one["id"] for one in by_api["items"]} == found and by_api["next"] is None
    assert PLANNER in service.command("agent", "list", "--unused", "1s").stdout
    service.command("agent", "list", "--unused", "soon", status=2)
    assert service.admin("GET", "/v1/agents?unused=soon", status=400)["field"] == "unused"
    service.command("agent", "resume", OTHER_WORKER)
    assert OTHER_WORKER in unused("1s")


def test_a_list_goes_on_page_by_page(own_delegations):
    everybody, after = [], ""
    while after is not None:
        page = own_delegations.admin("GET", f"/v1/agents?limit=7{after and '&after=' + after}")
        everybody += [one["id"] for one in page["items"]]
        assert len(page["items"]) == 7 or page["next"] is None
        after = page["next"]
    listed = [one["id"] for one in own_delegations.json("agent", "list")["items"]]
    assert everybody == listed == sorted(listed) and len(listed) > 20
    plain = own_delegations.command("agent", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in plain] == listed


# Expiry

def test_an_expired_agent_is_refused_like_one_that_is_not_active(own_delegations):
    service, until = own_delegations, in_seconds(9)
    service.secret(WORKER)
    service.admin("PATCH", f"/v1/agents/{WORKER}", {"expires_at": until})
    end = datetime.fromisoformat(until).timestamp()
    own = service.for_itself(WORKER, expires_in=3600)
    handed = service.hand_over(service.start().token, WORKER)
    redeemed = service.redeem(handed.token, by=WORKER)
    assert all(one.claims["exp"] <= end for one in (own, redeemed)), "no token outlives its agent"
    assert service.is_active(own.token, FILES) and service.is_active(redeemed.token, FILES)
    parent = service.start().token
    time.sleep(max(0, end - time.time()) + 0.1)
    suspended = service.admin("POST", f"/v1/agents/{OTHER_WORKER}/suspend", {}) and service.for_itself(OTHER_WORKER)
    expired = service.for_itself(WORKER)
    assert (expired.status, expired["error"], expired.reason) == (401, suspended["error"], suspended.reason)
    assert service.redeem(handed.token, by=WORKER).status == 401
    assert not service.is_active(own.token, FILES) and not service.is_active(redeemed.token, FILES)
    assert service.ask("/oauth/introspect", WORKER, {"token": own.token}).status_code == 401
    refused = service.hand_over(parent, WORKER)
    assert refused.status == 400 and refused.reason == service.hand_over(parent, OTHER_WORKER).reason
    shown = service.json("agent", "show", WORKER)
    assert shown["status"] == "active" and datetime.fromisoformat(shown["expires_at"]).timestamp() == end
    [line] = [one for one in service.command("agent", "list").stdout.splitlines() if one.startswith(WORKER + "\t")]
    assert "\texpired\t" in line
    service.admin("PATCH", f"/v1/agents/{WORKER}", {"expires_at": None})
    assert service.for_itself(WORKER).token


# The end

def test_a_decommissioned_agent_is_cut_counted_and_leaves_a_trail(own_delegations):
    service = own_delegations
    parent = service.start(actor=PLANNER)
    child = service.hand_over(parent.token, WORKER)
    access = [service.redeem(parent.token), service.redeem(child.token, by=WORKER), service.for_itself(PLANNER)]
    answer = service.admin("POST", f"/v1/agents/{PLANNER}/decommission", {"reason": "replaced"})
    assert answer["tokens"] == 3 and answer["links"] == 2 and answer["latest_exp"]
    for token, by in zip(access, (PLANNER, WORKER, PLANNER)):
        assert not service.is_active(token.token, FILES)
    assert service.redeem(child.token, by=WORKER).reason in ("ancestor_inactive", "chain_revoked")
    assert service.start(actor=PLANNER).status == 400 and service.for_itself(PLANNER).status == 401
    shown = service.json("agent", "show", PLANNER)
    assert shown["status"] == "decommissioned" and shown["status_changed"]["reason"] == "replaced"
    assert shown["status_changed"]["by"] and shown["status_changed"]["at"]
    record = newest(service, "agent.decommissioned")
    assert record["change"] == {"id": PLANNER, "reason": "replaced"} | answer
    again = service.admin("POST", f"/v1/agents/{PLANNER}/decommission", {"reason": "again"})
    assert again == {"tokens": 0, "links": 0, "latest_exp": None}
    assert service.json("agent", "show", PLANNER)["status_changed"]["reason"] == "replaced"
    for verb in ("suspend", "resume", "attest", "secrets"):
        service.admin("POST", f"/v1/agents/{PLANNER}/{verb}", status=409)


def test_a_decommissioned_id_is_never_used_again(own_delegations):
    service = own_delegations
    service.command("agent", "decommission", WORKER)
    agent = {"id": WORKER, "type": "worker-kind", "owner": "alice@company.com"}
    service.admin("POST", "/v1/agents", agent, status=409)
    service.admin("PUT", f"/v1/agents/{WORKER}", agent, status=409)
    service.admin("PATCH", f"/v1/agents/{WORKER}", {"status": "active"}, status=409)
    service.admin("PATCH", f"/v1/agents/{WORKER}", {"team": "x"}, status=409)
    service.admin("POST", "/v1/registry", {"agents": [agent]}, status=409)
    service.admin("POST", "/v1/registry", {"agents": [agent | {"id": "another", "owner": WORKER}]}, status=409)
    service.admin("POST", "/v1/agents", agent | {"id": "another", "owner": WORKER}, status=409)
    service.command("agent", "register", "--id", WORKER, "--type", "worker-kind", "--owner", "a@b", status=1)
    assert service.start(subject_token=COMPANY.mint("erin", email=WORKER)).reason == "subject_token_invalid"
    assert service.json("agent", "show", WORKER)["status"] == "decommissioned"


def test_ids_of_agents_and_principals_do_not_collide(own_service):
    service = own_service
    agent = {"id": "boss", "type": "test-reader", "owner": "chief"}
    body = json.dumps({"agents": [agent, agent | {"id": "chief", "owner": "x"}]})
    file = service.directory / "collision.yaml"
    file.write_text(body)
    service.command("apply", "-f", file, status=1)
    file.write_text(json.dumps({"agents": [agent]}))
    service.command("apply", "-f", file)
    service.command("agent", "register", "--id", "chief", "--type", "test-reader", "--owner", "x", status=1)
    service.command("agent", "register", "--id", "other", "--type", "test-reader", "--owner", "boss", status=1)
    service.command("agent", "register", "--id", "own", "--type", "test-reader", "--owner", "own", status=1)


# Break-glass: every verb from the command line says what it cut

@pytest.mark.parametrize("verb", [
    ("type", "suspend", "worker-kind"), ("task", "complete", "a-task"), ("task", "cancel", "a-task"),
    ("principal", "revoke", ERIN), ("agent", "suspend", WORKER), ("agent", "decommission", WORKER)])
def test_each_break_glass_verb_answers_what_it_cut(own_delegations, verb):
    service = own_delegations
    child = service.hand_over(service.start().token, WORKER)
    access = service.redeem(child.token, by=WORKER)
    answer = service.json(*verb, "--reason", "a test")
    assert set(answer) == {"tokens", "links", "latest_exp"}
    assert answer["tokens"] == 1 and answer["links"] in (1, 2)
    assert datetime.fromisoformat(answer["latest_exp"]).timestamp() >= child.claims["exp"]
    assert not service.is_active(access.token, FILES)
    again = service.command(*verb, "--json", status=None)
    assert again.returncode == 1 or json.loads(again.stdout) == {"tokens": 0, "links": 0, "latest_exp": None}
