"""Explaining and testing policies: what is said, where it is refused before policies, hours, files with cases."""

import json
import subprocess
from datetime import datetime, timedelta

import pytest
import yaml

from network_administration import READER_ONLY, AdministeredService
from policy_world import REGISTRY
from service import ROOT, Service, binary
from test_policy_table import Explaining

EXAMPLES = ROOT / "examples/policies"
CASES = sorted(path for path in EXAMPLES.glob("*.yaml") if path.name != "registry.yaml")


@pytest.fixture(scope="module")
def world(directory_of):
    service = AdministeredService(directory_of(), registries=())
    document = json.loads(json.dumps(REGISTRY))
    document["agents"] += [
        {"id": "p-idle", "type": "p-kind", "owner": "olga", "status": "suspended"},
        {"id": "p-poor", "type": "p-kind", "owner": "olga", "grants": ["client_credentials"], "capabilities": {"p-notes": ["notes:put"]},
         "delegation": {"to": ["p-other"], "max_chain_depth": 2, "max_class": "read", "approval_for": ["read"]}},
        {"id": "p-careful", "type": "p-kind", "owner": "olga",
         "delegation": {"to": ["p-other"], "max_chain_depth": 2, "max_class": "admin", "approval_for": ["read"]}}]
    service.command("apply", "-f", "-", input=json.dumps(document))
    service.serve()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def explain(world):
    return Explaining(world)


ASKED = {"client_id": "p-a", "audience": "p-files", "scope": "files:get"}


def outcome(answer):
    return answer["decision"], answer["rule"], answer["reason"]


# Hours

def hours(days, begin, end, zone):
    return {"from": begin, "to": end, "zone": zone} | ({"days": days} if days else {})


