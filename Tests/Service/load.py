"""Clients that fetch tokens as fast as they can, on kept connections, and remember what they got."""

import json
import threading
import time

from service import INVENTORY, READER, unpacked
from wire import Closed, Connection, token_request


class Load:
    """`with Load(service, threads): …` fetches tokens meanwhile; `received` holds the id of every token that arrived."""

    def __init__(self, service, threads=4, agent=READER, pace=0.0, accept=(200,), depth=1):
        self.port, self.pace, self.accept, self.depth = service.port, pace, accept, depth
        self.request = token_request(service.basic(agent), audience=INVENTORY)
        self.received, self.latencies, self.failures = [], [], []
        self.running = False
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self):
        self.running = True
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        for thread in self.threads:
            thread.join(20)

    def _run(self):
        while self.running:
            try:
                with Connection(self.port) as connection:
                    while self.running:
                        self._exchange(connection)
            except (Closed, OSError):
                time.sleep(0.01)

    def _exchange(self, connection):
        begin = time.monotonic()
        connection.send(self.request * self.depth)
        for _ in range(self.depth):
            answer = connection.answer()
            if answer.status == 200:
                token = json.loads(answer.body)["access_token"]
                self.received.append(json.loads(unpacked(token.split(".")[1]))["jti"])
            if answer.status not in self.accept:
                self.failures.append(answer)
        self.latencies.append(time.monotonic() - begin)
        if self.pace:
            time.sleep(self.pace)
