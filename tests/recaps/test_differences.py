"""A comparison holds both texts, and shows what changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medixchange.recaps.differences import Line, Piece, changes, compare

LINES = st.lists(st.sampled_from(["Give 1–6 L/min", "Give 2–6 L/min", "给氧 1–6 L/min", "", "## Key points", "x"])).map(
    "\n".join
)
TEXTS = LINES | st.text()


def shown(lines: list[Line]) -> list[tuple[str, str]]:
    """Kind and text of each line."""
    return [(line.kind, line.text) for line in lines]


@given(TEXTS, TEXTS)
def test_what_stayed_and_went_out_is_the_old_text_and_what_stayed_and_came_in_the_new(old: str, new: str) -> None:
    lines = compare(old, new)

    assert "\n".join(line.text for line in lines if line.kind != "in") == old
    assert "\n".join(line.text for line in lines if line.kind != "out") == new


@given(TEXTS, TEXTS)
def test_the_groups_hold_every_line_that_changed(old: str, new: str) -> None:
    lines = compare(old, new)

    grouped = [line for group in changes(lines) for line in group if line.kind != "same"]

    assert grouped == [line for line in lines if line.kind != "same"]


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert changes(compare(text, text)) == []


def test_a_changed_word_is_shown_inside_its_line() -> None:
    lines = compare("Give 1–6 L/min now\nEnd", "Give 2–6 L/min now\nEnd")

    assert lines == [
        Line("out", (Piece("same", "Give "), Piece("out", "1"), Piece("same", "–6 L/min now"))),
        Line("in", (Piece("same", "Give "), Piece("in", "2"), Piece("same", "–6 L/min now"))),
        Line("same", (Piece("same", "End"),)),
    ]


def test_a_changed_sign_is_shown_where_words_have_no_blanks_between_them() -> None:
    lines = compare("成人目标为九十二", "成人目标为九十四")

    assert lines[0].pieces == (Piece("same", "成人目标为九十"), Piece("out", "二"))


def test_lines_far_from_a_change_are_left_out() -> None:
    old = "\n".join(map(str, range(20)))

    groups = changes(compare(old, old.replace("5\n", "five\n", 1)))

    assert [shown(group) for group in groups] == [
        [("same", "3"), ("same", "4"), ("out", "5"), ("in", "five"), ("same", "6"), ("same", "7")]
    ]


def test_sixty_thousand_signs_that_all_changed_are_compared_in_a_moment() -> None:
    assert len(compare("a\n" * 30_000, "b\na\n" * 15_000)) == 60_000
