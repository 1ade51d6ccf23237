"""The real program in a throw-away directory, started and stopped as an operator would."""

import base64
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import threading
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "examples/quickstart/registry.yaml"
EXTRA = ROOT / "Tests/Service/registry.yaml"

PLANNER = "agent-planning-prod-001"
READER = "agent-inventory-prod-001"
ANALYST = "agent-cost-prod-001"
INVENTORY = "cloud-inventory-api"
BILLING = "billing-api"


def binary() -> pathlib.Path:
    candidates = [os.environ.get("MANDATE_BIN"), ROOT / ".build/release/mandate", ROOT / ".build/debug/mandate"]
    for candidate in candidates:
        if candidate and pathlib.Path(candidate).exists():
            return pathlib.Path(candidate).resolve()
    raise FileNotFoundError("no mandate program: build it, or set MANDATE_BIN")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """One data directory and, while started, one server."""

    def __init__(self, directory, port=None, issuer=None, registries=(QUICKSTART, EXTRA), environment=None):
        self.directory = pathlib.Path(directory)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.issuer = issuer or self.url
        self.config = self.directory / "mandate.yaml"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("MANDATE_")}
        self.environment |= {"MANDATE_LISTEN": f"127.0.0.1:{self.port}"} | (environment or {})
        self.process = None
        self.descriptors = None
        self.secrets = {}
        self.output = []
        self.command("init", "--issuer", self.issuer)
        for registry in registries:
            self.command("apply", "-f", registry)

    # The command line

    def command(self, *arguments, input=None, status=0, environment=None):
        """Runs `mandate ARGUMENTS --config …`, checks the exit status, gives what it printed."""
        done = subprocess.run(
            [binary(), *map(str, arguments), "--config", str(self.config)],
            input=input, capture_output=True, text=True, cwd=self.directory,
            timeout=15 if arguments[0] == "serve" else 120,
            env=self.environment | (environment or {}))
        if status is not None:
            assert done.returncode == status, f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def json(self, *arguments):
        return json.loads(self.command(*arguments, "--json").stdout)

    def secret(self, agent):
        """The client secret of an agent, issued the first time it is asked for."""
        if agent not in self.secrets:
            issued = self.json("agent", "secret", agent)
            assert issued["client_id"] == agent
            self.secrets[agent] = issued["client_secret"]
        return self.secrets[agent]

    def ledger(self):
        """Every record, oldest first."""
        lines = self.command("ledger", "export").stdout.split("\n")
        return [json.loads(line) for line in lines if line]

    # The server

    def launch(self):
        """Starts the server and does not wait."""
        self.output = []
        self.process = subprocess.Popen(
            [binary(), "serve", "--config", str(self.config)], cwd=self.directory, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=self._prepare)
        self.announced = threading.Event()
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        return self

    def _prepare(self):
        """In the process that becomes the server."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if self.descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def _read(self, stream):
        for line in stream:
            self.output.append(line)
            if re.search(rf"127\.0\.0\.1:{self.port}\b", line):
                self.announced.set()

    def start(self, within=10.0):
        """Starts the server, waits for the address it prints and for /readyz; gives the seconds it took."""
        begin = time.monotonic()
        self.launch()
        while not self.is_ready():
            assert self.process.poll() is None, "the server ended:\n" + "".join(self.output)
            assert time.monotonic() - begin < within, "not ready in time:\n" + "".join(self.output)
            time.sleep(0.002)
        elapsed = time.monotonic() - begin
        assert self.announced.wait(2), "the server did not print its address:\n" + "".join(self.output)
        return elapsed

    def is_ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def stop(self):
        """SIGTERM; the server must end by itself with 0."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            status = self.process.wait(10)
            self.process = None
            assert status == 0, f"exit {status} after SIGTERM:\n" + "".join(self.output[-20:])

    def crash(self):
        self.process.kill()
        self.process.wait(10)
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def resident(self):
        """Resident memory in bytes."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def limit_files(self, size):
        """From now on no file of the server grows beyond `size` bytes (None: no limit). What a full disk looks like."""
        hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    def cpu(self):
        """User and system seconds of all threads."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Tokens

    def basic(self, agent=READER, secret=None):
        credentials = f"{agent}:{self.secret(agent) if secret is None else secret}"
        return "Basic " + base64.b64encode(credentials.encode()).decode()

    def post(self, form, agent=READER, **options):
        """POST /oauth/token with Basic authentication of `agent` (None: no authentication)."""
        auth = (agent, self.secret(agent)) if agent else None
        return requests.post(f"{self.url}/oauth/token", data=form, auth=auth, timeout=20, **options)

    def token(self, agent=READER, **parameters):
        """The answer to a token request that must succeed."""
        answer = self.post({"grant_type": "client_credentials", "audience": INVENTORY} | parameters, agent)
        assert answer.status_code == 200, answer.text
        return answer.json()


def decoded(token):
    """Header and claims of a JWT, unverified."""
    return tuple(json.loads(unpacked(part)) for part in token.split(".")[:2])


def unpacked(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def packed(data):
    if not isinstance(data, bytes):
        data = json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
