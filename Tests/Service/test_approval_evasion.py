"""Ways around a person: what an approver did not see is not given, whoever asks for it and however."""

import json

from delegation import (
    ACCESS_TOKEN, COMPANY, DELEGATION, FILES, ID_TOKEN, PLANNER, PORTAL, Outcome, trusted_issuer)
from holding import (  # noqa: F401
    DEFERRED, OWNER, WAIT, WRITER, WRITES, approve, clock_library, clocked, policies, poll, shown, waits)
from service import decoded
from test_retry import INVALID, actor, key, presented

BY_PRINCIPAL = WRITES | {"approvers": ["principal"]}


def apply(service, document):
    file = service.directory / "more.json"
    file.write_text(json.dumps(document))
    service.command("apply", "-f", file)


def test_a_pattern_waits_for_the_class_of_all_that_it_stands_for(own_delegations):
    """`docs:Put*` is a deletion too, for one entry; that does not make its writes need nobody."""
    service = own_delegations
    apply(service, {
        "audiences": [{"id": "docs-api", "scopes": [
            {"name": "docs:Put*", "class": "write"}, {"name": "docs:*Everything", "class": "delete"}]}],
        "agent_types": [{"id": "doc-kind", "capabilities": {"docs-api": ["docs:Put*"]}, "delegation": {
            "to": ["doc-kind"], "max_chain_depth": 4, "max_class": "delete", "approval_for": ["write"]}}],
        "agents": [{"id": name, "type": "doc-kind", "owner": OWNER} for name in ("giver", "taker")]})
    for number, scope in enumerate(["docs:PutObject", "docs:Put*"]):
        waits(service.autonomous("giver", "taker", audience="docs-api", scope=scope, task_id=f"t-{number}", **WAIT), "delegation")


def test_nobody_fetches_the_token_with_which_another_agent_decides(own_delegations):
    """A portal has a person's token; it may not make a console's out of it and approve in the person's name."""
    service = own_delegations
    apply(service, {
        "audiences": [{"id": service.issuer, "scopes": [
            {"name": "mandate:present", "class": "read"}, {"name": "approvals:decide", "class": "admin"}]}],
        "agent_types": [{"id": "console-kind", "capabilities": {service.issuer: ["approvals:decide"]},
                         "delegation": {"to": [], "max_chain_depth": 4, "max_class": "read"}}],
        "agents": [{"id": "console", "type": "console-kind", "owner": OWNER}],
        "issuers": [trusted_issuer(COMPANY, delegable=[{"authority": {
            FILES: ["files:Put*"], service.issuer: ["approvals:decide"]}}])]})
    service.admin("PATCH", f"/v1/agents/{PORTAL}", {"delegation": {
        "to": ["planner-kind", "console-kind"], "max_chain_depth": 4, "max_class": "admin"}})
    policies(service, BY_PRINCIPAL)
    person = COMPANY.mint("alice2")
    waits(service.start(scope="files:Put*", subject_token=person, **WAIT))
    asked = dict(subject_token=person, subject_token_type=ID_TOKEN, requested_actor="console", audience=service.issuer,
                 scope="approvals:decide", task_id="t-console")
    refused = service.exchange(PORTAL, requested_token_type=ACCESS_TOKEN, **asked)
    assert refused.reason == "not_a_delegate", dict(refused)
    assert service.exchange(PORTAL, requested_token_type=DELEGATION, **asked).status == 200


def test_an_approval_is_for_the_principal_that_the_approver_saw(own_delegations):
    service = own_delegations
    policies(service, BY_PRINCIPAL)
    ask = lambda **claims: service.start(
        scope="files:Put*", task_id="t-1", subject_token=COMPANY.mint("mallory", **claims), **WAIT)
    waiting = waits(ask())
    approve(service, waiting["approval"], by="mallory@company.com")
    assert waits(ask(email="ceo@company.com"))["approval"] != waiting["approval"]
    mine = waits(service.autonomous(actor=WRITER, scope="files:Put*", task_id="t-2", **WAIT))
    approve(service, mine["approval"], by="alice@company.com")
    service.admin("PATCH", f"/v1/agents/{PLANNER}", {"owner": "carol@company.com"})
    assert waits(poll(service, mine["deferral_code"], PLANNER))["approval"] != mine["approval"]
    policies(service)
    assert poll(service, mine["deferral_code"], PLANNER).refusal == (400, "expired_token", "approval_expired")


