"""Clients and verifiers nobody here wrote get tokens and check them."""

import asyncio
import time
import urllib.parse

import httpx2
import jwt as pyjwt
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc6750 import InvalidTokenError
from joserfc.errors import JoseError
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session as RequestsSession

import validators
from resource_server import ResourceServer
from service import ANALYST, BILLING, INVENTORY, READER, decoded
from tampering import KINDS, Tampered

REFUSED = (pyjwt.PyJWTError, JoseError, InvalidTokenError, ValueError)


# Clients

@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_client(service, method):
    client = AuthlibSession(READER, service.secret(READER), token_endpoint_auth_method=method)
    token = client.fetch_token(
        f"{service.url}/oauth/token", grant_type="client_credentials", audience=INVENTORY,
        scope="ec2:DescribeInstances")
    assert_token(service, token, scope="ec2:DescribeInstances")


def test_requests_oauthlib_client(service, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = RequestsSession(client=BackendApplicationClient(READER, scope=["ec2:DescribeInstances"]))
    token = client.fetch_token(
        f"{service.url}/oauth/token", client_secret=service.secret(READER), audience=INVENTORY)
    assert_token(service, token | {"scope": " ".join(token["scope"])}, scope="ec2:DescribeInstances")


def test_requests_oauthlib_client_with_credentials_in_the_body(service, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = RequestsSession(client=BackendApplicationClient(READER))
    token = client.fetch_token(
        f"{service.url}/oauth/token", client_secret=service.secret(READER), include_client_id=True, audience=INVENTORY)
    assert_token(service, token | {"scope": " ".join(token["scope"])}, scope="ec2:Describe*")


class Memory:
    """Where the MCP client keeps its token."""
    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_mcp_client(own_service, tmp_path, method):
    """From a 401 of the resource server to our metadata, our token endpoint and back, with no setting but the issuer."""
    tools = ResourceServer("mcp-tools", "tools:call")
    registry = tmp_path / "mcp.yaml"
    registry.write_text(f"""
audiences:
  - id: mcp-tools
    resource: {tools.resource}
    scopes:
      - {{ name: "tools:call", class: read }}
agent_types:
  - id: mcp-client
    capabilities: {{ mcp-tools: ["tools:call"] }}
    delegation: {{ to: [], max_chain_depth: 1, max_class: read }}
agents:
  - {{ id: agent-mcp, type: mcp-client, owner: dora@company.com }}
""")
    own_service.command("apply", "-f", registry)
    memory = Memory()
    provider = ClientCredentialsOAuthProvider(
        server_url=tools.resource, storage=memory, client_id="agent-mcp", client_secret=own_service.secret("agent-mcp"),
        token_endpoint_auth_method=method, issuer=own_service.issuer)

    async def call():
        async with httpx2.AsyncClient(auth=provider, timeout=10, trust_env=False) as client:
            return await client.get(tools.resource)

    tools.start(own_service)
    try:
        answer = asyncio.run(call())
    finally:
        tools.stop()
    assert (answer.status_code, answer.json()) == (200, {"hello": "agent-mcp"})
    assert tools.accepted[0]["aud"] == "mcp-tools"
    assert memory.tokens.scope == "tools:call"


# Claims

def test_the_claims_are_these_and_no_others(service):
    before = int(time.time())
    answer = service.token(ANALYST, audience=BILLING, scope="billing:read", task_id="infra-review-q1-2026")
    after = int(time.time())
    header, claims = decoded(answer["access_token"])
    assert header == {"typ": "at+jwt", "alg": "ES256", "kid": signing_key(service)["kid"]}
    assert before <= claims["iat"] <= after
    assert_uuid7(claims["jti"], claims["iat"])
    assert claims == {
        "iss": service.issuer, "sub": ANALYST, "aud": BILLING, "iat": claims["iat"], "nbf": claims["iat"],
        "exp": claims["iat"] + 300, "jti": claims["jti"], "client_id": ANALYST, "agent_id": ANALYST,
        "agent_type": "cost-analyst", "agent_version": "v0.9.2", "team": "finance", "environment": "production",
        "scope": "billing:read", "permissions": ["billing:read"], "task_id": "infra-review-q1-2026",
        "human_principal": "bob@company.com", "delegation_depth": 1,
        "delegation_chain_hash": claims["delegation_chain_hash"],
    }
    assert answer == {
        "access_token": answer["access_token"], "token_type": "Bearer", "expires_in": 300, "scope": "billing:read",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "task_id": "infra-review-q1-2026",
        "delegation_chain_hash": claims["delegation_chain_hash"], "delegation_depth": 1,
    }


def test_a_claim_without_a_value_is_absent(service):
    answer = service.token("agent-bare")
    claims = decoded(answer["access_token"])[1]
    assert set(claims) == {
        "iss", "sub", "aud", "iat", "nbf", "exp", "jti", "client_id", "agent_id", "agent_type", "scope", "permissions",
        "human_principal", "delegation_chain_hash", "delegation_depth"}
    assert claims["exp"] - claims["iat"] == 900
    assert "task_id" not in answer


def test_every_token_has_its_own_id_and_an_agent_acting_for_itself_one_chain(service):
    claims = [decoded(service.token()["access_token"])[1] for _ in range(20)]
    assert len({one["jti"] for one in claims}) == 20
    assert len({one["delegation_chain_hash"] for one in claims}) == 1


# Verifiers

@pytest.fixture(scope="module")
def tampered(service):
    brief = service.token(scope="ec2:DescribeInstances", expires_in=1)["access_token"]
    token, other = service.token()["access_token"], service.token("agent-bare")["access_token"]
    time.sleep(max(0, decoded(brief)[1]["exp"] - time.time()) + 0.1)
    return Tampered(token, other, signing_key(service), brief)


@pytest.fixture(scope="module", params=validators.ALL, ids=lambda validator: validator.__name__)
def validator(request, service):
    return request.param(service, INVENTORY)


def test_accepts_what_was_issued(validator, tampered):
    assert validator.claims(tampered.token) == decoded(tampered.token)[1]


def test_refuses_a_token_for_another_audience(service, validator):
    with pytest.raises(REFUSED):
        validator.claims(service.token(ANALYST, audience=BILLING, scope="billing:read", task_id="t")["access_token"])


@pytest.mark.parametrize("kind", KINDS)
def test_refuses(validator, tampered, kind):
    with pytest.raises(REFUSED):
        validator.claims(getattr(tampered, kind)())


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_verifier_refuses(service, tampered, kind):
    done = service.command(
        "verify", "--jwks", f"{service.url}/.well-known/jwks.json", input=getattr(tampered, kind)() + "\n", status=1)
    assert done.stdout.startswith("refused ") and len(done.stdout.splitlines()) == 1


# What all of them rely on

def signing_key(service):
    keys = requests.get(f"{service.url}/.well-known/jwks.json", timeout=5).json()["keys"]
    header = decoded(service.token()["access_token"])[0]
    return next(key for key in keys if key["kid"] == header["kid"])


def assert_token(service, answer, scope):
    claims = validators.JoseRFC(service, INVENTORY).claims(answer["access_token"])
    assert (claims["sub"], claims["scope"], answer["scope"]) == (READER, scope, scope)
    assert answer["token_type"] == "Bearer" and 0 < answer["expires_in"] <= 900


def assert_uuid7(text, issued):
    assert text == text.lower() and [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
    number = int(text.replace("-", ""), 16)
    assert (number >> 76) & 15 == 7 and (number >> 62) & 3 == 2
    assert abs((number >> 80) / 1000 - issued) < 2


def test_the_endpoints_are_on_the_issuer(service):
    document = requests.get(f"{service.url}/.well-known/oauth-authorization-server", timeout=5).json()
    for name, url in document.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert urllib.parse.urlsplit(url)._replace(path="").geturl() == service.issuer
