"""Pages break between entries: no question, recommendation or commitment is torn, in any script."""

from __future__ import annotations

import json

import pytest
import typst

from medixchange import pdf
from medixchange.documents.markdown import parse
from medixchange.documents.paper import COLUMNS, MOST_TOGETHER, to_data
from medixchange.documents.sheet import sheet
from medixchange.i18n import direction
from medixchange.templating import PAPER
from tests import make

ENTRY = "block(width: 100%, breakable: not together, body)"
MARKED = "block(width: 100%, breakable: not together, [#metadata(true)<edge>#body#metadata(false)<edge>])"
REPORT = """
#context [#metadata(query(<edge>).map(it => (it.value, it.location().page())))<report>]
"""
"""The template as it is, with a mark at the beginning and at the end of whatever has to stay together."""

SENTENCES = {
    "en": "Begin prone position before high flow runs out, and turn every sixteen hours with four nurses. ",
    "zh-Hans": "在高流量氧疗耗尽之前开始俯卧位，由四名护士每十六小时翻身一次，并记录血氧饱和度。",
    "ar": "ابدأ وضعية الانبطاح قبل نفاد الأكسجين، وغيّر الوضعية كل 16 ساعة مع أربع ممرضات، SpO₂ < 92 %. ",
    "am": "የኦክስጅን ፍሰት ከማለቁ በፊት በሆድ መተኛትን ይጀምሩ፤ በየ16 ሰዓቱ ከአራት ነርሶች ጋር ያዙሩ። ",
}


def recap(sentence: str, number: int) -> str:
    """A long recap: questions with answers of one or two paragraphs, recommendations with details, commitments."""
    asked = [
        f"**{at}. {sentence.strip()}?**\n\n{sentence * (1 + at % 3)}\n\n{sentence * (at % 2)}\n\n"
        for at in range(number)
    ]
    advised = [f"{at}. {sentence * (1 + at % 4)}\n   - {sentence}\n   - {sentence}\n" for at in range(1, number)]
    promised = [f"- Li Si, by 2026-12-24: {sentence * (1 + at % 2)}\n" for at in range(number)]
    return f"## A\n\n{''.join(asked)}\n## B\n\n{''.join(advised)}\n## C\n\n{''.join(promised)}"


def edges(language: str, text: str) -> list[tuple[bool, int]]:
    """Where each entry begins and ends, by page, in their order."""
    source = PAPER.read_text("utf-8")
    assert ENTRY in source
    document = parse(text, isolating=direction(language) == "rtl")
    told = sheet(document, language, title="Oxygen", kicker="MX-1", address="")
    marked = (source.replace(ENTRY, MARKED) + REPORT).encode()
    inputs = {"data": json.dumps(told, ensure_ascii=False)}
    found = typst.query(marked, "<report>", field="value", one=True, font_paths=pdf.fonts(), sys_inputs=inputs)
    return [(begins, page) for begins, page in json.loads(found)]


def torn(found: list[tuple[bool, int]]) -> list[tuple[int, int]]:
    """The pages on which entries begin and end, where these are two."""
    opened: list[int] = []
    pairs = []
    for begins, page in found:
        if begins:
            opened.append(page)
        else:
            pairs.append((opened.pop(), page))
    return [pair for pair in pairs if pair[0] != pair[1]]


@pytest.mark.parametrize("language", SENTENCES)
def test_pages_break_between_entries(language: str) -> None:
    found = edges(language, recap(SENTENCES[language], 14))

    assert torn(found) == []
    assert found[-1][1] >= 4


def test_an_entry_that_is_longer_than_a_page_is_torn_and_nothing_is_lost() -> None:
    found = edges("en", f"1. {SENTENCES['en'] * 60}")

    assert torn(found) != []


@pytest.mark.parametrize("lines", range(28, 44))
def test_a_question_never_stands_at_the_foot_of_a_page_without_its_answer(lines: int) -> None:
    long = SENTENCES["en"] * 12
    text = "\n".join("x\\" for _ in range(lines)) + f"\n\n**Why?**\n\n{long}\n\n{long}"

    begins = [page for is_first, page in edges("en", text) if is_first]

    assert begins[1] == begins[2]


def test_a_question_goes_with_all_that_stands_under_it_up_to_the_next() -> None:
    data = to_data(parse("**Why?**\n\na\n\n- b\n\n**How?**\n\nc\n\n## Next\n\nd"), lambda _: True)

    assert [(each["kind"], len(each.get("blocks", []))) for each in data] == [
        ("entry", 3),
        ("entry", 2),
        ("heading", 0),
        ("paragraph", 0),
    ]


def test_a_question_with_a_long_answer_leads_it() -> None:
    data = to_data(parse(f"**Why?**\n\n{'a ' * MOST_TOGETHER * COLUMNS}"), lambda _: True)

    assert [each["kind"] for each in data] == ["leading", "paragraph"]


def test_a_question_with_a_table_does_not_take_the_table_to_the_next_page() -> None:
    table = "| a | b |\n|---|---|\n" + "| c | d |\n" * 6

    data = to_data(parse(f"**Why?**\n\nSo.\n\n{table}"), lambda _: True)

    assert [(each["kind"], each.get("together")) for each in data] == [
        ("leading", None),
        ("paragraph", True),
        ("table", False),
    ]


def test_chinese_signs_count_as_two_columns() -> None:
    texts = ("a" * COLUMNS * MOST_TOGETHER, "氧" * COLUMNS * MOST_TOGETHER)

    assert [to_data(parse(text), lambda _: True)[0]["together"] for text in texts] == [True, False]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_few_lines_have_no_page_of_their_own(language: str) -> None:
    def pages(number: int) -> int:
        text = f"- {SENTENCES[language]}\n" * number
        told = sheet(parse(text), language, title="Oxygen", kicker="MX-1", address="")
        return pdf.typeset(PAPER, told, at=make.NOW).count(b"/Type/Page/")

    most = next(number for number in range(1, 80) if edges(language, f"- {SENTENCES[language]}\n" * number)[-1][1] > 1)

    assert (pages(most), pages(most * 3 // 2)) == (1, 2)