def test_an_approver_sees_what_kind_of_token_it_is_and_how_long_it_lives(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    token = waits(service.for_itself(PLANNER, scope="files:Put*", task_id="t-1", **WAIT))
    chain = waits(service.autonomous(scope="files:Put*", task_id="t-1", **WAIT))
    for answer, kind, seconds in (token, "access_token", 900), (chain, "delegation", 3600):
        approval = shown(service, answer["approval"])
        assert (approval["requested_token_type"], approval["expires_in"]) == (kind, seconds)
        change = next(one for one in service.ledger() if one["approval"] == answer["approval"])["change"]
        assert (change["requested_token_type"], change["expires_in"]) == (kind, seconds)


def test_a_chain_of_ones_own_that_is_handed_on_is_a_hand_over(own_delegations):
    service = own_delegations
    policies(service, {"id": "no-hand-over", "when": {"grant": "hand_over"}, "effect": "deny"})
    assert service.autonomous(scope="files:Get*").status == 200
    refused = service.autonomous(actor=WRITER, scope="files:Get*")
    assert refused.refusal == (400, "access_denied", "denied_by_policy") and refused["policy"] == "no-hand-over"


def test_an_actor_token_must_still_be_good_when_the_answer_is_fetched(own_delegations):
    service = own_delegations
    policies(service, WRITES)
    ask = lambda task, mine: waits(service.start(
        by="starter", actor="starter", scope="files:Put*", task_id=task, **actor(mine), **WAIT))
    mine = presented(service, "starter")
    by_key = ask("t-key", mine)
    own = service.autonomous("starter", audience=service.issuer, scope="mandate:present", task_id="t-own").token
    by_chain = ask("t-chain", service.redeem(own, "starter", audience=service.issuer, scope="mandate:present").token)
    for one in by_key, by_chain:
        approve(service, one["approval"])
    service.revoke(own, by="starter")
    assert poll(service, by_chain["deferral_code"], "starter").refusal == INVALID
    service.command("keys", "rotate")
    service.command("keys", "revoke", decoded(mine)[0]["kid"])
    assert poll(service, by_key["deferral_code"], "starter").refusal == INVALID


def test_who_fetches_may_find_it_more_unusual_by_then_and_want_less_of_it(own_delegations):
    service = own_delegations
    service.admin("PATCH", f"/v1/agents/{WRITER}", {"may_report_risk": True})
    policies(service, WRITES, {"id": "hot", "when": {"risk_over": 90}, "effect": "deny"})
    waiting = waits(service.for_itself(WRITER, scope="files:PutA", **WAIT))
    approve(service, waiting["approval"])
    fetch = lambda **more: Outcome(service.post(
        {"grant_type": DEFERRED, "deferral_code": waiting["deferral_code"]} | more, WRITER))
    assert fetch(risk_score="95")["policy"] == "hot"
    assert fetch(risk_score="20", expires_in="30")["expires_in"] == 30


def test_a_retry_of_what_was_approved_asks_nobody_again(clocked):
    form = {"grant_type": "client_credentials", "audience": FILES, "scope": "files:PutAgain"}
    ask = lambda: Outcome(clocked.post(form, WRITER, headers=key("once")))
    approve(clocked, ask()["approval"])
    first = ask().claims
    clocked.forward(180)
    again = ask()
    assert again.claims["jti"] == first["jti"] and again.claims["approval"] == first["approval"]
    clocked.forward(600)
    assert ask().reason == "approval_required"
