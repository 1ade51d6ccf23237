"""`GET /metrics`: what Prometheus reads, checked with its own tool and by counting along."""

import shutil
import socket
import subprocess
import threading

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from delegation import SocketConnection
from receivers import wait_for
from service import INVENTORY, READER, ROOT

FORM = {"grant_type": "client_credentials", "audience": INVENTORY}


def page(service):
    connection = SocketConnection(service.directory / "mandate.sock")
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, text
    assert answer.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    return text


def metrics(service):
    """Value by series, as it is written."""
    return {series: float(value) for series, value in
            (line.rsplit(" ", 1) for line in page(service).splitlines() if not line.startswith("#"))}


def requests_total(**labels):
    order = ["endpoint", "grant", "status", "reason"]
    written = ",".join('{}="{}"'.format(name, labels.get(name, "")) for name in order)
    return f"mandate_requests_total{{{written}}}"


def busy(service):
    """Something of everything."""
    service.token()
    service.token(scope="ec2:DescribeInstances")
    service.post(FORM | {"scope": "ec2:Nothing"})
    service.post(FORM | {"grant_type": "password"})
    requests.post(f"{service.url}/oauth/token", data=FORM, auth=(READER, "wrong"), timeout=10)
    requests.post(f"{service.url}/oauth/token", data="%%%", headers={"Content-Type": "application/json"}, timeout=10)
    requests.get(f"{service.url}/.well-known/jwks.json", timeout=10)
    requests.get(f"{service.url}/nothing", timeout=10)
    requests.get(f"{service.url}/revocations", timeout=10)
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        connection.recv(4096)


def test_requests_are_counted_by_what_became_of_them(own_service):
    busy(own_service)
    now = metrics(own_service)
    granted = dict(endpoint="token", grant="client_credentials", status=200)
    assert now[requests_total(**granted)] == 2
    assert now[requests_total(**granted | dict(status=400, reason="scope_unknown"))] == 1
    assert now[requests_total(endpoint="token", grant="unsupported", status=400, reason="unsupported_grant_type")] == 1
    assert now[requests_total(**granted | dict(status=401, reason="client_authentication_failed"))] == 1
    assert now[requests_total(endpoint="token", status=400, reason="malformed_request")] == 1
    assert now[requests_total(endpoint="jwks", status=200)] == 1
    assert now[requests_total(endpoint="other", status=404, reason="not_found")] == 1
    assert now[requests_total(endpoint="none", status=400, reason="malformed_request")] == 1
    assert now["mandate_authentication_failures_total"] == 2
    assert now['mandate_tokens_issued_total{audience="cloud-inventory-api",agent_type="inventory-reader"}'] == 2
    assert now["mandate_ledger_last_seq"] == own_service.ledger()[-1]["seq"]
    assert now['mandate_stage_seconds_count{stage="commit"}'] == 4
    assert now['mandate_stage_seconds_count{stage="sign"}'] == 2
    assert now['mandate_stage_seconds_count{stage="authenticate"}'] == 5
    assert now['mandate_stage_seconds_count{stage="parse"}'] == 6


def test_a_repeated_request_is_answered_twice_and_counted_as_one_token(own_service):
    for _ in range(3):
        answer = own_service.post(FORM, headers={"Idempotency-Key": "the-same"})
        assert answer.status_code == 200
    now = metrics(own_service)
    assert now[requests_total(endpoint="token", grant="client_credentials", status=200)] == 3
    assert now['mandate_tokens_issued_total{audience="cloud-inventory-api",agent_type="inventory-reader"}'] == 1


def test_open_connections_are_shown(own_service):
    held = [socket.create_connection(("127.0.0.1", own_service.port)) for _ in range(7)]
    for connection in held:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert metrics(own_service)['mandate_connections{listener="public"}'] == 7
    for connection in held:
        connection.close()


def test_the_page_is_what_prometheus_wants(own_service):
    busy(own_service)
    text = page(own_service)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert all(family.documentation and family.type != "unknown" for family in families.values())
    assert len([line for line in text.splitlines() if line.startswith("# TYPE")]) == len(families)
    for family in families.values():
        series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
        assert len(series) == len(set(series)), family.name
        if family.type == "histogram":
            assert_histogram(family)
    tool = shutil.which("promtool")
    assert tool, "promtool is not installed: `scripts/tools.sh tests` installs it"
    checked = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=20)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def assert_histogram(family):
    """Steps never go down, the last is the count."""
    steps = {}
    for sample in family.samples:
        labels = {name: value for name, value in sample.labels.items() if name != "le"}
        if sample.name.endswith("_bucket"):
            steps.setdefault(str(labels), []).append((float(sample.labels["le"]), sample.value))
        if sample.name.endswith("_count"):
            counts = [value for _, value in sorted(steps[str(labels)])]
            assert counts == sorted(counts) and counts[-1] == sample.value


def test_every_metric_is_documented_and_none_beside(own_service):
    busy(own_service)
    assert wait_for(lambda: "mandate_delivery_position" in page(own_service), 20)
    shown = {line.split()[2] for line in page(own_service).splitlines() if line.startswith("# TYPE")}
    section = (ROOT / "docs/operations.md").read_text().split("### Metrics", 1)[1].split("Worth an alarm", 1)[0]
    documented = {line.split("`")[1].split("{")[0] for line in section.splitlines() if line.startswith("| `")}
    # Those of the policy engine are there when it is.
    assert shown | {name for name in documented if name.startswith("mandate_policy_engine_")} == documented


def test_no_answer_is_missed_while_the_page_is_read(own_service):
    """Two threads ask for tokens, one for the page; every answer is counted in the end."""
    own_service.secret(READER)
    stop, failures = threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                list(text_string_to_metric_families(page(own_service)))
            except Exception as error:  # noqa: BLE001
                failures.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    before = metrics(own_service).get(requests_total(endpoint="token", grant="client_credentials", status=200), 0)
    askers = [threading.Thread(target=lambda: [own_service.token() for _ in range(40)]) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    stop.set()
    reader.join()
    assert not failures
    assert metrics(own_service)[
        requests_total(endpoint="token", grant="client_credentials", status=200)] == before + 80


def test_labels_hold_nothing_that_callers_choose(own_service):
    text = page(own_service)
    for number in range(20):
        own_service.post(FORM | {"grant_type": f"grant-{number}"})
        own_service.post(FORM | {"audience": f"audience-{number}"})
        requests.get(f"{own_service.url}/path-{number}", timeout=10)
        requests.request(f"METHOD{number}", f"{own_service.url}/oauth/token", timeout=10)
        requests.post(f"{own_service.url}/oauth/token", data=FORM, auth=(f"client-{number}", "x"), timeout=10)
    after = page(own_service)
    for chosen in ("grant-", "audience-", "path-", "METHOD", "client-"):
        assert chosen not in after
    assert len(after.splitlines()) < len(text.splitlines()) + 60
