"""Every refusal a client_credentials request can meet: status, error, reason, headers; nothing more is said."""

import re

import pytest
import requests

from service import ANALYST, BILLING, INVENTORY, PLANNER, READER

CC = {"grant_type": "client_credentials"}
ASK = CC | {"audience": INVENTORY}

INVALID = (400, "invalid_request", "malformed_request")

# who asks, what for → status, error, reason
TABLE = {
    "no grant type": (READER, {"audience": INVENTORY}, *INVALID),
    "an empty grant type": (READER, ASK | {"grant_type": ""}, *INVALID),
    "another grant": (READER, ASK | {"grant_type": "password"},
                      400, "unsupported_grant_type", "unsupported_grant_type"),
    "a repeated parameter": (READER, [*ASK.items(), ("scope", "a:b"), ("scope", "a:b")],
                             400, "invalid_request", "repeated_parameter"),
    "a repeated parameter nobody knows": (READER, [*ASK.items(), ("x", "1"), ("x", "2")],
                                          400, "invalid_request", "repeated_parameter"),
    "a repeated grant type": (READER, [*ASK.items(), ("grant_type", "client_credentials")],
                              400, "invalid_request", "repeated_parameter"),
    "too many parameters": (READER, ASK | {f"x{n}": "1" for n in range(65)}, *INVALID),
    "a life of nothing": (READER, ASK | {"expires_in": "0"}, *INVALID),
    "a life below nothing": (READER, ASK | {"expires_in": "-5"}, *INVALID),
    "a life that is no number": (READER, ASK | {"expires_in": "5m"}, *INVALID),
    "a life with a fraction": (READER, ASK | {"expires_in": "5.5"}, *INVALID),
    "a task id with a space": (READER, ASK | {"task_id": "a task"}, *INVALID),
    "a task id too long": (READER, ASK | {"task_id": "t" * 129}, *INVALID),
    "a task id not in ASCII": (READER, ASK | {"task_id": "Prüfung"}, *INVALID),
    "a purpose too long": (READER, ASK | {"task_id": "t", "task_purpose": "p" * 513}, *INVALID),
    "a purpose with a line break": (READER, ASK | {"task_id": "t", "task_purpose": "p\nq"}, *INVALID),
    "an unknown kind of token": (READER, ASK | {"requested_token_type": "urn:example:token"}, *INVALID),
    "an actor for an access token": (READER, ASK | {"requested_actor": PLANNER}, *INVALID),
    "an actor token without its type": (READER, ASK | {"actor_token": "x.y.z"}, *INVALID),
    "two ways to authenticate": (READER, ASK | {"client_id": READER, "client_secret": "x"}, *INVALID),
    "another client id than Basic's": (READER, ASK | {"client_id": PLANNER}, *INVALID),
    "details of authorization": (READER, ASK | {"authorization_details": "[]"},
                                 400, "invalid_authorization_details", "invalid_authorization_details"),
    "no client": (None, ASK, 401, "invalid_client", "client_authentication_failed"),
    "a client id alone": (None, ASK | {"client_id": READER}, 401, "invalid_client", "client_authentication_failed"),
    "a secret alone": (None, ASK | {"client_secret": "mnd_x"}, 401, "invalid_client", "client_authentication_failed"),
    "a grant not registered": ("agent-exchange-only", ASK, 400, "unauthorized_client", "grant_not_allowed"),
    "no audience, two held": (ANALYST, CC, 400, "invalid_target", "audience_missing"),
    "an audience nobody registered": (READER, ASK | {"audience": "no-such-api"},
                                      400, "invalid_target", "audience_unknown"),
    "a resource nobody registered": (READER, CC | {"resource": "https://nowhere.internal"},
                                     400, "invalid_target", "audience_unknown"),
    "a resource with a fragment": (READER, CC | {"resource": "https://cloud-inventory.internal#x"},
                                   400, "invalid_target", "audience_unknown"),
    "an audience not held": (READER, CC | {"audience": BILLING, "task_id": "t"},
                             400, "invalid_target", "audience_not_held"),
    "two audiences": (ANALYST, [*ASK.items(), ("audience", BILLING)], 400, "invalid_target", "several_audiences"),
    "an audience and another resource": (ANALYST, ASK | {"resource": "https://billing.internal"},
                                         400, "invalid_target", "several_audiences"),
    "no scope and no default": (ANALYST, CC | {"audience": BILLING, "task_id": "t"},
                                400, "invalid_scope", "scope_missing"),
    "an empty segment": (READER, ASK | {"scope": "ec2::Describe"}, 400, "invalid_scope", "scope_malformed"),
    "a wildcard first": (READER, ASK | {"scope": "*:Describe"}, 400, "invalid_scope", "scope_malformed"),
    "a quote in a scope": (READER, ASK | {"scope": 'ec2:"x"'}, 400, "invalid_scope", "scope_malformed"),
    "nine segments": (READER, ASK | {"scope": "a:b:c:d:e:f:g:h:i"}, 400, "invalid_scope", "scope_malformed"),
    "a scope of 257 bytes": (READER, ASK | {"scope": "ec2:" + "D" * 253}, 400, "invalid_scope", "scope_malformed"),
    "one bad scope among good": (READER, ASK | {"scope": "ec2:DescribeVpcs ec2:"},
                                 400, "invalid_scope", "scope_malformed"),
    "a scope not in the catalogue": (READER, ASK | {"scope": "rds:DescribeDBInstances"},
                                     400, "invalid_scope", "scope_unknown"),
    "everything": (READER, ASK | {"scope": "ec2:*"}, 400, "invalid_scope", "scope_unknown"),
    "more than its capability": (READER, ASK | {"scope": "ec2:TerminateInstances"},
                                 400, "invalid_scope", "exceeds_capability"),
    "what only its type may": (READER, ASK | {"scope": "s3:ListBuckets"}, 400, "invalid_scope", "exceeds_capability"),
    "one scope too many": (READER, ASK | {"scope": "ec2:DescribeVpcs ec2:TerminateInstances"},
                           400, "invalid_scope", "exceeds_capability"),
    "no task where one is required": (ANALYST, CC | {"audience": BILLING, "scope": "billing:read"},
                                      400, "invalid_request", "task_missing"),
}


