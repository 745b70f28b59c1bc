"""The file of a backup: what it says of itself, and that no damage to it goes unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.backups import archive
from medixchange.backups.archive import Manifest
from medixchange.errors import Refusal

MANIFEST = Manifest(
    "sqlite", "0.1.0", "2026_11_25", datetime(2026, 11, 25, 19, 30, tzinfo=UTC), {"person": 3, "hospital": 2}
)
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A finished copy of a database."""
    path = tmp_path / "copy"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup without fault."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "copy").write_bytes(CONTENT)
    archive.pack(folder / "copy", MANIFEST, folder / "backup")
    return (folder / "backup").read_bytes()


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where damaged backups are laid down."""
    return tmp_path_factory.mktemp("bad") / "backup"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_was_packed_is_read_and_unpacked(tmp_path: Path, copy: Path, database: str) -> None:
    manifest = Manifest(database, MANIFEST.version, MANIFEST.revision, MANIFEST.made_at, MANIFEST.rows)

    archive.pack(copy, manifest, tmp_path / "backup")
    found = archive.read(tmp_path / "backup")
    archive.unpack(tmp_path / "backup", tmp_path / "unpacked")

    assert found == manifest
    assert (tmp_path / "unpacked").read_bytes() == CONTENT


def test_any_program_that_reads_zip_files_opens_a_backup(tmp_path: Path, good: bytes) -> None:
    (tmp_path / "backup.zip").write_bytes(good)

    with ZipFile(tmp_path / "backup.zip") as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [archive.MANIFEST, archive.COPY]


@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_single_bit_that_turned_is_found_wherever_it_is(good: bytes, bad: Path, where: int, bit: int) -> None:
    damaged = bytearray(good)
    damaged[where % len(good)] ^= 1 << bit
    bad.write_bytes(damaged)

    with pytest.raises(Refusal, match=r"is damaged|is not a backup"):
        archive.read(bad)


@given(length=st.integers(min_value=0))
def test_a_file_that_ends_too_early_is_found(good: bytes, bad: Path, length: int) -> None:
    bad.write_bytes(good[: length % len(good)])

    with pytest.raises(Refusal, match=r"is damaged|is not a backup"):
        archive.read(bad)


def test_bytes_that_were_added_are_found(good: bytes, bad: Path) -> None:
    bad.write_bytes(good + b"\n")

    with pytest.raises(Refusal, match="is damaged"):
        archive.read(bad)


@pytest.mark.parametrize("content", [b"", b"a text", b"SQLite format 3\0" * 100, b"PK\x03\x04" * 100, b"PK\x05\x06"])
def test_what_is_no_backup_is_told_so(bad: Path, content: bytes) -> None:
    bad.write_bytes(content)

    with pytest.raises(Refusal, match="is not a backup that “medixchange backup” made"):
        archive.read(bad)


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        archive.read(tmp_path / "nothing")

    assert refused.value.message.values["why"] == "No such file or directory"


def test_a_backup_of_a_later_form_is_left_to_a_later_program(
    tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(archive, "FORM", archive.FORM + 1)
        archive.pack(copy, MANIFEST, tmp_path / "backup")

    with pytest.raises(Refusal, match="was made by a later medixchange"):
        archive.read(tmp_path / "backup")
