"""The ledger by filter, in every format, and followed over restarts."""

import hashlib
import http.client
import json
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from urllib.parse import urlencode

import pytest

import siem
from receivers import wait_for
from service import ANALYST, INVENTORY, PLANNER, READER, Service, binary

PIECES = [
    "\n", "\r\n", "\t", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\u202e", "\ufeff", "\ue000", "\U0010ffff",
    "|", "\\", "=", "\\=", "\\n", "\\\\", '"', "'", " ", "  ", "", "é", "e\u0301", "日本", "🙂", "\x7f", "%00", "null",
    " act=ALLOW", "\tsev=1", " cs1=x", "|9|", "CEF:0|", "LEEF:2.0|", '","agent_id":"x', '{"seq":1}', "x=", "=x", "\x1b[2J"]


class Unix(http.client.HTTPConnection):
    """HTTP over the administration socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def ask(service, **query):
    connection = Unix(service.directory / "mandate.sock")
    connection.request("GET", "/v1/ledger?" + urlencode(query))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def pages(service, **query):
    """Every item of a list, and that its pages end."""
    items = []
    for _ in range(1000):
        answer, body = ask(service, **query)
        assert answer.status == 200, body
        page = json.loads(body)
        assert set(page) == {"items", "next"}
        items += page["items"]
        if page["next"] is None:
            return items
        query["after"] = page["next"]
    raise AssertionError("the list does not end")


def append(service, records):
    """Puts records into the database of a server that does not run, chained as the writer chains them."""
    database = sqlite3.connect(service.directory / "mandate.db", isolation_level=None)
    sequence, last = database.execute("SELECT seq, record FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
    database.execute("BEGIN")
    for record in records:
        sequence += 1
        record |= {"seq": sequence, "prev": "sha256:" + hashlib.sha256(b"\0" + last.encode()).hexdigest()}
        last = siem.canonical(record)
        database.execute("INSERT INTO ledger (seq, record) VALUES (?, ?)", (sequence, last))
    database.execute("COMMIT")
    database.close()


def hostile_record(source, event="agent.changed"):
    def any_text():
        return "".join(source.choices(PIECES + ["a", "b"], k=source.randint(0, 4)))

    def maybe(value):
        return value if source.random() < 0.8 else None

    return {
        "agent_id": maybe(any_text()), "agent_type": any_text(), "agent_version": any_text(), "approval": None,
        "at": "2026-11-21T06:57:11.398Z", "audience": any_text(), "by": any_text(), "chain": [any_text(), any_text()],
        "chain_hash": any_text(), "change": {any_text(): any_text(), "x": [any_text(), 1, None, {"agent_id": "x"}]},
        "count": 3, "decision": maybe(any_text()), "event": event if source.random() < 0.8 else any_text(),
        "exp": maybe(any_text()), "granted": maybe([any_text()]), "jti": any_text(), "policy": any_text(),
        "principal": any_text(), "reason": any_text(), "request_id": any_text(), "requested": ["a:b", "c:*"],
        "rule": any_text(), "source": {"address": source.choice(["10.0.0.1", "::1", any_text()]), "method": any_text()},
        "sources": [any_text()], "task_id": any_text()}


@pytest.fixture(scope="module")
def hostile(directory_of):
    """A database with hostile records at its end, and what they are."""
    one = Service(directory_of())
    source = random.Random(20)
    append(one, [hostile_record(source) for _ in range(400)])
    return one, one.ledger()


def test_hostile_records_are_whole_in_json(hostile):
    service, records = hostile
    lines = service.command("ledger", "export").stdout.split("\n")
    assert lines.pop() == "" and len(lines) == len(records) > 400
    assert [siem.canonical(record) for record in records] == lines
    assert "ok" in service.command("ledger", "verify").stdout


CEF = {"agent_id": "cs1", "task_id": "cs2", "chain_hash": "cs3", "jti": "cs4", "requested": "cs5", "granted": "cs6",
       "principal": "suser", "audience": "destinationServiceName", "reason": "reason", "decision": "act", "event": "cat",
       "count": "cnt", "seq": "externalId"}
LABELS = {"cs1": "agent", "cs2": "task", "cs3": "chainHash", "cs4": "jti", "cs5": "requested", "cs6": "granted"}


def camel(name):
    return "mandate" + "".join(word.capitalize() for word in name.split("_"))


def plain(name, value):
    if name in ("requested", "granted") and all(" " not in one and one.isascii() and one.isprintable() for one in value):
        return {" ".join(value), siem.text(value)}
    return {siem.text(value)}


def test_nothing_is_lost_or_smuggled_in_cef(hostile):
    service, records = hostile
    lines = service.command("ledger", "export", "--format", "cef").stdout.split("\n")
    assert lines.pop() == "" and len(lines) == len(records)
    for record, line in zip(records, lines):
        header, fields = siem.cef(line)
        assert header[1:3] == ["Mandate", "mandate"] and header[4] in (record["event"], "unknown")
        for name, value in record.items():
            if value is None or name in ("at", "exp", "source"):
                continue
            assert fields.pop(CEF.get(name, camel(name))) in plain(name, value), (name, line)
        assert fields.pop("rt") if "T" in record["at"] else fields.pop("mandateAt")
        if record["exp"] is not None:
            if "deviceCustomDate1" in fields:
                assert int(fields.pop("deviceCustomDate1")) and fields.pop("deviceCustomDate1Label") == "exp"
            else:
                assert fields.pop("mandateExp") == record["exp"]
        if record["source"]:
            address = [fields.pop(key) for key in ("src", "c6a2", "mandateSourceAddress") if key in fields]
            assert address == [record["source"]["address"]]
            if record["source"]["method"] is not None:
                assert fields.pop("mandateSourceMethod") == record["source"]["method"]
        if record["decision"] is not None:
            assert fields.pop("outcome") == ("success" if record["decision"] == "ALLOW" else "failure")
        labels = {key: value for key, value in fields.items() if key.endswith("Label")}
        assert all(value == LABELS.get(key[:-5], "Source IPv6 Address") for key, value in labels.items())
        assert fields == labels, line


def test_nothing_is_lost_or_smuggled_in_leef(hostile):
    service, records = hostile
    lines = service.command("ledger", "export", "--format", "leef").stdout.split("\n")
    assert lines.pop() == "" and len(lines) == len(records)
    names = {"event": "cat", "principal": "usrName", "audience": "resource"}
    for record, line in zip(records, lines):
        header, fields = siem.leef(line)
        assert header[4] in (record["event"], "unknown")
        for name, value in record.items():
            if value is None or name in ("at", "source"):
                continue
            assert fields.pop(names.get(name, name)) in plain(name, value), (name, line)
        assert fields.pop("devTime") == record["at"] and fields.pop("devTimeFormat")
        if record["source"]:
            assert (fields.pop("src", None) or fields.pop("source_address")) == record["source"]["address"]
            if record["source"]["method"] is not None:
                assert fields.pop("source_method") == record["source"]["method"]
        assert 1 <= int(fields.pop("sev")) <= 10
        assert not fields, line


@pytest.fixture(scope="module")
def busy(directory_of):
    """A running server with records of several agents and tasks."""
    one = Service(directory_of())
    one.start()
    for agent in (READER, PLANNER):
        for task in ("task-1", "task-2"):
            one.token(agent, audience=INVENTORY, task_id=task)
    one.post({"grant_type": "client_credentials", "audience": INVENTORY, "scope": "ec2:TerminateInstances"}, READER)
    one.command("agent", "suspend", ANALYST, "--reason", f'said "agent_id":"{READER}",')
    yield one
    one.stop()


FILTERS = {
    "agent": ("agent_id", READER), "task": ("task_id", "task-1"), "principal": ("principal", None),
    "chain": ("chain_hash", None), "event": ("event", "token.issued")}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_exactly_what_it_names(busy, name):
    member, value = FILTERS[name]
    records = busy.ledger()
    value = value or next(record[member] for record in records if record[member] and record["event"] == "token.issued")
    expected = [record for record in records if record[member] == value]
    assert 0 < len(expected) < len(records)
    assert pages(busy, **{name: value, "limit": 2}) == expected
    lines = busy.command("ledger", "export", f"--{name}", value).stdout.splitlines()
    assert [json.loads(line) for line in lines] == expected
    tail = busy.command("ledger", "tail", "--json", "-n", 2, f"--{name}", value).stdout.splitlines()
    assert [json.loads(line) for line in tail] == expected[-2:]


def test_filters_count_together_and_take_kinds_and_times(busy):
    records = busy.ledger()
    middle = records[len(records) // 2]["at"]
    expected = [record for record in records if record["at"] >= middle and record["event"].startswith("token.")
                and record["agent_id"] == READER]
    assert expected and pages(busy, agent=READER, event="token.*", since=middle, limit=1) == expected
    assert pages(busy, since="2999-01-01T00:00:00Z") == [] and pages(busy, agent="nobody") == []
    assert pages(busy, since="1971-01-01T00:00:00+02:00") == records
    assert pages(busy, after=3) == records[3:]


def test_other_formats_come_over_the_api_with_a_link(busy):
    lines, target = [], {"format": "cef", "limit": 5}
    for _ in range(100):
        answer, body = ask(busy, **target)
        assert answer.getheader("content-type") == "text/plain; charset=utf-8"
        lines += body.decode().split("\n")[:-1]
        if not (link := answer.getheader("link")):
            break
        target = dict(pair.split("=") for pair in link.split("?")[1].split(">")[0].split("&"))
    assert [siem.cef(line)[1]["externalId"] for line in lines] == [str(r["seq"]) for r in busy.ledger()]


def test_wrong_filters_are_named(busy):
    for query, field in (({"agent": "a b"}, "agent"), ({"since": "today"}, "since"), ({"format": "xml"}, "format"),
                         ({"chain": "x"}, "chain"), ({"after": "x"}, "after"), ({"event": "*"}, "event")):
        answer, body = ask(busy, **query)
        assert answer.status == 400 and json.loads(body)["field"] == field
    assert "since" in busy.command("ledger", "export", "--since", "today", status=1).stderr
    busy.command("ledger", "export", "--format", "xml", status=2)


class Following:
    """`mandate ledger export --follow …`, read along."""

    def __init__(self, service, *arguments):
        self.process = subprocess.Popen(
            [binary(), "ledger", *map(str, arguments), "--config", str(service.config)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=service.directory, env=service.environment)
        self.lines = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(5)
        self.thread.join(5)
        return status, self.process.stderr.read()


def test_following_survives_restarts_and_ends_cleanly(new_service):
    service = new_service()
    # Without a server at first: it must not keep one from starting.
    everything = Following(service, "export", "--follow")
    some = Following(service, "tail", "--follow", "--json", "-n", 1, "--event", "token.*", "--agent", READER)
    assert wait_for(lambda: everything.lines, 10)
    time.sleep(1)
    for crash in (True, False, True):
        service.start()
        for _ in range(20):
            service.token(READER)
        service.crash() if crash else service.stop()
    service.start()
    records = service.ledger()
    assert wait_for(lambda: len(everything.lines) >= len(records), 10)
    tokens = [record for record in records if record["event"] == "token.issued"]
    assert wait_for(lambda: len(some.lines) >= len(tokens), 10)
    for following in (everything, some):
        assert following.stop() == (0, "")
    assert [json.loads(line) for line in everything.lines] == records
    assert [json.loads(line) for line in some.lines] == tokens == tokens[:60]


def test_output_that_nobody_reads_ends_the_command(busy):
    for arguments in (["export"], ["export", "--follow"]):
        process = subprocess.Popen(
            [binary(), "ledger", *map(str, arguments), "--config", str(busy.config)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=busy.directory, env=busy.environment)
        assert process.stdout.readline()
        process.stdout.close()
        busy.token()
        assert process.wait(5) in (0, -signal.SIGPIPE) and process.stderr.read() == ""


def test_a_filter_over_a_long_ledger_is_answered_in_parts(new_service):
    service = new_service()
    quiet = {"agent_id": "noise", "at": "2026-11-21T06:57:11.398Z", "event": "token.refused"}
    append(service, [dict(quiet) for _ in range(60_000)] + [quiet | {"agent_id": READER}])
    service.start()
    begin = time.monotonic()
    answer, body = ask(service, agent=READER, after=0)
    assert time.monotonic() - begin < 2
    page = json.loads(body)
    assert page["next"] and len(page["items"]) < 10
    found = pages(service, agent=READER)
    assert found and found[-1]["event"] == "token.refused" and found[-1]["seq"] > 60_000
