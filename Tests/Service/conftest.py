"""Fixtures: one shared server for the tests that only ask, a server of its own for the tests that break things."""

import pathlib
import tempfile

import pytest

from delegation import DelegationService
from service import Service


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def directory_of():
    """Makes throw-away directories with short names: a Unix socket path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="mandate-") as root:
        count = iter(range(10_000))
        yield lambda: _made(pathlib.Path(root) / str(next(count)))


def _made(path):
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def service(directory_of):
    """A running server that tests share and leave as they found it."""
    shared = Service(directory_of())
    shared.start()
    yield shared
    shared.stop()


@pytest.fixture
def new_service(directory_of):
    """Makes servers for one test; what still runs at its end is stopped."""
    made = []

    def make(**options):
        made.append(Service(directory_of(), **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def own_service(new_service):
    """A running server for one test alone."""
    one = new_service()
    one.start()
    return one


@pytest.fixture(scope="session")
def delegations(directory_of):
    """A running server with agents that delegate; tests share it and leave it as they found it."""
    shared = DelegationService(directory_of())
    shared.serve()
    yield shared
    shared.stop()


@pytest.fixture
def new_delegations(directory_of):
    """Makes such servers for one test."""
    made = []

    def make(**options):
        made.append(DelegationService(directory_of(), **options))
        made[-1].serve()
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def own_delegations(new_delegations):
    """Such a server for one test alone."""
    return new_delegations()
