"""The picture of shared hours is what its script makes, says what is so, and can be read in light and dark."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.pictures import hours

SVG = "{http://www.w3.org/2000/svg}"
PAGE = (Path(__file__).parents[1] / "docs" / "matching.md").read_text("utf-8")
SHARED = {
    "Jakarta": "02:00–10:00",
    "Addis Ababa": "06:00–10:00",
    "Kigali": "07:00–10:00",
    "Harare": "07:00–10:00",
    "Johannesburg": "07:00–10:00",
    "Cairo": "07:00–10:00",
}
"""What 09:00–17:00 there has in common with 09:00–18:00 in Beijing on a day in December, worked out by hand, in UTC."""
PAIRS = (("ink", "page"), ("soft", "page"), ("ink", "band"), ("on", "shared"))
LOWEST = 4.5  # WCAG 1.4.3


@pytest.fixture(scope="module")
def drawn() -> ElementTree.Element:
    return ElementTree.fromstring(hours.PICTURE.read_text("utf-8"))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_picture_that_is_kept_is_what_its_script_makes() -> None:
    assert hours.PICTURE.read_text("utf-8") == hours.svg() == hours.svg()


def test_the_picture_says_in_words_which_hours_are_shared(drawn: ElementTree.Element) -> None:
    title, told = (drawn.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    named = set(str(drawn.get("aria-labelledby")).split())

    assert "share with Beijing" in title
    assert "Experts in Beijing work 01:00–10:00." in told
    assert (
        dict(re.findall(r"([A-Z][a-z]+(?: [A-Z][a-z]+)?) (\d\d:\d\d–\d\d:\d\d)[;.]", told.partition("them:")[2]))
        == SHARED
    )
    assert told.endswith("07:00–10:00 UTC: 6 hospitals want the same panel, and 4 of them have no other hour.")
    assert {each.get("id") for each in drawn if each.get("id")} == named


def test_what_is_marked_lies_where_the_hours_are(drawn: ElementTree.Element) -> None:
    boxes = [each for each in drawn.iter(f"{SVG}rect") if each.get("class") == "shared"]
    grid = sorted(
        {
            float(found)
            for each in drawn.iter(f"{SVG}path")
            for found in re.findall(r"M([\d.]+) \d+V", each.get("d", ""))
        }
    )
    [hour] = {(after - before) / 2 for before, after in pairwise(grid)}
    spans = [(float(each.get("x", "")), float(each.get("width", ""))) for each in boxes]

    found = [((at - grid[0]) / hour, (at + width - grid[0]) / hour) for at, width in spans]

    assert found == [(1, 10), *((int(span[:2]), int(span[6:8])) for span in SHARED.values())]


def test_nothing_in_the_picture_is_fetched_or_runs(drawn: ElementTree.Element) -> None:
    assert {each.tag.removeprefix(SVG) for each in drawn.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "path",
        "text",
    }
    assert not re.search(r"url\(|@import|href|https?:(?!//www\.w3\.org/2000/svg)", hours.svg())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in_light_and_dark(scheme: str) -> None:
    light, _, dark = hours.STYLE.partition("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--(\w+): #([0-9a-f]+)", light if scheme == "light" else dark))

    for words, ground in PAIRS:
        darker, lighter = sorted((luminance(colours[words]), luminance(colours[ground])))
        assert (lighter + 0.05) / (darker + 0.05) >= LOWEST, (words, ground)


def test_the_page_about_matching_shows_it_with_words_for_those_who_do_not_see_it() -> None:
    shown = re.search(r"!\[([^\]]+)\]\(pictures/hours\.svg\)", PAGE)

    assert shown is not None
    assert len(shown[1].split()) > 10
