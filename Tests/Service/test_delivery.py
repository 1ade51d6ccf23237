"""Every record reaches its receiver, whatever dies meanwhile."""

import json
import time

import pytest

import siem
from load import Load
from receivers import Rsyslog, Webhook, certificate, wait_for
from service import Service


def lines_of(service):
    return service.command("ledger", "export").stdout.splitlines()


def once(records):
    """Records without repetitions, in the order in which each came first."""
    return list(dict.fromkeys(records))


@pytest.fixture
def receivers():
    """Receivers that end with the test."""
    made = []

    def keep(one):
        made.append(one)
        return one

    yield keep
    for one in made:
        one.kill() if isinstance(one, Rsyslog) else one.close()


def test_nothing_is_lost_whatever_dies(new_service, directory_of, receivers):
    rsyslog, webhook = receivers(Rsyslog(directory_of())).start(), receivers(Webhook())
    token = directory_of() / "token"
    token.write_text("the-bearer-token\n")
    token.chmod(0o600)
    service = new_service(environment={
        "MANDATE_EXPORT_SYSLOG": f"tcp://127.0.0.1:{rsyslog.port}", "MANDATE_EXPORT_WEBHOOK": webhook.url,
        "MANDATE_EXPORT_WEBHOOK_TOKEN_FILE": str(token)})
    webhook.plan = [500, "cut", 302, 429]
    service.start()
    with Load(service, 2, pace=0.005):
        assert wait_for(lambda: len(rsyslog.messages()) > 50, 5)
        rsyslog.kill()
        time.sleep(1)
        rsyslog.start()
        assert wait_for(lambda: len(webhook.lines) > 200, 15), service.output
        service.crash()
        service.start()
        time.sleep(0.5)
        rsyslog.kill()
        service.crash()
        webhook.plan = ["hang", 503]
        service.start()
        rsyslog.start()
        time.sleep(0.5)
    lines = lines_of(service)
    assert wait_for(lambda: rsyslog.messages() and rsyslog.messages()[-1][2] == lines[-1], 15)
    messages = rsyslog.messages()
    assert once(record for _, _, record in messages) == lines
    for priority, event, record in messages:
        assert event == json.loads(record)["event"] and priority // 8 == 13
    assert wait_for(lambda: webhook.lines and webhook.lines[-1].decode() == lines[-1], 25)
    assert [line.decode() for line in once(webhook.lines)] == lines
    for deed, method, path, headers, body in webhook.requests:
        assert (method, path) == ("POST", "/records")
        assert headers["Authorization"] == "Bearer the-bearer-token"
        assert headers["Content-Type"] == "application/x-ndjson"
        records = [json.loads(line) for line in body.split(b"\n")[:-1]]
        assert 1 <= len(records) <= 500
        assert (headers["Mandate-First-Seq"], headers["Mandate-Last-Seq"]) == (
            str(records[0]["seq"]), str(records[-1]["seq"]))
    assert "the-bearer-token" not in "".join(service.output)


def test_rsyslog_gets_cef_over_tls(new_service, directory_of, receivers):
    directory = directory_of()
    pair = certificate(directory)
    rsyslog = receivers(Rsyslog(directory, tls=pair)).start()
    service = new_service(environment={
        "MANDATE_EXPORT_SYSLOG": f"tls://localhost:{rsyslog.port}", "MANDATE_EXPORT_CA": str(pair[0]),
        "MANDATE_EXPORT_FORMAT": "cef"})
    service.start()
    service.token()
    expected = service.command("ledger", "export", "--format", "cef").stdout.splitlines()

    def received():
        text = rsyslog.output.read_text() if rsyslog.output.exists() else ""
        return [line.split(" ", 5)[5].strip() for line in text.splitlines()]

    assert wait_for(lambda: len(received()) >= len(expected), 10), service.output
    assert received() == expected
    assert all(siem.cef(line) for line in expected)


