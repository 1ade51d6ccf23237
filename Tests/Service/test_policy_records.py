"""Policies as records: files, the admin API and the command line read, check, keep, show and export the same set."""

import concurrent.futures
import hashlib
import json

import pytest
import yaml

from network_administration import ADMIN, AdministeredService
from service import INVENTORY, QUICKSTART, READER, Service

ISSUER = "https://mandate.example"
EMPTY = "sha256:" + hashlib.sha256(b"[]").hexdigest()
HOURS = {"days": ["mon", "fri"], "from": "09:00", "to": "24:00", "zone": "Europe/Berlin"}
FULL = {
    "id": "full", "layer": "team:finance", "effect": "allow_with_conditions", "reason": "it is \"late\", # isn't it",
    "conditions": {"max_lifetime": "90s", "narrow_to": ["ec2:Describe*"], "require": ["dpop"], "ledger": "elevated"},
    "when": {
        "agents": [READER], "types": ["inventory-reader"], "teams": ["*"], "environments": ["no"],
        "audiences": [INVENTORY], "scopes": ["ec2:*", "s3:ListBuckets"], "classes": ["read"],
        "sensitivity": ["pii"], "outside": HOURS, "within": {"from": "22:00", "to": "06:00", "zone": "UTC"},
        "depth_over": 0, "rate_over": {"count": 0, "per": "7d", "by": "all"}, "cross_domain": False,
        "principal": ["alice@company.com"], "autonomous": True, "attested_over": "30d", "risk_over": 70,
        "grant": ["start", "hand_over"]}}
PLAIN = {"id": "plain", "effect": "deny", "when": {"teams": ["nobody"]}}
HELD = {"id": "held", "effect": "require_approval", "approvers": ["bob", "owner"], "when": {"teams": ["nobody"]}}


@pytest.fixture
def installation(directory_of):
    """Makes installations without a server."""
    return lambda *registries: Service(directory_of(), issuer=ISSUER, registries=registries)


@pytest.fixture(scope="module")
def administered(directory_of):
    service = AdministeredService(directory_of()).serve()
    yield service
    service.stop()


def put(service, body, token):
    return service.ask("PUT", "/v1/policies", token, json=body)


def file_of(service, *policies, name="policies.yaml", **others):
    file = service.directory / name
    file.write_text(json.dumps({"policies": list(policies)} | others, indent=0))
    return file


def apply(service, *policies, options=(), status=0, **others):
    done = service.command("apply", "-f", file_of(service, *policies, **others), *options, status=status)
    return done.stdout.splitlines() if status == 0 else done.stderr.strip()


def canonical(policies):
    """RFC 8785, as far as policies go: names are ASCII, and so are these texts."""
    return json.dumps(sorted(policies, key=lambda one: one["id"]), sort_keys=True, separators=(",", ":")).encode()


# Files

def test_a_plan_is_printed_carried_out_once_and_recorded_once(installation):
    service = installation()
    before = len(service.ledger())
    assert apply(service, PLAIN, HELD, options=["--dry-run"]) == ["+ policy plain", "+ policy held"]
    assert len(service.ledger()) == before
    assert apply(service, PLAIN, HELD) == ["+ policy plain", "+ policy held"]
    assert apply(service, PLAIN, HELD) == ["nothing to do"]
    assert apply(service, PLAIN | {"effect": "allow"}, {"id": "third", "effect": "allow"}) == [
        "~ policy plain: effect", "+ policy third"]
    assert apply(service, PLAIN, options=["--prune"]) == [
        "~ policy plain: effect", "- policy held", "- policy third"]
    records = service.ledger()[before:]
    assert [one["event"] for one in records] == ["policy.changed"] * 3
    shown = service.json("policy", "list")
    assert records[-1]["by"] == "operator"
    assert records[-1]["change"] == {
        "version": 3, "digest": shown["digest"], "added": [], "changed": ["plain"], "removed": ["held", "third"]}
    other = service.directory / "others.yaml"
    other.write_text("issuers: []\n")
    assert service.command("apply", "-f", other, "--prune").stdout == "nothing to do\n"
    assert apply(service, options=["--prune"]) == ["- policy plain"]
    assert service.json("policy", "list")["digest"] == EMPTY


