"""What a recap begins with, which commitments it holds, and what its writer is asked to look at again."""

from __future__ import annotations

from datetime import date

import pytest

from medixchange import pdf
from medixchange.documents.markdown import parse
from medixchange.documents.tongues import NAMES, ranked
from medixchange.documents.tree import Heading, Items, Paragraph, words_of
from medixchange.messages import Message
from medixchange.recaps.commitments import Commitment, commitments, unclear
from medixchange.recaps.lint import lint
from medixchange.recaps.outline import COMMITMENTS, EXAMPLE, SECTIONS, Held, carried, headings, outline

HELD = Held(["Zhang San 张三"], [("How low may *it* go?", ""), ("Who decides?", "")])


@pytest.mark.parametrize("language", NAMES)
def test_an_outline_has_a_heading_for_each_section_in_its_language(language: str) -> None:
    text = outline(language, HELD)

    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == list(
        headings(language)
    )
    assert len(headings(language)) == len(SECTIONS)


def test_what_was_asked_stands_in_the_outline_as_it_was_written() -> None:
    assert "**How low may \\*it\\* go?**\n\n**Who decides?**" in outline("en", HELD)


def test_what_is_written_like_the_example_is_read_as_a_commitment_in_every_language_of_the_pages() -> None:
    found = {
        language: commitments(parse(outline(language, HELD).replace("12-24", "12-25")), language)
        for language in ("en", "zh-Hans", "fr", "id", "ar")
    }

    assert {language: [each.due for each in known] for language, known in found.items()} == {
        language: [date(2026, 12, 25)] for language in found
    }


def test_a_translation_begins_under_its_own_headings_and_keeps_the_rest() -> None:
    assert carried("## Key points\n\nx\n\n### Own heading", "en", "fr") == "## Points clés\n\nx\n\n### Own heading"


def test_the_nearest_language_is_the_same_then_the_same_without_script_then_english() -> None:
    there = ["fr", "ar", "en", "zh-Hans"]

    assert [ranked(there, wanted)[0] for wanted in ("ar", "zh-TW", "pt")] == ["ar", "zh-Hans", "en"]
    assert ranked(["ar", "fr"], "pt") == ["fr", "ar"]


def test_commitments_are_read_from_under_their_heading_alone() -> None:
    text = """## Key points

- X, by 2026-01-01: not this

## Commitments

- **Wang Lei**, by 2026-12-24: send it: all
- 李娜，2026-12-25 前：给方案
- nobody knows
- Y, by 2026-13-01: no such day

## Links

- Z, by 2026-01-01: nor this
"""

    assert commitments(parse(text), "en") == [
        Commitment("Wang Lei", date(2026, 12, 24), "send it: all"),
        Commitment("李娜", date(2026, 12, 25), "给方案"),
    ]
    assert unclear(parse(text), "en") == ["nobody knows", "Y, by 2026-13-01: no such day"]


def test_a_text_is_looked_over_for_what_cannot_be_printed_who_promised_and_patients() -> None:
    text = f"Ask Mr Nkusi 😀\n\n## {headings('en')[COMMITMENTS]}\n\n- somebody\n- Ada, by 2026-12-24: all of it"

    found = lint(text, parse(text), "en", draws=pdf.draws, name=pdf.name_of)

    assert [dict(each.values) for each in found] == [
        {"character": "😀", "name": "U+1F600 grinning face"},
        {"line": "somebody"},
        {"text": "Mr Nkusi", "what": Message("a patient's name")},
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- The patient was born 1950-03-04",
        "* Mrs Uwase was the first",
        "**Mr Nkusi** was the first",
        "- **Mr Nkusi**, file 12345678",
        "- Ada, by 2026-12-24: all of it\n- MRN 4711",
    ],
)
def test_patients_are_looked_for_in_lists_and_bold_words_too(line: str) -> None:
    (found,) = lint(line, parse(line), "en", draws=pdf.draws, name=pdf.name_of)

    assert found.text.startswith("“%(text)s” looks like")


def test_what_was_asked_ahead_stands_in_the_outline_with_what_was_answered() -> None:
    text = outline("en", Held(asked=[("How *low*?\nAnd when?", "Not below 90."), ("Who decides?", "")]))

    assert "**How \\*low\\*? And when?**\n\nNot below 90.\n\n**Who decides?**" in text


@pytest.mark.parametrize(
    "line",
    [
        "---",
        "- - -",
        "- 5 °C",
        "-5 °C",
        "+ 2 cm H2O",
        "+2",
        "12. May",
        "3) no",
        "2.5 mg",
        "~~~",
        "&copy; &amp; &#169; R&D",
        "# *a* _b_ [c](d) | `e` <f>",
    ],
)
def test_what_was_typed_as_an_answer_is_read_as_it_was_typed(line: str) -> None:
    text = outline("en", Held([line], [(line, f"{line}\n{line}")]))

    blocks = parse(text).blocks
    people = [block for (block,) in (block.items[0] for block in blocks if isinstance(block, Items))]
    asked = [block for block in blocks if not isinstance(block, Heading | Items)]
    said = [words_of(block.inside) for block in (people[0], *asked) if isinstance(block, Paragraph)]
    assert said == [line] * 4


def test_an_outline_that_nobody_has_touched_is_told_part_by_part() -> None:
    text = outline("en", Held(["Zhang San 张三"]))
    document = parse(text)

    found = lint(text, document, "en", draws=pdf.draws, name=pdf.name_of)

    told = [next(iter(each.values.values())) for each in found]
    assert told == [
        "Name, by 2026-12-24: what they will do",
        "Key points",
        "Questions and answers",
        "Recommendations",
        "Links and files",
    ]
    assert commitments(document, "en") == []


@pytest.mark.parametrize("language", ["zh-Hans", "fr", "ar", "pt"])
def test_the_example_that_came_with_the_original_is_told_in_a_translation(language: str) -> None:
    text = carried(outline("en", HELD), "en", language)

    found = lint(text, parse(text), language, draws=pdf.draws, name=pdf.name_of)

    assert found[0].values == {"line": EXAMPLE}
    assert (commitments(parse(text), language), unclear(parse(text), language)) == ([], [])


def test_a_promise_that_begins_like_the_example_is_none() -> None:
    text = f"## Commitments\n\n- {EXAMPLE} on Monday"

    assert lint(text, parse(text), "en", draws=pdf.draws, name=pdf.name_of) == []


def test_a_heading_without_a_text_is_told_once_however_often_it_stands() -> None:
    text = "## Summary\n\n## SUMMARY\n\n" * 1000

    found = lint(text, parse(text), "en", draws=pdf.draws, name=pdf.name_of)

    assert [each.values for each in found] == [{"heading": "Summary"}]


def test_a_text_without_doubts_asks_nothing() -> None:
    assert (
        lint("## Summary\n\nAll is well.", parse("## Summary\n\nAll is well."), "en", draws=pdf.draws, name=str) == []
    )
