"""Runs that are read from left to right in any language: numbers with their units, ranges, comparisons, names of tests.

In a text from right to left "1–6 L/min" and "SpO₂ < 92 %" turn around unless they are isolated (Unicode TR 9, 2.4). In
any other they may stand at the end of a line, where they would be torn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import bidirectional

LEFT_TO_RIGHT, END = "\u2066", "\u2069"

_SMALL = "\u00b2\u00b3\u00b9\u2070-\u209c"  # superscripts and subscripts, as in SpO₂
_LETTERS = (
    f"0-9A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff{_SMALL}%\u2030\u00b0\u2032\u2033\u2100-\u214f"
)
_HYPHENS = "\\-\u2010-\u2014"
_COMPARING = "<>=\u2264\u2265\u2260\u2248\u00b1\u00d7\u00f7\u2212+~*\u2192\u00b7"
_OPERATORS = _COMPARING + _HYPHENS
_SPACE = "[ \u00a0\u2009\u202f]"
_ATOM = f"[{_LETTERS}]+(?:[.,:/'\u2019_@^]+[{_LETTERS}]+)*"
_JOINT = f"(?:{_SPACE}{{1,2}}(?:[{_OPERATORS}]{{1,3}}{_SPACE}{{0,2}})?|[{_OPERATORS}]{{1,3}}{_SPACE}{{0,2}})"
_VOWELS = "\u0610-\u061a\u064b-\u065f\u0670"
_WORD = f"\\w{_LETTERS}{_VOWELS}"
_PREFIX = (
    f"(?<![{_WORD}])[\u0648\u0641\u0628\u0644\u0643]"  # "and", "so", "by", "for", "like", written onto what follows
)
# A hyphen behind a letter of any script joins words, as in "COVID-19", unless that letter is a word of its own.
_MINUS = f"(?:(?<![{_WORD}])|(?<={_PREFIX})|(?<={_PREFIX}[{_VOWELS}]))[{_HYPHENS}]"
_SIGN = f"(?:(?<![{_LETTERS}])[{_COMPARING}][{_OPERATORS}]?|{_MINUS}[{_OPERATORS}]?)"
_RUN = re.compile(f"(?:{_SIGN}{_SPACE}?)?{_ATOM}(?:{_JOINT}{_ATOM})*")
_TELLING = re.compile(f"[0-9{_SMALL}]|[<>=\u2264\u2265\u2260\u2248]")
_LONE_NUMBER = re.compile(r"[0-9]+")

MOST_WHOLE = 24
"""Signs of a piece that stays on one line; a longer one would not fit into a narrow window."""

_NARROW = "[\u00a0\u2009\u202f]"


def _grouped(space: str) -> str:
    """A number with ``space`` between groups of three digits; a year and what follows it are none."""
    return rf"(?!0)\d{{1,3}}(?:{space}\d{{3}}){{1,4}}(?:[.,]\d{{1,9}})?(?![.,:]?\d|{space}\d)"


_POWER = r"(?:\s?×\s?10[⁻⁰¹²³⁴-⁹]{1,3})?(?!\d)"
_PLAIN = r"\d{1,9}(?:[.,:]\d{1,9}){0,3}"
_NUMBER = f"(?:{_grouped(_NARROW)}|{_PLAIN}){_POWER}"
# Behind a space that may break the line, three digits may be another number, unless a unit ends them.
_WIDE = f"(?:{_grouped(_NARROW)}|{_grouped(' ')}|{_PLAIN}){_POWER}"
_UNITS = (
    "[kcdmµμnpf]?(?:g|[Ll]|m[²³23]?|mol|[Oo]sm|Pa|Gy|Sv|Hz|s|[Ee]q)|mmHg|cmH[₂2]O|[kMmµμ]?(?:IU|UI|U)|bpm|h|min|d"
    "|kcal|kJ|[мк]?г|м?л|мин|ч|сут"
)
_PER = f"(?:/(?:{_UNITS}))"
_AREA = f"(?:/1[.,]73{_SPACE}?m[²2])?"  # of a body, as in mL/min/1.73 m²
_ENDED = "(?![^\\W\u3400-\u9fff]|['’])"  # Chinese is written right behind a unit, other words are not.
_UNIT = f"(?:[%‰]|°(?:{_SPACE}?[CF]{_ENDED})?|(?:(?:{_UNITS}){_PER}{{0,3}}|{_PER}{{1,3}}){_AREA}{_ENDED})"


def _value(number: str) -> str:
    """A number, or a range of two or three."""
    return f"{number}(?:{_SPACE}?[-–−]{_SPACE}?{number}){{0,2}}"


_MEASURED = f"(?:{_value(_WIDE)}{_SPACE}?{_UNIT}|{_value(_NUMBER)}(?:{_SPACE}?{_UNIT})?)"
_JOINING = "\\-\u2010\u2011"
_NAME = (
    f"(?<![{_LETTERS}{_JOINING}])(?:\\d{{1,2}}[{_JOINING}])?[A-Za-z\u0370-\u03ff][{_LETTERS}/]{{0,14}}"
    f"(?:[{_JOINING}][{_LETTERS}/]{{1,14}}){{0,2}}{_SPACE}?"
)
_MEASURE = re.compile(
    f"(?P<name>{_NAME})?[<>=≤≥≠≈]{{1,2}}{_SPACE}?[-+−±]?{_MEASURED}|(?<![{_LETTERS}.,:/–-])[-+−±]?{_MEASURED}"
)


@dataclass(frozen=True)
class Run:
    """A piece of a text; ``ltr`` where it has to be kept from left to right, ``whole`` on one line."""

    text: str
    ltr: bool = False
    whole: bool = False


def runs(text: str) -> Iterator[Run]:
    """``text`` in pieces, in order; together they are ``text`` again.

    A piece that holds no figure and compares nothing, and a plain number, turn around nothing and are left alone.
    """
    done = 0
    for found in _RUN.finditer(text):
        if not _TELLING.search(found[0]) or _LONE_NUMBER.fullmatch(found[0]):
            continue
        if found.start() > done:
            yield Run(text[done : found.start()])
        yield Run(found[0], ltr=True)
        done = found.end()
    if done < len(text):
        yield Run(text[done:])


def measures(text: str) -> Iterator[Run]:
    """``text`` in pieces, in order: numbers with what they are compared with and their unit, and ranges, are ``whole``.

    Together they are ``text`` again; a plain number is left alone, and so is what is too long for a narrow window:
    first the name of what is compared, then all of it.
    """
    done = 0
    for found in _MEASURE.finditer(text):
        start, end = found.span()
        if end - start > MOST_WHOLE:
            start = max(start, found.end("name"))
        if text[start:end].isdigit() or end - start > MOST_WHOLE:
            continue
        if start > done:
            yield Run(text[done:start])
        yield Run(text[start:end], whole=True)
        done = end
    if done < len(text):
        yield Run(text[done:])


def turns(text: str) -> bool:
    """Whether some sign of ``text`` runs from right to left, so that numbers and signs after it would too."""
    return any(bidirectional(sign) in ("R", "AL") for sign in text)


def isolated(text: str) -> str:
    """``text`` with its runs between U+2066 and U+2069, for plain text from right to left."""
    return "".join(f"{LEFT_TO_RIGHT}{run.text}{END}" if run.ltr else run.text for run in runs(text))