def test_an_export_with_policies_goes_round(installation):
    service = installation()
    apply(service, FULL, PLAIN, HELD)
    text = service.command("export").stdout
    assert yaml.safe_load(text)["policies"] == [FULL, HELD, PLAIN]
    file = service.directory / "exported.yaml"
    file.write_text(text)
    for options in ((), ("--prune",)):
        assert service.command("apply", "-f", file, *options).stdout == "nothing to do\n"
    other = installation(file)
    assert other.command("export").stdout == text
    assert other.json("policy", "list")["digest"] == service.json("policy", "list")["digest"]


def test_the_digest_is_that_of_the_canonical_list(installation):
    service = installation()
    apply(service, HELD, FULL, PLAIN)
    shown = service.json("policy", "list")
    assert shown["digest"] == "sha256:" + hashlib.sha256(canonical(shown["items"])).hexdigest()
    full = shown["items"][0]
    assert full["conditions"]["max_lifetime"] == 90 and full["when"]["attested_over"] == 30 * 86400
    assert full["when"]["rate_over"] == {"count": 0, "per": 7 * 86400, "by": "all"} and full["when"]["outside"] == HOURS


MISTAKES = {
    "an unknown member": ("  - id: p\n    effekt: deny\n", 3, "policies[0].effekt", 'did you mean "effect"?'),
    "an unknown condition": (
        "  - id: p\n    effect: deny\n    when:\n      teams: [x]\n      enviroments: [y]\n", 6,
        "policies[0].when.enviroments", 'did you mean "environments"?'),
    "an unknown member of hours": (
        "  - id: p\n    effect: deny\n    when:\n      within:\n        form: '09:00'\n", 6,
        "policies[0].when.within.form", 'did you mean "from"?'),
    "an unknown obligation": (
        "  - id: p\n    effect: allow_with_conditions\n    conditions:\n      max_lifetme: 60\n", 5,
        "policies[0].conditions.max_lifetme", 'did you mean "max_lifetime"?'),
    "an unknown member of a rate": (
        "  - id: p\n    effect: deny\n    when: { rate_over: { count: 1, per: 1m, form: agent } }\n", 4,
        "policies[0].when.rate_over.form", "not a member"),
    "an unknown zone": (
        "  - id: p\n    effect: deny\n    when:\n      within:\n        from: '09:00'\n        to: '17:00'\n"
        "        zone: America/New_Yrok\n", 8, "policies[0].when.within.zone", 'did you mean "America/New_York"?'),
    "a file as a zone": (
        "  - id: p\n    effect: deny\n    when: { within: { from: '09:00', to: '17:00', zone: ../../../etc/passwd } }\n",
        4, "policies[0].when.within.zone", "no time zone"),
    "no hours": (
        "  - id: p\n    effect: deny\n    when:\n      outside: { from: '09:00', to: '09:00', zone: UTC }\n", 5,
        "policies[0].when.outside.to", "same time"),
    "hours without quotes": (
        "  - id: p\n    effect: deny\n    when:\n      outside: { from: 9, to: 17, zone: UTC }\n", 5,
        "policies[0].when.outside.from", "in quotes"),
    "a name with nothing after it": (
        "  - id: p\n    effect: deny\n    when:\n      agents:\n", 5, "policies[0].when.agents", "is empty"),
    "an empty list": ("  - id: p\n    effect: deny\n    when: { agents: [] }\n", 4, "policies[0].when.agents", "never fire"),
    "the second of a list": (
        "  - id: p\n    effect: deny\n    when:\n      classes:\n        - read\n        - wirte\n", 7,
        "policies[0].when.classes[1]", 'did you mean "write"?'),
    "a reason over two lines": (
        "  - id: p\n    effect: deny\n    reason: |\n      one\n      two\n", 4, "policies[0].reason", "one line"),
    "a NUL in a reason": ("  - id: p\n    effect: deny\n    reason: \"a\\0b\"\n", 4, "policies[0].reason", "printable"),
    "an id twice": ("  - { id: p, effect: deny }\n  - { id: p, effect: allow }\n", 3, "policies[1].id", "twice"),
    "conditions of a denial": (
        "  - id: p\n    effect: deny\n    conditions: { max_lifetime: 60 }\n", 4, "policies[0].conditions",
        "allow_with_conditions"),
    "approvers of a denial": (
        "  - id: p\n    effect: deny\n    approvers: [owner]\n", 4, "policies[0].approvers", "require_approval"),
    "no conditions": ("  - id: p\n    effect: allow_with_conditions\n", 2, "policies[0].conditions", "max_lifetime"),
    "too long a life": (
        "  - id: p\n    effect: allow_with_conditions\n    conditions:\n      max_lifetime: 2h\n", 5,
        "policies[0].conditions.max_lifetime", "3600s"),
    "no layer": ("  - id: p\n    effect: deny\n    layer: everybody\n", 4, "policies[0].layer", "team:NAME"),
    "a yes without quotes": (
        "  - id: p\n    effect: deny\n    when: { teams: [no] }\n", 4, "policies[0].when.teams[0]", "in quotes"),
}


