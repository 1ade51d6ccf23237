"""The service and a model written from the specification agree on every one of 100,000 random chain decisions."""

import os

import pytest

import authority_model
import model_run

DECISIONS = int(os.environ.get("MANDATE_MODEL", 100_000))
SEED = int(os.environ.get("MANDATE_SEED", 20260101))


@pytest.mark.long
def test_service_and_model_agree():
    found, seen = model_run.check(DECISIONS, SEED)
    assert not found, found
    print(dict(seen.most_common()))
    assert seen["depth 10"] > 0 and seen["granted: redeem"] > DECISIONS / 20
    assert seen["granted: hand_over"] > DECISIONS / 20
    for reason in ("presenter_mismatch", "depth_exceeded", "cycle", "not_a_delegate", "exceeds_class", "scope_unknown",
                   "exceeds_delegation", "exceeds_capability"):
        assert seen[reason] > 0, reason
    assert seen["chain_revoked"] + seen["ancestor_inactive"] > 0
    assert seen["too_short_lived"] > 0 and seen["subject_token_expired"] + seen["chain_expired"] > 0
    assert seen["too close to an expiry"] < DECISIONS / 10


def test_a_wrong_model_is_found_and_the_example_is_small(monkeypatch):
    """That the comparison can fail: a model that has forgotten about depth."""
    right = authority_model.delegate_reasons
    monkeypatch.setattr(authority_model, "delegate_reasons", lambda world, giver, to, chain: (
        right(world, giver, to, chain) - {"depth_exceeded"}))
    found, _ = model_run.check(20_000, SEED)
    assert found and "depth_exceeded" in found and found.startswith("The smallest chain"), found
    assert found.split("the model")[0].count("hand_over by") <= 6, found
