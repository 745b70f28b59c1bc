"""Makes the fonts of medixchange/fonts again, from Debian's fonts-noto-core and fonts-noto-cjk; run by `make fonts`.

Everything that a recap in our languages needs, and no more: the wheel carries it. ``8105.txt`` is the general standard
of Chinese characters (通用规范汉字表, 2013).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from docs.fonts.vowels import compose

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "medixchange" / "fonts"
NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2
"""The place of Noto Sans CJK SC in its collection."""


def _span(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


LATIN = [
    *_span(0x20, 0x24F),  # Latin with its accents
    *_span(0x250, 0x36F),  # letters of African languages, combining accents
    *_span(0x370, 0x52F),  # Greek, Cyrillic
    *_span(0x1E00, 0x1EFF),  # Vietnamese and others
    *_span(0x2000, 0x218F),  # punctuation, small figures, signs of money, letterlike signs, fractions
    *_span(0xFB00, 0xFB06),
    0x25CC,
    0xFFFD,
]
SIGNS = [*_span(0x2190, 0x21FF), *_span(0x2200, 0x22FF), *_span(0x27F5, 0x27FF)]
MARKS = [*_span(0x25A0, 0x25FF), *_span(0x2600, 0x2606), *_span(0x2610, 0x2612), *_span(0x2713, 0x2718), 0x2757]


def chinese() -> list[int]:
    """The general standard, all of GB 2312, and the signs that stand between them."""
    standard = "".join((HERE / "8105.txt").read_text(encoding="utf-8").split())
    wide = [bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)]
    older = "".join(pair.decode("gb2312", "ignore") for pair in wide)
    signs = [*_span(0x3000, 0x303F), *_span(0xFF00, 0xFFEF), *_span(0x2460, 0x2473)]
    return sorted({*map(ord, standard + older), *signs})


@dataclass(frozen=True)
class Cut:
    """One font: where it comes from, what is kept of it (None: everything), and its file."""

    source: Path
    kept: list[int] | None
    file: str
    number: int = -1
    signed: bool = False
    """Whether letters get glyphs with their vowel signs (vowels.py)."""


CUTS = (
    *(Cut(NOTO / f"NotoSans-{style}.ttf", LATIN, f"NotoSans-{style}.ttf") for style in ("Regular", "Bold", "Italic")),
    *(
        Cut(NOTO / f"NotoSansArabic-{style}.ttf", None, f"NotoSansArabic-{style}.ttf", signed=True)
        for style in ("Regular", "Bold")
    ),
    *(
        Cut(NOTO / f"NotoSansEthiopic-{style}.ttf", None, f"NotoSansEthiopic-{style}.ttf")
        for style in ("Regular", "Bold")
    ),
    Cut(NOTO / "NotoSansMath-Regular.ttf", SIGNS, "NotoSansMath-Regular.ttf"),
    Cut(NOTO / "NotoSansSymbols2-Regular.ttf", MARKS, "NotoSansSymbols2-Regular.ttf"),
    Cut(CJK, chinese(), "NotoSansSC-Regular.otf", SIMPLIFIED),
)


def cut(one: Cut) -> set[int]:
    """Write one font with nothing more than what is kept of it, and return the characters that it has."""
    font = TTFont(one.source, fontNumber=one.number)
    options = Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True, drop_tables=["DSIG"])
    # Vertical setting and the forms of other regions are never asked for.
    options.layout_features = [tag for tag in _features(font) if tag not in ("vert", "vrt2", "vkrn", "locl")]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[each for each in one.kept or font.getBestCmap() if each >= ord(" ")])
    subsetter.subset(font)
    font.save(FONTS / one.file)
    if one.signed:
        sign(FONTS / one.file)
    return set(font.getBestCmap())


def sign(path: Path) -> None:
    """Add letters with their vowel signs to the font that was just cut; its glyphs have their names by now."""
    font = TTFont(path)
    compose(font)
    font.save(path)


def _features(font: TTFont) -> set[str]:
    tables = (font[name].table for name in ("GSUB", "GPOS") if name in font)
    return {record.FeatureTag for table in tables for record in table.FeatureList.FeatureRecord}


def ranges(characters: Iterable[int]) -> str:
    """The characters as lines of "first-last" or "one" in hexadecimal."""
    runs = groupby(enumerate(sorted(characters)), key=lambda pair: pair[1] - pair[0])
    lines = []
    for _, run in runs:
        members = [character for _, character in run]
        first, last = members[0], members[-1]
        lines.append(f"{first:04X}\n" if first == last else f"{first:04X}-{last:04X}\n")
    return "".join(lines)


def main() -> None:
    """Cut all fonts, and list the characters that they have together."""
    FONTS.mkdir(exist_ok=True)
    characters = set().union(*(cut(one) for one in CUTS))
    (FONTS / "coverage.txt").write_text(ranges(characters), encoding="ascii")
    print(f"{len(characters)} characters, {sum(path.stat().st_size for path in FONTS.iterdir()) // 1024} KiB")


if __name__ == "__main__":
    main()