@pytest.mark.parametrize("name", TABLE)
def test_refuses(service, name):
    agent, form, status, error, reason = TABLE[name]
    answer = service.post(form, agent)
    assert (answer.status_code, answer.json()["error"], answer.json()["reason"]) == (status, error, reason)
    assert_refusal(answer.headers, answer.json())
    if agent:
        assert service.secret(agent) not in answer.text


def assert_refusal(headers, body):
    waiting = {"approval", "policy", "expires_in"} if body["reason"] == "approval_required" else set()
    assert set(body) == {"error", "error_description", "reason", "request_id"} | waiting
    assert headers["content-type"].split(";")[0] == "application/json"
    assert headers["cache-control"] == "no-store" and headers["pragma"] == "no-cache"
    # RFC 6749 §5.2: visible ASCII and spaces, no quotes, no backslash.
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", body["error_description"])
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", body["request_id"])


def test_wrong_credentials_get_one_answer_whatever_is_wrong(service):
    secret = service.secret("agent-suspended")
    service.command("agent", "suspend", "agent-suspended", "--reason", "a test")
    tries = {
        "unknown client": ("agent-nobody", "mnd_" + "A" * 43), "wrong secret": (READER, "mnd_" + "A" * 43),
        "suspended": ("agent-suspended", secret), "suspended, wrong secret": ("agent-suspended", secret[:-1]),
        "no secret": (READER, ""), "id out of grammar": ("agent/../x", secret),
    }
    answers = {name: ask(service, service.basic(*given), ASK) for name, given in tries.items()}
    for name, answer in answers.items():
        assert answer.status_code == 401, name
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="mandate"', name
        assert_refusal(answer.headers, answer.json())
    assert len({str(anonymous(answer.json())) for answer in answers.values()}) == 1
    assert len({str(sorted(set(answer.headers))) for answer in answers.values()}) == 1
    assert len({answer.headers["Content-Length"] for answer in answers.values()}) == 1


def test_no_challenge_when_basic_was_not_tried(service):
    answer = service.post(ASK | {"client_id": READER, "client_secret": "mnd_wrong"}, agent=None)
    assert answer.status_code == 401 and "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("value", [
    "Basic", "Basic ", "Basic !!!", "Basic YWdlbnQ", "Basic YWdlbnQ=", "Basic OnNlY3JldA==", "Basic YWdlbnQ6eB==",
    "Basic YWdl bnQ6eA==", "Bearer x.y.z", "Digest username=x", "Basic YWdlbnQ6eA== x"])
def test_an_authorization_that_cannot_be_read(service, value):
    answer = ask(service, value, ASK)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_parameters_are_read_before_the_client_and_the_grant_after(service):
    wrong = service.basic(READER, "mnd_wrong")
    assert ask(service, wrong, ASK | {"expires_in": "x"}).json()["reason"] == "malformed_request"
    assert ask(service, wrong, ASK | {"grant_type": "password"}).json()["error"] == "invalid_client"
    assert ask(service, wrong, ASK | {"scope": "::"}).json()["error"] == "invalid_client"


def test_a_refusal_of_a_known_client_is_in_the_ledger_with_the_rule(service):
    answer = service.post(ASK | {"scope": "ec2:TerminateInstances", "task_id": "refused-once"})
    record = [one for one in service.ledger() if one["request_id"] == answer.json()["request_id"]]
    assert len(record) == 1
    assert {name: record[0][name] for name in (
        "event", "agent_id", "principal", "task_id", "audience", "requested", "granted", "jti", "decision", "reason")
    } == {
        "event": "token.refused", "agent_id": READER, "principal": "alice@company.com", "task_id": "refused-once",
        "audience": INVENTORY, "requested": ["ec2:TerminateInstances"], "granted": None, "jti": None,
        "decision": "DENY", "reason": "exceeds_capability"}
    assert record[0]["rule"] and record[0]["policy"] and record[0]["source"]["address"] == "127.0.0.1"


@pytest.mark.parametrize("form, expected", [
    (ASK, "ec2:Describe*"), (CC, "ec2:Describe*"), (CC | {"resource": "https://cloud-inventory.internal"}, "ec2:Describe*"),
    (ASK | {"scope": ""}, "ec2:Describe*"), (ASK | {"scope": "  ec2:DescribeVpcs   ec2:DescribeInstances "},
                                            "ec2:DescribeInstances ec2:DescribeVpcs"),
    (ASK | {"unknown": "ignored", "task_id": "", "expires_in": ""}, "ec2:Describe*"),
    (ASK | {"expires_in": "999999"}, "ec2:Describe*"), (ASK | {"scope": "ec2:Describe**"}, "ec2:Describe*")])
def test_what_is_not_refused(service, form, expected):
    answer = service.post(form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["scope"] == expected and answer.json()["expires_in"] <= 900
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"


def ask(service, authorization, form):
    return requests.post(
        f"{service.url}/oauth/token", data=form, headers={"Authorization": authorization}, timeout=5)


def anonymous(body):
    return {name: value for name, value in body.items() if name != "request_id"}
