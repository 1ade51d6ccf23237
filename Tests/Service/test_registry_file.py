"""The registry file: an export is what apply reads, and what is wrong in a file is named with line, field and mend."""

import json
import os
import pathlib
import random
import stat

import pytest
import yaml

from identity_provider import IdentityProvider
from service import ROOT, Service

ISSUER = "https://mandate.example"
FILES = sorted(ROOT.glob("examples/*/registry.yaml")) + sorted((ROOT / "Tests/Service").glob("*.yaml"))
PROVIDER = IdentityProvider("https://idp.example", "export")


@pytest.fixture
def installation(directory_of):
    """Makes installations without a server."""
    return lambda *registries: Service(directory_of(), issuer=ISSUER, registries=registries)


def exported(service):
    return service.command("export").stdout


def assert_round_trip(service, installation):
    """Applying an export changes nothing, and makes the same registry elsewhere."""
    text = exported(service)
    file = service.directory / "exported.yaml"
    file.write_text(text)
    for prune in ((), ("--prune",), ("--prune", "--dry-run")):
        assert service.command("apply", "-f", file, *prune).stdout == "nothing to do\n"
    assert exported(service) == text
    other = installation(file)
    assert exported(other) == text
    assert other.command("apply", "-f", file, "--prune").stdout == "nothing to do\n"
    return text, other


# Export

