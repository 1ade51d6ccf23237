"""An engine that cannot be understood: nothing is issued, soon, and nobody else notices."""

import concurrent.futures
import gzip
import time

import pytest

from engine import (
    ALLOW, DENY, HAND, HANG_UP, LATEST, SILENCE, AskingService, Grants, ScriptedEngine, http_answer, result)
from test_metrics import metrics

UNAVAILABLE = (503, "temporarily_unavailable", "policy_engine_unavailable")
TRUE = {"result": True}


@pytest.fixture(scope="module")
def asking(directory_of):
    engine = ScriptedEngine()
    service = AskingService(directory_of(), engine.url).serve()
    yield service, engine
    service.stop()
    engine.stop()


@pytest.fixture(scope="module")
def grants(asking):
    asking[1].say(ALLOW)
    return Grants(asking[0])


def seconds_of(ask):
    begin = time.monotonic()
    return ask(), time.monotonic() - begin


def soon(ask):
    """The outcome of asking, which comes in time: of three attempts, because others use the machine too."""
    for attempt in range(3):
        outcome, seconds = seconds_of(ask)
        if seconds <= LATEST:
            return outcome
    raise AssertionError(f"{seconds:.3f} s, three times: {dict(outcome)}")


def is_refused(service, outcome):
    """Nothing was issued, the caller is told to come back, and the ledger says why."""
    assert outcome.refusal == UNAVAILABLE, (outcome.status, dict(outcome))
    assert outcome.headers["Retry-After"] == "1" and outcome.headers["Cache-Control"] == "no-store"
    record = service.record(outcome)
    assert {name: record[name] for name in ("event", "decision", "reason", "jti")} == {
        "event": "token.refused", "decision": "DENY", "reason": "policy_engine_unavailable", "jti": None}


def condition(name, value):
    return result({"effect": "allow_with_conditions", "conditions": {name: value}})


# What an engine says, by the word that the metrics have for it.
FAILURES = {
    "timeout": {
        "that never answers": SILENCE,
        "that says it in drops": [part for byte in ALLOW for part in (bytes([byte]), 0.02)],
        "that sends half of it": http_answer(TRUE, length=100)},
    "closed": {
        "that hangs up": HANG_UP,
        "that sends half of it and hangs up": [http_answer(TRUE, length=100), HANG_UP]},
    "status": {
        "that is broken": http_answer(TRUE, status="500 Internal Server Error"),
        "that wants a password": http_answer(TRUE, status="401 Unauthorized"),
        "that has too much to do": http_answer(TRUE, status="503 Service Unavailable"),
        "that created something": http_answer(TRUE, status="201 Created"),
        "that has no content": http_answer(b"", status="204 No Content", length=0)},
    "content_type": {
        "whose answer has no type": http_answer(TRUE, content_type=None),
        "whose answer is a text": http_answer(TRUE, content_type="text/plain"),
        "whose answer is nearly JSON": http_answer(TRUE, content_type="application/jsonp"),
        "whose answer has two types": http_answer(TRUE, fields=["Content-Type: text/html"]),
        "whose answer is a page": http_answer(b"<html>true</html>", content_type="text/html")},
    "unreadable": {
        "whose answer is a page that says that it is JSON": http_answer(b"<html>true</html>"),
        "whose answer is packed": http_answer(gzip.compress(b'{"result":true}'), fields=["Content-Encoding: gzip"]),
        "whose answer is empty": http_answer(b""),
        "whose answer comes twice": http_answer(b'{"result":true}{"result":true}'),
        "who says it twice": http_answer(b'{"result":false,"result":true}'),
        "who nests it": http_answer(b'{"result":' + b"[" * 5000),
        "that speaks something else": b"220 mail.example ESMTP\r\n"},
    "malformed": {
        "whose answer is a list": http_answer([TRUE]),
        "who says true in words": result("true"),
        "who says yes with a number": result(1),
        "who says nothing": result(None),
        "who says no effect": result({"reason": "fine"}),
        "who misspells its conditions": result({"effect": "allow", "condition": {"max_lifetime": 60}}),
        "who allows with conditions and has none": result({"effect": "allow_with_conditions"}),
        "who allows under conditions": result({"effect": "allow", "conditions": {"max_lifetime": 60}}),
        "with a life that is none": condition("max_lifetime", -1),
        "with scopes that are none": condition("narrow_to", [])},
    "unknown_effect": {
        "who says an effect that nobody knows": result({"effect": "permit"}),
        "who says an effect in capitals": result({"effect": "ALLOW"})},
    "unknown_condition": {
        "with a condition that nobody knows": condition("only_on_mondays", True),
        "with a requirement that nobody knows": condition("require", ["dpop", "mtls"])},
    "too_long": {
        "with a megabyte": http_answer(b'{"result":true' + b" " * (1 << 20) + b"}"),
        "with a chunk after another": [
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            *[b"4000\r\n" + b" " * 0x4000 + b"\r\n"] * 64]}}
CASES = [(word, name) for word, cases in FAILURES.items() for name in cases]