@pytest.fixture(scope="module")
def registry(directory_of):
    return Service(directory_of(), issuer=ISSUER, registries=())


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_file_line_field_and_mend_and_changes_nothing(registry, name):
    text, line, field, words = MISTAKES[name]
    file = registry.directory / "mistake.yaml"
    file.write_text("policies:\n" + text)
    before = registry.json("policy", "list")
    for command in (("apply",), ("apply", "--dry-run"), ("policy", "put")):
        done = registry.command(*command, "-f", file, status=1)
        message = done.stderr.strip()
        assert done.stdout == "" and "\n" not in message and len(message) < 400
        assert f"mistake.yaml:{line}: {field}: " in message and words in message, message
    assert registry.json("policy", "list") == before


def test_names_that_nothing_has_are_warned_of(installation):
    service = installation()
    when = {"audiences": [INVENTORY], "agents": [READER]}
    done = service.command("apply", "-f", file_of(service, PLAIN | {"when": when, "layer": "type:nothing"}))
    warnings = done.stderr.splitlines()
    assert len(warnings) == 3 and all(one.startswith("warning: policy plain: ") for one in warnings)
    assert [part in one for part, one in zip(("layer", "when.audiences", "when.agents"), warnings)] == [True] * 3


def test_what_was_misspelt_is_warned_of_with_what_was_meant(installation):
    service = installation(QUICKSTART)
    policies = [
        {"id": "g", "effect": "deny", "when": {"scopes": ["s3:ListBukcets"]}},
        {"id": "h", "effect": "require_approval", "approvers": ["ownr", "bob"]},
        {"id": "i", "effect": "allow_with_conditions", "conditions": {"narrow_to": ["nothing:*"]}},
        {"id": "j", "effect": "deny", "when": {"environments": ["nowhere"], "sensitivity": "none"}}]
    for command in (("apply", "--dry-run"), ("apply",), ("policy", "put")):
        assert service.command(*command, "-f", file_of(service, *policies)).stderr.splitlines() == [
            'warning: policy g: when.scopes names "s3:ListBukcets", and no audience\'s catalogue has such a scope: '
            'it never fires; did you mean "s3:ListBuckets"?',
            'warning: policy h: approvers names "ownr", who is taken for a person; did you mean the word owner?',
            'warning: policy i: conditions.narrow_to names "nothing:*", and no audience\'s catalogue has such a scope: '
            'it lets nothing through',
            'warning: policy j: when.environments names "nowhere", and no agent is of that environment: it never fires',
            'warning: policy j: when.sensitivity names "none", and no audience\'s catalogue has such a sensitivity: '
            'it never fires']


