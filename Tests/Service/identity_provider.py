"""A company's identity provider: keys of every kind, and tokens of persons signed with them."""

import time
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from service import packed

ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]
APP = "portal-app"


class Key:
    """One private key that signs with one algorithm."""

    def __init__(self, algorithm, kid):
        self.algorithm, self.kid = algorithm, kid
        if algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
        elif algorithm == "EdDSA":
            self.private = ed25519.Ed25519PrivateKey.generate()
        else:
            self.private = rsa.generate_private_key(65537, 2048)

    def sign(self, data):
        if self.algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if self.algorithm == "EdDSA":
            return self.private.sign(data)
        if self.algorithm == "PS256":
            return self.private.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def jwk(self):
        public = self.private.public_key()
        shared = {"kid": self.kid, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "ES256":
            numbers = public.public_numbers()
            return shared | {"kty": "EC", "crv": "P-256", "x": packed(numbers.x.to_bytes(32, "big")),
                             "y": packed(numbers.y.to_bytes(32, "big"))}
        if self.algorithm == "EdDSA":
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return shared | {"kty": "OKP", "crv": "Ed25519", "x": packed(raw)}
        numbers = public.public_numbers()
        return shared | {"kty": "RSA", "e": packed(numbers.e.to_bytes(3, "big")),
                         "n": packed(numbers.n.to_bytes(256, "big"))}

    def pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signed(header, claims, key):
    """A compact JWT with exactly this header, whatever it claims about the key."""
    signing_input = f"{packed(header)}.{packed(claims)}"
    return f"{signing_input}.{packed(key.sign(signing_input.encode()))}"


class IdentityProvider:
    """Keys for every algorithm, and `mint`, which signs a token of a person with one of them."""

    def __init__(self, issuer, prefix, algorithms=ALGORITHMS):
        self.issuer = issuer
        self.keys = {name: Key(name, f"{prefix}-{name}") for name in algorithms}

    def jwks(self):
        return {"keys": [key.jwk() for key in self.keys.values()]}

    def claims(self, person, **changes):
        """The claims of a person's token; a change to None leaves the claim out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": f"id-of-{person}", "aud": APP, "iat": now, "exp": now + 3600,
                  "jti": str(uuid.uuid4()), "email": f"{person}@company.com"}
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def mint(self, person, algorithm="ES256", header=None, **claims):
        key = self.keys[algorithm]
        usual = {"typ": "JWT", "alg": algorithm, "kid": key.kid}
        kept = {name: value for name, value in (usual | (header or {})).items() if value is not None}
        return signed(kept, self.claims(person, **claims), key)