def questions(service):
    """How many came to what."""
    series = "mandate_policy_engine_questions_total"
    return {name: value for name, value in metrics(service).items() if name.startswith(series + "{")}


@pytest.mark.parametrize("word, name", CASES, ids=[name for _, name in CASES])
def test_nothing_is_issued_by_an_engine(asking, word, name):
    service, engine = asking
    engine.say(FAILURES[word][name])
    before = questions(service)
    refused = soon(service.credentials)
    is_refused(service, refused)
    grown = {name for name, value in questions(service).items() if value > before.get(name, 0)}
    assert grown == {f'mandate_policy_engine_questions_total{{outcome="{word}"}}'}
    assert service.outside().status == 200
    engine.say(ALLOW)
    assert service.credentials().status == 200


PART = b"z" * 65000
FLOODS = {
    "fields": [b"HTTP/1.1 200 OK\r\n", *[b"X-Y: " + PART + b"\r\n"] * 20_000],
    "one field": [b"HTTP/1.1 200 OK\r\nX-Y: ", *[PART] * 20_000],
    "short fields": [b"HTTP/1.1 200 OK\r\n", *[b"a: b\r\n" * 10_000] * 20_000],
    "a status": [b"HTTP/1.1 200 ", *[PART] * 20_000],
    "beginnings": [b"HTTP/1.1 100 Continue\r\n\r\n" * 1000] * 20_000,
    "endings": [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                *[b"X-Y: " + PART + b"\r\n"] * 20_000]}


def test_an_engine_that_sends_without_end_fills_no_memory(asking):
    """A gigabyte each, on eight connections."""
    service, engine = asking
    service.secret(HAND)
    before = service.resident()
    for name, flood in FLOODS.items():
        engine.say(flood)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            refused = list(pool.map(lambda _: service.credentials().refusal, range(8)))
        assert set(refused) == {UNAVAILABLE}, name
        assert service.resident() - before < 64 << 20, name
    engine.say(ALLOW)
    assert service.credentials().status == 200


@pytest.mark.parametrize("name", Grants.NAMES)
def test_no_grant_does_without_an_engine(asking, grants, name):
    service, engine = asking
    engine.say(http_answer(b"", status="500 Internal Server Error"))
    is_refused(service, soon(lambda: grants.ask(name)))


def test_an_engine_that_has_no_result_denies(asking):
    service, engine = asking
    for answer in (http_answer({}), http_answer({"decision_id": "7"})):
        engine.say(answer)
        refused = service.credentials()
        assert refused.refusal == (400, "access_denied", "denied_by_policy") and refused["policy"] == "opa"


