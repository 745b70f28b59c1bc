"""The demo data by command."""

from __future__ import annotations

from medixchange.db import Database
from medixchange.samples.actions import loaded
from tests.cli.shell import Said, Shell


def test_demo_data_is_loaded_and_removed(shell: Shell, database: Database) -> None:
    first, again = shell("demo-data", "load"), shell("demo-data", "load")
    with database.read() as db:
        there = loaded(db)
    removed, nothing = shell("demo-data", "remove"), shell("demo-data", "remove")

    assert (first.status, first.err) == (0, "")
    assert first.out.startswith("Loaded: 19 hospitals, 3 panels, 4 rooms, ")
    assert again == Said(1, "", "The demo data is loaded already.\n")
    assert there["hospitals"] == 19
    assert removed == Said(0, "Removed: 19 hospitals, 53 people, 3 panels, 4 rooms, 24 requests.\n", "")
    assert nothing == Said(1, "", "There is no demo data.\n")
