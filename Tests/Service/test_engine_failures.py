"""An engine that cannot be understood: nothing is issued, soon, and nobody else notices; what changes meanwhile counts."""

import concurrent.futures
import gzip
import json
import signal
import time

import pytest

from engine import (
    ALLOW, DENY, HAND, HANG_UP, LATEST, LEAD, OUTSIDE, READ, SILENCE, VAULT, AskingService, Grants, ScriptedEngine,
    http_answer, registry, result)
from measured_load import raise_limits
from test_metrics import metrics
from wire import Connection, token_request

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


# What changes while an engine thinks

class Meanwhile:
    """Does something when the engine is asked, and allows then; what it answers to later questions is said apart."""

    def __init__(self, engine, action, then=ALLOW):
        self.engine, self.action, self.then, self.asked = engine, action, then, 0
        engine.say(self)

    def __call__(self, _):
        self.asked += 1
        if self.asked > 1:
            return self.then
        self.action()
        return ALLOW


def test_a_policy_that_changes_while_an_engine_thinks_is_in_force(asking):
    service, engine = asking
    denial = {"id": "sudden", "effect": "deny", "when": {"audiences": [VAULT]}}
    thinking = Meanwhile(engine, lambda: service.put_policies(denial))
    refused = service.credentials()
    service.put_policies()
    assert refused.refusal == (400, "access_denied", "denied_by_policy") and refused["policy"] == "sudden"
    assert thinking.asked == 1


@pytest.mark.parametrize("name", ["client_credentials", "redeem", "start", "hand_over"])
def test_an_agent_that_is_suspended_while_an_engine_thinks_gets_nothing(asking, name):
    service, engine = asking
    engine.say(ALLOW)
    fresh = Grants(service, task=f"suspended-{name}")
    agent = HAND if name in ("client_credentials", "redeem") else LEAD
    thinking = Meanwhile(engine, lambda: service.admin("POST", f"/v1/agents/{agent}/suspend", {"reason": "now"}))
    refused = fresh.ask(name)
    service.admin("POST", f"/v1/agents/{agent}/resume", {"reason": "over"})
    assert refused.refusal == (401, "invalid_client", "client_authentication_failed"), dict(refused)
    assert thinking.asked == 1


def test_who_would_get_it_is_suspended_while_an_engine_thinks(asking):
    service, engine = asking
    engine.say(ALLOW)
    fresh = Grants(service, task="suspended-hand")
    Meanwhile(engine, lambda: service.admin("POST", f"/v1/agents/{HAND}/suspend", {"reason": "now"}))
    refused = fresh.ask("hand_over")
    service.admin("POST", f"/v1/agents/{HAND}/resume", {"reason": "over"})
    assert refused.reason == "not_a_delegate", dict(refused)


def test_a_chain_that_ends_while_an_engine_thinks_is_over(asking):
    service, engine = asking
    engine.say(ALLOW)
    for number, name in enumerate(["hand_over", "redeem", "pass_on"]):
        ending = Grants(service, task=f"ending-{number}")
        thinking = Meanwhile(engine, lambda: service.admin("POST", f"/v1/tasks/ending-{number}/complete", {}))
        refused = ending.ask(name)
        assert refused.reason == "chain_revoked" and thinking.asked == 1, dict(refused)
        engine.say(ALLOW)
    doomed = Grants(service, task="doomed")
    thinking = Meanwhile(engine, lambda: service.revoke(doomed.top, by=LEAD))
    assert doomed.ask("redeem").reason == "chain_revoked" and thinking.asked == 1


def test_an_answer_about_an_agent_that_is_another_now_does_not_count(asking):
    """The engine allowed what was; asked again about what is, it denies."""
    service, engine = asking
    changed = registry()
    changed["agents"] = [one | {"team": "strangers"} for one in changed["agents"] if one["id"] == HAND]
    thinking = Meanwhile(engine, lambda: service.apply(changed), then=DENY)
    refused = service.credentials()
    teams = [one["input"]["agent"].get("team") for one in engine.questions[-2:]]
    engine.say(ALLOW)
    service.apply(registry())
    if refused.refusal == UNAVAILABLE:
        pytest.skip("the change took longer than an engine may")
    assert refused.refusal == (400, "access_denied", "denied_by_policy"), dict(refused)
    assert thinking.asked == 2 and teams == [None, "strangers"]


# Many, and the end

def form(service, by=HAND, audience=VAULT):
    return token_request(service.basic(by), audience=audience, scope=READ)


def outcome_of(answer):
    return answer.status, json.loads(answer.body).get("reason")


