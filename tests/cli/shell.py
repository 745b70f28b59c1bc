"""A shell: runs the command line in this process, or as a process of its own, and keeps what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from medixchange.cli import main

PATIENCE = 60.0


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote to its two streams."""

    status: int | str | None
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Runs commands with the settings that it was given, in a folder of its own."""

    folder: Path
    patch: pytest.MonkeyPatch
    streams: pytest.CaptureFixture[str]

    def set(self, **settings: str) -> None:
        """Give settings: ``set(PUBLIC_URL="http://…")``."""
        for name, value in settings.items():
            self.patch.setenv(f"MEDIXCHANGE_{name}", value)

    def __call__(self, *arguments: str) -> Said:
        """Run ``medixchange ARGUMENTS`` to its end."""
        self.patch.setattr(sys, "argv", ["medixchange", *arguments])
        self.streams.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.streams.readouterr()
        return Said(ended.value.code, said.out, said.err)


@dataclass
class Running:
    """A process that stays; its streams go into files."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def wait_for(self, words: str, stream: Path | None = None) -> str:
        """The first line with these words on standard output, or on another ``stream``, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in (stream or self.out).read_text("utf-8").splitlines(keepends=True):
                if words in line and line.endswith("\n"):
                    return line.strip()
            assert self.process.poll() is None, self.err.read_text("utf-8")
            time.sleep(0.05)
        raise AssertionError(f"it never said {words!r}: {self.err.read_text('utf-8')}")

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and say with which status it did."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@contextmanager
def running(folder: Path, name: str, *arguments: str, settings: Mapping[str, str]) -> Iterator[Running]:
    """``medixchange ARGUMENTS`` as a process while the block runs."""
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, "-m", "medixchange", *arguments],
            env=environ(settings),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
        )
    try:
        yield Running(process, out, err)
    finally:
        process.kill()
        process.wait()


def environ(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that has these settings and no others."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MEDIXCHANGE_")}
    here = str(Path(__file__).parents[2])
    given = {f"MEDIXCHANGE_{name}": value for name, value in settings.items()}
    return {**plain, **given, "PYTHONPATH": here, "PYTHONUNBUFFERED": "1"}
