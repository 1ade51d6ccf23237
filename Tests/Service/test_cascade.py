"""A link with ten thousand descendants is revoked as fast as one with none, and all of it is dead at once."""

import json
import random
import time
from datetime import datetime

import pytest

from delegation import DEEP, DELEGATION, FILES, SocketConnection
from pipeline import Pipeline, exchange_request
from service import decoded

pytestmark = pytest.mark.alone

WIDTHS = [10, 9, 10, 10]      # 10 + 90 + 900 + 9,000 links below the one that is revoked
REDEEMED = 500


def handed_over(service, pipeline, parents, giver, taker, each):
    """Each parent's holder hands over `each` times; the tokens."""
    form = [("subject_token_type", DELEGATION), ("requested_token_type", DELEGATION), ("requested_actor", taker),
            ("audience", FILES), ("scope", "files:Get*")]
    basic = service.basic(giver)
    return answered(pipeline, [
        exchange_request(basic, [("subject_token", parent), *form]) for parent in parents for _ in range(each)])


def redeemed(service, pipeline, tokens, by):
    basic, form = service.basic(by), [("subject_token_type", DELEGATION), ("audience", FILES), ("scope", "files:Get*")]
    return [exchange_request(basic, [("subject_token", token), *form]) for token in tokens]


def answered(pipeline, requests):
    answers = []
    for start in range(0, len(requests), 1000):
        answers += pipeline.ask(requests[start:start + 1000])
    assert {status for status, _ in answers} == {200}, next(one for one in answers if one[0] != 200)
    return [json.loads(body)["access_token"] for _, body in answers]


def test_ten_thousand_descendants(own_delegations):
    service = own_delegations
    top = service.start(actor=DEEP[0], scope="files:Get*")
    cut, kept = (service.hand_over(top.token, DEEP[1], DEEP[0], scope="files:Get*") for _ in range(2))
    with Pipeline(service.port) as pipeline:
        levels = [[cut.token]]
        for number, width in enumerate(WIDTHS):
            levels.append(handed_over(service, pipeline, levels[-1], DEEP[number + 1], DEEP[number + 2], width))
        assert sum(map(len, levels)) == 10_001
        access = answered(pipeline, redeemed(service, pipeline, levels[-1][:REDEEMED], DEEP[5]))

        admin = SocketConnection(service.directory / "mandate.sock")
        admin.ask("GET", "/v1/status")
        begin = time.monotonic()
        status, text = admin.ask("POST", f"/v1/delegations/{cut.hash}/revoke", {"reason": "a test"})
        elapsed = time.monotonic() - begin
        answers = [
            one for place, level in enumerate(levels) for one in pipeline.ask(redeemed(
                service, pipeline, random.Random(1).sample(level, min(len(level), 200)), DEEP[place + 1]))]
    assert {json.loads(body).get("reason") for _, body in answers} == {"chain_revoked"}
    assert status == 200 and elapsed < 0.25, f"{elapsed * 1000:.0f} ms"
    counts = json.loads(text)
    assert (counts["links"], counts["tokens"]) == (10_001, REDEEMED), counts
    latest = max(decoded(token)[1]["exp"] for token in [cut.token, *levels[-1][:5], *access[:5]])
    assert datetime.fromisoformat(counts["latest_exp"]).timestamp() == latest
    for token in (access[0], access[-1]):
        assert not service.is_active(token, FILES)
    assert service.redeem(kept.token, by=DEEP[1]).reason is None
    assert service.redeem(top.token, by=DEEP[0]).reason is None


def test_suspending_an_agent_with_many_delegations(own_delegations):
    """The same for the agent through which they all go."""
    service = own_delegations
    top = service.start(actor=DEEP[0], scope="files:Get*")
    with Pipeline(service.port) as pipeline:
        first = handed_over(service, pipeline, [top.token], DEEP[0], DEEP[1], 10)
        second = handed_over(service, pipeline, first, DEEP[1], DEEP[2], 200)
        admin = SocketConnection(service.directory / "mandate.sock")
        admin.ask("GET", "/v1/status")
        begin = time.monotonic()
        status, text = admin.ask("POST", f"/v1/agents/{DEEP[1]}/suspend", {"reason": "a test"})
        elapsed = time.monotonic() - begin
        answers = pipeline.ask(redeemed(service, pipeline, second[:200], DEEP[2]))
    assert {json.loads(body).get("reason") for _, body in answers} <= {"ancestor_inactive", "chain_revoked"}
    assert status == 200 and elapsed < 0.25, f"{elapsed * 1000:.0f} ms"
    assert json.loads(text)["links"] == 2_010