@pytest.mark.parametrize("window, open_from, open_until", [
    (hours(["mon"], "09:00", "17:00", "America/New_York"), "2026-07-06T13:00:00Z", "2026-07-06T21:00:00Z"),
    (hours(["mon"], "09:00", "17:00", "America/New_York"), "2026-01-05T14:00:00Z", "2026-01-05T22:00:00Z"),
    (hours(["sun"], "00:00", "24:00", "Europe/Berlin"), "2026-07-04T22:00:00Z", "2026-07-05T22:00:00Z"),
    (hours(["sun"], "22:00", "06:00", "Europe/Berlin"), "2026-07-05T20:00:00Z", "2026-07-06T04:00:00Z"),
    (hours(["sat", "sun"], "00:00", "24:00", "UTC"), "2026-07-04T00:00:00Z", "2026-07-06T00:00:00Z"),
    # A day of 23 hours, and one of 25.
    (hours(["sun"], "00:00", "24:00", "America/New_York"), "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
    (hours(["sun"], "00:00", "24:00", "Europe/Berlin"), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    # 02:30 is not there; 01:30 is there twice.
    (hours(None, "02:30", "04:00", "America/New_York"), "2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z"),
    (hours(None, "01:00", "02:00", "America/New_York"), "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),
    (hours(None, "02:00", "03:00", "Europe/Berlin"), "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"),
    (hours(None, "23:59", "00:01", "Europe/Berlin"), "2026-07-05T21:59:00Z", "2026-07-05T22:01:00Z")])
def test_hours_are_half_open_to_the_second_by_the_clocks_of_their_zone(explain, window, open_from, open_until):
    def decision(at, name):
        policies = [{"id": "hours", "effect": "deny", "when": {name: window}}]
        return explain(ASKED | {"at": at.isoformat(), "policies": policies})["decision"]

    opens, closes = (datetime.fromisoformat(one) for one in (open_from, open_until))
    moments = [(opens - timedelta(milliseconds=1), False), (opens - timedelta(seconds=1), False), (opens, True),
               (closes - timedelta(seconds=1), True), (closes - timedelta(milliseconds=1), True), (closes, False)]
    for moment, isOpen in moments:
        assert decision(moment, "within") == ("DENY" if isOpen else "ALLOW"), moment
        assert decision(moment, "outside") == ("ALLOW" if isOpen else "DENY"), moment


def test_what_clocks_show_is_said_where_a_policy_looks_at_them(explain):
    policies = [{"id": "hours", "effect": "deny", "when": {"within": hours(None, "02:00", "03:00", "Europe/Berlin")}}]
    answer = explain(ASKED | {"at": "2026-10-25T00:30:00Z", "policies": policies})
    assert answer["inputs"]["clocks"] == [{"zone": "Europe/Berlin", "shows": "sun 2026-10-25 02:30:00 +02:00"}]
    answer = explain(ASKED | {"at": "2026-10-25T01:30:00Z", "policies": policies})
    assert answer["inputs"]["clocks"] == [{"zone": "Europe/Berlin", "shows": "sun 2026-10-25 02:30:00 +01:00"}]
    answer = explain(ASKED | {"at": "1970-01-01T00:30:00Z", "policies": [
        {"id": "hours", "effect": "deny", "when": {"within": hours(["wed"], "19:30", "19:31", "America/New_York")}}]})
    assert answer["decision"] == "DENY", "where clocks in the west showed 1969 still"


# What is said

def test_all_that_policies_see_is_said(explain):
    policies = [
        {"id": "a-rate", "layer": "team:red", "effect": "deny", "when": {"rate_over": {"count": 9, "per": "5m", "by": "team"}}},
        {"id": "b-other", "layer": "team:blue", "effect": "deny"},
        {"id": "c-kind", "layer": "type:p-kind", "effect": "require_approval", "when": {"teams": ["red"], "environments": ["staging"]}},
        {"id": "d-fires", "effect": "allow_with_conditions", "reason": "because", "conditions": {"max_lifetime": "1m"}}]
    answer = explain({
        "client_id": "p-a", "audience": "p-files", "scope": ["files:get", "files:getSecret"], "grant": "redeem", "depth": 3,
        "principal": "ann", "task_id": "T-1", "at": "2026-07-06T10:00:00+02:00", "attested_at": "2026-07-06T07:00:00Z",
        "risk": 12, "issued": {"a-rate": 4}, "policies": policies})
    party = {"id": "p-a", "type": "p-kind", "team": "red", "environment": "prod", "owner": "olga",
             "attested_at": "2026-07-06T07:00:00.000Z", "attested_age": 3600}
    assert answer["inputs"] == {
        "client": party, "agent": party, "grant": "redeem", "requested_token_type": "access_token", "targets": [
            {"audience": "p-files", "environment": "prod", "scopes": ["files:get", "files:getSecret"], "classes": ["read"],
             "sensitivity": ["pii"]}],
        "principal": "ann", "autonomous": False, "depth": 3, "task_id": "T-1", "at": "2026-07-06T08:00:00.000Z", "clocks": [],
        "counters": [{"policy": "a-rate", "by": "team", "of": "red", "tokens": 4, "count": 9, "per": 300}],
        "risk": {"score": 12, "reasons": []}}
    assert answer["policies"] == [
        {"id": "a-rate", "layer": "team:red", "effect": "deny", "fired": False, "unmet": "rate_over",
         "wants": {"count": 9, "per": 300, "by": "team"}, "reason": None, "conditions": None},
        {"id": "c-kind", "layer": "type:p-kind", "effect": "require_approval", "fired": False, "unmet": "environments",
         "wants": ["staging"], "reason": None, "conditions": None},
        {"id": "d-fires", "layer": "global", "effect": "allow_with_conditions", "fired": True, "unmet": None, "wants": None,
         "reason": "because", "conditions": {"max_lifetime": 60}}]
    assert outcome(answer) == ("ALLOW_WITH_CONDITIONS", "d-fires", None) and answer["expires_in"] == 60
    assert answer["granted"] == {"p-files": ["files:get", "files:getSecret"]}
    assert answer["conditions"] == {"max_lifetime": 60, "narrow_to": [], "require": [], "ledger": None}
    assert answer["policy"]["version"] is None and answer["policy"]["digest"].startswith("sha256:")


@pytest.mark.parametrize("change, refusal", [
    ({"client_id": "p-nobody"}, ("authentication", "client_authentication_failed")),
    ({"client_id": "p-idle"}, ("authentication", "client_authentication_failed")),
    ({"client_id": "p-poor", "grant": "redeem"}, ("grant", "grant_not_allowed")),
    ({"grant": "start", "principal": "ann"}, ("task", "task_missing")),
    ({"grant": "hand_over"}, ("delegation", "cycle")),
    ({"requested_actor": "p-nobody"}, ("delegation", "not_a_delegate")),
    ({"requested_actor": "p-idle"}, ("delegation", "not_a_delegate")),
    ({"client_id": "p-poor", "requested_actor": "p-b", "audience": "p-notes", "scope": "notes:put"}, ("delegation", "not_a_delegate")),
    ({"client_id": "p-poor", "requested_actor": "p-c", "audience": "p-notes", "scope": "notes:put"}, ("delegation", "exceeds_class")),
    ({"grant": "hand_over", "requested_actor": "p-poor", "depth": 3}, ("delegation", "depth_exceeded")),
    ({"audience": "p-nowhere"}, ("target", "audience_unknown")),
    ({"audience": None}, ("target", "audience_missing")),
    ({"audience": None, "audiences": ["p-files", "p-notes"], "requested_token_type": "access_token"}, ("target", "several_audiences")),
    ({"client_id": "p-poor"}, ("target", "audience_not_held")),
    ({"scope": None}, ("catalogue", "scope_missing")), ({"scope": "*:x"}, ("catalogue", "scope_malformed")),
    ({"scope": "files:rename"}, ("catalogue", "scope_unknown")),
    ({"client_id": "p-poor", "audience": "p-notes", "scope": "notes:read"}, ("containment", "exceeds_capability")),
    ({"principal": "eve", "grant": "redeem"}, ("chain", "chain_revoked")),
    ({"task_id": "ended"}, ("chain", "chain_revoked"))])
def test_what_is_refused_before_policies_is_refused_by_the_same_reason(world, explain, change, refusal):
    if change.get("principal") == "eve":
        world.command("principal", "revoke", "eve")
    if change.get("task_id") == "ended":
        world.command("task", "create", "ended", status=None)
        world.command("task", "complete", "ended", status=None)
    question = {name: value for name, value in (ASKED | change).items() if value is not None}
    answer = explain(question | {"policies": [{"id": "all", "effect": "deny"}]})
    assert outcome(answer) == ("DENY", *refusal) and answer["policies"] == [], answer
    assert answer["granted"] is None and answer["inputs"]["grant"] == change.get("grant", "client_credentials")


def test_what_a_delegators_constraints_hold_back_is_explained(explain):
    answer = explain(ASKED | {"client_id": "p-careful", "requested_actor": "p-c"})
    assert outcome(answer) == ("REQUIRE_APPROVAL", "delegation", "approval_required"), answer


@pytest.mark.parametrize("change, field", [
    ({"clientid": "p-a"}, 'clientid'), ({"client_id": None}, "client_id"), ({"audiences": ["p-files"]}, "audiences"),
    ({"grant": "token_exchange"}, "grant"), ({"grant": "redeem", "requested_actor": "p-b"}, "requested_actor"),
    ({"at": "yesterday"}, "at"), ({"depth": 3}, "depth"), ({"depth": 65, "grant": "redeem"}, "depth"),
    ({"principal": "ann"}, "principal"), ({"grant": "start"}, "principal"), ({"issued": {"a b": 1}}, 'issued["a b"]'),
    ({"issued": {"a": -1}}, "issued.a"), ({"risk": 101}, "risk"), ({"autonomous": False}, "autonomous"),
    ({"policies": [{"id": "p", "effect": "deny", "when": {"agent": ["x"]}}]}, "policies[0].when.agent"),
    ({"policies": [{"id": "p", "effect": "deny", "when": {"within": hours(None, "01:00", "02:00", "Mars/Base")}}]},
     "policies[0].when.within.zone")])
def test_a_question_that_cannot_be_is_refused_with_its_field(explain, change, field):
    question = {name: value for name, value in (ASKED | change).items() if value is not None}
    problem = explain(question, status=400)
    assert problem["field"] == field, problem


def test_it_is_a_question_for_readers_and_says_nothing_in_the_ledger(world, explain):
    reading, other = world.admin_token(scope="registry:read"), world.admin_token(READER_ONLY, "ledger:read")
    before = len(world.ledger())
    assert world.ask("POST", "/v1/policies/explain", reading, json=ASKED).json()["decision"] == "ALLOW"
    assert world.ask("POST", "/v1/policies/explain", other, json=ASKED).status_code == 403
    assert world.ask("POST", "/v1/policies/explain", json=ASKED).status_code == 401
    assert len(world.ledger()) == before


# On the command line

def test_a_person_reads_the_answer_first(world):
    file = world.directory / "proposed.yaml"
    file.write_text(
        "policies:\n  - id: nights\n    effect: deny\n    reason: people sleep\n    when:\n"
        "      within: { from: '22:00', to: '06:00', zone: America/New_York }\n  - id: others\n    effect: deny\n    when: { teams: [blue] }\n")
    said = world.command(
        "policy", "explain", "--client-id", "p-a", "--audience", "p-files", "--scope", "files:get", "--at", "2026-07-06T02:00:00-04:00",
        "--policies", file).stdout.splitlines()
    assert said[0] == "DENY by nights (denied_by_policy): people sleep"
    text = "\n".join(said)
    assert "p-a (p-kind, team red, environment prod, never attested)" in text
    assert "p-files (environment prod) for files:get (read)" in text
    assert "mon 2026-07-06 02:00:00 -04:00 in America/New_York" in text
    assert "  fired  nights  global  deny" in said and '  -      others  global  not teams blue' in said
    wrong = world.command("policy", "explain", "--client-id", "p-a", "--policies", file, "--grant", "begin", status=1).stderr
    assert wrong.startswith("mandate: grant: must be one of client_credentials")
    file.write_text("policies:\n  - id: nights\n    effect: dney\n")
    wrong = world.command("policy", "explain", "--client-id", "p-a", "--policies", file, status=1).stderr
    assert f"{file}:3: policies[0].effect: " in wrong and 'did you mean "deny"?' in wrong


def test_the_type_of_the_token_can_be_asked_for(world):
    asked = ("policy", "explain", "--client-id", "p-a", "--audience", "p-files", "--scope", "files:get", "--requested-token-type")
    for kind in ("access_token", "delegation"):
        assert world.json(*asked, kind)["inputs"]["requested_token_type"] == kind
    assert "requested_token_type: must be one of" in world.command(*asked, "id_token", status=1).stderr
    said = " ".join(world.command("policy", "explain", "--help").stdout.split())
    assert "The exit status is 0 whatever is decided." in said


def test_names_cannot_steer_the_terminal(world):
    said = world.command("policy", "explain", "--client-id", "p-a", "--audience", "p-files", "--scope", "\x1b[2J", status=None)
    assert "\x1b" not in said.stdout + said.stderr


# Files with cases

@pytest.fixture
def judged(directory_of):
    """Runs `mandate policy test` where there is no installation at all."""
    place = directory_of()

    def run(text, *arguments, status=0, name="cases.yaml"):
        (place / name).write_text(text)
        done = subprocess.run([binary(), "policy", "test", name, *arguments], cwd=place, capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert not [path for path in place.iterdir() if path.suffix not in (".yaml",)]
        return done
    return run


@pytest.fixture
def offline(judged):
    def run(text, *arguments, status=0, name="cases.yaml"):
        done = judged(text, *arguments, status=status, name=name)
        return done.stdout if status < 2 else done.stderr
    return run


@pytest.mark.parametrize("file", CASES, ids=lambda path: path.stem)
def test_the_examples_do_what_their_cases_say(judged, file):
    said = judged(file.read_text(), "--registry", str(EXAMPLES / "registry.yaml"), name=file.name)
    count = len(yaml.safe_load(file.read_text())["cases"])
    assert count >= 5 and said.stdout.splitlines()[-1] == f"{file.name}: {count} ok" and said.stderr == ""


def test_the_examples_are_the_six_and_a_set_in_layers():
    assert [path.stem for path in CASES] == [
        "cross-domain", "delegation-depth", "layered", "scope-boundary", "sensitive-data", "time-of-day", "volume"]


def test_the_examples_can_be_applied_as_they_are(directory_of):
    service = Service(directory_of(), registries=(EXAMPLES / "registry.yaml",))
    for file in CASES:
        service.command("apply", "-f", file)
    ids = {one["id"] for file in CASES for one in yaml.safe_load(file.read_text())["policies"]}
    assert {one["id"] for one in service.json("policy", "list")["items"]} == ids
    assert service.command("policy", "put", "-f", EXAMPLES / "volume.yaml").stdout.startswith("version ")


SMALL = """audiences:
  - { id: a-api, scopes: [ { name: "a:read", class: read }, { name: "a:write", class: write } ] }
agent_types:
  - id: kind
    capabilities: { a-api: ["a:read", "a:write"] }
    delegation: { to: [], max_chain_depth: 1, max_class: read }
agents:
  - { id: one, type: kind, owner: ann@company.com }
policies:
  - { id: no-writes, effect: deny, when: { classes: [write] } }
cases:
  - name: it reads
    given: { agent: one, audience: a-api, scopes: [a:read] }
    expect: { decision: ALLOW }
"""


def test_a_case_that_fails_says_what_was_expected_and_what_came(offline):
    said = offline(SMALL + """  - name: it writes
    given: { agent: one, audience: a-api, scopes: [a:write] }
    expect: { decision: ALLOW, rule: containment }
""", status=1).splitlines()
    assert said[0] == "ok      it reads" and said[1] == "FAILED  it writes"
    assert said[2:5] == ["         decision: expected ALLOW, got DENY", "         rule: expected containment, got no-writes",
                         "           fired  no-writes  global  deny"]
    assert said[-1] == "cases.yaml: 1 of 2 FAILED"


def test_a_case_that_fails_before_policies_says_why(offline):
    less = SMALL.replace('a-api: ["a:read", "a:write"]', 'a-api: ["a:read"]')
    assert offline(less + """  - name: it writes
    given: { agent: one, audience: a-api, scopes: [a:write] }
    expect: { decision: ALLOW }
""", status=1).splitlines() == [
        "ok      it reads", "FAILED  it writes", "         decision: expected ALLOW, got DENY",
        "         got DENY by containment (exceeds_capability): a:write at a-api is more than an agent on the chain holds",
        "cases.yaml: 1 of 2 FAILED"]


def test_what_policies_of_a_file_name_in_vain_is_warned_of_once(judged):
    vain = SMALL.replace("cases:", '  - { id: vain, layer: "team:none", effect: deny, when: { scopes: ["a:wirte"] } }\ncases:')
    done = judged(vain)
    assert done.stdout == "ok      it reads\ncases.yaml: 1 ok\n" and done.stderr.splitlines() == [
        'warning: cases.yaml: policy vain: layer names "none", and no agent is of that team: it never fires',
        'warning: cases.yaml: policy vain: when.scopes names "a:wirte", and no audience\'s catalogue has such a scope: '
        'it never fires; did you mean "a:write"?']
    assert len(judged(vain.replace("ALLOW", "DENY"), "--json", status=1).stderr.splitlines()) == 2


def test_a_file_without_cases_is_read_and_the_rest_judged(judged):
    head = SMALL.partition("cases:")[0]
    assert judged(head, name="none.yaml").stdout == "none.yaml: no cases, 1 policy read\n"
    assert judged(SMALL, "none.yaml").stdout.splitlines()[-2:] == ["cases.yaml: 1 ok", "none.yaml: no cases, 1 policy read"]
    two = "policies:\n  - { id: p, effect: deny, when: { teams: [none] } }\n  - { id: q, effect: deny }\n"
    done = judged(two, "cases.yaml", name="bare.yaml")
    assert done.stdout.splitlines()[0] == "bare.yaml: no cases, 2 policies read" and done.stderr == ""
    bad = judged(SMALL.replace("decision: ALLOW", "decision: DENY"), "none.yaml", status=1)
    assert bad.stdout.splitlines()[-1] == "none.yaml: no cases, 1 policy read"


def test_results_are_also_json(offline):
    line, = offline(SMALL, "--json").splitlines()
    result = json.loads(line)
    assert (result["name"], result["ok"], result["failures"]) == ("it reads", True, [])
    assert result["explanation"]["decision"] == "ALLOW"


def test_one_failing_file_fails_all_and_one_that_cannot_be_read_more(offline):
    offline(SMALL, name="good.yaml")
    bad = SMALL.replace("decision: ALLOW", "decision: DENY")
    assert "cases.yaml: 1 of 1 FAILED" in offline(bad, "good.yaml", status=1)
    assert "nowhere.yaml" in offline(bad, "good.yaml", "nowhere.yaml", status=2)


MISTAKES = {
    "an unknown key": (("cases:", "casess:"), 'cases.yaml:11: casess: "casess" is not a member of a file of cases; did you mean "cases"?'),
    "an empty list of cases": (("cases:\n  - name: it reads\n    given: { agent: one, audience: a-api, scopes: [a:read] }\n    expect: { decision: ALLOW }\n", "cases: []\n"),
                               "cases: is empty"),
    "an unknown member of given": (("scopes: [a:read] }", "scops: [a:read] }"), 'cases.yaml:13: cases[0].given.scops: "scops" is not a member of given; did you mean "scopes"?'),
    "an unknown member of expect": (("expect: { decision", "expect: { desision"), 'cases.yaml:14: cases[0].expect.desision: "desision" is not a member of expect; did you mean "decision"?'),
    "an unknown decision": (("ALLOW }", "ALOW }"), 'did you mean "ALLOW"?'),
    "an agent that is not there": (("agent: one,", "agent: onee,"), 'cases.yaml:13: cases[0].given.agent: there is no agent "onee" here: define it under agents, or name a file that does with --registry; did you mean "one"?'),
    "an audience that is not there": (("audience: a-api", "audience: a-app"), 'did you mean "a-api"?'),
    "a counter of no policy": (("scopes: [a:read] }", "scopes: [a:read], issued: { no-write: 1 } }"), 'did you mean "no-writes"?'),
    "an unknown condition": (("when: { classes", "when: { clases"), 'policies[0].when.clases: "clases" is not a member of when; did you mean "classes"?'),
    "a type that is not there": (("type: kind", "type: kin"), 'cases.yaml:8: agents[0].type: there is no agent type "kin"'),
    "no name": (("name: it reads", "name:"), "cases[0].name: is missing"),
    "what is no YAML": (("cases:", "cases: ["), "cases.yaml:"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_that_cannot_be_read_says_where_and_what_was_meant(offline, mistake):
    (old, new), said = MISTAKES[mistake]
    assert old in SMALL
    assert said in offline(SMALL.replace(old, new, 1), status=2)
