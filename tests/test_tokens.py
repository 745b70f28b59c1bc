"""Links cannot be guessed, forged, or used for anything but what they were made for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.tokens import SECRET_LENGTH, Mint, digest, secret, seed

MINT = Mint("a key for tests that is long enough")
SEED = "AAAAAAAAAAAAAAAAAAAAAA"


def test_a_token_gives_its_seed_back_for_its_own_purpose_only() -> None:
    token = MINT.token("status", SEED)

    assert MINT.seed_of("status", token) == SEED
    assert MINT.seed_of("answer", token) is None
    assert Mint("another key").seed_of("status", token) is None


@given(row=st.integers(0, 2**128 - 1), purpose=st.text(max_size=12))
def test_any_seed_comes_back(row: int, purpose: str) -> None:
    made = f"{row:022x}"[-22:]

    assert MINT.seed_of(purpose, MINT.token(purpose, made)) == made


@given(st.text(max_size=80))
def test_whatever_somebody_writes_is_no_token(text: str) -> None:
    assert MINT.seed_of("status", text) is None


@given(st.integers(0, 64), st.characters())
def test_no_character_of_a_token_can_be_changed(place: int, other: str) -> None:
    token = MINT.token("status", SEED)
    changed = token[:place] + other + token[place + 1 :]

    assert changed == token or MINT.seed_of("status", changed) is None


@pytest.mark.parametrize("wrong", ["", SEED, SEED + "x", SEED + "=" * 43, "\ud800" * 65, "\0" * 65])
def test_pieces_of_a_token_are_none(wrong: str) -> None:
    assert MINT.seed_of("status", wrong) is None


def test_a_token_does_not_tell_two_ways_of_cutting_purpose_and_seed_apart() -> None:
    assert MINT.token("a", "b" * 22)[22:] != MINT.token("ab", "b" * 21)[21:]


def test_seeds_and_secrets_are_as_long_as_they_say_and_never_the_same() -> None:
    assert ({len(seed()) for _ in range(50)}, {len(secret()) for _ in range(50)}) == ({22}, {SECRET_LENGTH})
    assert len({secret() for _ in range(200)} | {seed() for _ in range(200)}) == 400


def test_a_digest_is_the_sha256_and_knows_any_text() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("\ud800") != digest("?")
