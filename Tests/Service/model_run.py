#!/usr/bin/env python3
"""Random chain decisions: the service and the model must agree on each. Usage: model_run.py [DECISIONS] [SEED]

The service is $MANDATE_BIN. A disagreement is made as small as possible and printed; the exit status is then 1.
"""

import collections
import json
import os
import pathlib
import random
import sys
import tempfile
import time
from typing import NamedTuple

import model_world
from authority_model import Link, judge
from delegation import COMPANY, DELEGATION, EXCHANGE, ID_TOKEN, JWT, DelegationService, SocketConnection, trusted_issuer
from pipeline import Pipeline, exchange_request
from service import decoded

BATCH, TASK = 250, "model"
CROWD = 300


class Change(NamedTuple):
    """What an operator does: suspend, resume, suspend_kind, resume_kind, change (capabilities) or revoke (a link)."""
    kind: str
    what: object
    capabilities: object = None


class Disagreement(NamedTuple):
    asked: object
    expected: object
    status: int
    answer: dict

    def __str__(self):
        return (f"{describe(self.asked)}\n  the model: {sorted(self.expected) or 'granted'}\n"
                f"  the service: {self.status} {self.answer}")


def describe(asked):
    path = " → ".join(asked.link.path) if asked.link else "a person"
    return (f"{asked.kind} by {asked.by} from [{path}]" + (f" to {asked.to}" if asked.to else "")
            + f": {' '.join(asked.scopes)} at {' '.join(asked.audiences)}"
            + (f", for {asked.expires_in} s" if asked.expires_in else ""))


