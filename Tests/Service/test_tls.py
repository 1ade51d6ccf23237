"""The public listener over TLS, with a certificate that openssl makes."""

import socket
import ssl
import subprocess
import time

import pytest
import requests

from service import INVENTORY, READER, Service, free_port


@pytest.fixture(scope="module")
def tls_service(directory_of):
    directory = directory_of()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", directory / "tls.key", "-out", directory / "tls.pem"],
        check=True, capture_output=True)
    port = free_port()
    service = Service(directory, port=port, issuer=f"https://localhost:{port}")
    service.environment |= {"MANDATE_TLS_CERTIFICATE": "tls.pem", "MANDATE_TLS_KEY": "tls.key"}
    service.launch()
    assert service.announced.wait(5), service.output
    yield service
    service.stop()


def test_a_token_is_fetched_over_tls(tls_service):
    answer = requests.post(
        f"{tls_service.issuer}/oauth/token", data={"grant_type": "client_credentials", "audience": INVENTORY},
        auth=(READER, tls_service.secret(READER)), verify=tls_service.directory / "tls.pem", timeout=10)
    assert answer.status_code == 200, answer.text
    assert any("listening on https://" in line for line in tls_service.output)


def test_plain_http_is_not_answered(tls_service):
    with socket.create_connection(("127.0.0.1", tls_service.port), timeout=15) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not connection.recv(100).startswith(b"HTTP/")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_below_1_2_is_refused(tls_service):
    context = ssl.create_default_context(cafile=tls_service.directory / "tls.pem")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", tls_service.port), timeout=15) as connection:
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_hostname="localhost")


def test_a_handshake_that_never_comes_does_not_keep_the_connection(tls_service):
    with socket.create_connection(("127.0.0.1", tls_service.port), timeout=45) as connection:
        connection.sendall(b"\x16\x03\x01\x02")
        begin = time.monotonic()
        try:
            assert connection.recv(100) == b""
        except ConnectionResetError:
            pass
        assert time.monotonic() - begin < 35


def test_one_of_the_two_files_alone_is_refused(tls_service, directory_of):
    other = Service(directory_of())
    done = other.command("serve", status=1, environment={"MANDATE_TLS_CERTIFICATE": "tls.pem"})
    assert "tls.key" in done.stderr


def test_a_missing_certificate_is_named(directory_of):
    other = Service(directory_of())
    done = other.command(
        "serve", status=1,
        environment={"MANDATE_TLS_CERTIFICATE": "none.pem", "MANDATE_TLS_KEY": "none.key"})
    assert "none.pem" in done.stderr and "\n" not in done.stderr.strip()
