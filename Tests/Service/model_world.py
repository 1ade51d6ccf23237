"""Random registries and random requests for the model: mostly sensible, so that deep chains come about."""

from typing import NamedTuple, Optional

from authority_model import Agent, Link, World
from containment import covers

AUDIENCES = {
    "m-files": [("files:Get*", "read"), ("files:List*", "read"), ("files:Put*", "write"), ("files:Del*", "delete"),
                ("files:*Acl", "admin")],
    "m-db": [("db:orders:*", "read"), ("db:users:*", "write"), ("db:*:drop", "admin"), ("db:meta", "read")],
    "m-mail": [("mail:read:*", "read"), ("mail:send:*", "write"), ("files:GetMail*", "read")],
}
POOL = ["files:Get*", "files:GetObject", "files:GetMail*", "files:GetMailBox", "files:GetAcl", "files:G*", "files:*",
        "files:List*", "files:ListAll", "files:List*s", "files:Put*", "files:PutObject", "files:Del*", "files:*Acl",
        "files:PutAcl", "db:orders:*", "db:orders:read", "db:orders:read:pii", "db:orders:drop", "db:users:*",
        "db:users:read", "db:users:d*", "db:*:drop", "db:*", "db:meta", "db:*:read", "mail:read:*", "mail:read:inbox",
        "mail:read:inbox:*", "mail:send:*", "mail:send:out", "mail:*", "files:Rename", "nothing:here"]
WIDE = {"m-files": ["files:*"], "m-db": ["db:*"], "m-mail": ["mail:*", "files:GetMail*"]}
KINDS = ["m-kind-0", "m-kind-1", "m-kind-2", "m-kind-3"]
PORTAL, AGENTS = "m-portal", [f"m-{number:02}" for number in range(24)]
PEOPLE = ["ann", "ben", "cyd"]


class Asked(NamedTuple):
    kind: str
    by: str
    audiences: tuple
    scopes: tuple
    to: Optional[str] = None
    link: Optional[Link] = None
    expires_in: Optional[int] = None


def narrower(random, held):
    """Scopes that `held` covers, as they are or more special."""
    return random.choice([one for one in POOL if any(covers(wide, one) for wide in held)] or held)


def capabilities(random, held):
    """A random authority within `held`, wide more often than not."""
    kept = [audience for audience in held if random.random() < 0.85] or [random.choice(list(held))]
    return {audience: held[audience] if random.random() < 0.6 else sorted(
        {narrower(random, held[audience]) for _ in range(random.randint(1, 4))}) for audience in kept}


def world(random):
    """A world and what its kinds of agents may do at most."""
    wide = {kind: WIDE if random.random() < 0.5 else capabilities(random, WIDE) for kind in KINDS}
    agents = {PORTAL: Agent("m-portals", {"m-files": ["files:Get*"]}, KINDS, 32, "admin", starts=True)}
    for number, name in enumerate(AGENTS):
        kind = KINDS[number % len(KINDS)]
        to = KINDS if random.random() < 0.6 else random.sample(KINDS, 2) + random.sample(AGENTS, 3)
        deep = random.random() < 0.85
        agents[name] = Agent(
            kind, capabilities(random, wide[kind]), to, 10 if deep else random.randint(1, 6),
            random.choice(["admin", "admin", "admin", "delete", "write", "read"]))
    return World(AUDIENCES, WIDE, agents), wide


def registry(world, wide):
    """The same as a registry document."""
    free = {"to": [], "max_chain_depth": 10, "max_class": "read"}
    return {
        "audiences": [{"id": name, "resource": f"https://{name}.internal",
                       "scopes": [{"name": scope, "class": level} for scope, level in known]}
                      for name, known in AUDIENCES.items()],
        "agent_types": [{"id": kind, "capabilities": wide.get(kind, {"m-files": ["files:Get*"]}), "delegation": free}
                        for kind in [*KINDS, "m-portals"]],
        "agents": [{"id": name, "type": agent.kind, "owner": "owner@model.example",
                    "capabilities": agent.capabilities, "may_start_chains": agent.starts,
                    "delegation": {"to": sorted(agent.to), "max_chain_depth": agent.depth, "max_class": agent.most}}
                   for name, agent in world.agents.items()]}


def request(random, world, links):
    """Something to ask, with one of the `links` where it takes one."""
    kind = random.choices(["start", "autonomous", "hand_over", "redeem"], [10, 2, 55, 33])[0] if links else "start"
    odd = random.random() < 0.2
    if kind == "start":
        link, by, held, chain = None, PORTAL if random.random() < 0.98 else random.choice(AGENTS), world.delegable, ()
    elif kind == "autonomous":
        by, link = random.choice(AGENTS), None
        held, chain = world.agents[by].capabilities, (by,)
    else:
        link = max(random.choices(links, k=random.randint(1, 3)), key=lambda one: len(one.path))
        by = link.path[-1] if random.random() < 0.97 else random.choice([*AGENTS, *link.path])
        held, chain = link.authority, link.path
    to = None
    if kind in ("start", "hand_over") or kind == "autonomous" and random.random() < 0.5:
        to = delegate(random, world, by, chain, odd)
        to = None if kind == "autonomous" and to == by else to
    actors = [world.agents[name].capabilities for name in (*chain, *([to] if to in world.agents else []))]
    audiences, scopes = wish(random, held, actors, odd and random.random() < 0.6, one=kind == "redeem")
    brief = kind != "redeem" and random.random() < 0.08
    return Asked(kind, by, audiences, scopes, to, link, random.randint(7, 14) if brief else None)


def delegate(random, world, giver, chain, odd):
    if odd and random.random() < 0.4:
        return random.choice([*AGENTS, *chain, "m-nobody"])
    allowed = world.agents[giver].to
    fitting = [name for name in AGENTS if name not in chain and {name, world.agents[name].kind} & allowed
               and world.active(name) and world.agents[name].depth > len(chain)]
    return random.choice(fitting or AGENTS)


def wish(random, held, actors, odd, one):
    """Audiences and scopes: within what is held when not `odd`, and mostly within what all actors may."""
    if odd:
        audiences = random.sample([*AUDIENCES, "m-none"], random.choice([1, 1, 1, 2]))
        return tuple(audiences), tuple(random.sample(POOL, random.randint(1, 3)))
    common = [name for name in held if all(name in capable for capable in actors)] or list(held)
    audiences = common if not one and random.random() < 0.5 else [random.choice(common)]
    scopes = set()
    for audience in audiences:
        for _ in range(random.randint(1, 3)):
            wanted = random.choice(held[audience])
            if random.random() < 0.3:
                wanted = narrower(random, [wanted])
            scopes.add(fitted(random, wanted, [capable.get(audience, []) for capable in actors], AUDIENCES[audience]))
    return tuple(audiences), tuple(sorted(scopes))


def fitted(random, wanted, actors, known):
    """A scope below `wanted` that all actors may ask for, if one is found."""
    for scope in [wanted, *random.sample(POOL, len(POOL))]:
        if covers(wanted, scope) and any(covers(name, scope) for name, _ in known) and all(
                any(covers(one, scope) for one in held) for held in actors):
            return scope
    return wanted
