"""The tree of RFC 6962 and the notes of C2SP once more, from their texts alone: what an auditor would write."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotSigned(Exception):
    """The key has not signed the note."""


def leaf(record):
    return hashlib.sha256(b"\0" + record).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:half]), root(leaves[half:]))


def includes(leaf_hash, index, size, proof):
    """The root that the proof leads to (RFC 9162 §2.1.3.2)."""
    number, last, found = index, size - 1, leaf_hash
    for one in proof:
        assert last > 0
        if number & 1 or number == last:
            found = node(one, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, one)
        number, last = number >> 1, last >> 1
    assert last == 0
    return found


def continues(from_size, from_root, to_size, to_root, proof):
    """Whether the larger tree begins with the smaller (RFC 9162 §2.1.4.2)."""
    if from_size == to_size:
        return from_root == to_root and not proof
    path = ([from_root] if from_size & (from_size - 1) == 0 else []) + proof
    number, last = from_size - 1, to_size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node(one, old), node(one, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node(new, one)
        number, last = number >> 1, last >> 1
    return last == 0 and old == from_root and new == to_root


def checkpoint(note, vkey):
    """Origin, size and root of a signed checkpoint; fails unless the key has signed it."""
    name, key_hash, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    assert key[0] == 1 and len(key) == 33
    assert hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_hash
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash == "—" and signer == name and signature[:4].hex() == key_hash:
            try:
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())
            except InvalidSignature:
                break
            origin, size, top = text.splitlines()
            assert origin == name
            return origin, int(size), base64.b64decode(top, validate=True)
    raise NotSigned(vkey)
