"""A registry for policies, and random policies and requests for it: each condition is met about as often as not."""

import random
from datetime import datetime, timedelta, timezone

AUDIENCES = {one["id"]: one for one in [
    {"id": "p-files", "environment": "prod", "max_lifetime": 600, "scopes": [
        {"name": "files:get", "class": "read"}, {"name": "files:getSecret", "class": "read", "sensitivity": "pii"},
        {"name": "files:put*", "class": "write"}, {"name": "files:drop", "class": "delete"},
        {"name": "files:acl:*", "class": "admin", "sensitivity": "keys"}]},
    {"id": "p-mail", "environment": "staging", "scopes": [
        {"name": "mail:read:*", "class": "read", "sensitivity": "pii"}, {"name": "mail:send", "class": "write"},
        {"name": "mail:purge", "class": "delete", "sensitivity": "pii"}]},
    {"id": "p-notes", "scopes": [{"name": "notes:*", "class": "read"}, {"name": "notes:put", "class": "write"}]}]}
SCOPES = {"p-files": ["files:get", "files:getSecret", "files:putNew", "files:put*", "files:drop", "files:acl:read", "files:acl:*"],
          "p-mail": ["mail:read:inbox", "mail:read:*", "mail:send", "mail:purge"], "p-notes": ["notes:read", "notes:put", "notes:p*", "notes:*"]}
HELD = {name: sorted({one["name"] for one in audience["scopes"]}) for name, audience in AUDIENCES.items()}
AGENTS = {one["id"]: one for one in [
    {"id": "p-a", "type": "p-kind", "team": "red", "environment": "prod", "owner": "olga"},
    {"id": "p-b", "type": "p-kind", "team": "blue", "environment": "staging", "owner": "olga"},
    {"id": "p-c", "type": "p-other", "team": "red", "environment": "prod", "owner": "otto"},
    {"id": "p-d", "type": "p-other", "owner": "otto"}]}
REGISTRY = {
    "audiences": list(AUDIENCES.values()),
    "agent_types": [{"id": name, "capabilities": HELD,
                     "delegation": {"to": ["p-kind", "p-other"], "max_chain_depth": 32, "max_class": "admin"}}
                    for name in ("p-kind", "p-other")],
    "agents": [one | {"may_start_chains": True} for one in AGENTS.values()]}

LAYERS = ["global", "team:red", "type:p-kind", "agent:p-a"]
EFFECTS = ["allow", "allow_with_conditions", "require_approval", "deny"]
PATTERNS = ["files:*", "files:get*", "files:*Secret", "files:acl:read", "mail:*", "mail:read:*", "notes:put", "notes:p*", "*x:y"[1:]]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"]


def some(choose, values, most=2):
    return sorted(choose.sample(list(values), choose.randint(1, min(most, len(values)))))


def hours(choose):
    begin, end = choose.sample(range(24 * 4), 2)
    window = {"from": f"{begin // 4:02}:{begin % 4 * 15:02}", "to": f"{end // 4:02}:{end % 4 * 15:02}", "zone": choose.choice(ZONES)}
    window["to"] = "24:00" if window["to"] == "00:00" else window["to"]
    return window | ({"days": some(choose, DAYS, 6)} if choose.random() < 0.7 else {})


CONDITIONS = {
    "agents": lambda choose: some(choose, AGENTS), "types": lambda choose: some(choose, ["p-kind", "p-other", "none"]),
    "teams": lambda choose: some(choose, ["red", "blue", "green"]),
    "environments": lambda choose: some(choose, ["prod", "staging"], 1),
    "audiences": lambda choose: some(choose, AUDIENCES), "scopes": lambda choose: some(choose, PATTERNS, 3),
    "classes": lambda choose: some(choose, ["read", "write", "delete", "admin"]),
    "sensitivity": lambda choose: choose.choice(["pii", ["keys"], ["keys", "pii"]]),
    "outside": hours, "within": hours, "depth_over": lambda choose: choose.randint(0, 3),
    "rate_over": lambda choose: {"count": choose.randint(0, 6), "per": choose.choice([60, 3600]), "by": choose.choice(
        ["agent", "type", "team", "owner", "principal", "audience", "task", "all"])},
    "cross_domain": lambda choose: choose.random() < 0.5,
    "principal": lambda choose: choose.choice(["olga", ["ann", "otto"], ["ann", "ben"]]),
    "autonomous": lambda choose: choose.random() < 0.5, "attested_over": lambda choose: choose.choice([60, 3600, 86400]),
    "risk_over": lambda choose: choose.choice([0, 30, 70, 100]),
    "grant": lambda choose: choose.choice(["client_credentials", "token_exchange", ["start", "redeem"], ["hand_over", "pass_on"]]),
}


