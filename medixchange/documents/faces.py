"""Whether our fonts are all there and print what our languages need; the doctor asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import typst

from medixchange import pdf
from medixchange.documents.tongues import NAMES
from medixchange.i18n import LANGUAGES
from medixchange.i18n.catalogues import read_catalogue

FACES: Mapping[str, tuple[str, str, int]] = MappingProxyType(
    {
        "NotoSans-Bold.ttf": ("noto sans", "normal", 700),
        "NotoSans-Italic.ttf": ("noto sans", "italic", 400),
        "NotoSans-Regular.ttf": ("noto sans", "normal", 400),
        "NotoSansArabic-Bold.ttf": ("noto sans arabic", "normal", 700),
        "NotoSansArabic-Regular.ttf": ("noto sans arabic", "normal", 400),
        "NotoSansEthiopic-Bold.ttf": ("noto sans ethiopic", "normal", 700),
        "NotoSansEthiopic-Regular.ttf": ("noto sans ethiopic", "normal", 400),
        "NotoSansMath-Regular.ttf": ("noto sans math", "normal", 400),
        "NotoSansSC-Regular.otf": ("noto sans cjk sc", "normal", 400),
        "NotoSansSymbols2-Regular.ttf": ("noto sans symbols2", "normal", 400),
    }
)
"""What page.typ sets its text in: the files of the package, with family (in small letters), style and weight."""


def broken_faces(folder: Path = pdf.FONTS) -> list[str]:
    """The files that typst does not find as what they should be: not there, not readable, damaged or another font."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    known = {
        Path(str(each.path)).name: (each.family.lower(), each.style, each.weight) for each in found.fonts() if each.path
    }
    broken = [file for file, face in FACES.items() if known.get(file) != face]
    return broken if (folder / pdf.COVERAGE).is_file() else [*broken, pdf.COVERAGE]


def lacking(draws: pdf.Draws = pdf.draws) -> dict[str, str]:
    """The characters that our own words in each language need and the fonts do not have, by its tag."""
    said = {tag: {*name, *_said(tag)} for tag, name in NAMES.items()}
    found = {tag: "".join(sorted(each for each in needed if not draws(each))) for tag, needed in said.items()}
    return {tag: characters for tag, characters in found.items() if characters}


def _said(tag: str) -> set[str]:
    """Every character of the translations into a language that pages come in."""
    if tag not in LANGUAGES:
        return set()
    found: set[str] = set()
    for message in read_catalogue(tag):
        forms = [message.string] if isinstance(message.string, str) else message.string or ()
        found.update(*forms if message.id else ())
    return found
