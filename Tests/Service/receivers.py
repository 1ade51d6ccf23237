"""Receivers of the ledger: the real rsyslog of the system, and a webhook that fails in every way there is."""

import http.server
import json
import pathlib
import shutil
import subprocess
import threading
import time

from service import free_port

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin")


def certificate(directory):
    """A certificate for localhost that signs itself: paths of certificate and key."""
    directory = pathlib.Path(directory)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", directory / "receiver.key", "-out", directory / "receiver.pem"],
        check=True, capture_output=True)
    return directory / "receiver.pem", directory / "receiver.key"


class Rsyslog:
    """rsyslogd with a configuration of its own, writing each message to a file as it understood it."""

    def __init__(self, directory, tls=None):
        self.directory, self.port = pathlib.Path(directory), free_port()
        self.output = self.directory / "received"
        self.process = None
        driver, stream = "", ""
        if tls:
            driver = (f'defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{tls[0]}" '
                      f'defaultNetstreamDriverCertFile="{tls[0]}" defaultNetstreamDriverKeyFile="{tls[1]}"')
            stream = 'streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"'
        (self.directory / "rsyslog.conf").write_text(f"""
global(workDirectory="{self.directory}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off" {driver})
module(load="imtcp" {stream})
template(name="whole" type="string" string="%pri% %timestamp:::date-rfc3339% %hostname% %app-name% %msgid% %msg%\\n")
input(type="imtcp" address="127.0.0.1" port="{self.port}")
action(type="omfile" file="{self.output}" template="whole" flushOnTXEnd="on")
""")

    def start(self):
        self.process = subprocess.Popen(
            [RSYSLOGD, "-n", "-f", self.directory / "rsyslog.conf", "-i", self.directory / "pid"],
            stdout=subprocess.DEVNULL, stderr=(self.directory / "errors").open("ab"))
        return self

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def messages(self):
        """What arrived, as (priority, event, record); a line that a kill cut in two is none."""
        if not self.output.exists():
            return []
        found = []
        for line in self.output.read_text().split("\n"):
            parts = line.split(" ", 5)
            try:
                json.loads(parts[5])
            except (IndexError, ValueError):
                continue
            found.append((int(parts[0]), parts[4], parts[5].strip()))
        return found


class Webhook:
    """An HTTP receiver. `plan` holds what to do with the next requests; when it is empty it works."""

    def __init__(self):
        self.plan, self.requests, self.lines = [], [], []
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer._take(self)

            do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/records"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _take(self, request):
        with self.lock:
            deed = self.plan.pop(0) if self.plan else 200
        if deed == "cut":
            request.rfile.read(10)
            request.close_connection = True
            request.connection.close()
            return
        body = request.rfile.read(int(request.headers["Content-Length"]))
        with self.lock:
            self.requests.append((deed, request.command, request.path, dict(request.headers), body))
        if deed == "hang":
            time.sleep(12)
            request.close_connection = True
            return
        if deed == 200:
            with self.lock:
                self.lines += body.split(b"\n")[:-1]
        request.send_response(204 if deed == 200 else deed)
        if deed == 302:
            request.send_header("Location", "/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def wait_for(condition, seconds, step=0.05):
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return condition()
