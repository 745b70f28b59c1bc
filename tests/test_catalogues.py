"""The catalogues of translations: each check reads all sentences of a language and names those at fault."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from medixchange.i18n import LANGUAGES, words
from medixchange.i18n.catalogues import (
    PLACEHOLDER,
    compiled,
    is_translated,
    new_catalogue,
    read_catalogue,
)
from medixchange.i18n.extraction import collect
from medixchange.i18n.offer import COMPLETE

TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]
SCRIPTS = {"zh-Hans": "\u3400-\u9fff", "ar": "\u0600-\u06ff"}
"""What nobody else writes."""


@cache
def _template() -> Catalog:
    return collect(Path(__file__).parents[1])


def _sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _translated(tag: str) -> list[Message]:
    return [message for message in _sentences(read_catalogue(tag)) if is_translated(message)]


def _forms(message: Message) -> list[str]:
    """The translation, in each of its forms."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return [str(form) for form in forms]


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_sentences_are_found_in_code_and_in_templates() -> None:
    found = {message.id for message in _sentences(_template())}

    assert {"Sign in", "This sign-in link has been used or is too old. Ask for a new one."} <= found


def test_remarks_for_translators_come_with_their_sentence() -> None:
    remarks = {message.id: message.auto_comments for message in _template() if message.auto_comments}

    assert remarks["Held"] == ["the session has taken place."]
    assert remarks["Made"] == ["when this calendar address was made."]


@pytest.mark.parametrize("tag", TRANSLATED)
def test_no_translation_is_a_guess(tag: str) -> None:
    assert [message.id for message in read_catalogue(tag) if message.fuzzy] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_keep_the_placeholders(tag: str) -> None:
    wrong = []
    for message in _translated(tag):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = set().union(*(_placeholders(str(text)) for text in ids))
        # A form for exactly one or two may leave the number out, as Arabic does; the last one counts any number.
        wrong += [] if _placeholders(_forms(message)[-1]) == wanted else [_forms(message)[-1]]
        wrong += [form for form in _forms(message) if not wanted - {"%(num)s"} <= _placeholders(form) <= wanted]

    assert wrong == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_have_no_other_percent_signs(tag: str) -> None:
    forms = [form for message in _translated(tag) if _placeholders(str(message.id)) for form in _forms(message)]

    assert [form for form in forms if re.search(r"%(?!\(\w+\)s|%)", form)] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_sentence_ends_as_the_english_one_does(tag: str) -> None:
    ends = {".": ".。", ":": ":：", "?": "?？؟"}

    assert [
        form
        for message in _translated(tag)
        for form in _forms(message)
        if form[-1] not in ends.get(_singular(message)[-1], form[-1])
    ] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_sentence_is_written_in_the_script_of_its_language(tag: str) -> None:
    foreign = "".join(script for language, script in SCRIPTS.items() if language != tag)

    assert [form for message in _translated(tag) for form in _forms(message) if re.search(f"[{foreign}]", form)] == []


def test_french_sets_a_space_that_does_not_break_before_its_marks() -> None:
    texts = [form for message in _translated("fr") for form in _forms(message)]

    assert [
        text for text in texts if re.search(r"(?<!\u00a0)[;?!»](?=[ .,]|$)|(?<=[^\W\d]):(?= |$)|«(?!\u00a0)", text)
    ] == []


def test_french_has_curly_apostrophes() -> None:
    texts = [form for message in _translated("fr") for form in _forms(message)]

    assert [text for text in texts if re.search(r"[^\W\d_]'(?=[^\W\d_]|%|<|«)", text)] == []


@pytest.mark.parametrize(("tag", "forms"), [("zh-Hans", 1), ("fr", 2), ("id", 1), ("ar", 6)])
def test_a_language_counts_in_as_many_forms_as_it_has(tag: str, forms: int) -> None:
    assert read_catalogue(tag).num_plurals == forms


@pytest.mark.parametrize("tag", TRANSLATED)
def test_plurals_have_all_their_forms(tag: str) -> None:
    catalogue = read_catalogue(tag)
    plurals = [message for message in _translated(tag) if isinstance(message.id, tuple | list)]

    assert [message.id for message in plurals if len(message.string or ()) != catalogue.num_plurals] == []


def test_a_plural_that_is_not_translated_is_said_in_the_right_english_form() -> None:
    catalogue = new_catalogue("zh-Hans")
    catalogue.add(("%(num)s minute", "%(num)s minutes"))

    said = [compiled(catalogue).ngettext("%(num)s minute", "%(num)s minutes", num) for num in (1, 15)]

    assert said == ["%(num)s minute", "%(num)s minutes"]


@pytest.mark.parametrize("tag", [tag for tag in COMPLETE if tag != "en"])
def test_nothing_is_left_untranslated(tag: str) -> None:
    done = {message.id for message in _translated(tag)}

    assert [message.id for message in _sentences(_template()) if message.id not in done] == []


@pytest.mark.parametrize(("tag", "script"), [("ar", r"[\u0600-\u06ff]"), ("zh-Hans", r"[\u4e00-\u9fff]")])
def test_every_sentence_is_in_the_script_of_its_language(tag: str, script: str) -> None:
    """What stays as it is in English is a pattern or a name."""
    of_another = [
        form
        for message in _translated(tag)
        for form in _forms(message)
        if form != _singular(message)
        and not re.search(script, form)
        and re.search(r"[a-zA-Z]{2}", PLACEHOLDER.sub("", form))
    ]

    assert of_another == []


@pytest.mark.parametrize(
    ("num", "days"), [(1, "يوم واحد"), (2, "يومان"), (4, "%(num)s أيام"), (14, "%(num)s يومًا"), (100, "%(num)s يوم")]
)
def test_arabic_counts_as_its_grammar_does(num: int, days: str) -> None:
    """The plural forms of CLDR: one, two, few (3 to 10), many (11 to 99), other (100 to 102)."""
    assert words("ar").ngettext("%(num)s day", "%(num)s days", num) == days


def test_arabic_counts_a_hundred_without_the_ending_of_eleven_to_ninety_nine() -> None:
    accusative = re.compile(r"%\(num\)s \w*ًا\b")
    plurals = [message for message in _translated("ar") if isinstance(message.id, tuple | list)]

    # The forms stand in the order of gettext's rule for Arabic: 100 to 102 before 11 to 99.
    assert [message.id[0] for message in plurals if accusative.search(_forms(message)[4])] == []


def test_indonesian_says_bahasa_before_the_name_of_a_language() -> None:
    # Without it the name means the country or its people.
    names = "language|speech|audience|relay|source|target|one|other|spoken|heard"
    bare = re.compile(rf"(?i)\b(dalam|ke|dari|antara|dan|melalui|memahami) %\(({names})\)s")

    assert [form for message in _translated("id") for form in _forms(message) if bare.search(form)] == []


def test_chinese_sets_no_blank_beside_what_ends_or_begins_in_chinese() -> None:
    # An hour ends in a bracket and a length in its unit, both begin with a figure; a reason ends in a full stop.
    ends, both = "at|first|last|age|late|left|why", "name|names|hospital|topics?|language"
    stray = re.compile(rf"%\(({ends}|{both})\)s [^\x00-\x7f]|[^\x00-\x7f] %\(({both})\)s")

    assert [form for message in _translated("zh-Hans") for form in _forms(message) if stray.search(form)] == []
