"""Arabic with its vowel signs looks as the font was drawn, and is copied from a PDF as it was written."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import typst

from medixchange import pdf

LETTERS = [chr(each) for each in (*range(0x621, 0x63B), *range(0x641, 0x64B))]
PAETH = 4
BARELY = 40
"""How far two samples may be apart, of 255, where outlines are rounded at another place."""

VOWELLED = (
    "أَعْطِ الأُكْسِجِينَ بِبُطْءٍ",
    "مُدَّةُ العِلَاجِ لَا تَتَجَاوَزُ سَاعَةً",
    "لِلْمُمَرِّضَاتِ وَلِلْأَطِبَّاءِ شُكْرًا",
    "لإِنْعَاشِ المَرْضَى، إِلَّا الأَطْفَالَ",
)
FRAME = '#set page(width: 40cm, height: auto, margin: 1cm)\n#set text(font: "Noto Sans Arabic", lang: "ar", dir: rtl'
PIECE = re.compile(rb"\((?:\\.|[^\\)])*\)", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def set_in_type(text: str, *, more: str = "", **how: Any) -> bytes:
    """A page with our Arabic font alone."""
    made = typst.compile(f"{FRAME}{more})\n{text}".encode(), font_paths=pdf.fonts(), **how)
    assert isinstance(made, bytes)
    return made


def copied(paper: bytes) -> str:
    """What is copied from a PDF with one font: the text of each glyph (ISO 32000-1, 9.10.3), as they are drawn."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    streams = [zlib.decompress(each) for each in packed if each[:1] == b"x"]
    (texts,) = [each for each in streams if b"beginbf" in each]
    known = {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in re.findall(rb"<(\w{4})> <(\w+)>", texts)
    }
    drawn = b"".join(_strings(each) for each in streams if b"BT" in each)
    return "".join(known[int.from_bytes(drawn[at : at + 2])] for at in range(0, len(drawn), 2))


def _strings(stream: bytes) -> bytes:
    return b"".join(ESCAPED.sub(_meant, found[0][1:-1]) for found in PIECE.finditer(stream))


def _meant(escaped: re.Match[bytes]) -> bytes:
    sign = escaped[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else CONTROLS.get(sign, sign)


def letters(text: str) -> Counter[str]:
    """The letters and signs of a text, without those that are both."""
    return Counter(unicodedata.normalize("NFC", text).replace(" ", ""))


@pytest.mark.parametrize("text", VOWELLED)
def test_each_letter_and_each_sign_is_copied_once(text: str) -> None:
    assert letters(copied(set_in_type(text))) == letters(text)


@pytest.mark.parametrize("sign", ["\u064e", "\u0650", "\u0651\u064f"])
def test_a_letter_with_its_sign_looks_as_if_the_sign_were_set_apart(sign: str) -> None:
    words = " ".join(f"ب{letter}{sign}ب" for letter in LETTERS if letter != "ل")

    together = greys(set_in_type(words, format="png", ppi=60.0))
    apart = greys(set_in_type(words, more=', features: ("rlig": 0)', format="png", ppi=60.0))

    assert len(together) == len(apart)
    assert max(abs(one - other) for one, other in zip(together, apart, strict=True)) < BARELY


def greys(picture: bytes) -> bytes:
    """Every sample of a PNG of eight bits (ISO 15948, 9.2)."""
    (width, kind), samples = struct.unpack(">I5xB", picture[16:26]), {0: 1, 2: 3, 6: 4}
    size = samples[kind]
    packed = b"".join(_chunks(picture))
    raw, length, before = zlib.decompress(packed), width * size, bytearray(width * size)
    lines = []
    for at in range(0, len(raw), length + 1):
        line = bytearray(raw[at + 1 : at + 1 + length])
        for x in range(length):
            left, above = (line[x - size] if x >= size else 0), before[x]
            corner = before[x - size] if x >= size else 0
            line[x] = (line[x] + _predicted(raw[at], left, above, corner)) & 255
        lines.append(bytes(line))
        before = line
    return b"".join(lines)


def _chunks(picture: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            yield picture[at + 8 : at + 8 + length]
        at += 12 + length


def _predicted(rule: int, left: int, above: int, corner: int) -> int:
    if rule == PAETH:
        guess = left + above - corner
        return min((left, above, corner), key=lambda each: abs(guess - each))
    return (0, left, above, (left + above) // 2)[rule]
