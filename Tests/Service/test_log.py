"""The log: one line a refused request, none a granted one, and the trace that the caller belongs to."""

import json
import re
import socket
import time

import pytest
import requests

from service import INVENTORY, READER, ROOT

FORM = {"grant_type": "client_credentials", "audience": INVENTORY}
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def lines(service):
    """What the server has logged, as JSON, strictly read."""
    time.sleep(0.3)
    def once(pairs):
        assert len({name for name, _ in pairs}) == len(pairs), pairs
        return dict(pairs)
    logged = [line for line in service.output if line.startswith("{")]
    return [json.loads(line, object_pairs_hook=once) for line in logged]


@pytest.fixture
def logged(new_service):
    def make(level="info"):
        service = new_service(environment={"MANDATE_LOG_FORMAT": "json", "MANDATE_LOG_LEVEL": level})
        service.start()
        return service
    return make


def test_a_refusal_is_one_line_and_a_grant_none(logged):
    service = logged()
    service.token()
    assert lines(service) == []
    answers = [
        service.post(FORM | {"scope": "ec2:Nothing"}),
        requests.post(f"{service.url}/oauth/token", data=FORM, auth=(READER, "wrong"), timeout=10),
        requests.post(f"{service.url}/oauth/token", data="%%%", timeout=10,
                      headers={"Content-Type": "application/x-www-form-urlencoded"}),
        requests.get(f"{service.url}/nothing\u2028here", timeout=10),
    ]
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        connection.recv(4096)
    refused = lines(service)
    assert [line["message"] for line in refused] == ["refused"] * 5
    assert [line["level"] for line in refused] == ["info"] * 5
    assert [line["reason"] for line in refused] == [
        "scope_unknown", "client_authentication_failed", "malformed_request", "not_found", "malformed_request"]
    assert [line["status"] for line in refused] == ["400", "401", "400", "404", "400"]
    assert [line["endpoint"] for line in refused] == ["token", "token", "token", "other", "none"]
    for answer, line in zip(answers[:3], refused):
        assert answer.json()["request_id"] == line["request_id"]
    assert [line.get("client_id") for line in refused] == [READER, None, None, None, None]
    assert [line.get("audience") for line in refused] == [INVENTORY, None, None, None, None]
    for line in refused:
        assert line["address"] == "127.0.0.1"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
        assert set(line) <= {"at", "level", "message", "reason", "status", "endpoint", "request_id", "client_id",
                             "audience", "address"}


def test_the_members_of_a_line_are_documented(logged):
    text = (ROOT / "docs/operations.md").read_text().split("### Log", 1)[1].split("###", 1)[0]
    for name in ("reason", "status", "endpoint", "request_id", "client_id", "audience", "address", "trace_id", "span_id"):
        assert f"`{name}`" in text


def test_above_info_nothing_is_said_of_refusals(logged):
    service = logged("warning")
    service.post(FORM | {"scope": "ec2:Nothing"})
    assert lines(service) == []


def test_the_callers_trace_is_continued(logged):
    service = logged("debug")
    parent = f"00-{TRACE}-{SPAN}-01"
    service.post(FORM | {"scope": "ec2:Nothing"}, headers={"traceparent": parent})
    service.post(FORM, headers={"Traceparent": parent})
    said = [line for line in lines(service) if line["message"] in ("refused", "span")]
    assert [line["message"] for line in said] == ["refused", "span", "span"]
    assert {line["trace_id"] for line in said} == {TRACE}
    refused, first, second = said
    assert refused["span_id"] == first["span_id"] != second["span_id"]
    for span in (first, second):
        assert re.fullmatch("[0-9a-f]{16}", span["span_id"]) and span["span_id"] != SPAN
        assert (span["parent_span_id"], span["name"]) == (SPAN, "token")
        assert int(span["microseconds"]) > 0


@pytest.mark.parametrize("header", [
    "", "00", f"00-{TRACE}-{SPAN}", f"00-{TRACE}-{SPAN}-01-x", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{SPAN}-0x", "x" * 5000, f"00-{TRACE}-{SPAN}-01 evil=1",
])
def test_a_broken_traceparent_changes_nothing(service, header):
    answer = service.post(FORM, headers={"traceparent": header})
    assert answer.status_code == 200
    answer = service.post(FORM | {"scope": "ec2:Nothing"}, headers={"traceparent": header})
    assert answer.status_code == 400
    time.sleep(0.2)
    line = next(line for line in reversed(service.output) if answer.json()["request_id"] in line)
    assert "trace_id" not in line


def test_a_traceparent_that_is_sent_twice_is_none(service):
    body = b"grant_type=password"
    head = (f"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"traceparent: 00-{TRACE}-{SPAN}-01\r\ntraceparent: 00-{TRACE}-{SPAN}-01\r\n"
            f"Authorization: {service.basic()}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(head.encode() + body)
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400") and "unsupported_grant_type" in answer
    number = re.search('"request_id":"([^"]+)"', answer)[1]
    time.sleep(0.2)
    line = next(line for line in reversed(service.output) if number in line)
    assert "trace_id" not in line
