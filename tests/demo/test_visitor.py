"""The person at a browser who lives the demo's story."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest

from medixchange.demo.visitor import Visitor
from tests.outbox.office import Office, identity


def test_nobody_who_would_have_to_prove_who_they_are_is_believed() -> None:
    house = Office()

    with (
        house.open(ssl_context=identity()),
        closing(Visitor("http://127.0.0.1:1")) as visitor,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        visitor.open(f"https://127.0.0.1:{house.port}/")
