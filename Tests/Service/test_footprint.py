"""How little it needs: half a second to be ready, 64 MiB when idle. Said of a release build."""

import statistics
import time

import pytest

from load import Load
from service import binary

pytestmark = pytest.mark.alone


@pytest.fixture(autouse=True)
def release_build():
    if "debug" in binary().parts:
        pytest.skip("the figures are those of a release build")


def test_start_to_ready(new_service):
    service, taken = new_service(), []
    for _ in range(5):
        taken.append(service.start())
        service.stop()
    assert statistics.median(taken) <= 0.5, taken


def test_a_command_beside_the_service_keeps_nobody_waiting(own_service):
    """It finds the data directory locked, and asks the socket at once."""
    taken = []
    for _ in range(7):
        begin = time.monotonic()
        own_service.command("agent", "list")
        taken.append(time.monotonic() - begin)
    assert statistics.median(taken) <= 0.08, taken


def test_resident_memory_when_idle(own_service):
    own_service.token()
    time.sleep(1)
    assert own_service.resident() <= 64 << 20, f"{own_service.resident() / 2**20:.1f} MiB"


def test_resident_memory_under_load_stays_bounded(own_service):
    with Load(own_service, threads=8, depth=16):
        time.sleep(3)
        assert own_service.resident() <= 128 << 20, f"{own_service.resident() / 2**20:.1f} MiB"
