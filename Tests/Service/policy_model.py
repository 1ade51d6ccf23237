"""What policies say to a request, written from docs/policies.md with Python's own time zones; it shares nothing with the service."""

from datetime import datetime
from zoneinfo import ZoneInfo

from containment import covers, overlaps

STRICTNESS = ["allow", "allow_with_conditions", "require_approval", "deny"]
DECISIONS = dict(zip(STRICTNESS, ["ALLOW", "ALLOW_WITH_CONDITIONS", "REQUIRE_APPROVAL", "DENY"]))
LAYERS = ["global", "team", "type", "agent"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def is_open(window, at):
    local = at.astimezone(ZoneInfo(window["zone"]))
    begin, end = (int(window[name][:2]) * 60 + int(window[name][3:]) for name in ("from", "to"))
    minute, days = local.hour * 60 + local.minute, window.get("days", DAYS)
    today, yesterday = DAYS[local.weekday()] in days, DAYS[local.weekday() - 1] in days
    if begin <= end:
        return today and begin <= minute < end
    return today and minute >= begin or yesterday and minute < end


def listed(value, names):
    return value is not None and value in ([names] if isinstance(names, str) else names)


def scope_holds(name, wanted, scope, audience):
    entries = [one for one in audience["scopes"] if overlaps(one["name"], scope)]
    if name == "scopes":
        return any(overlaps(one, scope) for one in wanted)
    return any(listed(one.get({"classes": "class"}.get(name, name)), wanted) for one in entries)


def holds(name, wanted, asked, agent, audience, policy):
    at = datetime.fromisoformat(asked["at"])
    match name:
        case "agents" | "types" | "teams" | "environments":
            return listed(agent.get({"agents": "id"}.get(name, name[:-1])), wanted)
        case "audiences":
            return audience["id"] in wanted
        case "within":
            return is_open(wanted, at)
        case "outside":
            return not is_open(wanted, at)
        case "depth_over":
            return asked["depth"] > wanted
        case "rate_over":
            return asked["issued"].get(policy["id"], 0) >= wanted["count"]
        case "cross_domain":
            return wanted == (agent.get("environment") != audience.get("environment"))
        case "principal":
            return listed(asked["principal"], wanted)
        case "autonomous":
            return wanted == asked["autonomous"]
        case "attested_over":
            return asked["attested_at"] is None or (
                at - datetime.fromisoformat(asked["attested_at"])).total_seconds() > wanted
        case "risk_over":
            return asked["risk"] > wanted
        case "grant":
            words = [wanted] if isinstance(wanted, str) else wanted
            grants = {asked["grant"]} | ({"hand_over"} if asked["grant"] == "client_credentials" and asked["client"] != asked["agent"] else set())
            return bool(grants & set(words)) or "token_exchange" in words and grants != {"client_credentials"}
    raise ValueError(name)


def fires(policy, asked, agents, audiences):
    when = policy.get("when", {})
    of_scopes = {name: when[name] for name in ("scopes", "classes", "sensitivity") if name in when}
    for agent in {agents[asked["agent"]]["id"], agents[asked["client"]]["id"]}:
        agent = agents[agent]
        layer, _, name = policy.get("layer", "global").partition(":")
        if layer != "global" and agent.get({"agent": "id"}.get(layer, layer)) != name:
            continue
        for audience, scopes in ((audiences[name], scopes) for name, scopes in asked["authority"].items()):
            if all(holds(name, wanted, asked, agent, audience, policy) for name, wanted in when.items()
                   if name not in of_scopes) and any(
                    all(scope_holds(name, wanted, scope, audience) for name, wanted in of_scopes.items())
                    for scope in scopes):
                return True
    return False


def narrowed(scopes, bound):
    return {scope for scope in scopes if any(covers(one, scope) for one in bound)} | {
        one for scope in scopes if not any(covers(held, scope) for held in bound) for one in bound if covers(scope, one)}


def judged(policies, asked, agents, audiences):
    """Decision, rule, which fired, what is given, for how long at most, and whether it matters."""
    fired = [one for one in policies if fires(one, asked, agents, audiences)]
    fired.sort(key=lambda one: (-STRICTNESS.index(one["effect"]), LAYERS.index(one.get("layer", "global").split(":")[0]), one["id"]))
    ids = sorted(one["id"] for one in fired)
    effect, rule = (fired[0]["effect"], fired[0]["id"]) if fired else ("allow", "containment")
    conditions = [(one["id"], one["conditions"]) for one in fired if one["effect"] == "allow_with_conditions"]
    if effect == "deny":
        return "DENY", rule, ids, None, None, None
    for id, condition in conditions:
        if "require" in condition:
            return "DENY", id, ids, None, None, None
    given = {}
    for audience, scopes in sorted(asked["authority"].items()):
        given[audience] = set(scopes)
        for id, condition in conditions:
            if "narrow_to" in condition:
                given[audience] = narrowed(given[audience], condition["narrow_to"])
            if not given[audience]:
                return "DENY", id, ids, None, None, None
    if effect == "require_approval":
        return "REQUIRE_APPROVAL", rule, ids, None, None, None
    longest = min([one["max_lifetime"] for _, one in conditions if "max_lifetime" in one] + [asked["longest"]])
    elevated = any("ledger" in one for _, one in conditions)
    return DECISIONS[effect], rule, ids, {name: sorted(scopes) for name, scopes in given.items()}, longest, elevated