class Trial:
    """A world, in the model and in a running service."""

    def __init__(self, directory, seed):
        self.random = random.Random(seed)
        self.world, self.wide = model_world.world(self.random)
        self.service = DelegationService(directory, issuers=[]).serve()
        self.admin = SocketConnection(self.service.directory / "mandate.sock")
        issuer = trusted_issuer(COMPANY, delegable=[{"authority": model_world.WIDE}])
        self.operate("POST", "/v1/registry", model_world.registry(self.world, self.wide) | {"issuers": [issuer]})
        self.people = [COMPANY.mint(name, exp=int(time.time()) + 80_000) for name in model_world.PEOPLE]
        names = [model_world.PORTAL, *model_world.AGENTS]
        secrets = {name: self.operate("POST", f"/v1/agents/{name}/secrets")["client_secret"] for name in names}
        self.basic = {name: self.service.basic(name, secret) for name, secret in secrets.items()}
        self.pipeline = Pipeline(self.service.port)
        self.seen = collections.Counter()

    def operate(self, method, path, body=None):
        status, text = self.admin.ask(method, path, body)
        assert status in (200, 201), (method, path, status, text)
        return json.loads(text)

    def close(self):
        self.admin.close()
        self.service.stop()

    # Requests

    def ask(self, batch):
        """Asks all of them at once; gives the links that came of it and the first disagreement."""
        begin = time.time()
        expected = [judge(self.world, asked, begin) for asked in batch]
        answers = self.pipeline.ask([self.request(asked) for asked in batch])
        assert time.time() - begin < 1, "the machine is too slow for decisions near an expiry"
        made = []
        for asked, reasons, (status, body) in zip(batch, expected, answers):
            if reasons is None:
                self.seen["too close to an expiry"] += 1
                continue
            answer = json.loads(body)
            link = self.compared(asked, reasons, status, answer)
            if link is False:
                return made, Disagreement(asked, reasons, status, {
                    name: value for name, value in answer.items() if name != "access_token"})
            self.seen[f"granted: {asked.kind}" if status == 200 else answer["reason"]] += 1
            if link:
                made.append(link)
                self.seen[f"depth {len(link.path)}"] += 1
        return made, None

    def request(self, asked):
        form = [("scope", " ".join(asked.scopes)), *(("audience", one) for one in asked.audiences)]
        if asked.kind != "redeem":
            form.append(("requested_token_type", DELEGATION))
        if asked.to:
            form.append(("requested_actor", asked.to))
        if asked.expires_in:
            form.append(("expires_in", str(asked.expires_in)))
        if asked.link:
            form += [("subject_token", asked.link.token), ("subject_token_type", JWT)]
        else:
            form.append(("task_id", TASK))
        if asked.kind == "start":
            form += [("subject_token", self.people[len(asked.scopes) % 3]), ("subject_token_type", ID_TOKEN)]
        grant = "client_credentials" if asked.kind == "autonomous" else EXCHANGE
        return exchange_request(self.basic[asked.by], form, grant)

    def compared(self, asked, reasons, status, answer):
        """The link that was made, None when none should be, False when service and model disagree."""
        if status != 200:
            return None if answer.get("reason") in reasons else False
        claims = decoded(answer["access_token"])[1]
        if reasons or asked.link and claims["exp"] > asked.link.expiry:
            return False
        authority = {name: sorted(set(self.world.split(name, asked.scopes))) for name in asked.audiences}
        if asked.kind == "redeem":
            return None if {claims["aud"]: claims["permissions"]} == authority else False
        path = asked.link.path if asked.link else (asked.by,) if asked.kind == "autonomous" else ()
        link = Link(path + ((asked.to,) if asked.to else ()), authority, asked.link)
        link.token, link.hash, link.expiry = answer["access_token"], answer["delegation_chain_hash"], claims["exp"]
        link.asked = asked
        return link if claims["authority"] == authority and claims["delegation_depth"] == len(link.path) else False

    # Changes

    def change(self, change):
        """The same change in the model and in the service."""
        kind, what, world = change.kind, change.what, self.world
        if kind == "suspend":
            world.suspend(what)
        elif kind == "resume":
            world.agents[what].suspended = False
        elif kind == "suspend_kind":
            world.suspend_kind(what)
        elif kind == "resume_kind":
            world.suspended_kinds.discard(what)
        elif kind == "change":
            world.agents[what].capabilities = change.capabilities
            wanted = {name: change.capabilities.get(name) for name in model_world.AUDIENCES}
            return self.operate("PATCH", f"/v1/agents/{what}", {"capabilities": wanted})
        else:
            world.revoke(what)
            return self.operate("POST", f"/v1/delegations/{what.hash}/revoke", {"reason": "model"})
        where = "agents" if "_" not in kind else "agent-types"
        return self.operate("POST", f"/v1/{where}/{what}/{kind.split('_')[0]}", {"reason": "model"})

    def any_change(self):
        choose, world = self.random, self.world
        suspended = [name for name in model_world.AGENTS if world.agents[name].suspended]
        kind = choose.choices(["suspend", "resume", "kind", "change", "revoke"], [25, 25, 3, 20, 27])[0]
        if world.suspended_kinds:
            return Change("resume_kind", next(iter(world.suspended_kinds)))
        if kind == "kind":
            return Change("suspend_kind", choose.choice(model_world.KINDS))
        if kind == "resume" and suspended or len(suspended) > 4:
            return Change("resume", choose.choice(suspended))
        if kind == "change":
            name = choose.choice(model_world.AGENTS)
            return Change("change", name, model_world.capabilities(choose, self.wide[world.agents[name].kind]))
        if kind == "revoke" and world.links:
            return Change("revoke", choose.choice(world.links))
        return Change("suspend", choose.choice([name for name in model_world.AGENTS if name not in suspended]))

    def run(self, decisions):
        """Random requests and changes; gives what was done up to the first disagreement, and it, or None."""
        done, asked = [], 0
        while asked < decisions:
            batch = [model_world.request(self.random, self.world, self.world.links) for _ in range(BATCH)]
            asked += len(batch)
            made, disagreement = self.ask(batch)
            done += made
            if disagreement:
                return done, disagreement
            self.keep(made)
            for _ in range(self.random.choice([0, 0, 1, 2])):
                done.append(self.any_change())
                self.change(done[-1])
        return done, None

    def keep(self, made):
        """Some of the links, most of them alive, and some that expire soon or just did."""
        links, now = self.world.links + made, time.time()
        brief = [one for one in links if now - 6 < one.expiry < now + 20][:CROWD // 6]
        links = [one for one in links if one.expiry > now + 20]
        alive, dead = [one for one in links if not one.cut], [one for one in links if one.cut]
        self.world.links = brief + (self.random.sample(alive, min(len(alive), CROWD))
                            + self.random.sample(dead, min(len(dead), CROWD // 8)))


def check(decisions, seed):
    """Text about the smallest disagreement found, or None; and what was seen."""
    with tempfile.TemporaryDirectory(prefix="mandate-") as root:
        trial = Trial(_made(pathlib.Path(root) / "0"), seed)
        try:
            done, disagreement = trial.run(decisions)
        finally:
            trial.close()
        if not disagreement:
            return None, trial.seen
        from model_shrink import smallest
        fresh = (Trial(_made(pathlib.Path(root) / str(number)), seed) for number in range(1, 1000))
        return smallest(done, disagreement, fresh), trial.seen


def _made(path):
    path.mkdir()
    return path


def main():
    decisions = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("MANDATE_SEED") or random.randrange(1 << 32))
    begin = time.monotonic()
    found, seen = check(decisions, seed)
    elapsed = time.monotonic() - begin
    print(f"seed {seed}: {decisions} decisions in {elapsed:.0f} s")
    for name, count in seen.most_common():
        print(f"{count:9} {name}")
    if found:
        sys.exit(found)


if __name__ == "__main__":
    main()
