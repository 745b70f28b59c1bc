"""Pages are built without a word on the terminal, whatever other threads do."""

from __future__ import annotations

import subprocess
import sys

BUILDING = """
from typing import Annotated
{first}
from pydantic import Field, TypeAdapter

TypeAdapter(Annotated[int, Field(alias="b")])
"""


def said_while_building(first: str) -> str:
    """What a program says that builds what a form's field is made of, without FastAPI's care."""
    command = [sys.executable, "-c", BUILDING.format(first=first)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def test_what_fastapi_hides_in_one_thread_is_said_in_none() -> None:
    assert "UnsupportedFieldAttributeWarning" in said_while_building("")
    assert said_while_building("import medixchange.web") == ""
