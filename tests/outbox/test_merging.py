"""Letters that are written once and filled in for each reader are those that would have been written one by one."""

from __future__ import annotations

import json
from base64 import encodebytes
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from medixchange.languages.texts import clean_line
from medixchange.messages import language
from medixchange.outbox import compose as composing
from medixchange.outbox import merging
from medixchange.outbox.compose import compose
from medixchange.outbox.letters import Letter
from tests.outbox.letters import NOW, signin
from tests.sessions.stage import DESK

SCRIPTS = ("Aline & <O'Neil>, Dr.", "李医生王 ", "محمد علي", "ሰላም አለም", "Нина ", "Đặng é", "👩‍⚕️🩺‏‪")
ANY = st.one_of(*(st.text(letters, max_size=130) for letters in SCRIPTS), st.text(max_size=60))
NAMES = ANY.map(clean_line).filter(bool)
LOCALS = st.from_regex(r"[a-z][a-z0-9.+_-]{0,30}[a-z0-9]", fullmatch=True)
TONGUES = st.sampled_from(("en", "zh-Hans", "fr", "ar"))


def recap(name: str, email: str, tongue: str = "en", *, note: str = "", leave: str = "x" * 43) -> Letter:
    """A letter with a recap, to somebody on a list."""
    context: dict[str, Any] = {
        **{"title": "Prone position", "reference": "MX-1", "hospital": "CHUK", "city": "Kigali", "note": note},
        **{"hospital_zone": "Africa/Kigali", "starts": NOW, "ends": NOW, "path": "/recaps/mx-1/en", "changed": []},
        **{
            "given": language("en"),
            "wanted": language(tongue),
            "is_other": tongue != "en",
            "list": "Ministry & Co",
            "attended": False,
        },
        **{"body_language": "en", "body_direction": "ltr", "text": "Turn early.", "html": Markup("<p>Turn early.</p>")},
    }
    return Letter("recap", tongue, "Africa/Kigali", name, email, context, {"unsubscribe": ("unsubscribe", leave)})


def written(letter: Letter, key: str) -> bytes:
    """What a drain makes of ``letter`` as it is kept."""
    return merging.write(json.dumps(letter.to_json()), DESK, key=key, posted_at=NOW)


@settings(max_examples=50)
@given(st.lists(st.tuples(NAMES, LOCALS, TONGUES), min_size=2, max_size=5), st.text(max_size=60).map(clean_line))
def test_every_filled_letter_is_the_one_that_is_written_alone(readers: list[tuple[str, str, str]], note: str) -> None:
    for number, (name, local, tongue) in enumerate(readers * 2):
        letter, key = recap(name, f"{local}@example.org", tongue, note=note), f"recap-1-{number:04}-en-1"

        filled = written(letter, key)

        assert filled == compose(letter, DESK, key=key, posted_at=NOW)


def test_the_second_letter_is_filled_in_and_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = recap("Aline", "aline@example.org", note="once"), recap("Li & Co 李", "li@example.org", note="once")
    written(first, "recap-1-0001-en-1")
    alone = compose(second, DESK, key="recap-1-0002-en-1", posted_at=NOW)
    monkeypatch.setattr(composing, "render", None)

    assert written(second, "recap-1-0002-en-1") == alone


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6), st.lists(st.binary(max_size=130), min_size=5))
def test_what_is_encoded_in_stretches_is_the_whole_encoded(pieces: list[bytes], values: list[bytes]) -> None:
    names = tuple(map(str, range(len(pieces) - 1)))
    pattern, said = merging.Pattern(tuple(pieces), names), dict(zip(names, values, strict=False))

    encoded = pattern.encoded(said)

    assert encoded == encodebytes(pattern.filled(said)).replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "words",
    ['", "context": {"note": "', ', "links": {}, "calendar": null}', '{"kind": "recap", "context": {}}', "\\", '"'],
)
def test_words_that_look_like_the_letter_as_it_is_kept_are_words(words: str) -> None:
    for name in ("Aline", f"Aline {words}", "Bruce"):
        letter = recap(name, "aline@example.org", note=words)

        assert written(letter, "recap-1-0001-en-1") == compose(letter, DESK, key="recap-1-0001-en-1", posted_at=NOW)


@pytest.mark.parametrize("key", ["k", "recap-1-0001-en-1", "k" * 40, "k" * 41, "k" * 120])
def test_keys_of_any_length_are_filled_in(key: str) -> None:
    for name in ("Aline", "Bruce"):
        letter = recap(name, "aline@example.org", note=f"key of {len(key)}")

        assert written(letter, key) == compose(letter, DESK, key=key, posted_at=NOW)


def test_letters_whose_subject_or_address_is_their_readers_own_are_written_one_by_one() -> None:
    for letter in (signin("aline@bücher.example"), signin("ünï@example.org"), signin(name="Aline")):
        for _ in range(2):
            assert written(letter, "letter-0001") == compose(letter, DESK, key="letter-0001", posted_at=NOW)


def test_the_address_to_leave_a_list_is_whole_in_its_header() -> None:
    raw = compose(recap("Aline", "aline@example.org"), DESK, key="recap-1-0001-en-1", posted_at=NOW)

    line = next(line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert line == f"List-Unsubscribe: <{DESK.links.url('unsubscribe', 'x' * 43)}>".encode()
