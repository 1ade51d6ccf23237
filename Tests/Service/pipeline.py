"""Many requests at once on a few kept connections, as fast as Python can read the answers."""

import selectors
import socket
from urllib.parse import quote_plus

from delegation import EXCHANGE

TOO_LONG = 60


def exchange_request(authorization, form, grant=EXCHANGE):
    """A token request as bytes; `form` is a list of name and value."""
    body = "grant_type=" + quote_plus(grant) + "".join(f"&{name}={quote_plus(value)}" for name, value in form)
    return (f"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


class _Lane:
    """One connection: what is still to be sent, and the answers so far."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.outgoing, self.incoming, self.answers, self.wanted = b"", bytearray(), [], 0

    def push(self):
        try:
            self.outgoing = self.outgoing[self.socket.send(self.outgoing):]
        except BlockingIOError:
            pass

    def pull(self):
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        if not data:
            raise ConnectionError("the server hung up")
        self.incoming += data
        self.incoming = self.incoming[self._cut():]

    def _cut(self):
        """Takes whole answers off; gives how many bytes they had."""
        text, start = self.incoming, 0
        while True:
            end = text.find(b"\r\n\r\n", start)
            if end < 0:
                return start
            field = text.find(b"ontent-", start, end)
            while text[field + 7:field + 14].lower() != b"length:":
                field = text.find(b"ontent-", field + 7, end)
            length = int(text[field + 14:text.find(b"\r", field)])
            if len(text) < end + 4 + length:
                return start
            self.answers.append((int(text[start + 9:start + 12]), bytes(text[end + 4:end + 4 + length])))
            start = end + 4 + length


class Pipeline:
    """`ask` sends requests (bytes) and gives status and body of each, in their order."""

    def __init__(self, port, connections=4):
        self.lanes = [_Lane(port) for _ in range(connections)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for lane in self.lanes:
            lane.socket.close()

    def ask(self, requests, meanwhile=None, after=0):
        """`meanwhile` is called once, when `after` answers are there and the rest is on the way."""
        share = -(-len(requests) // len(self.lanes)) or 1
        with selectors.DefaultSelector() as selector:
            for number, lane in enumerate(self.lanes):
                part = requests[number * share:(number + 1) * share]
                lane.outgoing, lane.wanted, lane.answers = b"".join(part), len(part), []
                if part:
                    selector.register(lane.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, lane)
            while selector.get_map():
                self._turn(selector)
                if meanwhile and sum(len(lane.answers) for lane in self.lanes) >= after:
                    meanwhile()
                    meanwhile = None
        if meanwhile:
            meanwhile()
        return [answer for lane in self.lanes for answer in lane.answers]

    @staticmethod
    def _turn(selector):
        ready = selector.select(TOO_LONG)
        if not ready:
            raise TimeoutError("no answer")
        for key, events in ready:
            lane = key.data
            if events & selectors.EVENT_WRITE:
                lane.push()
                if not lane.outgoing:
                    selector.modify(lane.socket, selectors.EVENT_READ, lane)
            if events & selectors.EVENT_READ:
                lane.pull()
                if len(lane.answers) >= lane.wanted:
                    selector.unregister(lane.socket)
