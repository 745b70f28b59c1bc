"""What of the house rules can be edited: each number and hour with its words, its unit and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from medixchange.messages import Message, say


class Kind(StrEnum):
    """How an entry is written."""

    NUMBER = "number"
    CLOCK = "clock"  # an hour of a local day, such as 07:00
    LANGUAGE = "language"
    SWITCH = "switch"  # yes or no


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the house rules, by its path in them ("weights.serve.1").

    ``low`` and ``high`` limit numbers, and clocks in minutes of a local day.
    """

    path: str
    words: Message
    low: int = 0
    high: int = 0
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together, under a heading and a sentence that explains them."""

    id: str
    heading: Message
    about: Message
    entries: tuple[Entry, ...]


MOST_TEAMS = 6
"""Rows that the table of interpreters may have."""
LONGEST, LARGEST = 600, 6
"""Minutes that its last row may reach, and interpreters on one team."""
_DAWN, _MIDNIGHT = 5 * 60, 24 * 60


def _hours(path: str, begin: Message, end: Message) -> tuple[Entry, Entry]:
    """Nobody is asked to work between midnight and five, whatever the rules say."""
    return (
        Entry(f"{path}.0", begin, _DAWN, _MIDNIGHT, Kind.CLOCK),
        Entry(f"{path}.1", end, _DAWN, _MIDNIGHT, Kind.CLOCK),
    )


def _points(path: str, words: Message, most: int = 1000) -> Entry:
    return Entry(f"weights.{path}", words, 0, most)


def _serve(urgency: int, words: Message) -> Entry:
    """To serve a request outweighs how well: else nobody would be asked where an hour is poor."""
    return Entry(f"weights.serve.{urgency}", words, 500, 100_000)


HOURS = Section(
    "hours",
    say("Humane hours"),
    say("By everybody's own clock. Outside the first hours nobody is asked; outside working hours it costs points."),
    (
        *_hours("policy.hospital_hard", say("Hospitals: not before"), say("Hospitals: not after")),
        *_hours(
            "policy.hospital_soft",
            say("Hospitals: working hours begin"),
            say("Hospitals: working hours end"),
        ),
        *_hours(
            "policy.expert_hard",
            say("Experts and interpreters: not before"),
            say("Experts and interpreters: not after"),
        ),
        *_hours(
            "policy.expert_soft",
            say("Experts and interpreters: working hours begin"),
            say("Experts and interpreters: working hours end"),
        ),
    ),
)
LANGUAGES = Section(
    "languages",
    say("Languages"),
    say("From which level (1 to 5) a language counts, and which one joins two others by relay."),
    (
        Entry("policy.lang_min_expert", say("Level at which an expert presents"), 1, 5),
        Entry("policy.lang_min_audience", say("Level at which an audience follows"), 1, 5),
        Entry("policy.relay", say("Language between two others"), kind=Kind.LANGUAGE),
        Entry("policy.relay_last", say("Relay only where no direct team is free"), kind=Kind.SWITCH),
        Entry(
            "policy.multilingual_team", say("Interpreters at least on each way in sessions of three languages"), 1, 6
        ),
        Entry("policy.consecutive", say("Consecutive interpreting where it fits better"), kind=Kind.SWITCH),
        Entry("policy.consecutive_percent", say("How long a session takes then, in percent"), 100, 400),
        Entry("policy.consecutive_team", say("Interpreters of such a session"), 1, 6),
    ),
)
TURNS = Section(
    "turns",
    say("Turns of interpreters"),
    say(
        "In simultaneous interpreting those of a team take turns of about 20 to 30 minutes (AIIC). A session keeps the"
        " turns with which it was approved."
    ),
    (Entry("interpreting.turn_minutes", say("Minutes of a turn at most"), 15, 45),),
)
SERVING = Section(
    "serving",
    say("To serve a request"),
    say("Most of all counts that a request is served; the more urgent one first."),
    (
        _serve(1, say("A request that can wait")),
        _serve(2, say("An urgent request")),
        _serve(3, say("A very urgent request")),
    ),
)
WAITING = Section(
    "waiting",
    say("Who has waited long"),
    say(
        "A request rises when it waits too long, and when its country's requests wait longer than is usual; keep both"
        " together below what separates an urgent request from others."
    ),
    (
        Entry("policy.patience_days", say("Days that a request may wait before it rises"), 0, 365),
        _points("waited", say("Each day beyond"), 200),
        _points("waited_most", say("At most for its own days"), 2000),
        _points("behind", say("Each day that its country's requests wait longer than is usual"), 200),
        _points("behind_most", say("At most for its country"), 2000),
    ),
)
CONVERSING = Section(
    "conversing",
    say("To understand each other"),
    say("The shorter the way from mouth to ear the better; on each way, the better the audience knows the language."),
    (
        _points("lang.direct", say("A common language")),
        _points("lang.interpreter", say("Through interpreters")),
        _points("lang.relay", say("By relay through a third language")),
        _points("lang_aud.direct", say("Each level of the audience above the lowest, in a common language"), 200),
        _points("lang_aud.interpreter", say("Each level of the audience above the lowest, through interpreters"), 200),
        _points("lang_aud.relay", say("Each level of the audience above the lowest, by relay"), 200),
        _points("consecutive", say("What consecutive interpreting is worth less than simultaneous")),
        _points("interp_cost", say("What each interpreter costs"), 200),
    ),
)
KNOWING = Section(
    "knowing",
    say("To know the topic and the hospital"),
    say("For each topic the deepest knowledge on the panel counts (practises it, leads it, teaches it)."),
    (
        _points("specialty", say("Each level of knowledge of a topic"), 500),
        _points("continuity", say("The expert comes again who came last time")),
    ),
)
TIME = Section(
    "time",
    say("The hour"),
    say("Half-hours outside working hours are counted for each one who works; days from the first that was asked for."),
    (
        _points("window", say("Inside the hospital's first wish")),
        _points("humane_hospital", say("What half an hour outside the hospital's working hours costs"), 200),
        _points("humane_expert", say("The same outside an expert's working hours"), 200),
        _points("humane_interp", say("The same outside an interpreter's working hours"), 200),
        _points("soon", say("What each day of waiting costs, times the urgency"), 50),
    ),
)
SHARING = Section(
    "sharing",
    say("To share the work, and to keep what was planned"),
    say("The more sessions an expert has, the more the next one costs. A plan that changes less is worth more."),
    (
        _points("fair", say("What an expert's first session costs; the second costs twice as much, and so on"), 100),
        _points("stable_start", say("The hour of the plan before is kept")),
        _points("stable_expert", say("Each of its experts is kept")),
        _points("stable_interpreter", say("Each of its interpreters is kept")),
    ),
)

SECTIONS: tuple[Section, ...] = (HOURS, LANGUAGES, TURNS, SERVING, WAITING, CONVERSING, KNOWING, TIME, SHARING)
ENTRIES: tuple[Entry, ...] = tuple(entry for section in SECTIONS for entry in section.entries)
"""Everything that can be edited, but for the table of interpreters."""