def test_a_set_has_an_end(installation):
    service = installation()
    many = [{"id": f"p{n}", "effect": "deny", "when": {"teams": ["x"]}} for n in range(1001)]
    assert "1000 are the most" in apply(service, *many, status=1)
    assert len(apply(service, *many[:1000])) == 1000
    assert "would be 1001 policies" in apply(service, many[1000], status=1)
    names = [f"agent-{n:04}" + "x" * 90 for n in range(1000)]
    large = [{"id": f"p{n}", "effect": "deny", "when": {"principal": names}} for n in range(60)]
    assert "4096 KiB are the most" in apply(service, *large, options=["--prune"], status=1)
    assert "128 KiB" in apply(service, {"id": "p", "effect": "deny", "when": {"scopes": ["x" * 250] * 600}}, status=1)
    listed = service.json("policy", "list")
    assert len(listed["items"]) == 1000 and listed["version"] == 1
    assert len(json.loads(service.command("policy", "put", "-f", file_of(service), "--json").stdout)["items"]) == 0


# Commands

def test_the_commands_list_show_and_put(installation):
    service = installation()
    apply(service, FULL, PLAIN)
    listed = service.command("policy", "list").stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["full", "team:finance", "allow_with_conditions"], ["plain", "global", "deny"]]
    assert service.json("policy", "show", "plain") == PLAIN | {"layer": "global"}
    shown = service.command("policy", "show", "full").stdout
    assert "max_lifetime  90s" in shown and "attested_over" in shown and "30d" in shown
    assert 'did you mean "plain"?' in service.command("policy", "show", "plian", status=1).stderr
    listing = service.directory / "listed.json"
    listing.write_text(service.command("policy", "list", "--json").stdout)
    assert service.command("policy", "put", "-f", listing).stdout == "nothing changed: version 1 stays in force\n"
    assert service.command("policy", "put", "-f", file_of(service, HELD)).stdout == (
        "version 2 is in force, with 1 policy\n")
    stale = service.command("policy", "put", "-f", listing, status=1).stderr
    assert "listed.json:1: digest: " in stale and "version 2" in stale
    assert [one["version"] for one in service.json("policy", "versions")["items"]] == [2, 1, 0]
    assert service.json("policy", "list", "--at", "1") == json.loads(listing.read_text())
    assert service.json("policy", "show", "full", "--at", "1")["id"] == "full"
    assert service.json("policy", "list", "--at", "0")["digest"] == EMPTY
    service.command("policy", "list", "--at", "3", status=1)
    assert len(service.command("policy", "versions").stdout.splitlines()) == 3
    help = service.command("policy", "put", "--help").stdout
    assert "Example:" in help and "mandate policy put -f policies.yaml" in help


def test_a_backup_carries_them(installation, tmp_path):
    service = installation()
    apply(service, FULL, PLAIN)
    before = service.json("policy", "list")
    copy = service.directory / "copy.db"
    service.command("backup", copy)
    apply(service, options=["--prune"])
    for file in service.directory.glob("mandate.db*"):
        file.rename(service.directory / f"old-{file.name}")
    service.command("restore", copy)
    assert service.json("policy", "list") == before


# The admin API

def test_it_is_shown_as_it_is_sent(administered):
    token = administered.admin_token()
    answer = put(administered, {"policies": [PLAIN, HELD]}, token)
    assert answer.status_code == 200
    assert answer.json()["warnings"] == [
        f'policy {one}: when.teams names "nobody", and no agent is of that team: it never fires' for one in ("plain", "held")]
    shown = administered.ask("GET", "/v1/policies", token).json()
    assert {key: answer.json()[key] for key in shown} == shown and shown["next"] is None
    assert shown["changed_by"] == f"agent:{ADMIN}"
    assert put(administered, shown, token).json()["version"] == shown["version"]
    earlier = administered.ask("GET", f"/v1/policies?version={shown['version']}", token)
    assert earlier.json() == shown
    assert administered.ask("GET", "/v1/policies?version=999", token).status_code == 404
    assert administered.over_socket("GET", "/v1/policies")[0] == 200