@pytest.mark.parametrize("registry", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_registry_file_goes_round(installation, registry, directory_of):
    file = directory_of() / "registry.yaml"
    keys = f"jwks: {json.dumps(PROVIDER.jwks())}"
    file.write_text(registry.read_text().replace('"ISSUER"', json.dumps(ISSUER)).replace("jwks: { keys: [] }", keys))
    needs_quickstart = registry == ROOT / "Tests/Service/registry.yaml"
    service = installation(*[ROOT / "examples/quickstart/registry.yaml"] * needs_quickstart, file)
    text, _ = assert_round_trip(service, installation)
    assert list(yaml.safe_load(text)) == ["audiences", "issuers", "agent_types", "agents", "policies"]


def test_an_export_of_nothing(installation):
    text, _ = assert_round_trip(installation(), installation)
    assert yaml.safe_load(text) == {"audiences": [], "issuers": [], "agent_types": [], "agents": [], "policies": []}


def test_statuses_and_the_dead_are_exported(installation):
    service = installation(ROOT / "examples/quickstart/registry.yaml", ROOT / "Tests/Service/registry.yaml")
    service.command("agent", "suspend", "agent-suspended", "--reason", "a test")
    service.command("agent", "decommission", "agent-bare")
    service.command("type", "suspend", "test-reader")
    service.secret("agent-blinking")
    text, other = assert_round_trip(service, installation)
    statuses = {one["id"]: one.get("status", "active") for one in yaml.safe_load(text)["agents"]}
    assert statuses["agent-suspended"] == "suspended" and statuses["agent-bare"] == "decommissioned"
    assert other.json("agent", "show", "agent-suspended")["status"] == "suspended"
    assert other.json("type", "show", "test-reader")["status"] == "suspended"
    other.command("agent", "register", "--id", "agent-bare", "--type", "test-reader", "--owner", "a@b", status=1)
    other.command("agent", "secret", "agent-bare", status=1)
    other.command("agent", "resume", "agent-bare", status=1)
    assert "mnd_" not in text and other.json("agent", "show", "agent-blinking")["credentials"] == []


def test_a_dead_agent_of_another_time_is_exported_too(installation):
    """Its type was narrowed since and its audience removed: it is history, and goes round all the same."""
    service, file = installation(), None
    file = service.directory / "r.yaml"
    kind = {"id": "kind", "capabilities": {"old": ["a"], "new": ["b"]},
            "delegation": {"to": [], "max_chain_depth": 1, "max_class": "read"}}
    audiences = [{"id": name, "scopes": [{"name": scope, "class": "read"}]} for name, scope in (("old", "a"), ("new", "b"))]
    agents = [{"id": name, "type": "kind", "owner": "o", "capabilities": {"old": ["a"]}} for name in ("gone", "stays")]
    file.write_text(json.dumps({"audiences": audiences, "agent_types": [kind], "agents": agents}))
    service.command("apply", "-f", file)
    service.command("agent", "decommission", "gone")
    agents[1]["capabilities"] = {"new": ["b"]}
    file.write_text(json.dumps({"agents": agents[1:]}))
    service.command("apply", "-f", file)
    kind["capabilities"] = {"new": ["b"]}
    file.write_text(json.dumps({"audiences": audiences[1:], "agent_types": [kind]}))
    service.command("apply", "-f", file, "--prune")
    assert_round_trip(service, installation)


def test_an_export_into_a_file_over_the_socket(own_service):
    out = own_service.directory / "out.yaml"
    out.write_text("older")
    assert own_service.command("export", "--out", out).stdout == ""
    assert out.read_text() == exported(own_service)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(own_service.command("export", "--json").stdout) == yaml.safe_load(out.read_text())
    own_service.command("export", "--out", own_service.directory / "none" / "out.yaml", status=1)
    assert own_service.command("apply", "-f", out, "--prune").stdout == "nothing to do\n"


class Plain(yaml.SafeDumper):
    """Writes text in quotes, and what it wrote before once more instead of an alias."""

    def ignore_aliases(self, data):
        return True


Plain.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
TRICKY = ["no", "on", "y", "null", "~", "2.4", "010", "0x1f", "1e3", "24:00", "12:30:45", "2026-01-31", "<<", "=", "*a", "&a", "!a",
          "%a", "@a", "`a`", "#a", "a#b", "a:b", "a:", "-", "--", "---", "...", "?", "|", ">", "{a}", "[a]", "a,b", "'", '"', "\\",
          "True", "v1", ".inf", "NaN", "+1", "_1", "1_000", "https://x.example/a?b#c", "a'b\"c", "tag:yaml.org,2002:int"]
WORDS = ["Grüße", "世界", "👩🏽‍🚀".replace("\u200d", ""), "use *all and *every scope", "a: b # c", "- x", "  padded ", "e\u0301", "\u00a0"]


def generated(seed):
    """A random registry that must be accepted."""
    dice = random.Random(seed)

    def label():
        return dice.choice(TRICKY + [f"plain-{dice.randrange(50)}"])

    def maybe(record, **members):
        return record | {name: value for name, value in members.items() if dice.random() < 0.5}

    def quota():
        per = dice.choice([1, 90, "1m", "2h", "1d", 86400])
        return maybe({"tokens": dice.choice([1, 7, 1_000_000]), "per": per}, burst=dice.choice([1, 7, 1_000_000]))

    audiences = []
    for number in range(dice.randint(1, 4)):
        names = dice.sample(["a", "a:b", "ec2:Describe*", "b.c:d", "x:y:z", "no", "1", "f:*", "it's:x"], dice.randint(1, 4))
        identity = dice.choice([f"api-{number}", f"https://api.example:8443/v{number}", f"{number}", f"no.{number}"])
        audience = {"id": identity, "scopes": [
            maybe({"name": name, "class": dice.choice(["read", "write", "delete", "admin"])}, sensitivity=label())
            for name in names]}
        audiences.append(maybe(
            audience, resource=f"https://r{number}.example/?q='x'", max_lifetime=dice.choice([5, 60, "15m", "900s", 61]),
            environment=label(), claims=dice.choice(["agent", "rfc8693"]), chain=dice.choice(["hash", "inline"]),
            namespace="https://claims.example/", require_task=dice.random() < 0.5, status=dice.choice(["active", "suspended"]),
            quota=quota(), default_scopes=[dice.choice([name for name in names if "*" not in name] or names)]))
    scopes = {one["id"]: [scope["name"] for scope in one["scopes"]] for one in audiences}

    def authority():
        chosen = dice.sample(sorted(scopes), dice.randint(1, len(scopes)))
        return {audience: dice.sample(scopes[audience], dice.randint(1, len(scopes[audience]))) for audience in chosen}

    def quotas():
        return {audience: quota() for audience in dice.sample(sorted(scopes), dice.randint(0, len(scopes)))}

    def delegation():
        top = dice.randrange(4)
        return {"to": [f"agent-{dice.randrange(9)}" for _ in range(dice.randrange(3))] , "max_chain_depth": dice.randint(1, 32),
                "max_class": ["read", "write", "delete", "admin"][top],
                "approval_for": ["read", "write", "delete", "admin"][: dice.randint(0, top + 1)]}

    types = [maybe({"id": dice.choice(["1e", "no-", "k."]) + str(number), "delegation": delegation()},
                   capabilities=authority(), status=dice.choice(["active", "suspended"]),
                   quotas=quotas()) for number in range(dice.randint(1, 3))]
    agents = []
    for number in range(dice.randint(0, 6)):
        kind = dice.choice(types)
        capabilities = kind.get("capabilities") or authority()
        agents.append(maybe(
            {"id": f"{dice.choice(['agent-', '0', 'no.', '~', '1e'])}{number}", "type": kind["id"], "owner": label() + "@o",
             "capabilities": capabilities},
            version=label(), model=label(), deployment=label(), team=label(), environment=label(),
            description=" ".join(dice.sample(WORDS + TRICKY, 3)), status=dice.choice(["active", "suspended", "decommissioned"]),
            delegation=delegation(), grants=dice.choice([[], ["token_exchange"], ["client_credentials", "token_exchange"]]),
            may_start_chains=dice.random() < 0.5, may_report_risk=dice.random() < 0.5, quotas=quotas(),
            expires_at=dice.choice(["2027-01-31T09:00:00Z", "9999-12-31T23:59:59.999Z"])))
    jwks = PROVIDER.jwks()
    jwks["keys"][0] |= {"x-odd \u2028\n": [None, True, 1.5, {"no": "\u0000"}, "*a", " *a"], "x-deep": {"a": {"b": [[], {}]}}}
    issuers = [{"issuer": f"https://idp{number}.example", "jwks": jwks, "audiences": [label()], "principal_claim": "email",
                "delegable": [maybe({"authority": authority()}, when={"department": label(), "level": 7, "no": True})]}
               for number in range(dice.randint(0, 2))]
    return {"audiences": audiences, "issuers": issuers, "agent_types": types, "agents": agents}


@pytest.mark.parametrize("seed", range(int(os.environ.get("MANDATE_REGISTRIES", 12))))
def test_random_registries_go_round(installation, seed):
    service = installation()
    file = service.directory / "random.yaml"
    registry = generated(seed)
    file.write_text(yaml.dump(registry, Dumper=Plain, allow_unicode=seed % 2 == 0, default_flow_style=seed % 3 == 0))
    service.command("apply", "-f", file)
    text, _ = assert_round_trip(service, installation)
    read = yaml.safe_load(text)
    for kind in registry:
        key = "issuer" if kind == "issuers" else "id"
        assert {one[key] for one in read[kind]} == {one[key] for one in registry[kind]}
    for one in registry["agents"]:
        [same] = [other for other in read["agents"] if other["id"] == one["id"]]
        for member in ("owner", "team", "version", "description", "environment"):
            assert same.get(member) == one.get(member), "another reader reads the same"


# Mistakes

KIND = "agent_types:\n  - id: kind\n    capabilities:\n      api: [\"a:*\"]\n" \
       "    delegation: { to: [], max_chain_depth: 1, max_class: read }\n"
API = "audiences:\n  - id: api\n    scopes:\n      - { name: \"a:*\", class: read }\n"

MISTAKES = {
    "an unknown key": ("agnets: []\n", 1, "agnets", "agents"),
    "an unknown member": (KIND + "agents:\n  - id: a\n    type: kind\n    ownr: o\n", 9, "agents[0].ownr", "owner"),
    "a missing owner": (KIND + "agents:\n  - id: a\n    type: kind\n", 7, "agents[0].owner", "missing"),
    "a missing type": (KIND + "agents:\n  - id: a\n    owner: o\n", 7, "agents[0].type", "missing"),
    "an unknown type": (API + KIND + "agents:\n  - id: a\n    owner: o\n    type: knd\n", 13, "agents[0].type", "kind"),
    "an unknown audience": (KIND.replace("api:", "apy:"), 4, "agent_types[0].capabilities.apy", "define it first"),
    "more than its type": (
        API + KIND + "agents:\n  - id: a\n    owner: o\n    type: kind\n    capabilities:\n      api:\n        - b:c\n",
        15, "agents[0].capabilities.api", "more than agent type"),
    "a number for text": ("agents:\n  - id: a\n    type: k\n    owner: o\n    version: 2.4\n", 5, "agents[0].version", "quotes"),
    "a truth for text": ("agents:\n  - id: a\n    type: k\n    owner: o\n    team: no\n", 5, "agents[0].team", "quotes"),
    "a list for a mapping": ("agents:\n  - [a]\n", 2, "agents[0]", "object"),
    "a mapping for a list": ("agents:\n  a: { type: k }\n", 1, "agents", "list"),
    "an id twice": (
        "agent_types:\n  - id: t\n  - id: u\n  - id: t\n", 4, "agent_types[2].id", "twice"),
    "a key twice": ("agents:\n  - id: a\n    id: b\n", None, None, "twice"),
    "a section twice": ("agents: []\naudiences: []\nagents: []\n", None, None, "twice"),
    "an anchor": ("agents: &all\n  - id: a\n", 1, "agents", "anchors"),
    "an alias": ("audiences: &x []\nagents: *x\n", 1, "audiences", "anchors"),
    "a merge key": ("agents:\n  - <<: { id: a }\n    type: t\n", 2, None, "<<"),
    "a tag": ("agents:\n  - id: !!str a\n", 2, "agents[0].id", "tags"),
    "an unsafe tag": ("agents: !!python/object/apply:os.system [id]\n", 1, "agents", "tags"),
    "a tab": ("agents:\n\t- id: a\n", 2, None, "YAML"),
    "an open bracket": ("agents: [\n", None, None, "YAML"),
    "two documents": ("agents: []\n---\nagents: []\n", None, None, "document"),
    "no mapping": ("- agents\n", 1, None, "mapping"),
    "text": ("agents\n", 1, None, "mapping"),
    "a decommissioned status": (
        API + KIND + "agents:\n  - { id: known, type: kind, owner: o, status: decommissioned }\n", 11, "agents[0].status",
        "by its own command"),
    "a bad duration": (API + "    max_lifetime: 15 minutes\n", 5, "audiences[0].max_lifetime", "15m"),
    "too long a life": (API + "    max_lifetime: 1d\n", 5, "audiences[0].max_lifetime", None),
    "a bad time": ("agents:\n  - { id: a, type: k, owner: o, expires_at: tomorrow }\n", 2, "agents[0].expires_at", "UTC"),
    "a policy": ("policies:\n  - { id: p }\n", 2, "policies[0].effect", "missing"),
    "a control character": ("agents:\n  - { id: a, type: k, owner: o, description: \"a\\u0007\" }\n", 2, "agents[0].description", "printable"),
    "a private key": (
        'issuers:\n  - issuer: https://i\n    jwks: { keys: [ { kty: OKP, crv: Ed25519, x: a, d: a } ] }\n', 3,
        "issuers[0].jwks.keys[0].d", "private"),
    "a key set by URL": ("issuers:\n  - issuer: https://i\n    jwks_uri: https://i/jwks\n", 3, "issuers[0].jwks_uri", "file"),
}


@pytest.fixture(scope="module")
def registry(directory_of):
    service = Service(directory_of(), issuer=ISSUER, registries=())
    file = service.directory / "known.yaml"
    file.write_text(API + KIND + "agents:\n  - { id: known, type: kind, owner: o }\n")
    service.command("apply", "-f", file)
    return service


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_line_field_and_mend_and_changes_nothing(registry, name):
    text, line, field, words = MISTAKES[name]
    file = registry.directory / "mistake.yaml"
    file.write_text(text)
    before = exported(registry)
    for options in (("--dry-run",), (), ("--prune",)):
        done = registry.command("apply", "-f", file, *options, status=1)
        message = done.stderr.strip()
        assert done.stdout == "" and "\n" not in message and len(message) < 400
        assert f"mistake.yaml:{line or ''}" in message, message
        assert (field is None or f": {field}: " in message) and (words is None or words in message), message
        assert line is None or f"mistake.yaml:{line}: " in message, message
    assert exported(registry) == before


@pytest.mark.parametrize("content", [
    b"\xff\xfe", b"agents: \x00", b"\x00" * 100, b"agents: " + b"[" * 5000, b"a" * (16 * 1024 * 1024 + 1),
    b"agents:\n" + b"  - &a [*a]\n" * 50, b"agents: {" + b"{" * 3000, b"? " * 2000, b"agents: \"\xed\xa0\x80\"\n"],
    ids=range(9))
def test_a_hostile_file_is_refused_in_a_moment(registry, content):
    file = registry.directory / "hostile.yaml"
    file.write_bytes(content)
    done = registry.command("apply", "-f", file, status=1)
    assert done.stdout == "" and len(done.stderr) < 400


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"{}\n", b"agents:\naudiences: ~\n", b"policies: []\n",
                                     b"\xef\xbb\xbfagents:\n", b"agents:\r\n"], ids=range(7))
