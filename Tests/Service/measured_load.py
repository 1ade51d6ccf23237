"""The load of the benchmark on a core of its own, and a server on the other."""

import json
import os
import pathlib
import resource
import subprocess

from service import INVENTORY, READER, ROOT
from wire import token_request

SERVER_CORE, LOAD_CORE = 0, 1


def raise_limits():
    """As many descriptors as the system allows: a test holds thousands of connections."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def compiled():
    program = ROOT / ".build-bench/load"
    program.parent.mkdir(exist_ok=True)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, ROOT / "Benchmarks/load.c"], check=True)
    return program


class MeasuredLoad:
    """Requests for tokens, sent by a program that keeps up with the server."""

    def __init__(self, service, agent=READER):
        self.service, self.program = service, compiled()
        self.request = service.directory / "request"
        self.request.write_bytes(token_request(service.basic(agent), audience=INVENTORY))
        self.pin()

    def pin(self):
        """Gives the server a core for itself."""
        for thread in pathlib.Path(f"/proc/{self.service.pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {SERVER_CORE})

    def drive(self, connections, seconds, rate=0, depth=None):
        """What `load` tells; `rate` 0 asks again after each answer."""
        return self.finish(self.begin(connections, seconds, rate, depth))

    def begin(self, connections, seconds, rate=0, depth=None):
        words = [self.program, self.service.port, self.request, connections, seconds, rate] + ([depth] if depth else [])
        return subprocess.Popen(["taskset", "-c", str(LOAD_CORE), *map(str, words)], stdout=subprocess.PIPE, text=True)

    def finish(self, run):
        text = run.communicate(timeout=300)[0]
        assert run.returncode == 0, "the load ended early"
        return json.loads(text)
