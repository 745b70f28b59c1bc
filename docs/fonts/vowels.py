"""Adds to an Arabic font one glyph for each letter with its vowel sign, so that text copied from a PDF stays as it was.

typst sets signs that stand at another height than their letter apart, and gives letter and sign the text of both:
copied text has each letter with a sign twice. One glyph for both has that text once (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fontTools.otlLib.builder import buildLigatureSubstSubtable, buildLookup
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

LETTERS = [*range(0x621, 0x63B), *range(0x641, 0x64B), 0x671, 0x67E, 0x686, 0x698, 0x6A9, 0x6AF, 0x6CC]
SIGNS = [*range(0x64B, 0x653), 0x670]
FORMS = frozenset({"init", "medi", "fina"})
LAMS = ("uniFEDF", "uniFEE0")
ALEFS = ("uniFE8E", "uniFE84", "uniFE88", "uniFE82", "uniFB51", "uniFEF0")
ON_LAM = ("uni064E", "uni064F", "uni0650", "uni0652", "uniFC60", "uniFC61", "uniFC62")
ON_ALEF = ("uni064B", "uni064C", "uni064D", "uni064E", "uni064F", "uni0650", "uni0652")
"""The signs that lam and alef may have and still join; other signs on them stay glyphs of their own."""

REQUIRED, JOINING = "rlig", 7
"""The feature that joins lam and alef, and the place of its table."""

PAIRS, ON_LETTERS, ON_LIGATURES = 2, 4, 5
BASE, LIGATURE = 1, 2
GAP = 60
"""Units between two signs on one letter."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Sign:
    """A sign, and how far it is moved to stand on its letter."""

    glyph: str
    place: Place


def compose(font: TTFont) -> None:
    """One glyph for each form of a letter with each sign, put in their place after the forms were chosen."""
    letters = _Letters(font)
    made = {(letter, sign.glyph): letters.with_signs(letter, [sign]) for letter, sign in letters.signed()}
    letters.attach_further(made)
    joined = _joined(font, letters, made)
    _substitute(font, made, joined)
    _keep_distances(font, {**made, **joined})


class _Letters:
    """The letters of a font and where signs stand on them."""

    def __init__(self, font: TTFont) -> None:
        self.font = font
        self.on_letters = _table(font, ON_LETTERS)
        self.on_ligatures = _table(font, ON_LIGATURES)

    def signed(self) -> Iterator[tuple[str, Sign]]:
        """Each letter in each of its forms with each sign that stands on it."""
        for letter in _forms(self.font):
            for glyph in _signs(self.font):
                may_join = glyph in (ON_LAM if letter in LAMS else ON_ALEF) or letter not in (*LAMS, *ALEFS)
                place = self._place(letter, glyph)
                if may_join and place is not None:
                    yield letter, Sign(glyph, place)

    def _place(self, letter: str, sign: str) -> Place | None:
        if letter not in self.on_letters.BaseCoverage.glyphs or sign not in self.on_letters.MarkCoverage.glyphs:
            return None
        return _moved(self.on_letters, sign, self._record(letter).BaseAnchor)

    def place_on_part(self, ligature: str, part: int, sign: str) -> Place:
        """How far a sign is moved to stand on lam (0) or on alef (1); the hamza on it is a part of its own."""
        at = self.on_ligatures.LigatureCoverage.glyphs.index(ligature)
        parts = self.on_ligatures.LigatureArray.LigatureAttach[at].ComponentRecord
        places = (_moved(self.on_ligatures, sign, each.LigatureAnchor) for each in (parts[:1], parts[1:])[part])
        return [place for place in places if place is not None][-1]

    def _record(self, letter: str) -> Any:
        return self.on_letters.BaseArray.BaseRecord[self.on_letters.BaseCoverage.glyphs.index(letter)]

    def with_signs(self, letter: str, signs: Iterable[Sign], *, kind: int = BASE) -> str:
        """A new glyph, as wide as the letter."""
        font, pen, name = self.font, TTGlyphPen(self.font.getGlyphSet()), letter
        pen.addComponent(letter, (1, 0, 0, 1, 0, 0))
        for sign in signs:
            pen.addComponent(sign.glyph, (1, 0, 0, 1, *sign.place))
            name += f"_{sign.glyph}"
        if name in font["hmtx"].metrics:
            name += "_"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = pen.glyph()
        font["glyf"].glyphOrder = font.getGlyphOrder()
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = (font["hmtx"].metrics[letter][0], font["glyf"][name].xMin)
        font["GDEF"].table.GlyphClassDef.classDefs[name] = kind
        return name

    def attach_further(self, made: Mapping[tuple[str, str], str]) -> None:
        """A further sign stands where it would on the letter, or beyond the sign that is on it already."""
        glyf = self.font["glyf"]
        for (letter, sign), name in made.items():
            record = deepcopy(self._record(letter))
            anchor = record.BaseAnchor[_mark(self.on_letters, sign).Class]
            is_above = glyf[name].yMax > glyf[letter].yMax or 2 * anchor.YCoordinate > glyf[letter].yMax
            anchor.YCoordinate = glyf[name].yMax + GAP if is_above else glyf[name].yMin - GAP
            self.on_letters.BaseCoverage.glyphs.append(name)
            self.on_letters.BaseArray.BaseRecord.append(record)
        self.on_letters.BaseArray.BaseCount = len(self.on_letters.BaseArray.BaseRecord)

    def attach_to_joined(self, ligature: str, name: str) -> None:
        """A further sign stands where it would on the ligature without one."""
        at = self.on_ligatures.LigatureCoverage.glyphs.index(ligature)
        array = self.on_ligatures.LigatureArray
        self.on_ligatures.LigatureCoverage.glyphs.append(name)
        array.LigatureAttach.append(deepcopy(array.LigatureAttach[at]))
        array.LigatureCount = len(array.LigatureAttach)


