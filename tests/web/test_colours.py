"""What can be pressed or filled in is seen in light and dark (WCAG 2.2, 1.4.11)."""

from __future__ import annotations

import re
from importlib import resources

import pytest

TOKENS = resources.files("medixchange.web").joinpath("static", "tokens.css").read_text("utf-8")
ENOUGH = 3


def colours(scheme: str) -> dict[str, str]:
    """The tokens of a scheme that are whole colours; dark ones stand over light ones."""
    light, dark = (dict(re.findall(r"--([\w-]+):#([0-9a-f]{3}|[0-9a-f]{6});", part)) for part in blocks())
    return {**light, **dark} if scheme == "dark" else light


def blocks() -> tuple[str, str]:
    """What is said for light, and for dark alone."""
    before, _, after = TOKENS.partition("@media (prefers-color-scheme:dark){")
    return before, after.partition("}}")[0] + ";"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    whole = colour if len(colour) == 6 else "".join(each * 2 for each in colour)
    shares = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("part", "beside"),
    [
        ("edge", "surface"),
        ("edge", "bg"),
        ("bad", "surface"),
        ("brand", "surface"),
        ("brand", "bg"),
        ("on-brand", "brand"),
    ],
)
def test_boxes_are_seen_whether_ticked_or_not(scheme: str, part: str, beside: str) -> None:
    known = colours(scheme)

    assert contrast(known[part], known[beside]) >= ENOUGH