def obligations(choose):
    all_of = {"max_lifetime": choose.choice([5, 60, 700, 3600]), "narrow_to": some(choose, PATTERNS + ["files:get", "mail:send"], 4),
              "ledger": "elevated", "require": ["dpop"]}
    names = choose.sample(["max_lifetime", "narrow_to", "ledger"], choose.randint(1, 3))
    return {name: all_of[name] for name in names + (["require"] if choose.random() < 0.05 else [])}


def policy(choose, id, layer=None, effect=None, conditions=None):
    layer, effect = layer or choose.choice(LAYERS), effect or choose.choice(EFFECTS)
    names = conditions if conditions is not None else choose.sample(list(CONDITIONS), choose.randint(0, 3))
    when = {name: CONDITIONS[name](choose) for name in names}
    return {"id": id, "layer": layer, "effect": effect} | ({"when": when} if when else {}) | (
        {"conditions": obligations(choose)} if effect == "allow_with_conditions" else {})


def request(choose, policies):
    """What a request says, all facts of it; the model takes it as it is."""
    grant = choose.choice(["client_credentials", "start", "hand_over", "redeem", "pass_on"])
    client = choose.choice(list(AGENTS))
    agent = client
    if grant == "hand_over" or grant in ("client_credentials", "start") and choose.random() < 0.4:
        agent = choose.choice([one for one in AGENTS if one != client])
    hands_over = grant == "hand_over" or grant == "client_credentials" and agent != client
    wanted = "delegation" if hands_over or grant in ("client_credentials", "start") and choose.random() < 0.3 else "access_token"
    names = some(choose, AUDIENCES) if wanted == "delegation" else [choose.choice(list(AUDIENCES))]
    authority = {name: some(choose, SCOPES[name], 3) for name in names}
    person = grant == "start" or grant != "client_credentials" and choose.random() < 0.6
    depth = {"client_credentials": 2 if agent != client else 1, "start": 1, "redeem": choose.randint(1, 5)}.get(
        grant, choose.randint(2, 5))
    at = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=15 * choose.randrange(365 * 96), seconds=choose.choice([-1, 0, 1, 400]))
    ages = [None, 0, 59, 60, 61, 3600, 3601, 86400, 86401, 10**7]
    age = choose.choice(ages)
    longest = 3600 if wanted == "delegation" else min(900, AUDIENCES[names[0]].get("max_lifetime", 900))
    return {
        "client": client, "agent": agent, "grant": grant, "wanted": wanted, "authority": authority, "depth": depth,
        "autonomous": not person, "principal": choose.choice(["ann", "ben"]) if person else (
            AGENTS[client]["owner"] if grant == "client_credentials" else choose.choice(["olga", "otto"])),
        "task": choose.choice([None, "T"]) if grant != "start" else "T", "at": at.isoformat(), "risk": choose.choice([0, 1, 30, 31, 70, 71, 100]),
        "attested_at": None if age is None else (at - timedelta(seconds=age)).isoformat(), "longest": longest,
        "issued": {one["id"]: choose.randint(0, 7) for one in policies}}


def body(asked, policies=None):
    """The same as `/v1/policies/explain` is asked."""
    question = {
        "client_id": asked["client"], "requested_actor": asked["agent"], "grant": asked["grant"], "depth": asked["depth"],
        "requested_token_type": asked["wanted"], "audiences": sorted(asked["authority"]), "task_id": asked["task"],
        "scope": sorted({scope for scopes in asked["authority"].values() for scope in scopes}), "at": asked["at"],
        "attested_at": asked["attested_at"], "risk": asked["risk"], "issued": asked["issued"]}
    if asked["grant"] != "client_credentials":
        question |= {"principal": asked["principal"], "autonomous": asked["autonomous"]}
    if policies is not None:
        question["policies"] = policies
    if asked["agent"] == asked["client"]:
        del question["requested_actor"]
    return {name: value for name, value in question.items() if value is not None}
