"""Hours to choose from, as a form offers them: by day of the hospital, each with the other clocks in its label."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from medixchange.i18n import Words
from medixchange.messages import say
from medixchange.templating import EXPERT_ZONE

MOST_HOURS = 240
Days = list[tuple[str, list[tuple[str, str]]]]


def days(hours: Sequence[datetime], zone: str, words: Words, others: Sequence[str] = ()) -> Days:
    """The first ``MOST_HOURS`` of ``hours`` by day on the clock of ``zone``, as values ("at:…") and labels with the
    clocks of ``others`` and of the experts."""
    return [
        (day, [(f"at:{at.isoformat()}", label(at, zone, words, others)) for at in group])
        for day, group in groupby(hours[:MOST_HOURS], key=lambda at: words.day(at, zone))
    ]


def label(at: datetime, zone: str, words: Words, others: Sequence[str] = ()) -> str:
    """An hour on the clock of ``zone``, with those of ``others`` beside it, and last that of the experts."""
    beside = [each for each in dict.fromkeys(others) if each not in (zone, EXPERT_ZONE)]
    there = [_there(at, zone, each, words) for each in (*beside, EXPERT_ZONE)]
    return f"{words.clock(at, zone)} ({words.semicolon.join(there)})"


def _there(at: datetime, zone: str, other: str, words: Words) -> str:
    clock = words.isolated(f"{at.astimezone(ZoneInfo(other)):%H:%M}{_later(at, zone, other)}")
    return words.say(say("%(place)s %(clock)s", place=words.place(other), clock=clock))


def _later(at: datetime, zone: str, other: str) -> str:
    """By how many days the date of ``other`` is ahead of that of ``zone``: " +1"."""
    days = (at.astimezone(ZoneInfo(other)).date() - at.astimezone(ZoneInfo(zone)).date()).days
    return f" {days:+d}".replace("-", "−") if days else ""
