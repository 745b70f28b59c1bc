"""House rules and weights of the matching, with the defaults of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medixchange.languages.bridge import TEAM_SIZES

Minutes = tuple[int, int]  # [from, to) in minutes of a local day


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The house rules; hours are minutes of the local day.

    ``team_sizes`` is AIIC's table as (minutes up to, interpreters). "Hard" hours are never left (H2, H4);
    outside "soft" ones the score falls (S5). With ``relay_last`` there is a relay
    only where no direct team is free (AIIC). Where three languages or more are spoken and heard at least
    ``multilingual_team`` work on each leg (AIIC). With ``consecutive`` a session may be interpreted passage by
    passage, by ``consecutive_team`` people (AIIC: two), for which it takes ``consecutive_percent`` of its minutes.
    After ``patience_days`` of waiting a request rises (S1).
    """

    hospital_hard: Minutes = (7 * 60, 21 * 60)
    hospital_soft: Minutes = (9 * 60, 17 * 60)
    expert_hard: Minutes = (7 * 60, 22 * 60 + 30)
    expert_soft: Minutes = (9 * 60, 18 * 60)
    lang_min_expert: int = 4
    lang_min_audience: int = 3
    relay: str = "en"
    relay_last: bool = True
    patience_days: int = 14
    multilingual_team: int = 3
    consecutive: bool = True
    consecutive_percent: int = 200
    consecutive_team: int = 2
    team_sizes: tuple[tuple[int, int], ...] = TEAM_SIZES


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each term of the score is worth, in points (FORMAT.md, S1 to S10).

    In S2 consecutive interpreting is worth ``consecutive`` less than simultaneous.

    S1 holds what a request gains beside: ``waited`` for each day beyond the house's patience, up to ``waited_most``,
    and ``behind`` for each day that its country's requests wait longer than is usual, up to ``behind_most``.
    """

    serve: Mapping[int, int] = field(default_factory=lambda: {1: 1000, 2: 2000, 3: 4000})
    lang: Mapping[str, int] = field(default_factory=lambda: {"direct": 100, "interpreter": 60, "relay": 20})
    lang_aud: Mapping[str, int] = field(default_factory=lambda: {"direct": 15, "interpreter": 10, "relay": 5})
    specialty: int = 20
    window: int = 100
    humane_hospital: int = 10
    humane_expert: int = 6
    humane_interp: int = 4
    continuity: int = 60
    soon: int = 1
    waited: int = 10
    waited_most: int = 200
    behind: int = 10
    behind_most: int = 300
    consecutive: int = 30
    interp_cost: int = 10
    fair: int = 3
    stable_start: int = 60
    stable_expert: int = 20
    stable_interpreter: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreting:
    """How a session is interpreted once it stands, which no match depends on.

    A turn in simultaneous interpreting is at most ``turn_minutes`` long (AIIC: about 20 to 30).
    """

    turn_minutes: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """By which rules matches are made, what each thing is worth, and how sessions are interpreted; by default as the
    program comes."""

    policy: Policy = field(default_factory=Policy)
    weights: Weights = field(default_factory=Weights)
    interpreting: Interpreting = field(default_factory=Interpreting)
