"""Readers are read as organizers type them, copy them from a mail program, or paste them from a table."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.documents.tongues import NAMES
from medixchange.i18n import words
from medixchange.languages.texts import Wrong, clean_line
from medixchange.messages import Message, Value
from medixchange.recaps.addressees import TypedReader, read_lines

JANE = TypedReader("Jane Doe", "jane@x.org", "en")
DOE = TypedReader("Doe, Jane", "jane@x.org", "en")


@pytest.mark.parametrize(
    ("typed", "reader"),
    [
        ("Jane Doe, jane@x.org", JANE),
        ("Jane Doe, JANE@X.org, en", JANE),
        ("Jane Doe; jane@x.org; en", JANE),
        ("Jane Doe\tjane@x.org\ten\t\t", JANE),
        ("  Jane Doe    jane@x.org    en", JANE),
        ("Jane Doe，jane＠x．org，en", JANE),
        ("Jane Doe、jane@x。org；en", JANE),
        ("Jane Doe، jane@x.org؛ en", JANE),
        ("Jane Doe <jane@x.org>", JANE),
        ("Jane Doe <jane@x.org>, fr", TypedReader("Jane Doe", "jane@x.org", "fr")),
        ("Jane Doe < jane@x.org >;", JANE),
        ("Jane Doe《jane@x.org》", JANE),
        ("Jane Doe<mailto:jane@x.org>", JANE),
        ("jane@x.org <jane@x.org>", TypedReader("jane@x.org", "jane@x.org", "en")),
        ("jane@x.org", TypedReader("jane", "jane@x.org", "en")),
        ("<jane@x.org>", TypedReader("jane", "jane@x.org", "en")),
        ("jane@x.org, ar", TypedReader("jane", "jane@x.org", "ar")),
        ('"Doe, Jane" <jane@x.org>', DOE),
        ('"Doe, Jane", jane@x.org, en', DOE),
        ("“Doe, Jane” jane@x.org", DOE),
        ("Doe, Jane <jane@x.org>", DOE),
        ('"Doe, Jane","jane@x.org","en"', DOE),
        ('"Jane ""J"" Doe", jane@x.org', TypedReader('Jane "J" Doe', "jane@x.org", "en")),
        (r'"Jane \"J\" Doe" <jane@x.org>', TypedReader('Jane "J" Doe', "jane@x.org", "en")),
        ("Jane O'Brien-Né <jane@x.org>", TypedReader("Jane O'Brien-Né", "jane@x.org", "en")),
        ("李娜<lina@x.org>，中国", None),
        ("李娜<lina@x.org>，简体中文", TypedReader("李娜", "lina@x.org", "zh-Hans")),
        ("张三 张三@x.org zh", TypedReader("张三", "张三@x.org", "zh-Hans")),
    ],
)
def test_a_line_is_read_in_whatever_form_it_comes(typed: str, reader: TypedReader | None) -> None:
    try:
        found = read_lines(typed)
    except Wrong:
        found = []

    assert found == ([reader] if reader else [])


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr-CA", "fr"),
        ("FR", "fr"),
        ("pt-BR", "pt"),
        ("pt_PT", "pt"),
        ("ar-EG", "ar"),
        ("zh", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("zh-Hant", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("en-GB", "en"),
        ("Français", "fr"),
        ("bahasa indonesia", "id"),
    ],
)
def test_a_reader_of_any_region_gets_the_language_that_there_is(tag: str, language: str) -> None:
    assert read_lines(f"Jane Doe, jane@x.org, {tag}") == [TypedReader("Jane Doe", "jane@x.org", language)]


def test_each_address_is_read_once_and_empty_lines_are_none() -> None:
    typed = "Amina, AMINA@x.org, ar\r\n\r\n \nBruno; bruno@x.org\u2028A, amina@x.org"

    assert read_lines(typed) == [TypedReader("Amina", "amina@x.org", "ar"), TypedReader("Bruno", "bruno@x.org", "en")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Amina", "Write a name and a mail address, such as “Jane Doe, jane@hospital.org, fr”."),
        ("Amina, nowhere@", "Write a name and a mail address, such as “Jane Doe, jane@hospital.org, fr”."),
        ("Amina, a@b@c", "Write a mail address such as name@hospital.org."),
        ("Amina <nowhere>", "Write a mail address such as name@hospital.org."),
        (
            "a@x.org, b@x.org",
            "There are two mail addresses here: write each reader on a line of their own.",
        ),
        (
            "A <a@x.org>; B <b@x.org>",
            "There are two mail addresses here: write each reader on a line of their own.",
        ),
        ('"Doe, Jane, a@x.org', "Close what %(mark)s opens, or leave %(mark)s out."),
        ("Jane <a@x.org", "Close what %(mark)s opens, or leave %(mark)s out."),
        (f"{'n' * 121}, a@x.org", "Shorten this to %(most)s characters: it has %(length)s."),
        (f"Jane,{' ' * 1000}a@x.org", "Shorten this to %(most)s characters: it has %(length)s."),
        (
            "Amina, a@x.org, klingonese",
            "“%(tag)s” is no language that recaps come in. Write one of these after the address, or nothing for "
            "English: %(tags)s.",
        ),
        (
            "Amina, a@x.org, tlh",
            "“%(tag)s” is no language that recaps come in. Write one of these after the address, or nothing for "
            "English: %(tags)s.",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_what_to_write(line: str, told: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_lines(f"ok@x.org\n\n{line}")

    why = wrong.value.message.values["why"]
    assert (wrong.value.message.values["line"], getattr(why, "text", "")) == (3, told)


@pytest.mark.parametrize(("wrong", "more"), [(2, ""), (10, ""), (11, "1 more line cannot be read."), (2500, "2,490")])
def test_every_line_that_cannot_be_read_is_told_at_once_as_far_as_they_fit_on_a_page(wrong: int, more: str) -> None:
    with pytest.raises(Wrong) as found:
        read_lines("\n".join(f"ok-{number}@x.org\nno-{number}" for number in range(wrong)))

    told = words("en").say(found.value.message).splitlines()
    assert lines_of(found.value) == [2 * number for number in range(1, min(wrong, 10) + 1)]
    assert told[1] == ("Line 4, “no-1”: Write a name and a mail address, such as “Jane Doe, jane@hospital.org, fr”.")
    assert (len(told), told[-1].startswith(more)) == (min(wrong, 11), True)


def lines_of(wrong: Wrong) -> list[int]:
    """The numbers of the lines that are told to be wrong."""
    told: Value = wrong.message
    numbers = []
    while isinstance(told, Message):
        first = told.values.get("first", told)
        assert isinstance(first, Message)
        number = first.values.get("line")
        numbers += [number] if isinstance(number, int) else []
        told = told.values.get("others", "")
    return numbers


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(Wrong, match="Write at most"):
        read_lines("\n".join(f"n{number}@x.org" for number in range(5001)))


@pytest.mark.parametrize("sign", [" ", "\t", ",", '"', '"\\', '"\\ ', '"" ', "<", "《a", "“", "a ", "@", "，\u3000"])
@pytest.mark.parametrize("form", ["{}", "Jane{}jane@x.org", "{}\n" * 20])
def test_whatever_is_pasted_is_read_at_once(sign: str, form: str) -> None:
    each = 200_000 // form.count("{}") // len(sign)
    text = form.replace("{}", sign * each)
    begun = time.process_time()

    with suppress(Wrong):
        read_lines(text)

    assert time.process_time() - begun < 0.2


@st.composite
def readers(draw: st.DrawFn) -> TypedReader:
    """Somebody whose name is any line that a form takes."""
    name = clean_line(draw(st.text(max_size=40) | st.text('",;<>@\\ “”ab，', max_size=12)))
    local, number = draw(st.from_regex(r"[a-z0-9][a-z0-9_+-]{0,12}", fullmatch=True)), draw(st.integers(0, 99))
    return TypedReader(name or local, f"{local}@x{number}.org", draw(st.sampled_from(list(NAMES))))


def quoted(name: str) -> str:
    """A name as a mail program quotes it (RFC 5322, 3.2.4)."""
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'


def doubled(name: str) -> str:
    """A name as a spreadsheet quotes it (RFC 4180, 2.7)."""
    return '"' + name.replace('"', '""') + '"'


@given(people=st.lists(readers(), max_size=6, unique_by=lambda each: each.email))
def test_what_a_mail_program_or_a_table_writes_is_read_back(people: list[TypedReader]) -> None:
    forms = (
        "\n".join(f"{quoted(each.name)} <{each.email}>, {each.language}" for each in people),
        "\r\n".join(f"{quoted(each.name)};{each.email};{each.language}" for each in people),
        "\n".join(f"{quoted(each.name)}\t{each.email}\t{each.language}" for each in people),
        "\n".join(f"{doubled(each.name)},{each.email},{each.language}" for each in people if "\\" not in each.name),
    )

    assert [read_lines(form) for form in forms[:3]] == [people] * 3
    assert read_lines(forms[3]) == [each for each in people if "\\" not in each.name]


SIGNS = st.sampled_from(
    ['"', "“", "”", "<", ">", ",", "；", "\t", " ", "\n", "\\", "@", "a@x.org", "Jane", "fr", "＠", "\x00"]
)


@given(typed=st.text(max_size=60) | st.lists(SIGNS, max_size=14).map("".join))
def test_whatever_is_typed_gives_readers_or_a_line_to_mend(typed: str) -> None:
    try:
        found = read_lines(typed)
    except Wrong as wrong:
        told = lines_of(wrong)
        assert told == sorted(set(told))
        assert all(typed.splitlines()[number - 1].strip() for number in told)
    else:
        assert len({each.email for each in found}) == len(found)
        for each in found:
            assert each.name == clean_line(each.name) != ""
            assert each.language in NAMES
            assert read_lines(each.email)[0].email == each.email
