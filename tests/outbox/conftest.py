"""A mail server for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outbox.office import Office


@pytest.fixture
def office() -> Office:
    """The server that somebody can tell what to do."""
    return Office()


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """Its address, while it listens."""
    with office.open() as opened:
        yield opened
