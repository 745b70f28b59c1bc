"""The independent parsers, each for every test that asks for a reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.calendars.readers import Libical, Reader, icaljs, vobject_reader


@pytest.fixture(scope="session", params=["ical.js", "vobject", "libical"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """One parser after the other."""
    if request.param == "ical.js":
        with icaljs() as opened:
            yield opened
    else:
        yield vobject_reader if request.param == "vobject" else Libical()
