"""What a text from outside may hold."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from medixchange.languages.texts import (
    Line,
    MailAddress,
    Paragraph,
    Picked,
    Wrong,
    clean_line,
    clean_lines,
    clean_paragraph,
)
from medixchange.messages import say

ANYTHING = st.text(st.characters(codec=None))  # lone surrogates as well


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Aline   Uwase ", "Aline Uwase"),
        ("one\r\ntwo\u2028three\x0bfour", "one two three four"),
        ("nul\x00bell\x07esc\x1b[31m", "nulbellesc[31m"),
        ("\ud800half", "half"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("e\u0301", "é"),
        ("李娜\u3000医生", "李娜 医生"),
        ("la\u00a0nuit\u00a0? «\u00a0Oui\u00a0»", "la nuit\u00a0? «\u00a0Oui\u00a0»"),  # no line begins with a mark
        ("a \u00a0: b\u00a0\u00a0: c\u00a0 ? «\u00a0 d", "a\u00a0: b\u00a0: c\u00a0? «\u00a0d"),
        ("a  : « b \u00a0c", "a : « b c"),  # where none was kept together, nothing is
        ("Ngo\u0302 Thi\u0323", "Ngô Thị"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that belongs to the word
    ],
)
def test_a_line_is_kept_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_a_paragraph_keeps_its_lines() -> None:
    assert clean_paragraph(" one \r\ntwo\n\n\n\nthree\u2029 ") == "one\ntwo\n\nthree"


@given(ANYTHING)
def test_a_cleaned_line_can_be_written_anywhere(typed: str) -> None:
    kept = clean_line(typed)

    assert kept.encode().decode() == kept
    assert kept.splitlines() in ([], [kept])
    assert clean_line(kept) == kept


@given(ANYTHING)
def test_cleaning_a_paragraph_twice_changes_nothing_more(typed: str) -> None:
    kept = clean_paragraph(typed)

    assert clean_paragraph(kept) == kept


class Note(BaseModel):
    """Fields as forms have them."""

    title: Annotated[str, Line(10)]
    text: Annotated[str, Paragraph(20, optional=True)] = ""


def test_fields_are_cleaned_and_measured() -> None:
    note = Note(title=" a \x00 b ", text="x\r\ny")

    assert note == Note.model_construct(title="a b", text="x\ny")


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("\x00 \u2028", "Fill in this field."),
        ("12345678901", "Shorten this to %(most)s characters: it has %(length)s."),
        ("x" * 1_000_000, "Shorten this to %(most)s characters: it has %(length)s."),
        (7, "Write this as text."),
    ],
)
def test_what_does_not_fit_is_told_in_words(title: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Note.model_validate({"title": title})

    wrong = refusal.value.errors()[0]["ctx"]["error"]
    assert isinstance(wrong, Wrong)
    assert wrong.message.text == sentence


@pytest.mark.parametrize("typed", ["aline@kfh.example.org", " Aline@KFH.example.org\n"])
def test_a_mail_address_is_kept_in_small_letters(typed: str) -> None:
    assert MailAddress().read(typed) == "aline@kfh.example.org"


@pytest.mark.parametrize("typed", ["aline", "a@b@c.org", "aline@localhost", "x" * 300 + "@example.org", "a b@c.org"])
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(Wrong):
        MailAddress().read(typed)


@pytest.mark.parametrize("value", ["Rwanda", 7, "x" * 1_000_000])
def test_what_no_list_offers_is_answered_with_what_to_choose(value: object) -> None:
    told = say("Choose the country.")

    with pytest.raises(Wrong) as wrong:
        Picked(2, told).read(value)

    assert wrong.value.message is told
    assert (Picked(2, told).read(" RW\n"), Picked(2, told, optional=True).read("")) == ("RW", "")


def test_several_wrong_answers_are_told_together() -> None:
    faults = {"name": say("Write the name."), "city": say("Write the city.")}

    wrong = Wrong.answers(faults)

    assert (wrong.field, wrong.message, wrong.also) == ("name", faults["name"], faults)


@given(ANYTHING)
def test_lines_keep_their_indents_and_are_clean_after_one_cleaning(typed: str) -> None:
    kept = clean_lines(typed)

    assert clean_lines(kept) == kept
    assert "\t" not in kept
    assert [line for line in kept.split("\n") if line != line.rstrip()] == []


def test_indents_are_kept_and_a_tab_is_four_blanks() -> None:
    assert clean_lines("\r\n- a  \r\n  - b\n\n\n\tc\u202e\x07\n") == "- a\n  - b\n\n\n    c"
