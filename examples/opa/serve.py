#!/usr/bin/env python3
"""OPA's data API (POST /v1/data/{path}) on a port of this machine, around the OPA engine as a library.

    python examples/opa/serve.py --listen 127.0.0.1:8181 examples/opa/policy.rego

Needs: pip install --ignore-requires-python opa-golib-python-bindings
`opa run --server` does the same and more; this is for machines that have no opa.
"""

import argparse
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opa_bindings import OpaEngine, OpaError, OpaUndefinedError

NAMES = re.compile(r"/v1/data((?:/[A-Za-z_][A-Za-z0-9_]*){1,8})")
LONGEST = 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024  # head and body in one packet
    engine: OpaEngine

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self.close_connection = True
            return self.answer(411, {"code": "invalid_parameter", "message": "say how long the body is"})
        body = self.rfile.read(int(length))
        path = NAMES.fullmatch(self.path)
        if path is None:
            return self.answer(404, {"code": "resource_not_found", "message": "POST /v1/data/{path}"})
        try:
            asked = json.loads(body)
            question = asked["input"]
        except (ValueError, TypeError, KeyError):
            return self.answer(400, {"code": "invalid_parameter", "message": 'send {"input": ...}'})
        try:
            result = self.engine.eval_document(path[1][1:].replace("/", "."), question)
        except OpaUndefinedError:
            return self.answer(200, {})
        except OpaError as error:
            return self.answer(500, {"code": "internal_error", "message": str(error)})
        self.answer(200, {"result": result})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser(description="OPA's data API around the OPA engine.")
    parser.add_argument("--listen", default="127.0.0.1:8181", metavar="ADDRESS:PORT")
    parser.add_argument("policies", nargs="*", type=Path, default=[Path(__file__).with_name("policy.rego")])
    arguments = parser.parse_args()
    Handler.engine = OpaEngine()
    for policy in arguments.policies:
        Handler.engine.add_policy(policy.name, policy.read_text())
    host, port = arguments.listen.rsplit(":", 1)
    with Server((host, int(port)), Handler) as server:
        print(f"http://{host}:{server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
