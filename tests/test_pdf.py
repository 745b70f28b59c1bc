"""Pages are set with our own fonts: what they can draw is known, and what they cannot is never a box."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import typst
from fontTools.ttLib import TTFont
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medixchange import pdf
from medixchange.documents.markdown import DEEPEST, depth, parse
from medixchange.documents.paper import to_data
from medixchange.documents.tongues import NAMES, script_of
from medixchange.i18n import direction
from medixchange.recaps.outline import headings
from medixchange.templating import PAPER
from tests import make

TEXTS = {
    "en": "## Key points\n\n1. Give **1–6 L/min** while SpO₂ < 92 %, *not* less; ≥ 10 L/min → ✓\n\n> said\n\n---",
    "zh-Hans": "## 要点\n\n1. 在高流量氧疗耗尽**之前**开始俯卧位；“引号”与 SpO₂ < 92 %。",
    "ar": "## النقاط الرئيسية\n\n1. أعطِ 1–6 L/min عندما SpO₂ < 92 %، **قبل** `x`.\n\n| أ | ب |\n|---|--:|\n| 1 | 2 |",
    "am": "## ዋና ዋና ነጥቦች\n\n1. ለአዋቂዎች SpO₂ 92–96 % **ግብ** ነው፤",
    "ru": "## Главное\n\n1. Давать **1–6 л/мин** при SpO₂ < 92 %.",
}


def data(language: str, text: str, **more: Any) -> dict[str, Any]:
    """What the template of a recap needs."""
    plain = {
        "lang": language.partition("-")[0],
        "script": script_of(language),
        "direction": direction(language),
        "title": headings(language)[0],
        "authors": ["King Faisal Hospital"],
        "keywords": ["MX-2001"],
        "kicker": "MX-2001",
        "address": "https://mx.example.org/recaps/mx-2001",
        "clocks": [{"place": "Kigali", "offset": "UTC+2", "span": "09:00–10:00", "local": ""}],
        "facts": [{"label": "Hospital", "value": "King Faisal Hospital"}],
        "heading": [{"kind": "text", "text": "Heading"}],
        "notice": "Checked.",
        "blocks": to_data(parse(text, isolating=direction(language) == "rtl"), pdf.draws),
    }
    return {**plain, **more}


def pictures(told: dict[str, Any]) -> list[bytes]:
    """The pages as small pictures."""
    made = typst.compile(
        PAPER.read_bytes(), font_paths=pdf.fonts(), sys_inputs={"data": json.dumps(told)}, format="png", ppi=20
    )
    assert made is not None
    return [made] if isinstance(made, bytes) else made


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    in_fonts: set[int] = set()
    for path in pdf.FONTS.glob("*.[ot]tf"):
        in_fonts |= set(TTFont(path).getBestCmap())

    assert pdf.characters() == in_fonts


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (pdf.FONTS / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("language", NAMES)
def test_every_language_of_recaps_can_be_printed(language: str) -> None:
    said = NAMES[language] + "".join(headings(language)) + TEXTS.get(language, "")

    assert [character for character in said if not pdf.draws(character)] == []


def test_the_characters_of_the_general_standard_can_be_printed() -> None:
    standard = (pdf.FONTS.parents[1] / "docs" / "fonts" / "8105.txt").read_text("utf-8").replace("\n", "")

    assert len(standard) == 8105
    assert [character for character in standard if not pdf.draws(character)] == []


@pytest.mark.parametrize("language", TEXTS)
def test_a_page_is_set_without_a_warning_and_with_our_fonts_alone(language: str) -> None:
    inputs = {"data": json.dumps(data(language, TEXTS[language]))}

    made, warnings = typst.compile_with_warnings(PAPER.read_bytes(), font_paths=pdf.fonts(), sys_inputs=inputs)

    assert warnings == []
    embedded = {name.decode() for name in re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z0-9-]+)", bytes(made))}
    assert embedded != set()
    assert {name for name in embedded if not name.startswith("NotoSans")} == set()


def test_a_pdf_is_tagged_and_says_its_language() -> None:
    made = pdf.typeset(PAPER, data("ar", TEXTS["ar"]), at=make.NOW)

    assert (b"/StructTreeRoot" in made, b"/Lang(ar)" in made.replace(b" ", b"")) == (True, True)


def test_the_same_page_is_the_same_bytes() -> None:
    first, second = (pdf.typeset(PAPER, data("en", TEXTS["en"]), at=make.NOW) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$ #set page(width: 1cm)", "= no heading", "@label <label>", '#import "x"', '\\ #eval("1")']
)
def test_markup_of_the_typesetter_is_plain_text(text: str) -> None:
    pages = pictures(data("en", text, title=text, notice=text, heading=[{"kind": "han", "text": text}]))

    assert len(pages) == 1


def test_words_without_an_end_and_long_texts_are_set_on_more_pages() -> None:
    text = (
        "a" * 3000 + "\n\n" + "\n".join(f"- Entry {number}: " + "words that fill a line " * 12 for number in range(40))
    )

    assert len(pictures(data("en", text))) > 2


@pytest.mark.parametrize(
    ("character", "is_drawn"),
    [("A", True), ("龘", False), ("😀", False), ("\u200d", True), ("\ufe0f", True), ("\n", True)],
)
def test_what_cannot_be_drawn_is_known(character: str, is_drawn: bool) -> None:
    assert pdf.draws(character) is is_drawn


def test_a_character_is_named_in_words() -> None:
    assert (pdf.name_of("😀"), pdf.name_of("\ue000")) == ("grinning face", "")


NESTED = st.lists(st.sampled_from(["> ", "- ", "1. "]), max_size=14).map("".join)
LINES = st.tuples(
    NESTED, st.sampled_from(["x", "**a *b* [c](https://d.org)**", "| a |\n|---|\n| b |", "```\nx", "氧疗 1–6 L/min"])
)
"""Lines as deep as can be saved."""


@given(st.lists(LINES.map("".join), min_size=1, max_size=6).map("\n".join))
@settings(max_examples=60)
def test_whatever_can_be_saved_can_be_printed(text: str) -> None:
    assume(depth(text) <= DEEPEST)

    assert pdf.typeset(PAPER, data("ar", text), at=make.NOW)[:5] == b"%PDF-"
