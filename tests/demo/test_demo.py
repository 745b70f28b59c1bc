"""medixchange demo plays its story, leaves its folder, and never loses an earlier demo."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from medixchange.alone import Busy, alone
from medixchange.cli import demo
from medixchange.db import Database
from medixchange.demo.telling import StepFailed, Telling
from medixchange.errors import Refusal

NOW = datetime(2026, 11, 26, 20, tzinfo=UTC)
PATIENCE = 600
"""Seconds; the story takes 20 on a quiet machine, and several times as long beside other tests on a slow one."""


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MEDIXCHANGE_")}
    return subprocess.run(
        [sys.executable, "-m", "medixchange", "demo", "--once", "--data", str(folder), *more],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environ,
        check=False,
    )


def earlier(folder: Path) -> None:
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "0001.eml").write_text("Subject: kept")
    (folder / "medixchange.db").touch()


def test_the_story_ends_well_and_leaves_database_and_letters(tmp_path: Path) -> None:
    played = run(tmp_path / "data")

    assert played.returncode == 0, played.stderr
    assert played.stderr == ""
    assert (tmp_path / "data" / "medixchange.db").exists()
    assert list((tmp_path / "data" / "mail").glob("*.eml"))


def test_a_folder_with_a_demo_is_refused_and_left_alone(tmp_path: Path) -> None:
    earlier(tmp_path)

    with pytest.raises(Refusal, match="holds a demo already"):
        demo.prepared(tmp_path, anew=False)

    assert (tmp_path / "mail" / "0001.eml").read_text() == "Subject: kept"


def test_beginning_anew_keeps_the_earlier_demo_aside(tmp_path: Path) -> None:
    earlier(tmp_path)

    demo.set_aside(tmp_path, NOW)

    aside = tmp_path / "before-20261126-200000-000000"
    assert sorted(path.name for path in aside.iterdir()) == ["mail", "medixchange.db"]
    assert (aside / "mail" / "0001.eml").read_text() == "Subject: kept"
    assert not (tmp_path / "medixchange.db").exists()


def test_a_demo_that_is_being_served_is_not_moved(tmp_path: Path) -> None:
    earlier(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'medixchange.db'}")

    with alone(database), pytest.raises(Busy):
        demo.set_aside(tmp_path, NOW)

    database.close()
    assert (tmp_path / "medixchange.db").exists()


def test_a_step_that_fails_is_named() -> None:
    told: list[str] = []
    telling = Telling(told.append)

    with telling.step("The first goes well"):
        pass
    with pytest.raises(StepFailed) as failed, telling.step("The second does not"):
        raise ValueError("no letter came")

    assert told == ["  1. The first goes well."]
    assert (failed.value.step, failed.value.why) == ("The second does not", "ValueError: no letter came")