def test_a_receiver_that_cannot_be_trusted_gets_nothing(new_service, directory_of, receivers):
    directory = directory_of()
    rsyslog = receivers(Rsyslog(directory, tls=certificate(directory))).start()
    service = new_service(environment={"MANDATE_EXPORT_SYSLOG": f"tls://localhost:{rsyslog.port}"})
    service.start()
    assert wait_for(lambda: any("cannot be delivered" in line for line in service.output), 10)
    time.sleep(1)
    service.token()
    assert rsyslog.messages() == []
    assert sum("cannot be delivered" in line for line in service.output) == 1


def test_a_restart_goes_on_where_it_was(new_service, receivers):
    webhook = receivers(Webhook())
    service = new_service(environment={"MANDATE_EXPORT_WEBHOOK": webhook.url})
    service.start()
    service.token()
    lines = lines_of(service)
    assert wait_for(lambda: len(webhook.lines) >= len(lines), 10)
    service.stop()
    webhook.lines.clear()
    service.start()
    assert wait_for(lambda: len(webhook.lines) >= 2, 10)
    events = [json.loads(line)["event"] for line in webhook.lines]
    assert events == ["server.stopped", "server.started"]


def test_a_dead_receiver_costs_issuance_nothing(new_service):
    service = new_service(environment={
        "MANDATE_EXPORT_WEBHOOK": "http://127.0.0.1:9/", "MANDATE_EXPORT_SYSLOG": "tcp://127.0.0.1:9"})
    service.start()
    with Load(service, 2) as load:
        time.sleep(1)
    assert len(load.received) > 50 and not load.failures
    assert sum("cannot be delivered" in line for line in service.output) == 2
    begin = time.monotonic()
    service.stop()
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("line, mend", [
    ("export: { syslog: 'udp://127.0.0.1:514' }", "tcp://host:port"),
    ("export: { syslog: 'tcp://127.0.0.1' }", "tcp://host:port"),
    ("export: { syslog: 'tcp://127.0.0.1:0' }", "tcp://host:port"),
    ("export: { webhook: 'http://logs.example.com/' }", "https://host/path"),
    ("export: { webhook: 'http://127.0.0.1.evil.example/' }", "https://host/path"),
    ("export: { webhook: 'https://user:hunter2@logs.example.com/' }", "export.webhook_token_file"),
    ("export: { webhook: 'ftp://logs.example.com/' }", "https://host/path"),
    ("export: { format: xml }", "json, cef or leef"),
    ("export: { ca: /ca.pem }", "export.syslog"),
    ("export: { webhook_token_file: /token }", "export.webhook"),
    ("export: { sylog: 'tcp://127.0.0.1:1' }", "did you mean export.syslog"),
    ("export: tcp://127.0.0.1:1", "must be a mapping"),
    ("export: { syslog: 'tls://127.0.0.1:1', ca: /does/not/exist.pem }", "PEM"),
    ("export: { webhook: 'https://localhost/', webhook_token_file: /does/not/exist }", "check the path")])
def test_a_wrong_setting_stops_the_start(shared_installation, line, mend):
    service, config = shared_installation
    count = len(config.splitlines()) + 1
    service.config.write_text(config + line + "\n")
    done = service.command("serve", status=1)
    assert mend in done.stderr and "hunter2" not in done.stderr
    if "/does/not" not in line and "must be" not in mend:
        assert f"mandate.yaml:{count}: export." in done.stderr


@pytest.fixture(scope="module")
def shared_installation(directory_of):
    service = Service(directory_of(), registries=())
    config = service.config.read_text()
    return service, config if config.endswith("\n") else config + "\n"


def test_a_token_that_others_can_read_is_refused(shared_installation, directory_of):
    service, config = shared_installation
    token = directory_of() / "token"
    token.write_text("secret-token")
    token.chmod(0o644)
    service.config.write_text(
        config + f"export: {{ webhook: 'https://localhost/', webhook_token_file: {token} }}\n")
    done = service.command("serve", status=1)
    assert "chmod 600" in done.stderr and "secret-token" not in done.stderr