def test_a_file_that_says_nothing_does_nothing(registry, content):
    file = registry.directory / "nothing.yaml"
    file.write_bytes(content)
    for options in ((), ("--prune",)):
        assert registry.command("apply", "-f", file, *options).stdout == "nothing to do\n"


def test_a_file_that_is_not_there(registry):
    assert "cannot be read" in registry.command("apply", "-f", registry.directory / "none.yaml", status=1).stderr
    assert registry.command("apply", "-f", registry.directory, status=1).stderr
    registry.command("apply", status=2)


# Apply

def test_a_plan_is_printed_carried_out_at_once_and_only_once(installation):
    service = installation()
    file = service.directory / "r.yaml"
    file.write_text(API + KIND + "agents:\n  - { id: one, type: kind, owner: o }\n  - { id: two, type: kind, owner: o }\n")
    plan = "+ audience api\n+ agent type kind\n+ agent one\n+ agent two\n"
    assert service.command("apply", "-f", file, "--dry-run").stdout == plan
    assert yaml.safe_load(exported(service))["agents"] == []
    records = len(service.ledger())
    assert service.command("apply", "-f", file).stdout == plan
    assert service.command("apply", "-f", file).stdout == "nothing to do\n"
    assert len(service.ledger()) == records + 4
    file.write_text(API.replace("read", "write") + "agents:\n  - { id: two, type: kind, owner: p }\n")
    assert service.command("apply", "-f", file).stdout == "~ audience api: scopes\n~ agent two: owner\n"
    pruned = service.command("apply", "-f", file, "--prune").stdout
    assert pruned == "- agent one: decommissioned for ever\n"
    assert service.json("agent", "show", "one")["status"] == "decommissioned"


def test_a_type_and_an_audience_in_use_do_not_go(registry):
    file = registry.directory / "less.yaml"
    before = exported(registry)
    file.write_text("agent_types: []\n")
    assert "agent known is of it" in registry.command("apply", "-f", file, "--prune", status=1).stderr
    file.write_text("audiences: []\n")
    assert "cannot be removed" in registry.command("apply", "-f", file, "--prune", status=1).stderr
    file.write_text(KIND.replace('"a:*"', '"a:b"') + "agents:\n  - { id: known, type: kind, owner: o, capabilities: { api: [\"a:*\"] } }\n")
    assert "more than agent type" in registry.command("apply", "-f", file, status=1).stderr
    assert exported(registry) == before
