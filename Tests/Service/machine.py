"""A machine to run runbooks on: its directories are throw-away ones, systemd is a few lines around the real program."""

import os
import pathlib
import re
import signal
import subprocess
import time

from runbook import END, UNIT, differs
from service import ROOT, Service, binary, free_port

HERE = ROOT / "Tests/Service"
ISSUER = "https://tokens.example.com"


class Machine:
    """What a runbook calls /var/lib/mandate and so on is below `directory`."""

    def __init__(self, directory, shared):
        self.directory = pathlib.Path(directory)
        self.port = free_port()
        self.places = {
            "/usr/local/bin/mandate": self.directory / "bin/mandate",
            "/etc/systemd/system": self.directory / "units",
            "/var/lib/mandate": self.directory / "state",
            "/var/backups/mandate": self.directory / "backups",
            "/mnt/elsewhere": self.directory / "elsewhere",
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
        }
        for name in ("bin", "units", "state", "backups", "elsewhere", "run"):
            (self.directory / name).mkdir()
        self.state.chmod(0o711)
        (self.directory / "bin/mandate").symlink_to(binary())
        self.clock = self.directory / "run/clock"
        self.clock.write_text("0")
        (self.directory / "run/journal").touch()
        (self.directory / "run/unit").write_text(self.on_this_machine(self._started_by_the_unit()) + "\n")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("MANDATE_")} | {
            "PATH": f"{HERE / 'on_path'}:{self.directory / 'bin'}:{os.environ['PATH']}", "RUN": str(self.directory / "run"),
            "MANDATE_LISTEN": f"127.0.0.1:{self.port}", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.shared = shared
        self.service = None
        self.mounted = False

    @property
    def state(self):
        return self.directory / "state"

    @staticmethod
    def _started_by_the_unit():
        return re.search(r"^ExecStart=(.*)$", UNIT.read_text(), re.M)[1]

    def on_this_machine(self, text):
        for name, place in self.places.items():
            text = text.replace(name, str(place))
        return text

    def as_in_the_book(self, text):
        for name, place in self.places.items():
            text = text.replace(str(place), name)
        return text

    # What a test prepares

    def with_clock(self):
        """From now on programs take the time from `set_clock`."""
        self.environment |= {"LD_PRELOAD": str(self.shared.clock()), "TEST_CLOCK": str(self.clock)}
        return self

    def set_clock(self, seconds):
        """How many seconds the clock is ahead of the time."""
        self.clock.write_text(str(seconds))

    def install(self, **options):
        """The service of the quickstart, not started."""
        self.service = Service(self.state, port=self.port, issuer=ISSUER, environment=self.programs(), **options)
        return self.service

    def programs(self):
        return {name: self.environment[name] for name in ("LD_PRELOAD", "TEST_CLOCK") if name in self.environment}

    def start(self):
        self.shell("systemctl start mandate")
        until = time.monotonic() + 10
        while not self.service.is_ready():
            assert time.monotonic() < until, self.journal
            time.sleep(0.02)

    def shell(self, commands):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.on_this_machine(commands)], cwd=self.directory,
            env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_running(self):
        pid = self._pid()
        return pid is not None and pathlib.Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)

    @property
    def journal(self):
        return (self.directory / "run/journal").read_text()

    def _pid(self):
        file = self.directory / "run/pid"
        return int(file.read_text()) if file.exists() and file.read_text().strip() else None

    def close(self):
        if self.is_running():
            os.kill(self._pid(), signal.SIGKILL)
        if self.mounted:
            subprocess.run(["umount", "--lazy", self.state], check=True)

    # The runbook

    def follow(self, book, meanwhile):
        """Runs every command in order; each block must end and print as the runbook says."""
        script = self.directory / "run/runbook.sh"
        script.write_text(self.on_this_machine(book.script(meanwhile)))
        log = self.directory / "run/output"
        with log.open("w") as output:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", str(script)], cwd=self.directory, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, timeout=90)
        text = self.as_in_the_book(log.read_text())
        where = f"{book.path.name}, exit {done.returncode}:\n{text}\n-- journal\n{self.journal}"
        assert done.returncode == 0 and text.endswith(END + "\n"), where
        printed = re.split(r"\x1e(?:block \d+|end)\n", text)[1:]
        assert len(printed) == len(book.runnable) + 1, where
        for block, found in zip(book.runnable, printed):
            if block.printed is not None:
                assert not differs(block.printed, found), (
                    f"{book.path.name}:{block.line} prints\n{found}\nand not\n{block.printed}\n")


def _state(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


class Shared:
    """What machines share: the library that shifts the clock."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def clock(self):
        library = self.directory / "clock.so"
        if not library.exists():
            subprocess.run(
                ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "clock.c")], check=True, timeout=60)
        return library
