"""What is suspended, revoked or offboarded is dead at once, at and below the place of the cut; what is above goes on."""

import pytest

from delegation import DEEP, ERIN, FILES, RELAY, WORKER
from service import decoded

POSITIONS = range(8)
DEAD = {"chain_revoked", "ancestor_inactive"}


# Each place of a chain of eight

class Chain:
    """A chain through eight agents, with an access token at each place."""

    def __init__(self, service):
        self.service = service
        self.tokens = service.deep_chain()
        self.access = [service.redeem(token, by=agent).token for token, agent in zip(self.tokens, DEEP)]
        self.hashes = [decoded(token)[1]["delegation_chain_hash"] for token in self.tokens]

    def assert_cut(self, place, suspended=None):
        """Dead from `place` on, alive above it."""
        for index, (token, agent) in enumerate(zip(self.tokens, DEEP)):
            dead = index >= place
            assert self.service.is_active(self.access[index], FILES) == (not dead), index
            if agent != suspended:
                assert self.service.is_active(token, agent) == (not dead), index
                answer = self.service.redeem(token, by=agent)
                assert (answer.reason in DEAD) if dead else answer.reason is None, (index, dict(answer))
                to = "deep-9" if index + 1 >= len(DEEP) or DEEP[index + 1] == suspended else DEEP[index + 1]
                answer = self.service.hand_over(token, to, agent)
                expected = DEAD if dead else {None, "depth_exceeded"} if index == 7 else {None}
                assert answer.reason in expected, (index, dict(answer))


@pytest.mark.parametrize("place", POSITIONS)
def test_an_agent_suspended_at_each_place(own_delegations, place):
    service, agent = own_delegations, DEEP[place]
    chain = Chain(service)
    chain.assert_cut(8)
    answer = service.admin("POST", f"/v1/agents/{agent}/suspend", {"reason": "a test"})
    chain.assert_cut(place, suspended=agent)
    assert service.redeem(chain.tokens[place], by=agent).status == 401
    assert answer["links"] >= 8 - place and answer["tokens"] >= 8 - place and answer["latest_exp"]
    service.admin("POST", f"/v1/agents/{agent}/resume", {"reason": "a test"})
    chain.assert_cut(place)
    Chain(service).assert_cut(8)
    assert service.for_itself(agent).reason is None


def test_links_revoked_at_each_place(delegations):
    for place in POSITIONS:
        chain = Chain(delegations)
        answer = delegations.admin("POST", f"/v1/delegations/{chain.hashes[place]}/revoke", {"reason": "a test"})
        assert (answer["links"], answer["tokens"]) == (8 - place, 8 - place)
        chain.assert_cut(place)


def test_a_type_suspended_cuts_the_chains_of_all_its_agents(own_delegations):
    service = own_delegations
    chain, other = Chain(service), service.start()
    below = service.hand_over(other.token)
    service.admin("POST", "/v1/agent-types/worker-kind/suspend", {"reason": "a test"})
    assert service.redeem(below.token, by=WORKER).status == 401
    assert service.hand_over(other.token).reason == "not_a_delegate"
    assert service.redeem(other.token).reason is None
    service.admin("POST", "/v1/agent-types/worker-kind/resume", {"reason": "a test"})
    assert service.redeem(below.token, by=WORKER).reason in DEAD
    assert service.redeem(service.hand_over(other.token).token, by=WORKER).reason is None
    service.admin("POST", "/v1/agent-types/deep-kind/suspend", {"reason": "a test"})
    assert not any(service.is_active(token, FILES) for token in chain.access)


def test_a_decommissioned_agent_cuts_its_chains(own_delegations):
    service = own_delegations
    parent = service.start()
    relay = service.hand_over(parent.token, RELAY)
    worker = service.hand_over(relay.token, WORKER, RELAY)
    service.command("agent", "decommission", RELAY, "--reason", "a test")
    assert service.redeem(worker.token, by=WORKER).reason in DEAD
    assert service.redeem(parent.token).reason is None


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_what_was_cut_stays_dead_after_a_restart(own_delegations, end):
    service = own_delegations
    parent = service.start()
    relay = service.hand_over(parent.token, RELAY)
    worker = service.hand_over(relay.token, WORKER, RELAY)
    access = service.redeem(worker.token, by=WORKER)
    service.command("agent", "suspend", RELAY, "--reason", "a test")
    getattr(service, end)()
    service.serve()
    assert service.redeem(worker.token, by=WORKER).reason in DEAD
    service.command("agent", "resume", RELAY)
    getattr(service, end)()
    service.serve()
    assert service.redeem(worker.token, by=WORKER).reason in DEAD and not service.is_active(access.token, FILES)
    assert service.hand_over(service.hand_over(parent.token, RELAY).token, WORKER, RELAY).reason is None


# Tokens, keys and people

def test_the_operator_revokes_one_token(delegations):
    delegation = delegations.start()
    access = delegations.redeem(delegation.token)
    delegations.admin("POST", f"/v1/tokens/{access.claims['jti']}/revoke", {"reason": "a test"})
    assert not delegations.is_active(access.token, FILES)
    assert delegations.redeem(delegation.token).reason is None


def test_a_revoked_key_takes_its_tokens_along(own_delegations):
    service = own_delegations
    delegation = service.start()
    access = service.redeem(delegation.token)
    service.command("keys", "rotate")
    service.command("keys", "revoke", delegation.header["kid"])
    assert service.redeem(delegation.token).refusal == (400, "invalid_request", "subject_token_invalid")
    assert not service.is_active(access.token, FILES)
    assert service.redeem(service.start().token).header["kid"] != delegation.header["kid"]


def test_a_revoked_principal_cannot_start_and_what_it_started_is_dead(own_delegations):
    service = own_delegations
    held, other = service.start(), service.start("frank")
    child, access = service.hand_over(held.token), service.redeem(held.token)
    answer = service.admin("POST", f"/v1/principals/{ERIN}/revoke", {"reason": "left"})
    assert (answer["links"], answer["tokens"]) == (2, 1)
    assert service.start().reason in {"chain_revoked", "subject_token_invalid"}
    assert service.redeem(held.token).reason == service.redeem(child.token, by=WORKER).reason == "chain_revoked"
    assert not service.is_active(access.token, FILES)
    assert service.redeem(other.token).reason is None
    service.admin("POST", f"/v1/principals/{ERIN}/reinstate", {"reason": "came back"})
    assert service.redeem(held.token).reason == "chain_revoked"
    assert service.start().reason is None


def test_agents_of_a_revoked_owner_do_not_act_for_themselves(own_delegations):
    service = own_delegations
    own, persons = service.for_itself("deep-1"), service.start(actor="deep-1")
    chain = service.autonomous("deep-1")
    service.admin("POST", "/v1/principals/dan@company.com/revoke", {"reason": "left"})
    assert service.for_itself("deep-1").status in (400, 401) and service.autonomous("deep-1").status in (400, 401)
    assert not service.is_active(own.token, FILES)
    assert service.redeem(chain.token, by="deep-1").reason == "chain_revoked"
    assert service.redeem(persons.token, by="deep-1").reason is None
    service.admin("POST", "/v1/principals/dan@company.com/reinstate", {"reason": "came back"})
    assert service.for_itself("deep-1").reason is None
