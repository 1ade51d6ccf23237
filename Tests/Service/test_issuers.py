"""Trusted issuers: whose persons may start chains, proven by which keys, with which claims."""

import hashlib
import hmac
import json
import time
from urllib.parse import quote

import pytest

from delegation import COMPANY, FILES, PARTNER, REPORTS, trusted_issuer
from identity_provider import ALGORITHMS, APP, IdentityProvider, Key, signed
from service import packed

INVALID = (400, "invalid_request", "subject_token_invalid")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_is_accepted_with_its_own_key(delegations, algorithm):
    assert delegations.start(subject_token=COMPANY.mint("erin", algorithm)).claims["human_principal"] == "erin@company.com"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_stolen_name_with_another_key_is_refused(delegations, algorithm):
    stranger = IdentityProvider(COMPANY.issuer, "company", [algorithm])
    assert delegations.start(subject_token=stranger.mint("erin", algorithm)).refusal == INVALID
    cut = COMPANY.mint("erin", algorithm)[:-6]
    assert delegations.start(subject_token=cut).refusal == INVALID


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_key_of_another_trusted_issuer_is_refused(delegations, algorithm):
    ours = PARTNER.keys[algorithm]
    header = {"typ": "JWT", "alg": algorithm}
    for kid in (ours.kid, COMPANY.keys[algorithm].kid):
        token = signed(header | {"kid": kid}, COMPANY.claims("erin"), ours)
        assert delegations.start(subject_token=token).refusal == INVALID


def confused():
    """Tokens whose `alg` is not that of the key they name."""
    claims = COMPANY.claims("erin")
    for signer in COMPANY.keys.values():
        for name, other in COMPANY.keys.items():
            for label in [*ALGORITHMS, "RS512", "ES384", "none", "None", "HS256", ""]:
                if not (other is signer and label == name):
                    yield f"{signer.algorithm} signs as {label or 'nothing'} of {name}", signed(
                        {"typ": "JWT", "alg": label, "kid": other.kid}, claims, signer)
    for name, key in COMPANY.keys.items():
        for secret, of in ((key.pem(), "PEM"), (packed(key.jwk()).encode(), "JWK"), (b"", "nothing")):
            text = f"{packed({'typ': 'JWT', 'alg': 'HS256', 'kid': key.kid})}.{packed(claims)}"
            yield f"HMAC with the {of} of {name}", f"{text}.{packed(hmac.digest(secret, text.encode(), hashlib.sha256))}"
        yield f"no signature under {name}", signed(
            {"alg": "none", "kid": key.kid}, claims, key).rsplit(".", 1)[0] + "."


def test_algorithms_are_never_confused(delegations):
    tried = 0
    for name, token in confused():
        assert delegations.start(subject_token=token).refusal == INVALID, name
        tried += 1
    assert tried > 100


