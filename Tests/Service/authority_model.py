"""What the service must decide, written from the specification in one page; it shares no code with the service."""

from containment import contained, covers, overlaps

CLASSES = ["read", "write", "delete", "admin"]
DEAD = {"chain_revoked", "ancestor_inactive"}
CLOSE = 1.5


class Agent:
    def __init__(self, kind, capabilities, to, depth, most, starts=False):
        self.kind, self.capabilities, self.to, self.depth, self.most = kind, capabilities, set(to), depth, most
        self.suspended, self.starts = False, starts


class Link:
    def __init__(self, path, authority, parent=None):
        self.path, self.authority, self.parent = path, authority, parent
        self.cut, self.token, self.hash, self.expiry = False, None, None, None

    def is_below(self, other):
        return self is other or self.parent is not None and self.parent.is_below(other)


class World:
    """The registry as it is now, and the links that are looked at."""

    def __init__(self, audiences, delegable, agents):
        self.audiences, self.delegable, self.agents = audiences, delegable, agents
        self.suspended_kinds, self.links = set(), []

    def active(self, name):
        agent = self.agents.get(name)
        return agent is not None and not agent.suspended and agent.kind not in self.suspended_kinds

    def suspend(self, name):
        """What a suspension cuts stays dead."""
        self.agents[name].suspended = True
        self._cut(lambda link: name in link.path)

    def suspend_kind(self, kind):
        self.suspended_kinds.add(kind)
        self._cut(lambda link: any(self.agents[name].kind == kind for name in link.path))

    def revoke(self, revoked):
        self._cut(lambda link: link.is_below(revoked))

    def _cut(self, hit):
        for link in self.links:
            link.cut = link.cut or hit(link)

    def scope_class(self, audience, scope):
        return max(CLASSES.index(level) for name, level in self.audiences[audience] if overlaps(name, scope))

    def split(self, audience, scopes):
        """The scopes that this audience knows."""
        return [one for one in scopes if any(covers(name, one) for name, _ in self.audiences.get(audience, ()))]


def judge(world, asked, now):
    """Every reason for which the service may refuse; empty when it must grant, None when an expiry is too close."""
    if not world.active(asked.by):
        return {"client_authentication_failed"}
    caller, reasons, chain = world.agents[asked.by], set(), ()
    if asked.kind == "start":
        held = world.delegable
        reasons |= set() if caller.starts else {"grant_not_allowed"}
    elif asked.kind == "autonomous":
        chain, held = (asked.by,), caller.capabilities
    else:
        chain, held, left = asked.link.path, asked.link.authority, asked.link.expiry - now
        if abs(left) < CLOSE or abs(left - 5) < CLOSE:
            return None
        reasons |= {"subject_token_expired", "chain_expired"} if left <= 0 else {"too_short_lived"} if left < 5 else set()
        reasons |= set() if chain[-1] == asked.by else {"presenter_mismatch"}
        reasons |= DEAD if asked.link.cut or not all(map(world.active, chain)) else set()
    actors, givers = chain, ()
    if asked.to:
        actors, givers = chain + (asked.to,), chain
        reasons |= delegate_reasons(world, caller, asked.to, chain)
    return reasons | target_reasons(world, asked, held, actors, givers)


def delegate_reasons(world, giver, to, chain):
    if to in chain:
        return {"cycle"}
    if not world.active(to) or not {to, world.agents[to].kind} & giver.to:
        return {"not_a_delegate"}
    shallowest = min(world.agents[name].depth for name in chain + (to,))
    return {"depth_exceeded"} if len(chain) + 1 > shallowest else set()


def target_reasons(world, asked, held, actors, givers):
    reasons = set()
    if asked.kind == "redeem" and len(asked.audiences) > 1:
        reasons.add("several_audiences")
    if any(not any(world.split(audience, [scope]) for audience in asked.audiences) for scope in asked.scopes):
        reasons.add("scope_unknown")
    highest = min((CLASSES.index(world.agents[name].most) for name in givers), default=len(CLASSES))
    for audience in asked.audiences:
        scopes = world.split(audience, asked.scopes)
        reasons |= set() if audience in world.audiences else {"audience_unknown"}
        reasons |= set() if scopes else {"scope_missing"}
        if audience not in held:
            reasons.add("audience_not_held")
        elif not contained(scopes, held[audience]):
            reasons.add("exceeds_capability" if asked.kind == "autonomous" else "exceeds_delegation")
        for name in actors:
            capabilities = world.agents[name].capabilities if name in world.agents else {}
            if audience not in capabilities:
                reasons |= {"audience_not_held", "exceeds_capability"}
            elif not contained(scopes, capabilities[audience]):
                reasons.add("exceeds_capability")
        if any(world.scope_class(audience, scope) > highest for scope in scopes):
            reasons.add("exceeds_class")
    return reasons
