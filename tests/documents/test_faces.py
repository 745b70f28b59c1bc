"""A font that is missing or damaged is noticed, and so is a character that none of them has."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from medixchange import pdf
from medixchange.documents.faces import FACES, broken_faces, lacking
from medixchange.documents.tongues import NAMES
from medixchange.templating import PAPER

ARABIC = "NotoSansArabic-Regular.ttf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The fonts of the package, to be damaged."""
    return Path(shutil.copytree(pdf.FONTS, tmp_path / "fonts"))


def test_the_fonts_of_the_package_are_whole() -> None:
    assert broken_faces() == []
    assert {path.name for path in pdf.FONTS.glob("*.[ot]tf")} == FACES.keys()


def test_the_template_asks_for_these_families_and_no_others() -> None:
    fonts = PAPER.read_text("utf-8").partition("#let latin =")[2].partition("#set document")[0]

    named = set(re.findall(r'"(Noto [A-Za-z0-9 ]+)"', fonts))

    assert {name.lower() for name in named} == {family for family, _, _ in FACES.values()}


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(path.read_bytes()[:1000]),
        lambda path: path.write_bytes(b""),
        lambda path: shutil.copy(pdf.FONTS / "NotoSans-Regular.ttf", path),
    ],
    ids=["missing", "cut off", "empty", "another font"],
)
def test_a_font_that_is_not_what_it_should_be_is_named(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder / ARABIC)

    assert broken_faces(folder) == [ARABIC]


def test_fonts_that_are_not_there_at_all_are_named(tmp_path: Path) -> None:
    assert broken_faces(tmp_path) == [*FACES, pdf.COVERAGE]


def test_every_word_of_the_program_can_be_printed() -> None:
    assert lacking() == {}


def test_what_a_language_lacks_is_told() -> None:
    found = lacking(lambda character: not 0x1200 <= ord(character) <= 0x137F)

    assert found == {"am": "".join(sorted(NAMES["am"]))}
