"""The days of commitments as readers see them: in the language of the text, in order in Arabic too."""

from __future__ import annotations

import pytest

from medixchange.documents.markdown import parse
from medixchange.documents.render import to_html, to_text
from medixchange.documents.tongues import NAMES
from medixchange.recaps.outline import COMMITMENTS, headings
from medixchange.recaps.reading import as_read


def read(line: str, language: str) -> str:
    """A line under the heading for commitments, as plain text."""
    text = to_text(as_read(f"## {headings(language)[COMMITMENTS]}\n\n- {line}", language))
    return text.partition("\n\n- ")[2].rstrip("\n")


@pytest.mark.parametrize(
    ("language", "line", "shown"),
    [
        ("en", "Li Si, by 2026-12-24: send it", "Li Si, by 24 December 2026: send it"),
        ("zh-Hans", "李娜，2026-12-24 前：给方案", "李娜，2026年12月24日前：给方案"),
        ("zh-Hans", "Li Si, 2026-12-24: 给方案", "Li Si, 2026年12月24日: 给方案"),
        ("fr", "Li Si, pour le 2026-12-24 : envoyer", "Li Si, pour le 24 décembre 2026 : envoyer"),
        ("fr", "Li Si, pour le 2026-12-01 : envoyer", "Li Si, pour le 1er décembre 2026 : envoyer"),
        ("id", "Li Si, paling lambat 2026-12-24: kirim", "Li Si, paling lambat 24 Desember 2026: kirim"),
        ("am", "ሊ ሲ፣ እስከ 2026-12-24: ይላካል", "ሊ ሲ፣ እስከ 24 ዲሴምበር 2026: ይላካል"),
        ("ar", "لي، قبل 2026-12-24: إرسال 1–6 L/min", "لي، قبل \u200f24 ديسمبر 2026: إرسال \u20661–6 L/min\u2069"),
        ("ar", "Li Si, by 2026-12-24: إرسال", "Li Si, \u2066by \u2069\u200f24 ديسمبر 2026: إرسال"),
    ],
)
def test_the_day_of_a_commitment_is_in_the_words_of_its_language(language: str, line: str, shown: str) -> None:
    assert read(line, language) == shown


def test_a_day_inside_words_of_weight_is_read_and_one_typed_in_pieces_stays() -> None:
    text = "## Commitments\n\n1. **Li Si, by 2026-12-24**: send\n2. Li Si, by 2026-**12**-24: send"

    assert "<li><strong>Li Si, by 24 December 2026</strong>: send</li>" in to_html(as_read(text, "en"))
    assert "2. Li Si, by 2026-12-24: send" in to_text(as_read(text, "en"))


@pytest.mark.parametrize(
    "promise", ["**Li Si, by 2026-12-24**: give 1–6 L/min", "Li Si, by 2026-12-24: **now** 1–6 L/min"]
)
def test_numbers_of_a_promise_stay_with_their_unit(promise: str) -> None:
    assert '<span class="unbroken">1–6 L/min</span>' in to_html(as_read(f"## Commitments\n\n- {promise}", "en"))


def test_nothing_else_of_a_text_changes() -> None:
    text = (
        "## Key points\n\n- X, by 2026-12-24: not this\n\n## Commitments\n\n2026-12-24\n\n- nobody, 2026-12-24\n"
        "- Li Si, by 2026-12-24: from 2026-11-30 on\n\n  X, by 2026-12-24: nor this\n"
    )

    assert to_text(as_read(text, "en")) == to_text(parse(text)).replace(
        "Li Si, by 2026-12-24", "Li Si, by 24 December 2026"
    )


@pytest.mark.parametrize("language", NAMES)
def test_every_language_in_which_recaps_are_written_has_its_days(language: str) -> None:
    assert "-12-" not in read("X, 2026-12-24: y", language)
