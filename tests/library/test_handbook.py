"""The handbook says the same in each of its languages, and its words are those of the glossary."""

from __future__ import annotations

import pytest

from medixchange import pdf
from medixchange.documents.render import to_text
from medixchange.documents.tree import Heading, Items, Table
from medixchange.errors import NotFound
from medixchange.i18n import words
from medixchange.library import handbook
from medixchange.library.glossary import find_glossary, terms
from medixchange.library.handbook import SESSION

TAGS = ("en", "zh-Hans", "fr", "id")
BY_HEART = {"session, sharing session": "交流会", "recap": "会议纪要", "commitment": "承诺事项"}
FORMS = (
    ("recap", "compte rendu", "ringkasan", "会议纪要"),
    ("interpreter", "interprète", "juru bahasa", "口译员"),
    ("slides", "diapositives", "salindia", "幻灯片"),
)
"""Words of the glossary that the text of each language uses."""


def shape(language: str) -> list[tuple[str, int]]:
    """The headings, lists and tables of the text, without its words."""
    found = []
    for block in handbook.handbook(SESSION, language).document.blocks:
        size = block.level if isinstance(block, Heading) else 0
        size = len(block.items) if isinstance(block, Items) else size
        size = len(block.rows) if isinstance(block, Table) else size
        found.append((type(block).__name__, size))
    return found


def test_it_can_be_read_in_four_languages() -> None:
    assert tuple(handbook.languages(SESSION)) == TAGS


@pytest.mark.parametrize("language", TAGS)
def test_each_language_has_the_same_headings_lists_and_rows(language: str) -> None:
    assert shape(language) == shape("en")


@pytest.mark.parametrize("language", TAGS)
def test_everything_in_it_can_be_printed(language: str) -> None:
    text = to_text(handbook.with_glossary(SESSION, language))

    assert {each for each in text if not pdf.draws(each)} == set()
    assert handbook.printed(SESSION, language, "https://mx.example.org")[:5] == b"%PDF-"


def test_the_figures_are_the_same_in_each_language() -> None:
    said = {tag: to_text(handbook.handbook(SESSION, tag).document) for tag in TAGS}

    for figures in ("12:00", "14:00", "40", "72"):
        assert {tag: figures in text for tag, text in said.items()} == dict.fromkeys(TAGS, True)


def test_french_keeps_its_signs_on_the_line_of_their_word() -> None:
    text = to_text(handbook.handbook(SESSION, "fr").document)

    assert [sign for sign in (" :", " ;", " ?", " !", "« ", " »") if sign in text] == []


def test_every_word_of_the_glossary_has_its_form_in_each_language() -> None:
    known = {term.names["en"] for term in terms()}
    lacking = [term.names["en"] for term in terms() if not all(term.names.get(tag) for tag in TAGS)]

    assert (lacking, {name: chinese for name, chinese in _chinese().items() if name in BY_HEART}) == ([], BY_HEART)
    assert ("desk" in known, find_glossary().name) == (False, "glossary.md")


@pytest.mark.parametrize("forms", FORMS)
def test_the_text_uses_the_words_of_the_glossary_and_of_the_pages(forms: tuple[str, ...]) -> None:
    texts = [to_text(handbook.handbook(SESSION, tag).document).casefold() for tag in ("en", "fr", "id", "zh-Hans")]

    assert [form in text for form, text in zip(forms, texts, strict=True)] == [True] * 4
    assert forms[3] in _chinese().values()


def test_the_glossary_calls_things_as_the_pages_do() -> None:
    known = {term.names["en"]: term.names for term in terms()}

    for tag in ("zh-Hans", "fr", "id"):
        assert words(tag).gettext("Library").casefold() == known["library"][tag]
        assert words(tag).gettext("Handbook").casefold() == known["handbook"][tag]


@pytest.mark.parametrize(
    ("page", "language"), [("nothing", "en"), (SESSION, "ar"), ("../glossary", "en"), (SESSION, "")]
)
def test_what_is_not_there_is_not_found(page: str, language: str) -> None:
    with pytest.raises(NotFound):
        handbook.handbook(page, language)


def _chinese() -> dict[str, str]:
    return {term.names["en"]: term.names["zh-Hans"] for term in terms()}
