"""Proves a delegation chain with nothing of Mandate: RFC 8785, SHA-256 and the rules of the specification.

Usage: chain_check.py LINKS.json [TOKEN]: LINKS.json holds {"links": [...]}, root first.
"""

import hashlib
import json
import sys

from containment import contained, within
from service import decoded

MEMBERS = {"v", "iss", "chain", "depth", "parent", "jti", "delegator", "delegate", "principal", "authority", "task",
           "iat", "exp", "policy", "approval", "cnf"}
SAME = ("v", "iss", "chain", "principal")


def canonical(value):
    """JSON as RFC 8785 writes it. Links hold no fractions, so numbers are simple."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    assert not isinstance(value, float), value
    return json.dumps(value, ensure_ascii=False)


def link_hash(link):
    return "sha256:" + hashlib.sha256(b"mandate-link-v1\0" + canonical(link).encode()).hexdigest()


def check_links(links):
    """Hashes, parents and shrinking authority, root first; gives the hash of the last link."""
    assert links, "no links"
    for depth, link in enumerate(links, 1):
        assert set(link) == MEMBERS, set(link) ^ MEMBERS
        assert link["v"] == 1 and link["depth"] == depth, link
        assert all(scopes == sorted(set(scopes)) and scopes for scopes in link["authority"].values()), link
    assert links[0]["parent"] is None
    for above, link in zip(links, links[1:]):
        assert link["parent"] == link_hash(above), "a parent is not the hash of the link above"
        assert [link[name] for name in SAME] == [above[name] for name in SAME], link
        # A registration has no task and serves every task.
        assert link["task"] == above["task"] or above["jti"] is None and above["task"] is None, link
        assert link["delegator"] == above["delegate"], link
        assert within(link["authority"], above["authority"]), "authority grew"
        assert above["exp"] is None or link["exp"] is not None and link["exp"] <= above["exp"], "it lives longer"
        assert link["iat"] >= above["iat"], link
    return link_hash(links[-1])


def check(links, claims):
    """That these links are the chain behind a token with these claims."""
    assert check_links(links) == claims["delegation_chain_hash"], "another chain than the token's"
    last = links[-1]
    assert last["iss"] == claims["iss"] and last["depth"] == claims["delegation_depth"]
    assert last["delegate"] == claims["agent_id"] == claims["client_id"]
    assert links[0]["delegator"] == claims["human_principal"]
    assert last["task"] is None or last["task"] == claims["task_id"]
    assert last["exp"] is None or claims["exp"] <= last["exp"]
    if "authority" in claims:
        assert claims["authority"] == last["authority"] and claims["jti"] == last["jti"]
    else:
        assert contained(claims["permissions"], last["authority"][claims["aud"]]), "more than the last link"


if __name__ == "__main__":
    document = json.load(open(sys.argv[1]))["links"]
    print(check_links(document) if len(sys.argv) < 3 else check(document, decoded(sys.argv[2])[1]) or "ok")
