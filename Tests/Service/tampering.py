"""Good tokens made bad, each in one way that some verifier somewhere once accepted."""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc.jwk import ECKey

from service import decoded, packed, unpacked


class Tampered:
    """`token` is good; `other` is another good token of the same server; `jwk` is the key both are signed with."""

    def __init__(self, token, other, jwk, expired):
        self.token, self.other, self.jwk, self.expired_token = token, other, jwk, expired
        self.header, self.claims = decoded(token)
        self.signature = unpacked(token.split(".")[2])

    def _with(self, header=None, claims=None, signature=None):
        """The token with parts of it changed and the old signature, or another."""
        return ".".join([
            packed(self.header | (header or {})), packed(self.claims | (claims or {})),
            packed(self.signature if signature is None else signature)])

    def _signed_by(self, key, header):
        signing_input = f"{packed(self.header | header)}.{packed(self.claims)}"
        r, s = utils.decode_dss_signature(key.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256())))
        return signing_input + "." + packed(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def alg_none(self):
        return self._with(header={"alg": "none"}, signature=b"")

    def hmac_with_public_key(self):
        pem = ECKey.import_key(self.jwk).as_pem(private=False)
        signing_input = f"{packed(self.header | {'alg': 'HS256'})}.{packed(self.claims)}"
        return signing_input + "." + packed(hmac.digest(pem, signing_input.encode(), hashlib.sha256))

    def other_audience(self):
        return self._with(claims={"aud": "billing-api"})

    def other_issuer(self):
        return self._with(claims={"iss": "https://issuer.invalid"})

    def longer_life(self):
        return self._with(claims={"exp": self.claims["exp"] + 3600})

    def expired(self):
        """Nothing is forged here: it was good once."""
        return self.expired_token

    def other_type(self):
        return self._with(header={"typ": "JWT"})

    def unknown_key(self):
        return self._with(header={"kid": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})

    def cut_signature(self):
        return self._with(signature=self.signature[:-1])

    def padded_signature(self):
        return self._with(signature=self.signature + b"\0")

    def missing_signature(self):
        return self._with(signature=b"")

    def swapped_payload(self):
        return ".".join([self.token.split(".")[0], self.other.split(".")[1], self.token.split(".")[2]])

    def swapped_signature(self):
        return ".".join(self.token.split(".")[:2] + self.other.split(".")[2:])

    def labelled_rs256(self):
        return self._with(header={"alg": "RS256"})

    def der_signature(self):
        r, s = (int.from_bytes(half, "big") for half in (self.signature[:32], self.signature[32:]))
        return self._with(signature=utils.encode_dss_signature(r, s))

    def zero_signature(self):
        """Accepted by verifiers that do not check the range of r and s."""
        return self._with(signature=bytes(64))

    def key_of_another_server(self):
        return self._signed_by(ec.generate_private_key(ec.SECP256R1()), {})

    def key_in_the_header(self):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return self._signed_by(key, {"jwk": ECKey.import_key(pem).as_dict(private=False)})


KINDS = [name for name in vars(Tampered) if not name.startswith("_")]
