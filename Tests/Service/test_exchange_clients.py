"""Token exchange with clients nobody here wrote, unmodified."""

import asyncio
import time

import pytest
from agentsts.core.client import STSClient, STSConfig, TokenType
from agentsts.core.client._exceptions import TokenExchangeError
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

import validators
from delegation import (ACCESS_TOKEN, COMPANY, DELEGATION, ERIN, EXCHANGE, FILES, ID_TOKEN, ORDERS, PLANNER, PORTAL,
                        STOCK, WORKER)

STYLES = ["client_secret_basic", "client_secret_post"]


# Authlib

def authlib(service, by, style="client_secret_basic"):
    return OAuth2Session(by, service.secret(by), token_endpoint_auth_method=style)


def fetch(service, client, **parameters):
    return client.fetch_token(f"{service.url}/oauth/token", grant_type=EXCHANGE, **parameters)


@pytest.mark.parametrize("style", STYLES)
def test_authlib_starts_hands_over_and_redeems(delegations, style):
    service = delegations
    started = fetch(
        service, authlib(service, PORTAL, style), subject_token=COMPANY.mint("erin"), subject_token_type=ID_TOKEN,
        requested_token_type=DELEGATION, requested_actor=PLANNER, audience=FILES, task_id="authlib", scope="files:Get*")
    assert (started["issued_token_type"], started["token_type"]) == (DELEGATION, "N_A")
    handed = fetch(
        service, authlib(service, PLANNER, style), subject_token=started["access_token"], subject_token_type=DELEGATION,
        requested_token_type=DELEGATION, requested_actor=WORKER, audience=FILES, scope="files:GetObject")
    token = fetch(
        service, authlib(service, WORKER, style), subject_token=handed["access_token"], subject_token_type=DELEGATION,
        audience=FILES, scope="files:GetObject")
    assert token["issued_token_type"] == ACCESS_TOKEN and 0 < token["expires_at"] - time.time() <= 901
    assert_verified(service, token["access_token"], WORKER)


def test_authlib_says_why_it_was_refused(delegations):
    token = delegations.start(scope="files:Get*").token
    with pytest.raises(OAuthError) as refused:
        fetch(delegations, authlib(delegations, PLANNER), subject_token=token, subject_token_type=DELEGATION,
              audience=FILES, scope="files:PutObject")
    assert refused.value.error == "invalid_scope"


# kagent's STS client

def kagent(service, by, **parameters):
    """One exchange, with what the client takes from the metadata of the service."""
    config = STSConfig(well_known_uri=f"{service.url}/.well-known/oauth-authorization-server")
    credentials = {"client_id": by, "client_secret": service.secret(by)}
    more = credentials | parameters.pop("additional_parameters", {})

    async def exchange():
        async with STSClient(config) as client:
            return await client.exchange_token(additional_parameters=more, **parameters)
    return asyncio.run(exchange())


def test_kagent_redeems_a_delegation(delegations):
    token = delegations.hand_over(delegations.start().token).token
    answer = kagent(delegations, WORKER, subject_token=token, subject_token_type=TokenType.JWT, audience=FILES,
                    scope="files:GetObject")
    assert (answer.token_type, answer.issued_token_type, answer.scope) == ("Bearer", TokenType.ACCESS_TOKEN, "files:GetObject")
    assert_verified(delegations, answer.access_token, WORKER)


def test_kagent_starts_with_a_persons_token(delegations):
    answer = kagent(
        delegations, PORTAL, subject_token=COMPANY.mint("erin"), subject_token_type=TokenType.ID_TOKEN, audience=FILES,
        scope="files:GetObject", requested_token_type=TokenType.ACCESS_TOKEN,
        additional_parameters={"requested_actor": PLANNER, "task_id": "kagent"})
    assert_verified(delegations, answer.access_token, PLANNER)


def test_kagent_with_an_actor_token(delegations):
    token = delegations.start().token
    mine = delegations.for_itself(PLANNER, audience=delegations.issuer).token
    answer = kagent(delegations, PLANNER, subject_token=token, subject_token_type=TokenType.JWT, audience=FILES,
                    actor_token=mine, actor_token_type=TokenType.ACCESS_TOKEN)
    assert_verified(delegations, answer.access_token, PLANNER)


def test_kagent_passes_on(delegations):
    token = delegations.start(audience=[ORDERS, STOCK], scope="orders:read stock:read").token
    order = delegations.redeem(token, audience=ORDERS, scope="orders:read stock:read").token
    answer = kagent(delegations, ORDERS, subject_token=order, subject_token_type=TokenType.ACCESS_TOKEN,
                    resource="https://stock.internal", scope="stock:read")
    assert_verified(delegations, answer.access_token, ORDERS, audience=STOCK)


def test_kagent_says_why_it_was_refused(delegations):
    token = delegations.start().token
    with pytest.raises(TokenExchangeError) as refused:
        kagent(delegations, WORKER, subject_token=token, subject_token_type=TokenType.JWT, audience=FILES)
    assert "invalid_request" in str(refused.value)


@pytest.mark.parametrize("verifier", validators.ALL, ids=lambda one: one.__name__)
def test_three_verifiers_accept_what_an_exchange_issued_and_no_delegation_token(delegations, verifier):
    delegation = delegations.start()
    access = delegations.redeem(delegation.token)
    assert verifier(delegations, FILES).claims(access.token) == access.claims
    with pytest.raises(Exception):
        verifier(delegations, delegations.issuer).claims(delegation.token)


def assert_verified(service, token, agent, audience=FILES):
    claims = validators.JoseRFC(service, audience).claims(token)
    assert (claims["sub"], claims["human_principal"]) == (agent, ERIN)