def test_a_client_that_goes_while_an_engine_thinks_leaves_nothing_behind(asking):
    service, engine = asking
    engine.say([0.2, ALLOW])
    service.credentials()
    begin = len(service.ledger())
    for _ in range(50):
        with Connection(service.port) as gone:
            gone.send(form(service))
    time.sleep(0.05)
    with Connection(service.port) as half:
        # Sends no more, and waits for what it asked for.
        half.send(form(service))
        half.finish_sending()
        assert half.answer().status in (200, 503)
    time.sleep(1)
    events = {one["event"] for one in service.ledger()[begin:]}
    assert events <= {"token.issued", "token.refused"}
    engine.say(ALLOW)
    assert service.credentials().status == 200


@pytest.mark.timeout(120)
def test_two_thousand_at_once_with_an_engine_that_never_answers(directory_of):
    raise_limits()
    engine = ScriptedEngine(SILENCE)
    service = AskingService(directory_of(), engine.url)
    service.descriptors = 8192
    service.serve()
    connections = []
    try:
        request, other = form(service), form(service, audience=OUTSIDE)
        service.credentials()
        idle = service.resident()
        connections = [Connection(service.port, timeout=20) for _ in range(2000)]
        begin = time.monotonic()
        for one in connections:
            one.send(request)
        with Connection(service.port) as second:
            answer = second.ask(form(service, by=LEAD))
            assert outcome_of(answer) == (503, "policy_engine_unavailable"), "one client took all the places"
        with Connection(service.port) as bystander:
            waits = []
            for _ in range(20):
                asked = time.monotonic()
                assert bystander.ask(other).status == 200
                waits.append(time.monotonic() - asked)
        answers = [one.answer() for one in connections]
        elapsed = time.monotonic() - begin
        assert {outcome_of(one) for one in answers} <= {
            (503, "policy_engine_unavailable"), (503, "overloaded")}
        assert all("retry-after" in one.headers for one in answers)
        assert sum(outcome_of(one)[1] == "policy_engine_unavailable" for one in answers) >= 256
        assert elapsed < 8, elapsed
        print(f"2,000 refused in {elapsed:.2f} s; others waited {max(waits) * 1e3:.0f} ms at most; "
              f"{(service.resident() - idle) >> 20} MiB more")
        assert service.resident() - idle < 128 << 20
        assert service.process.poll() is None
        engine.say(ALLOW)
        assert service.credentials().status == 200
    finally:
        for one in connections:
            one.socket.close()
        service.stop()
        engine.stop()
    assert service.command("ledger", "verify").stdout.startswith("ok")


@pytest.mark.parametrize("says, statuses", [([0.3, ALLOW], {200}), (SILENCE, {503})], ids=["answers", "never answers"])
def test_a_stop_while_an_engine_thinks_answers_everybody(directory_of, says, statuses):
    engine = ScriptedEngine(says)
    service = AskingService(directory_of(), engine.url).serve()
    connections = []
    try:
        connections = [Connection(service.port) for _ in range(8)]
        request = form(service)
        for one in connections:
            one.send(request)
        until = time.monotonic() + 0.25
        while len(engine.questions) < len(connections) and time.monotonic() < until:
            time.sleep(0.005)
        service.process.send_signal(signal.SIGTERM)
        answers = [one.answer() for one in connections]
        assert {one.status for one in answers} == statuses
        assert service.process.wait(10) == 0
        service.process = None
    finally:
        for one in connections:
            one.socket.close()
        service.stop()
        engine.stop()
    records = service.ledger()
    assert records[-1]["event"] == "server.stopped"
    issued = {one["jti"] for one in records if one["event"] == "token.issued"}
    assert len(issued) == (8 if statuses == {200} else 0)


def test_an_engine_is_told_the_token_of_its_file_and_nothing_of_the_clients(directory_of):
    engine, directory = ScriptedEngine(ALLOW), directory_of()
    file = directory / "engine.token"
    file.write_text("a-token-of-the-engine\n")
    file.chmod(0o600)
    service = AskingService(directory, engine.url, environment={"MANDATE_POLICY_ENGINE_TOKEN_FILE": str(file)}).serve()
    try:
        assert service.credentials().status == 200
        assert "Authorization: Bearer a-token-of-the-engine" in engine.heads[-1]
        said = "\n".join(engine.heads[-1]) + json.dumps(engine.questions[-1])
        assert service.secret(HAND) not in said and service.basic(HAND).split()[1] not in said
        grants = Grants(service)
        said = "".join("\n".join(head) for head in engine.heads) + json.dumps(engine.questions)
        assert not [token for token in (grants.top, grants.below, grants.access) if token.split(".")[2] in said]
    finally:
        service.stop()
        engine.stop()
    assert "a-token-of-the-engine" not in "".join(service.output) + json.dumps(service.ledger())


def test_a_service_starts_without_its_engine_and_works_when_it_comes(directory_of):
    engine = ScriptedEngine(ALLOW)
    engine.stop()
    service = AskingService(directory_of(), engine.url).serve()
    try:
        is_refused(service, soon(service.credentials))
        assert service.outside().status == 200
        engine.start()
        assert service.credentials().status == 200
    finally:
        service.stop()
        engine.stop()
