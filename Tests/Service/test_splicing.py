"""100,000 random attempts to put tokens where they do not belong: none issues more than it should."""

import collections
import json
import os
import random

import pytest

from containment import within
from delegation import (ACCESS_TOKEN, COMPANY, DELEGABLE, DELEGATION, FILES, ID_TOKEN, JWT, ORDERS, OTHER_WORKER,
                        PARTNER, PLANNER, PORTAL, RELAY, REPORTS, STOCK, WORKER)
from pipeline import Pipeline, exchange_request
from service import decoded
from splices import CALLERS, KINDS, SCOPES, TASKS, TYPES, actor_tokens, bad_tokens, good_tokens

ATTEMPTS = int(os.environ.get("MANDATE_SPLICES", 100_000))
SEED = int(os.environ.get("MANDATE_SEED", 20260101))
BATCH = 2_000
TAKERS = [PLANNER, "guarded", WORKER, OTHER_WORKER, RELAY, "writer", None]

# Which type a good token may be presented as.
FITTING = {"person": {ID_TOKEN, JWT, ACCESS_TOKEN}, "delegation": {DELEGATION, JWT}, "access": {ACCESS_TOKEN}}
PEOPLE = {COMPANY.issuer: DELEGABLE[COMPANY], PARTNER.issuer: DELEGABLE[PARTNER]}


