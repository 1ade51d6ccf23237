#!/usr/bin/env python3
"""An AuthZEN front (POST /access/v1/evaluation) around the Cedar engine, on a port of this machine.

    python examples/cedar/serve.py --listen 127.0.0.1:8182 examples/cedar/policies.cedar

Needs: pip install cedarpy
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cedarpy

LONGEST = 1024 * 1024


class Unclear(Exception):
    """Cedar could not say; then this front must not either."""


class Judge:
    """Cedar, its policies, and what their annotations say."""

    def __init__(self, text):
        self.policies = cedarpy.PolicySet.from_str(text)
        known = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        self.notes = {name: policy.get("annotations") or {} for name, policy in known.items()}

    def answer(self, evaluation):
        """The strictest of all answers: for who asks and who gets it, every audience, and every class asked for there."""
        context = evaluation["context"]
        facts = {
            "risk": context["risk"]["score"],
            "depth": context["chain"]["depth"],
            "person_began": context["chain"]["principal"]["kind"] == "person",
            "grant": evaluation["action"]["properties"]["grant"],
        }
        parties = [evaluation["subject"]["properties"]]
        if context["client"] != parties[0]:
            parties.append(context["client"])
        reasons = []
        for party in parties:
            for audience in evaluation["resource"]["properties"]["audiences"]:
                for name in audience["classes"]:
                    allowed, found = self.ask(party, name, audience, facts)
                    reasons.append((allowed, [self.notes[reason] for reason in found]))
        if not reasons:
            raise Unclear("nothing was asked")
        return self.combined(reasons)

    def ask(self, party, name, audience, facts):
        entities = [
            {"uid": {"type": "Agent", "id": party["id"]}, "attrs": party, "parents": []},
            {"uid": {"type": "Audience", "id": audience["id"]}, "attrs": audience, "parents": []},
        ]
        request = {
            "principal": {"type": "Agent", "id": party["id"]},
            "action": {"type": "Action", "id": name},
            "resource": {"type": "Audience", "id": audience["id"]},
            "context": facts,
        }
        result = cedarpy.is_authorized(request, self.policies, entities)
        # Cedar passes over a policy that fails; a forbid that was passed over forbids nothing.
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            raise Unclear("; ".join(map(str, result.diagnostics.errors)))
        return result.allowed, result.diagnostics.reasons

    @staticmethod
    def combined(reasons):
        denied = [notes for allowed, notes in reasons if not allowed]
        decisive = sorted((note for notes in denied or [notes for _, notes in reasons] for note in notes), key=str)
        context = {}
        if rules := sorted({note["id"] for note in decisive if "id" in note}):
            context["rule"] = " ".join(rules)
        if denied:
            if said := sorted({note["reason"] for note in decisive if "reason" in note}):
                context["reason"] = "; ".join(said)
            # Without a rule, or with one that nobody can lift, there is nobody to ask.
            if all(notes and all("access_request" in note for note in notes) for notes in denied):
                context["access_request"] = {"of": sorted({note["access_request"] for note in decisive})}
        else:
            obligations = []
            for obligation in (found for note in decisive for found in obligations_of(note)):
                if obligation not in obligations:
                    obligations.append(obligation)
            if obligations:
                context["obligations"] = obligations
        return {"decision": not denied, "context": context}


def obligations_of(note):
    for name in ("max_lifetime", "narrow_to", "require", "ledger"):
        if name in note:
            value = note[name]
            if name == "max_lifetime":
                value = int(value)
            elif name != "ledger":
                value = value.split()
            yield {"id": name, "value": value}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024  # head and body in one packet
    judge: Judge

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self.close_connection = True
            return self.answer(411, {"error": "say how long the body is"})
        body = self.rfile.read(int(length))
        if self.path != "/access/v1/evaluation":
            return self.answer(404, {"error": "POST /access/v1/evaluation"})
        try:
            evaluation = json.loads(body)
            self.answer(200, self.judge.answer(evaluation))
        except (ValueError, TypeError, KeyError) as error:
            self.answer(400, {"error": f"this is no evaluation of Mandate: {error!r}"})
        except Unclear as error:
            self.answer(500, {"error": str(error)})

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
    parser = argparse.ArgumentParser(description="AuthZEN around the Cedar engine.")
    parser.add_argument("--listen", default="127.0.0.1:8182", metavar="ADDRESS:PORT")
    parser.add_argument("policies", nargs="?", type=Path, default=Path(__file__).with_name("policies.cedar"))
    arguments = parser.parse_args()
    Handler.judge = Judge(arguments.policies.read_text())
    host, port = arguments.listen.rsplit(":", 1)
    with Server((host, int(port)), Handler) as server:
        print(f"http://{host}:{server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
