"""Hours to choose from, as a form offers them: by day of the hospital, each with the experts' clock in its label."""

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


def days(hours: Sequence[datetime], zone: str, words: Words) -> Days:
    """The first ``MOST_HOURS`` of ``hours`` by day on the clock of ``zone``, as values ("at:…") and labels."""
    return [
        (day, [(f"at:{at.isoformat()}", label(at, zone, words)) for at in group])
        for day, group in groupby(hours[:MOST_HOURS], key=lambda at: words.day(at, zone))
    ]


def label(at: datetime, zone: str, words: Words) -> str:
    """An hour on the clock of ``zone``, with the experts' beside it."""
    clock = words.isolated(f"{at.astimezone(ZoneInfo(EXPERT_ZONE)):%H:%M}{_later(at, zone)}")
    there = say("%(place)s %(clock)s", place=words.place(EXPERT_ZONE), clock=clock)
    return f"{words.clock(at, zone)} ({words.say(there)})"


def _later(at: datetime, zone: str) -> str:
    """By how many days the experts' date is ahead of the hospital's: " +1"."""
    days = (at.astimezone(ZoneInfo(EXPERT_ZONE)).date() - at.astimezone(ZoneInfo(zone)).date()).days
    return f" {days:+d}".replace("-", "−") if days else ""