def _joined(font: TTFont, letters: _Letters, made: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Lam and alef joined, with a sign on the one, on the other, or on both."""
    (table,) = _tables(font["GSUB"].table.LookupList.Lookup[JOINING])
    plain = {
        (lam, each.Component[0]): each.LigGlyph
        for lam in LAMS
        for each in table.ligatures[lam]
        if len(each.Component) == 1
    }
    found = {}
    for (lam, alef), ligature in plain.items():
        if alef not in ALEFS or ligature not in letters.on_ligatures.LigatureCoverage.glyphs:
            continue
        for first in ("", *ON_LAM):
            for second in ("", *ON_ALEF):
                places = [(part, sign) for part, sign in enumerate((first, second)) if sign]
                signs = [Sign(sign, letters.place_on_part(ligature, part, sign)) for part, sign in places]
                pair = made.get((lam, first), lam), made.get((alef, second), alef)
                name = letters.with_signs(ligature, signs, kind=LIGATURE) if signs else ligature
                if signs:
                    letters.attach_to_joined(ligature, name)
                found[pair] = name
    return found


def _substitute(font: TTFont, made: Mapping[tuple[str, str], str], joined: Mapping[tuple[str, str], str]) -> None:
    """Signs are put on letters before lam and alef join, so the table that joins them goes to the end."""
    table = font["GSUB"].table
    joining = deepcopy(table.LookupList.Lookup[JOINING])
    signed = buildLookup([buildLigatureSubstSubtable(dict(joined))], flags=joining.LookupFlag)
    table.LookupList.Lookup += [buildLookup([buildLigatureSubstSubtable(dict(made))]), signed, joining]
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    last = table.LookupList.LookupCount - 1
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == REQUIRED:
            kept = [number for number in record.Feature.LookupListIndex if number != JOINING]
            record.Feature.LookupListIndex = [*kept, last - 2, last - 1, last]
            record.Feature.LookupCount = len(record.Feature.LookupListIndex)


def _keep_distances(font: TTFont, made: Mapping[tuple[str, str], str]) -> None:
    """A letter with its sign keeps the distances that it has without."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in _tables(lookup):
            for (letter, _), name in made.items():
                for classes in (getattr(table, "ClassDef1", None), getattr(table, "ClassDef2", None)):
                    if classes is not None and letter in classes.classDefs:
                        classes.classDefs[name] = classes.classDefs[letter]
                if lookup.LookupType == PAIRS and table.Format == PAIRS and letter in table.Coverage.glyphs:
                    table.Coverage.glyphs.append(name)


def _forms(font: TTFont) -> list[str]:
    """The letters in each of their forms."""
    cmap = font.getBestCmap()
    known = {cmap[each] for each in LETTERS if each in cmap}
    for table in _of_features(font, FORMS):
        known |= {form for letter, form in table.mapping.items() if letter in known}
    return sorted(known, key=font.getGlyphID)


def _signs(font: TTFont) -> list[str]:
    """The vowel signs, and those that stand for two of them."""
    cmap = font.getBestCmap()
    known = {cmap[each] for each in SIGNS if each in cmap}
    for table in _of_features(font, frozenset({"ccmp"})):
        for first, ligatures in table.ligatures.items():
            known |= {each.LigGlyph for each in ligatures if {first, *each.Component} <= known}
    return sorted(known, key=font.getGlyphID)


def _of_features(font: TTFont, tags: frozenset[str]) -> Iterator[Any]:
    table = font["GSUB"].table
    records = (record for record in table.FeatureList.FeatureRecord if record.FeatureTag in tags)
    for number in sorted({number for record in records for number in record.Feature.LookupListIndex}):
        yield from _tables(table.LookupList.Lookup[number])


def _table(font: TTFont, kind: int) -> Any:
    """The one table of this kind that says where signs stand."""
    lookups = (lookup for lookup in font["GPOS"].table.LookupList.Lookup if lookup.LookupType == kind)
    (found,) = (table for lookup in lookups for table in _tables(lookup))
    return found


def _tables(lookup: Any) -> list[Any]:
    return [getattr(table, "ExtSubTable", table) for table in lookup.SubTable]


def _mark(table: Any, sign: str) -> Any:
    return table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index(sign)]


def _moved(table: Any, sign: str, anchors: list[Any]) -> Place | None:
    mark = _mark(table, sign)
    on = anchors[mark.Class]
    if on is None:
        return None
    return on.XCoordinate - mark.MarkAnchor.XCoordinate, on.YCoordinate - mark.MarkAnchor.YCoordinate