def test_a_redirect_is_not_followed_even_to_an_engine_that_allows(asking):
    service, engine = asking
    elsewhere = ScriptedEngine(ALLOW)
    try:
        for status in ("301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            engine.say(http_answer(TRUE, status=status, fields=[f"Location: {elsewhere.url}/v1/data/mandate/decision"]))
            is_refused(service, soon(service.credentials))
        assert elsewhere.questions == []
    finally:
        elsewhere.stop()


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_question(asking):
    service, engine = asking
    engine.say([0.7, ALLOW])
    is_refused(service, soon(service.credentials))
    engine.say(DENY)
    time.sleep(0.4)
    assert [service.credentials().reason for _ in range(10)] == ["denied_by_policy"] * 10


def test_a_second_answer_that_nobody_asked_for_is_not_taken_for_the_next_question(asking):
    service, engine = asking
    for _ in range(10):
        engine.say(ALLOW + ALLOW)
        assert service.credentials().status in (200, 503)
        engine.say(DENY)
        assert service.credentials().reason in ("denied_by_policy", "policy_engine_unavailable")
    engine.say([ALLOW, 0.05, ALLOW])
    assert service.credentials().status == 200
    time.sleep(0.1)
    engine.say(DENY)
    assert service.credentials().reason == "denied_by_policy"


def test_an_engine_dies_and_comes_back(asking):
    """Between two requests, with connections kept; nobody has to do anything."""
    service, engine = asking
    engine.say(ALLOW)
    for _ in range(3):
        assert service.credentials().status == 200
        engine.stop()
        for _ in range(3):
            is_refused(service, soon(service.credentials))
            assert service.outside().status == 200
        engine.start()
        assert service.credentials().status == 200
    # A kept connection that the engine closed meanwhile is nobody's failure.
    for _ in range(5):
        engine.say([ALLOW, HANG_UP])
        assert service.credentials().status == 200
    said = "".join(service.output)
    assert "the policy engine gives no usable answer" in said and "the policy engine answers" in said


def test_the_ledger_holds_no_token_that_no_engine_allowed(asking):
    """Two questions that are never answered are two refusals in the ledger, under their request ids."""
    service, engine = asking
    engine.say(SILENCE)
    before = len(service.ledger())
    outcomes = [service.credentials() for _ in range(2)]
    records = service.ledger()[before:]
    assert [one["event"] for one in records] == ["token.refused"] * 2
    assert [one["request_id"] for one in records] == [one["request_id"] for one in outcomes]
    assert service.command("ledger", "verify").stdout.startswith("ok")


AUTHZEN_FAILURES = {
    "no decision": {}, "a decision in words": {"decision": "true"}, "a decision of one": {"decision": 1},
    "a list": [True], "no context": {"decision": True, "context": 7},
    "a request for access that is none": {"decision": False, "context": {"access_request": "yes"}},
    "an allowed request for access": {"decision": True, "context": {"access_request": {}}},
    "obligations that are none": {"decision": True, "context": {"obligations": "max_lifetime"}},
    "a life that is none": {"decision": True, "context": {"obligations": {"max_lifetime": "long"}}}}
UNKNOWN_OBLIGATIONS = [
    {"log_it": True}, [{"id": "log_it"}], [{"id": "max_lifetime", "value": 60}, {"id": "log_it"}],
    [{"id": "max_lifetime", "value": 60, "unless": "holiday"}], {"require": ["mtls"]}]


@pytest.fixture(scope="module")
def authzen(directory_of):
    engine = ScriptedEngine(http_answer({"decision": True}))
    service = AskingService(directory_of(), engine.url, "authzen").serve()
    yield service, engine
    service.stop()
    engine.stop()


def test_an_evaluation_that_is_none_is_no_answer(authzen):
    service, engine = authzen
    assert service.credentials().status == 200
    assert engine.heads[-1][0] == "POST /access/v1/evaluation HTTP/1.1"
    for name, answer in AUTHZEN_FAILURES.items():
        engine.say(http_answer(answer))
        refused = service.credentials()
        assert refused.refusal == UNAVAILABLE, (name, dict(refused))
        is_refused(service, refused)


def test_an_obligation_that_nobody_knows_is_a_denial(authzen):
    service, engine = authzen
    for obligations in UNKNOWN_OBLIGATIONS:
        engine.say(http_answer({"decision": True, "context": {"obligations": obligations, "rule": "careful"}}))
        refused = service.credentials()
        assert refused.refusal == (400, "access_denied", "denied_by_policy"), (obligations, dict(refused))
        assert refused["policy"] == "careful" and service.record(refused)["rule"] == "careful"
