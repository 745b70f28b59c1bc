"""CSV files that are written: every cell comes back as it was, and none of them runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.records.writing import MARK, defused, write_sheet

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%0A=1"),
        *("\t=1", " =1", "\r\n=1", "\u00a0=1", "\u200b=1", "\ufeff=1"),
        *("＝1", "＋1", "－1", "＠1", "｜1", "\t＝1", "﹦1"),
    ],
)
def test_what_a_spreadsheet_program_would_run_gets_an_apostrophe(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "  ", "Zhang San 张三", "a=b", "1-2", "'=1", "'quoted'", "−5", "٣"])
def test_anything_else_stays_as_it_is(cell: str) -> None:
    assert defused(cell) == cell


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_a_file_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    text = write_sheet(["姓名", "=x"], rows)

    read = list(csv.reader(io.StringIO(text.removeprefix(MARK), newline=""), strict=True))
    assert read == [["姓名", "'=x"], *([defused(cell) for cell in row] for row in rows)]
    assert [cell for row in read for cell in row if cell[:1] in set("=+-@\t\r")] == [
        cell for row in rows for cell in row if cell[:1] in set("\t\r") and cell == defused(cell)
    ]