def test_changing_them_needs_the_scope_and_reading_them_needs_another(administered):
    before = administered.ask("GET", "/v1/policies", administered.admin_token()).json()
    reader = administered.admin_token(scope="registry:read")
    for answer in (put(administered, {"policies": []}, reader),
                   administered.ask("POST", "/v1/registry", reader, json={"policies": [PLAIN]})):
        assert answer.status_code == 403 and "registry:write" in answer.headers["WWW-Authenticate"]
    other = administered.admin_token(scope="ledger:read")
    for path in ("/v1/policies", "/v1/policies?version=0", "/v1/policies/versions"):
        assert administered.ask("GET", path, other).status_code == 403
        assert administered.ask("GET", path).status_code == 401
        assert administered.ask("GET", path, reader).status_code == 200
    assert put(administered, {"policies": []}, None).status_code == 401
    assert administered.ask("GET", "/v1/policies", reader).json() == before


def test_of_two_changes_of_the_same_set_one_is_refused(administered):
    token = administered.admin_token()
    for round in range(5):
        before = administered.ask("GET", "/v1/policies", token).json()
        bodies = [before | {"items": [PLAIN | {"reason": f"{round} {name}"}]} for name in "abcdef"]
        with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
            answers = list(pool.map(lambda body: put(administered, body, token), bodies))
        assert sorted(one.status_code for one in answers) == [200] + [409] * 5
        refused = next(one for one in answers if one.status_code == 409).json()
        assert refused["field"] == "digest" and "get them again" in refused["detail"]
        winner = next(one for one in answers if one.status_code == 200).json()
        after = administered.ask("GET", "/v1/policies", token).json()
        assert after["items"] == winner["items"] and after["version"] == before["version"] + 1


def test_a_change_is_in_force_for_the_next_token(administered):
    """The record names the digest of the set that was in force."""
    admin = administered.admin_token()
    digests = set()
    for reason in ("one", "two"):
        digest = put(administered, {"policies": [PLAIN | {"reason": reason}]}, admin).json()["digest"]
        administered.token(ADMIN, audience=administered.issuer, scope="registry:read")
        record = next(one for one in reversed(administered.ledger()) if one["event"] == "token.issued")
        assert record["policy"] == digest
        digests.add(digest)
    assert len(digests) == 2


HOSTILE = [
    (b"", ""), (b"[]", ""), (b"{}", "policies"), (b'{"policies":{}}', "policies"), (b'{"policies":null}', "policies"),
    (b'{"policies":[],"items":[]}', "items"), (b'{"policies":[null]}', "policies[0]"), (b'{"items":[[]]}', "items[0]"),
    (b'{"items":[],"next":"x"}', "next"), (b'{"items":[],"digest":7}', "digest"), (b'{"items":[],"polices":[]}', "polices"),
    (b'{"policies":[{"id":"p","effect":"deny","reason":"a\\u0000"}]}', "policies[0].reason"),
    (b'{"policies":[{"id":"p","effect":"deny","reason":"a\\nb"}]}', "policies[0].reason"),
    (b'{"policies":[{"id":"p","id":"q","effect":"deny"}]}', ""),
    (b'{"policies":[{"id":"p","effect":"deny","when":{"scopes":["a b"]}}]}', "policies[0].when.scopes[0]"),
    (b'{"policies":[{"id":"p","effect":"deny","when":{"depth_over":9223372036854775808}}]}', "policies[0].when.depth_over"),
    (b'{"policies":[{"id":"p","effect":"deny","when":{"rate_over":{"count":1,"per":9223372036854775807}}}]}',
     "policies[0].when.rate_over.per"),
    (b'{"policies":[{"id":"p","effect":"deny","when":{"attested_over":"999999999d"}}]}', "policies[0].when.attested_over"),
    (b'{"policies":' + b"[" * 3000, ""),
]


@pytest.mark.parametrize("body, field", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_set_of_policies_is_refused_and_changes_nothing(administered, body, field):
    before = administered.over_socket("GET", "/v1/policies")[2]
    status, _, answer = administered.over_socket("PUT", "/v1/policies", body, {"Content-Type": "application/json"})
    assert status == 400 and json.loads(answer).get("field", "") == field, answer
    assert administered.over_socket("GET", "/v1/policies")[2] == before


def test_a_set_that_is_too_large_to_send_is_refused_by_its_length(administered):
    body = b" " * (16 << 20) + b'{"policies":[]}'
    assert administered.over_socket("PUT", "/v1/policies", body)[0] == 413