class Splicer:
    def __init__(self, service):
        self.random = random.Random(SEED)
        self.service = service
        self.good, self.actors = good_tokens(service), actor_tokens(service, each=60)
        self.known = {one.text: one for one in self.good}
        self.acting = {one.text: one for one in self.actors}
        self.bad = bad_tokens(self.random, self.good)
        self.basic = {by: service.basic(by) for by in CALLERS}
        self.used, self.seen = collections.Counter(), collections.Counter()

    def any_token(self):
        choice = self.random.random()
        return self.random.choice(
            self.bad if choice < 0.25 else [one.text for one in self.actors] if choice < 0.3 else
            [one.text for one in self.good])

    def attempt(self):
        """Who asks, and a form (without what is absent): right at first, then with random parts put in its places."""
        choose, good = self.random, self.random.choice(self.good)
        by = {"person": PORTAL, "delegation": good.claims.get("client_id"), "access": good.claims["aud"]}[good.kind]
        kind = choose.choice([DELEGATION, None]) if good.kind != "access" else None
        held = good.claims.get("authority") or {STOCK: ["stock:read"]}
        audience = choose.choice(list(held))
        form = {"subject_token": good.text, "subject_token_type": choose.choice(sorted(FITTING[good.kind])),
                "requested_token_type": kind, "audience": audience, "scope": choose.choice(held[audience]),
                "requested_actor": choose.choice(TAKERS) if kind or good.kind == "person" else None,
                "task_id": choose.choice(TASKS) if good.kind == "person" else None}
        others = {"subject_token": self.any_token, "subject_token_type": lambda: choose.choice(TYPES),
                  "requested_token_type": lambda: choose.choice(KINDS), "scope": lambda: choose.choice(SCOPES),
                  "audience": lambda: choose.choice([FILES, REPORTS, STOCK, ORDERS]),
                  "requested_actor": lambda: choose.choice([None, *CALLERS]),
                  "task_id": lambda: choose.choice([None, *TASKS])}
        change = choose.choice([0, 0.15, 0.3, 0.7])
        form |= {name: other() for name, other in others.items() if choose.random() < change}
        if choose.random() < 0.3:
            form |= {"actor_token": choose.choice(self.actors).text if choose.random() < 0.6 else self.any_token(),
                     "actor_token_type": choose.choice([ACCESS_TOKEN, *TYPES])}
        if by not in self.basic or choose.random() < change:
            by = choose.choice(CALLERS)
        return by, {name: value for name, value in form.items() if value}

    def judge(self, by, form, claims):
        """Nothing, or why this should not have been issued."""
        good = self.known.get(form["subject_token"])
        if not good or form["subject_token_type"] not in FITTING[good.kind]:
            return "the subject token is no good there"
        if "actor_token" in form:
            actor = self.acting.get(form["actor_token"])
            if not actor or actor.claims["client_id"] != by or form["actor_token_type"] not in (ACCESS_TOKEN, JWT):
                return "the actor token is not the caller's"
            self.used[actor.text] += 1
            if self.used[actor.text] > 1:
                return "the actor token was used before"
        delegation = form.get("requested_token_type") == DELEGATION
        if ("authority" in claims) != delegation:
            return "another kind of token than asked for"
        given = claims["authority"] if delegation else {claims["aud"]: claims["permissions"]}
        if given != {form["audience"]: [form["scope"]]}:
            return "something else than asked for"
        held = good.claims
        return (self.from_person if good.kind == "person" else self.from_own)(by, form, claims, given, held, good.kind)

    def from_person(self, by, form, claims, given, held, _):
        if by not in (PORTAL, "starter") or claims["client_id"] != form.get("requested_actor", by):
            return "started by or for the wrong agent"
        if claims["human_principal"] != held["sub" if held["iss"] == PARTNER.issuer else "email"]:
            return "another person"
        allowed = collections.defaultdict(list)
        for entry in PEOPLE[held["iss"]]:
            if all(held.get(name) == value for name, value in entry.get("when", {}).items()):
                for audience, scopes in entry["authority"].items():
                    allowed[audience] += scopes
        if not within(given, allowed) or claims["exp"] > held["exp"] or claims["task_id"] != form.get("task_id"):
            return "more than the person may hand over"

    def from_own(self, by, form, claims, given, held, kind):
        if by != held["client_id" if kind == "delegation" else "aud"]:
            return "presented by another than its holder or audience"
        same = ("human_principal", "task_id")
        if [claims.get(name) for name in same] != [held.get(name) for name in same] or claims["exp"] > held["exp"]:
            return "another person, another task or a longer life"
        if form.get("task_id", held.get("task_id")) != held.get("task_id"):
            return "another task was asked for"
        if kind == "delegation" and not within(given, held["authority"]):
            return "more than was handed over"
        if kind == "access" and not within({"any": given[form["audience"]]}, {"any": held["permissions"]}):
            return "more than the access token"
        handed = kind == "access" or "authority" in claims
        if claims["client_id"] != form.get("requested_actor", by) or "requested_actor" in form and not (
                kind == "delegation" and "authority" in claims):
            return "for the wrong agent"
        if claims["delegation_depth"] != held["delegation_depth"] + handed or (
                claims["delegation_chain_hash"] == held["delegation_chain_hash"]) == handed:
            return "at another place of the chain"

    def run(self, attempts):
        with Pipeline(self.service.port) as pipeline:
            for _ in range(0, attempts, BATCH):
                batch = [self.attempt() for _ in range(BATCH)]
                requests = [exchange_request(self.basic[by], list(form.items())) for by, form in batch]
                for (by, form), (status, body) in zip(batch, pipeline.ask(requests)):
                    answer = json.loads(body)
                    self.seen[answer.get("reason", "granted")] += 1
                    assert status in (200, 400), (status, answer, by, form)
                    wrong = self.judge(by, form, decoded(answer["access_token"])[1]) if status == 200 else None
                    assert not wrong, f"{wrong}: {by} got {decoded(answer['access_token'])} for {form}"


@pytest.mark.long
@pytest.mark.timeout(240)
def test_no_splice_issues_more_than_it_should(own_delegations):
    splicer = Splicer(own_delegations)
    splicer.run(ATTEMPTS)
    print(splicer.seen.most_common())
    for reason in ("granted", "subject_token_invalid", "presenter_mismatch", "actor_token_invalid", "not_a_delegate"):
        assert splicer.seen[reason] > ATTEMPTS / 50, reason
    assert splicer.used and set(splicer.used.values()) == {1}
    own_delegations.command("ledger", "verify")
