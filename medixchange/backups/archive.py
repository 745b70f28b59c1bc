"""One file that holds a copy, says what it is, and shows every damage: a ZIP whose comment is its own checksum."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from medixchange.errors import Refusal
from medixchange.messages import say

FORM = 1
MANIFEST = "medixchange-backup.json"
COPY = "copy"
BEGINS = b"PK\x03\x04"
SUM_BEGINS = b"SHA-256 of everything before: "
SUM_LENGTH = len(SUM_BEGINS) + 64
CHUNK = 1 << 20
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time in the ZIP's own table: it would be in no zone, so the manifest alone says when."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is: of which database, made when and by which version, and how many rows each table has."""

    database: str
    version: str
    revision: str
    made_at: datetime
    rows: Mapping[str, int]

    def to_json(self) -> str:
        """The manifest as it lies in the file."""
        return json.dumps({"form": FORM, **asdict(self), "made_at": self.made_at.isoformat()}, indent=1)


def pack(copy: Path, manifest: Manifest, into: Path) -> None:
    """Write the file ``into`` from the finished ``copy``, its checksum last, and have the disk keep it."""
    # A dump of PostgreSQL is compressed already.
    packing = ZIP_DEFLATED if manifest.database == "sqlite" else ZIP_STORED
    with ZipFile(into, "x") as archive:
        archive.writestr(ZipInfo(MANIFEST, EARLIEST), manifest.to_json())
        entry = ZipInfo(COPY, EARLIEST)
        entry.compress_type, entry.file_size = packing, copy.stat().st_size
        with copy.open("rb") as source, archive.open(entry, "w") as target:
            shutil.copyfileobj(source, target, CHUNK)
        archive.comment = b" " * SUM_LENGTH
    with into.open("r+b") as whole:
        told = SUM_BEGINS + _sum_of(into).encode()
        whole.seek(-SUM_LENGTH, os.SEEK_END)
        whole.write(told)
        whole.flush()
        os.fsync(whole.fileno())


def read(file: Path) -> Manifest:
    """What the backup ``file`` is, after every byte of it was looked at.

    Raises Refusal where it is damaged, no backup, of a later form, or cannot be read.
    """
    try:
        _check_sum(file)
        with ZipFile(file) as archive:
            told = json.loads(archive.read(MANIFEST))
    except OSError as wrong:
        raise Refusal(say("%(file)s cannot be read: %(why)s.", file=str(file), why=str(wrong.strerror))) from wrong
    except (BadZipFile, KeyError, ValueError) as wrong:
        raise _no_backup(file) from wrong
    return _manifest(told, file)


def unpack(file: Path, into: Path) -> None:
    """Write the copy inside ``file`` to ``into``, and have the disk keep it."""
    with ZipFile(file) as archive, archive.open(COPY) as source, into.open("xb") as target:
        shutil.copyfileobj(source, target, CHUNK)
        target.flush()
        os.fsync(target.fileno())


def _manifest(told: Any, file: Path) -> Manifest:
    if not isinstance(told, dict) or not isinstance(told.get("form"), int):
        raise _no_backup(file)
    if told["form"] > FORM:
        raise Refusal(say("%(file)s was made by a later medixchange: use that version to read it.", file=str(file)))
    try:
        facts = {name: told[name] for name in ("database", "version", "revision", "rows")}
        return Manifest(**facts, made_at=datetime.fromisoformat(told["made_at"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise _no_backup(file) from wrong


def _check_sum(file: Path) -> None:
    with file.open("rb") as whole:
        begins = whole.read(len(BEGINS) + 26 + len(MANIFEST))
        whole.seek(-min(SUM_LENGTH, file.stat().st_size), os.SEEK_END)
        ends = whole.read()
    if not begins.startswith(BEGINS) and not ends.startswith(SUM_BEGINS):
        raise _no_backup(file)
    if not begins.endswith(MANIFEST.encode()) and not ends.startswith(SUM_BEGINS):
        raise _no_backup(file)
    if ends != SUM_BEGINS + _sum_of(file).encode():
        told = say("%(file)s is damaged: its checksum does not fit. Use another backup.", file=str(file))
        raise Refusal(told)


def _sum_of(file: Path) -> str:
    """The SHA-256, in hex, of all but the checksum at the end."""
    found, left = hashlib.sha256(), file.stat().st_size - SUM_LENGTH
    with file.open("rb") as whole:
        while left > 0 and (chunk := whole.read(min(CHUNK, left))):
            found.update(chunk)
            left -= len(chunk)
    return found.hexdigest()


def _no_backup(file: Path) -> Refusal:
    return Refusal(say("%(file)s is not a backup that “medixchange backup” made.", file=str(file)))