HEADERS = {
    "an unknown kid": {"kid": "nobody"}, "a kid that is a number": {"kid": 7}, "crit": {"crit": ["exp"]},
    "a key in the header": {"jwk": Key("ES256", "x").jwk()}, "jku": {"jku": "https://elsewhere.example/jwks"},
    "x5u": {"x5u": "https://elsewhere.example/cert"}, "x5c": {"x5c": ["AAAA"]}, "zip": {"zip": "DEF"},
    "b64": {"b64": False}, "our own kind of access token": {"typ": "delegation+jwt"},
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_asks_for_more_is_refused(delegations, name):
    assert delegations.start(subject_token=COMPANY.mint("erin", header=HEADERS[name])).refusal == INVALID


def now():
    return int(time.time())


EXPIRED, SHORT = (400, "invalid_request", "subject_token_expired"), (400, "invalid_request", "too_short_lived")

# claims, made when the test runs → what comes of it
CLAIMS = {
    "expired longer ago than the skew": (lambda: {"exp": now() - 33}, EXPIRED),
    "expired within the skew": (lambda: {"exp": now() - 25}, SHORT),
    "valid later than the skew": (lambda: {"nbf": now() + 33}, INVALID),
    "valid soon, within the skew": (lambda: {"nbf": now() + 25}, None),
    "issued within the skew": (lambda: {"iat": now() + 20}, None),
    "no expiry": (lambda: {"exp": None}, INVALID),
    "an expiry that is text": (lambda: {"exp": str(now() + 60)}, INVALID),
    "an expiry with a fraction": (lambda: {"exp": now() + 60.5}, INVALID),
    "an expiry beyond all bounds": (lambda: {"exp": 10**30}, INVALID),
    "another audience": (lambda: {"aud": "another-app"}, INVALID),
    "no audience": (lambda: {"aud": None}, INVALID),
    "its audience among others": (lambda: {"aud": ["another-app", APP]}, None),
    "no audience in a list": (lambda: {"aud": []}, INVALID),
    "no subject": (lambda: {"sub": None}, INVALID),
    "no principal claim": (lambda: {"email": None}, INVALID),
    "an empty principal claim": (lambda: {"email": ""}, INVALID),
    "a principal claim that is a list": (lambda: {"email": ["erin@company.com"]}, INVALID),
    "the name of an agent": (lambda: {"email": "planner"}, INVALID),
    "no issuer": (lambda: {"iss": None}, INVALID),
    "an issuer with a slash more": (lambda: {"iss": COMPANY.issuer + "/"}, INVALID),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_decide(delegations, name):
    changes, refusal = CLAIMS[name]
    answer = delegations.start(subject_token=COMPANY.mint("erin", **changes()))
    assert (answer.refusal == refusal) if refusal else answer.reason is None, dict(answer)


def test_our_own_issuer_is_not_a_person(delegations):
    token = delegations.for_itself().token
    for kind in ("id_token", "jwt"):
        answer = delegations.start(subject_token=token, subject_token_type=f"urn:ietf:params:oauth:token-type:{kind}")
        assert answer.refusal == INVALID


@pytest.mark.parametrize("department, allowed", [
    ("finance", True), ("sales", False), (None, False), (["finance"], None), (True, False)])
def test_what_people_may_hand_over_can_depend_on_a_claim(delegations, department, allowed):
    token = COMPANY.mint("erin", department=department)
    assert delegations.start(subject_token=token, scope="files:Get*").reason is None
    answer = delegations.start(subject_token=token, audience=REPORTS, scope="reports:write")
    if allowed is not None:
        assert answer.reason == (None if allowed else "exceeds_delegation")


def test_who_has_nothing_to_hand_over_is_refused(new_delegations):
    only = {"when": {"department": "finance"}, "authority": {FILES: ["files:Get*"]}}
    service = new_delegations(issuers=[trusted_issuer(COMPANY, delegable=[only])])
    assert service.start(subject_token=COMPANY.mint("erin")).reason in ("audience_not_held", "exceeds_delegation")
    assert service.start(subject_token=COMPANY.mint("erin", department="finance")).reason is None
    assert service.start(subject_token=PARTNER.mint("gina")).refusal == INVALID, "an issuer nobody registered"


def test_keys_can_be_in_a_file_and_are_read_anew_when_applied(new_delegations, tmp_path):
    file = tmp_path / "company.jwks"
    file.write_text(json.dumps(COMPANY.jwks()))
    issuer = trusted_issuer(COMPANY) | {"jwks_file": str(file)}
    del issuer["jwks"]
    service = new_delegations(issuers=[issuer])
    assert service.start().reason is None


def test_an_issuer_can_be_read_and_changed_over_the_socket(own_delegations):
    service = own_delegations
    path = f"/v1/issuers/{quote(PARTNER.issuer, safe='')}"
    shown = service.admin("GET", path)
    assert (shown["issuer"], shown["principal_claim"], shown["audiences"]) == (PARTNER.issuer, "sub", [APP])
    assert service.start(subject_token=PARTNER.mint("gina")).reason is None
    stranger = IdentityProvider(PARTNER.issuer, "new", ["ES256"])
    service.admin("PUT", path, trusted_issuer(stranger, "sub", [{"authority": {FILES: ["files:Get*"]}}]))
    assert service.start(subject_token=PARTNER.mint("gina")).refusal == INVALID
    assert service.start(subject_token=stranger.mint("gina")).reason is None
