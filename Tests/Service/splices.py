"""Everything that can be put where a token belongs: good tokens in the wrong place, and tokens made of parts of others."""

import random as randomness
import time

from delegation import (ACCESS_TOKEN, COMPANY, DELEGATION, FILES, ID_TOKEN, JWT, ORDERS, OTHER_WORKER, PARTNER,
                        PLANNER, PORTAL, RELAY, REPORTS, STOCK, WORKER)
from identity_provider import IdentityProvider, Key, signed
from service import decoded, packed

CALLERS = [PLANNER, "other-planner", WORKER, OTHER_WORKER, RELAY, "writer", ORDERS, FILES, PORTAL, "starter", "guarded"]
TYPES = [ACCESS_TOKEN, ID_TOKEN, JWT, DELEGATION, "urn:ietf:params:oauth:token-type:refresh_token"]
KINDS = [None, None, ACCESS_TOKEN, DELEGATION, DELEGATION, JWT]
SCOPES = ["files:Get*", "files:GetObject", "files:PutObject", "files:List*", "reports:read", "reports:write",
          "stock:read", "stock:reserve", "orders:read", "people:read"]
TASKS = [f"splice-{number}" for number in range(4)]
WIDE = dict(audience=[FILES, REPORTS, STOCK, ORDERS],
            scope="files:Get* files:Put* reports:read stock:read stock:reserve orders:read")


class Good:
    """A token that was really issued: to whom, for whom, and what is behind it."""

    def __init__(self, kind, text):
        self.kind, self.text = kind, text
        self.claims = decoded(text)[1]


def good_tokens(service):
    """Chains of several people, tasks and agents, with their access tokens, and the tokens of the people."""
    made = []
    for number, task in enumerate(TASKS):
        person = [COMPANY.mint("erin"), COMPANY.mint("frank", department="finance")][number % 2]
        made.append(Good("person", person))
        top = service.start(subject_token=person, task_id=task, **WIDE).token
        relay = service.hand_over(top, RELAY, scope="files:Get*").token
        worker = service.hand_over(relay, WORKER, RELAY, scope="files:GetObject").token
        writer = service.hand_over(top, "writer", audience=[FILES, REPORTS], scope="files:Get* files:Put* reports:read").token
        aside = service.hand_over(top, OTHER_WORKER, scope="files:Get*", expires_in="1800").token
        own = service.autonomous("other-planner", task_id=task).token
        guarded = service.start(subject_token=person, actor="guarded", task_id=task).token
        made += [Good("delegation", text) for text in (top, relay, worker, writer, aside, own, guarded)]
        for text, by, form in ((top, PLANNER, {}), (worker, WORKER, {"scope": "files:GetObject"}), (
                top, PLANNER, {"audience": ORDERS, "scope": "orders:read stock:read"}), (
                writer, "writer", {"audience": REPORTS, "scope": "reports:read"})):
            made.append(Good("access", service.redeem(text, by=by, **form).token))
    made += [Good("access", service.for_itself(by).token) for by in (PLANNER, WORKER, ORDERS)]
    made.append(Good("person", PARTNER.mint("gina")))
    return made


def actor_tokens(service, each):
    """Access tokens addressed to Mandate: of every caller some."""
    able = [by for by in CALLERS if by not in (RELAY, "writer")]
    return [Good("actor", service.for_itself(by, audience=service.issuer).token) for by in able for _ in range(each)]


def bad_tokens(random: randomness.Random, good):
    """Tokens nobody issued."""
    stranger, key = IdentityProvider(COMPANY.issuer, "company"), Key("ES256", "x")
    made = ["garbage", "a.b.c", "..", "." * 40, "eyJhbGciOiJub25lIn0.e30.", COMPANY.mint("erin", exp=int(time.time()) - 90),
            COMPANY.mint("erin", aud="another-app"), stranger.mint("erin"), stranger.mint("frank", "RS256")]
    for one in good:
        header, claims = decoded(one.text)
        parts = one.text.split(".")
        changes = [{"sub": PLANNER}, {"client_id": WORKER, "agent_id": WORKER, "sub": WORKER}, {"aud": FILES},
                   {"scope": "files:Put*"}, {"exp": claims["exp"] + 900}, {"task_id": "splice-0"},
                   {"authority": {FILES: ["files:*"]}}, {"may_act": {"sub": WORKER}},
                   {"delegation_chain_hash": random.choice(good).claims.get("delegation_chain_hash", "x")}]
        for change in changes:
            text = packed(claims | change)
            made.append(f"{parts[0]}.{text}.{parts[2]}")
            made.append(signed(header, claims | change, key))
        made += [f"{packed(header | {'alg': 'none'})}.{parts[1]}.", f"{packed(header | {'typ': 'JWT'})}.{parts[1]}.{parts[2]}",
                 f"{parts[0]}.{parts[1]}", one.text + "=", one.text + ".", " " + one.text, one.text[:-2] + "AA"]
        for _ in range(4):
            place = random.randrange(len(one.text))
            made.append(one.text[:place] + random.choice("AZaz09-_.") + one.text[place + 1:])
        for _ in range(8):
            others = [random.choice(good).text.split(".") for _ in range(3)]
            made.append(".".join(part[place] for place, part in enumerate(others)))
    genuine = {one.text for one in good}
    return [text for text in made if text not in genuine]
