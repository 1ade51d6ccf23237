"""HTTP by hand: what no well-behaved client would send, and connections that are kept for speed."""

import select
import socket
import time
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


def request(method, target, headers=(), body=b"", length=True):
    """One request as bytes, exactly as said."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    if length and (body or method == "POST"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def token_request(authorization, **parameters):
    """A token request with Basic authentication."""
    form = {"grant_type": "client_credentials"} | parameters
    headers = [("Content-Type", FORM)] + ([("Authorization", authorization)] if authorization else [])
    return request("POST", "/oauth/token", headers, urlencode(form).encode())


class Closed(Exception):
    """The server closed the connection before the answer was complete."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"<{self.status} {self.body[:200]!r}>"


class Connection:
    """One TCP connection that can be used for many requests."""

    def __init__(self, port, timeout=15):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends all of it, or as much as the server takes before it answers or hangs up."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def ask(self, data, head=False):
        self.send(data)
        return self.answer(head)

    def answer(self, head=False):
        """The next answer. `head` says that it answers a HEAD request and so has no body."""
        while b"\r\n\r\n" not in self.received:
            self._receive()
        block, self.received = self.received.split(b"\r\n\r\n", 1)
        lines = block.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if 100 <= status < 200:
            return self.answer(head)
        length = 0 if head or status in (204, 304) else int(headers.get("content-length", 0))
        while len(self.received) < length:
            self._receive()
        body, self.received = self.received[:length], self.received[length:]
        return Answer(status, headers, body)

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed
        self.received += data

    def finish_sending(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def is_closed(self, within=5):
        """Whether the server hangs up without saying anything more."""
        end = time.monotonic() + within
        while select.select([self.socket], [], [], max(0, end - time.monotonic()))[0]:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return True
            if not data:
                return True
            self.received += data
        return False
