"""What happens while an engine thinks counts; many questions at once, and the end of the service or of the engine."""

import concurrent.futures
import json
import signal
import time

import pytest

from engine import ALLOW, DENY, HAND, LEAD, OUTSIDE, READ, SILENCE, VAULT, AskingService, Grants, ScriptedEngine, registry
from measured_load import raise_limits
from receivers import wait_for
from test_engine_failures import UNAVAILABLE, asking, grants, is_refused, soon  # noqa: F401
from wire import Connection, token_request

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


def test_one_client_does_not_keep_the_engine_from_another(asking):
    """A hundred connections of one client, an engine that takes 20 ms: another client waits for a few of them, not for all."""
    service, engine = asking
    engine.say([0.02, ALLOW])
    loud, quiet, end = form(service), form(service, by=LEAD), time.monotonic() + 3

    def ask():
        with Connection(service.port, timeout=10) as connection:
            while time.monotonic() < end:
                connection.ask(loud)

    try:
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            asking = [pool.submit(ask) for _ in range(100)]
            time.sleep(0.5)
            with Connection(service.port, timeout=10) as connection:
                waits = []
                for _ in range(15):
                    begin = time.monotonic()
                    assert connection.ask(quiet).status == 200
                    waits.append(time.monotonic() - begin)
            for one in asking:
                one.result()
        assert sorted(waits)[7] < 0.15, waits
    finally:
        engine.say(ALLOW)


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


def test_an_audience_that_is_not_there_is_warned_of_because_no_engine_is_asked_about_it(directory_of):
    engine = ScriptedEngine()
    service = AskingService(directory_of(), engine.url, audiences=(VAULT, "vault-apl")).serve()
    try:
        warned = lambda: [line for line in service.output if "names an audience that is not registered" in line]
        assert wait_for(warned, 5)
        assert len(warned()) == 1 and "vault-apl" in warned()[0]
    finally:
        service.stop()
        engine.stop()
