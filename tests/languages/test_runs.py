"""What is read from left to right is found in any text, and nothing else is touched."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.languages.runs import END, LEFT_TO_RIGHT, MOST_WHOLE, isolated, measures, runs

SIGNS = "ابت ةو١٢،؛؟ ABcx019 .,:/-–<>≤≥=±%°₂µ()%\n\u00a0"
PARTS = [
    "IL-6",
    "a",
    "-",
    "–",
    " ",
    "\u00a0",
    "\u2009",
    "\u202f",
    "1",
    "000",
    "2020",
    ".5",
    "<",
    "mL",
    "/L",
    "°",
    "C",
    "时",
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("أعطِ 1–6 L/min عندما يكون SpO₂ < 92 %، ثم", ["1–6 L/min", "SpO₂ < 92 %"]),
        ("الهدف بين 92 و96 % لدى البالغين", ["96 %"]),
        ("ثم ≥ 10 L/min.", ["≥ 10 L/min"]),
        ("درجة الحموضة pH 7.35–7.45، وFiO₂ 0,6", ["pH 7.35–7.45", "FiO₂ 0,6"]),
        ("من -5 °C إلى +37 °C", ["-5 °C", "+37 °C"]),
        ("مرض COVID-19 في 2026-12-24 من 09:30–11:00", ["COVID-19", "2026-12-24", "09:30–11:00"]),
        ("5×10⁹/L", ["5×10⁹/L"]),
        ("غرفة 12 في King Faisal Hospital (كيغالي)", []),
        ("من ١ إلى ٦", []),
    ],
)
def test_numbers_with_units_ranges_and_comparisons_are_found(text: str, found: list[str]) -> None:
    assert [run.text for run in runs(text) if run.ltr] == found


@given(st.text(st.sampled_from(SIGNS)) | st.text())
def test_the_pieces_together_are_the_text(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text


@given(st.text(st.sampled_from(SIGNS)) | st.text(st.characters(exclude_characters=LEFT_TO_RIGHT + END)))
def test_a_text_without_its_isolates_is_the_text_and_isolates_are_balanced(text: str) -> None:
    marked = isolated(text)

    assert marked.replace(LEFT_TO_RIGHT, "").replace(END, "") == text
    depth = 0
    for sign in marked:
        depth += (sign == LEFT_TO_RIGHT) - (sign == END)
        assert depth in (0, 1)
    assert depth == 0


@given(st.text(st.sampled_from(SIGNS)))
def test_a_run_begins_and_ends_with_what_belongs_to_it(text: str) -> None:
    assert [run.text for run in runs(text) if run.ltr and run.text != run.text.strip(" ()،؛\n\u00a0")] == []


@pytest.mark.parametrize("text", ["كوفيد-19", "سارس-كوف-2", "كوفيدُ-19"])
def test_a_hyphen_behind_a_letter_of_any_script_is_no_minus(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("الحرارة -5 °C", "-5 °C"),
        ("و≤95%", "≤95%"),
        ("الأكسجين<92%", "<92%"),
        ("و-5 °C", "-5 °C"),
        ("بِ-5 °C", "-5 °C"),
        ("الجرعة±5 mg", "±5 mg"),
        ("الحرارة−5 °C", "−5 °C"),
        ("تدفق~5 L/min", "~5 L/min"),
        ("الحرارة≥-5 °C", "≥-5 °C"),
    ],
)
def test_a_sign_stays_with_its_number_also_behind_a_word(text: str, kept: str) -> None:
    assert [run.text for run in runs(text) if run.ltr] == [kept]


@given(st.text(st.sampled_from(SIGNS)), st.sampled_from("<>≤≥=≠≈±−~"))
def test_a_sign_right_before_a_number_is_never_parted_from_it(before: str, sign: str) -> None:
    assert f"{sign}95%" in [run.text for run in runs(f"{before}{sign}95%") if run.ltr][-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("鼻导管 1–6 L/min，然后改用面罩；SpO₂ < 92 % 或超过每分钟 30 次", ["1–6 L/min", "SpO₂ < 92 %"]),
        ("当SpO₂<92%时，约5 mg/kg", ["SpO₂<92%", "5 mg/kg"]),
        ("Give 1–6 L/min while SpO₂ < 92 %, 12 to 16 hours a day.", ["1–6 L/min", "SpO₂ < 92 %"]),
        ("PaO₂/FiO₂ ≤ 200 mmHg et 0,5 l/min ; 5 l’eau", ["PaO₂/FiO₂ ≤ 200 mmHg", "0,5 l/min"]),
        ("SpO₂ 92–96 % ነው፤ ≥ 10 L/min → -5 °C", ["92–96 %", "≥ 10 L/min", "-5 °C"]),
        ("от 1–6 л/мин, 5×10⁹/L", ["1–6 л/мин", "5×10⁹/L"]),
        ("COVID-19, 2019-nCoV, MX-2025, ISO 9001, in 2026.", []),
        ("2026-12-24, 09:30–11:00", ["2026-12-24", "09:30–11:00"]),
        (f"{'1' * 30} %", []),
    ],
)
def test_numbers_stay_with_what_they_are_compared_with_and_their_unit(text: str, found: list[str]) -> None:
    assert [run.text for run in measures(text) if run.whole] == found


@pytest.mark.parametrize(
    "piece",
    [
        "12 pg/mL",
        "90 fL",
        "3 pmol/L",
        "4 mU/L",
        "0.4 µIU/mL",
        "290 mOsm/kg",
        "27 kg/m²",
        "1,8 m2",
        "60 mL/min/1.73 m²",
        "60 mL/min/1,73\u00a0m²",
        "eGFR < 60 mL/min/1.73 m²",
        "1 000 mL",
        "1\u202f000\u00a0mL",
        "1\u2009000",
        "12\u202f345\u202f678,5",
        "150 000 /µL",
        "150 000/mm³",
        "1 000–1 500 mL",
        "500 – 1 000 mL/h",
        "10\u00a0000–12\u00a0000",
        "-1 000 mL",
        "PLT < 50 000 /µL",
        "D-dimer > 0.5 mg/L",
        "IL-6 > 80 pg/mL",
        "hs-cTnT < 14 ng/L",
        "NT-proBNP ≥ 1 800 pg/mL",
        "25-OH-D < 30 nmol/L",
        "5 °C",
    ],
)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("Give ", " first"), ("(", ")."), ("当 ", "时"), ("à ", "\u00a0;")]
)
def test_a_measure_is_whole_in_any_sentence(before: str, piece: str, after: str) -> None:
    assert [run.text for run in measures(before + piece + after) if run.whole] == [piece]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in 2020 300 mL", ["300 mL"]),
        ("in 2020 300 patients; in 2020\u00a0300", []),
        ("in 2020\u202f300\u00a0mL", ["300\u00a0mL"]),
        ("in 5 100 patients", []),
        ("in 5\u202f100 patients", ["5\u202f100"]),
        ("ward 12, 300 mL", ["300 mL"]),
        ("ward 12: 300 mL", ["300 mL"]),
        ("room 012 300 mL", ["300 mL"]),
        ("at 10:30 500 mL", ["10:30", "500 mL"]),
        ("1.5 300 mL", ["1.5", "300 mL"]),
        ("1 0000 mL, 1 00 mL, 1  000 mL", ["0000 mL", "00 mL", "000 mL"]),
        ("+86 138 0013 8000", ["+86"]),
        ("1\u00a0000\u00a012 h", ["12 h"]),
        ("5 100 l’eau", []),
        ("5 ° Celsius, 5 mLs", ["5 °"]),
        ("room-12-IL-6-B", []),
        ("the ventilation-free-survival-time > 48 h", ["> 48 h"]),
        ("Procalcitonin > 0.25 ng/mL", ["> 0.25 ng/mL"]),
    ],
)
def test_what_only_looks_like_one_measure_is_not_joined(text: str, found: list[str]) -> None:
    assert [run.text for run in measures(text) if run.whole] == found


@pytest.mark.parametrize(
    "sign",
    [
        "1",
        "a",
        "a-",
        "a/",
        "1 ",
        "1 000 ",
        "1\u202f000–",
        "111 111-",
        "1.",
        "1.1–",
        "5×10",
        "<",
        "< ",
        "a-b-c ",
        "25-OH-",
        "/mL",
        "1 mL/",
        "1 mL/min/1.73 ",
        "é/",
        "–",
        "° ",
    ],
)
@pytest.mark.parametrize("last", ["", "!", " mL"])
def test_no_text_takes_long(sign: str, last: str) -> None:
    text = sign * (50_000 // len(sign)) + last
    begun = time.process_time()

    assert "".join(run.text for run in measures(text)) == text
    assert "".join(run.text for run in runs(text)) == text

    assert time.process_time() - begun < 1


@given(st.lists(st.sampled_from(PARTS)).map("".join) | st.text(st.sampled_from(SIGNS)) | st.text())
def test_what_stays_on_one_line_is_short_and_the_pieces_are_the_text(text: str) -> None:
    pieces = list(measures(text))

    assert "".join(piece.text for piece in pieces) == text
    assert [piece for piece in pieces if piece.whole and not 0 < len(piece.text) <= MOST_WHOLE] == []
    assert [piece for piece in pieces if piece.whole and piece.text != piece.text.strip()] == []
