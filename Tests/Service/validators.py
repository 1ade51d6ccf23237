"""Three verifiers nobody here wrote, each used as its own documentation says, for one audience of one issuer."""

import jwt as pyjwt
import requests
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc import jwt as jose
from joserfc.jwk import KeySet


class PyJWT:
    def __init__(self, service, audience):
        self.keys = pyjwt.PyJWKClient(f"{service.url}/.well-known/jwks.json", cooldown_duration=0.001)
        self.issuer, self.audience = service.issuer, audience

    def claims(self, token):
        key = self.keys.get_signing_key_from_jwt(token)
        complete = pyjwt.decode_complete(
            token, key, algorithms=["ES256"], audience=self.audience, issuer=self.issuer,
            options={"require": ["exp", "iat", "nbf", "sub", "jti"]})
        if complete["header"].get("typ") != "at+jwt":
            raise pyjwt.InvalidTokenError("typ")
        return complete["payload"]


class JoseRFC:
    def __init__(self, service, audience):
        self.keys = KeySet.import_key_set(requests.get(f"{service.url}/.well-known/jwks.json", timeout=5).json())
        self.rules = jose.JWTClaimsRegistry(
            iss={"essential": True, "value": service.issuer}, aud={"essential": True, "value": audience},
            exp={"essential": True}, nbf={"essential": True}, sub={"essential": True}, jti={"essential": True})

    def claims(self, token):
        read = jose.decode(token, self.keys, algorithms=["ES256"])
        if read.header.get("typ") != "at+jwt":
            raise ValueError("typ")
        self.rules.validate(read.claims)
        return read.claims


class Authlib(JWTBearerTokenValidator):
    """The RFC 9068 validator."""

    def __init__(self, service, audience):
        super().__init__(issuer=service.issuer, resource_server=audience)
        document = requests.get(f"{service.url}/.well-known/jwks.json", timeout=5).json()
        self.keys = KeySet.import_key_set(document)

    def get_jwks(self):
        return self.keys

    def claims(self, token):
        read = self.authenticate_token(token)
        self.validate_token(read, None, None)
        return dict(read)


ALL = [PyJWT, JoseRFC, Authlib]
