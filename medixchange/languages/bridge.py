"""How two parties converse: in a common language, through interpreters, or through a third language.

Team sizes and the order of preference follow AIIC's norms for simultaneous interpreting: up to 40 minutes one
interpreter, up to 4 hours two, up to 6 hours three, up to 8 hours four; relay only where no direct team exists.
A session is a conversation, so an interpreter must hold the pair both ways: into the audience's language, and back (the
"retour", out of AIIC's A or B language) for its questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from medixchange.errors import Refusal
from medixchange.messages import Message, count, language, listed, say

Mode = Literal["direct", "interpreter", "consecutive", "relay"]
TEAM_SIZES: tuple[tuple[int, int], ...] = ((40, 1), (240, 2), (360, 3), (480, 4))


class TooLongToInterpret(Refusal):
    """A session that is longer than the table of team sizes knows."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of interpreting between two languages, both ways."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """The panel speaks ``speech``, the audience hears ``audience``; ``team`` interpreters work on each leg."""

    mode: Mode
    speech: str
    audience: str
    legs: tuple[Leg, ...]
    team: int
    reason: Message


def team_size(minutes: int, table: Sequence[tuple[int, int]] = TEAM_SIZES) -> int:
    """How many interpreters of one pair a session of ``minutes`` needs.

    Raises TooLongToInterpret beyond the table.
    """
    for longest, size in table:
        if minutes <= longest:
            return size
    raise TooLongToInterpret(
        say(
            "No team interprets longer than %(minutes)s minutes a day; split the session.",
            minutes=table[-1][0],
        )
    )


def bridges(
    speech: Mapping[str, int],
    audience: Mapping[str, int],
    pairs: Iterable[tuple[str, str]],
    *,
    minutes: int,
    relay: str,
    min_speech: int,
    min_audience: int,
    table: Sequence[tuple[int, int]] = TEAM_SIZES,
) -> tuple[Bridge, ...]:
    """Every way to converse, best first: direct, then interpreted, then relay where no direct team exists.

    ``speech`` and ``audience`` map languages to levels 0 to 5; ``pairs`` are (source, target) as interpreters hold
    them; ``minutes`` is the session's length.
    """
    spoken = sorted((tag for tag, level in speech.items() if level >= min_speech), key=lambda tag: -speech[tag])
    heard = sorted((tag for tag, level in audience.items() if level >= min_audience), key=lambda tag: -audience[tag])
    held = frozenset(pairs)
    direct = [_direct(tag) for tag in heard if tag in spoken]
    apart = [(one, other) for other in heard for one in spoken if one != other]
    team = team_size(minutes, table) if apart else 0
    interpreted = [_interpreted(one, other, team) for one, other in apart if _both_ways(held, one, other)]
    relayed = [
        _relayed(one, other, relay, team)
        for one, other in apart
        if relay not in (one, other) and _both_ways(held, one, relay) and _both_ways(held, relay, other)
    ]
    return (*direct, *interpreted, *(() if direct or interpreted else relayed))


def why_no_bridge(
    speech: Mapping[str, int],
    audience: Mapping[str, int],
    *,
    min_speech: int,
    min_audience: int,
) -> Message:
    """In words, what keeps the two parties from conversing when ``bridges`` finds nothing."""
    spoken = [language(tag) for tag, level in speech.items() if level >= min_speech]
    heard = [language(tag) for tag, level in audience.items() if level >= min_audience]
    if not heard:
        return say("The audience follows no language well enough; ask the hospital which one it understands best.")
    if not spoken:
        return say("The experts speak no language well enough to present in it.")
    return say(
        "No interpreters work between what the experts speak (%(spoken)s) and what the audience follows (%(heard)s).",
        spoken=listed(spoken),
        heard=listed(heard),
    )


def _both_ways(held: frozenset[tuple[str, str]], one: str, other: str) -> bool:
    return (one, other) in held and (other, one) in held


def _direct(tag: str) -> Bridge:
    reason = say("Both sides speak %(language)s; no interpreter is needed.", language=language(tag))
    return Bridge("direct", tag, tag, (), 0, reason)


def _interpreted(speech: str, audience: str, team: int) -> Bridge:
    reason = count(
        "One interpreter between %(speech)s and %(audience)s.",
        "%(num)s interpreters between %(speech)s and %(audience)s, taking turns.",
        team,
        speech=language(speech),
        audience=language(audience),
    )
    return Bridge("interpreter", speech, audience, (Leg(speech, audience),), team, reason)


def _relayed(speech: str, audience: str, relay: str, team: int) -> Bridge:
    reason = say(
        "Relay through %(relay)s, as nobody interprets between %(speech)s and %(audience)s directly.",
        relay=language(relay),
        speech=language(speech),
        audience=language(audience),
    )
    return Bridge("relay", speech, audience, (Leg(speech, relay), Leg(relay, audience)), team, reason)
