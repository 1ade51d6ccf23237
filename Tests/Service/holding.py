"""Servers whose policies let requests wait for a person, and what tests say to them."""

import pathlib
import struct
import subprocess

import pytest

from delegation import FILES, PORTAL, DelegationService, Outcome

DEFERRED = "urn:ietf:params:oauth:grant-type:deferred"
WAIT = {"completion_mode": "deferred"}
WRITER, GUARDED = "writer", "guarded"
OWNER = "alice@company.com"
WRITES = {"id": "writes-wait", "when": {"classes": ["write"]}, "effect": "require_approval", "reason": "writes are looked at"}
OURS = {"id": "ours-wait", "when": {"agents": [GUARDED]}, "effect": "require_approval", "approvers": ["owner", "zoe"]}
HERE = pathlib.Path(__file__).parent


def policies(service, *rules):
    service.admin("PUT", "/v1/policies", {"policies": list(rules)})


@pytest.fixture(scope="module")
def clock_library(tmp_path_factory):
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "steered_clock.c", "-ldl"], check=True)
    return library


@pytest.fixture
def clocked(directory_of, clock_library):
    """A server whose clock a test moves on, with the policies of these tests; `forward(seconds)` moves it."""
    service = DelegationService(directory_of())
    file = service.directory / "clock"
    file.write_bytes(bytes(8))
    service.environment |= {"LD_PRELOAD": str(clock_library), "STEERED_CLOCK": str(file)}
    service.ahead = 0

    def forward(seconds):
        service.ahead += seconds
        with open(file, "r+b", buffering=0) as held:
            held.write(struct.pack("=q", service.ahead))

    service.forward = forward
    service.serve()
    policies(service, WRITES, OURS)
    yield service
    service.stop()


@pytest.fixture(scope="module")
def held(directory_of):
    """A server with the policies of these tests, which share it."""
    service = DelegationService(directory_of()).serve()
    policies(service, WRITES, OURS)
    yield service
    service.stop()


def poll(service, code, by):
    return Outcome(service.post({"grant_type": DEFERRED, "deferral_code": code}, by))


def waits(outcome, rule="writes-wait"):
    """The request is held back, and its client waits."""
    assert outcome.refusal == (400, "authorization_pending", "approval_required"), dict(outcome)
    assert outcome["policy"] == rule and outcome["interval"] == 5 and 0 < outcome["expires_in"] <= 3600
    return outcome


def approve(service, approval, status=200, **body):
    return service.admin("POST", f"/v1/approvals/{approval}/approve", body or None, status)


def deny(service, approval, status=200, **body):
    return service.admin("POST", f"/v1/approvals/{approval}/deny", body or None, status)


def shown(service, approval):
    return service.admin("GET", f"/v1/approvals/{approval}")


def records(service, approval):
    return [one for one in service.ledger() if one["approval"] == approval]


_delegations = {}


def delegation_of(service, task, audience=FILES, scope="files:Put*"):
    """A delegation token of the planner that was approved once for each server."""
    key = (id(service), task)
    if key not in _delegations:
        first = waits(service.start(scope=scope, audience=audience, task_id=task, **WAIT))
        approve(service, first["approval"])
        _delegations[key] = poll(service, first["deferral_code"], PORTAL).token
    return _delegations[key]
