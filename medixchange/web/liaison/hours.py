"""Days and hours as a form offers them: the hospital's clock first, the experts' in every label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from medixchange.availability.windows import ClosedDays, why_off, why_shut
from medixchange.i18n import Words
from medixchange.intake.fit import EXPERT_COUNTRY, Fit, best_overlap, expert_offset, fit
from medixchange.intake.queries import Place
from medixchange.intake.windows import (
    CLOCK,
    LENGTHS,
    LENGTHS_TAKEN,
    MOST_WINDOWS,
    OFFERED,
    PARTS,
    AskedWindow,
    bookable_days,
    day_fault,
    faults_of,
    hours_of,
)
from medixchange.messages import N_, Message, say
from medixchange.templating import EXPERT_ZONE
from medixchange.times.customs import closed
from medixchange.times.intervals import Interval
from medixchange.times.zones import clock_words, in_years, instants
from medixchange.web.form import Typed

DAY = 24 * 60
HOURS = ("from", "to")
Choice = tuple[str, str]


@dataclass(frozen=True)
class TypedWindow:
    """A window of the form: its hours where they can be told, how they fit, what the hospital's country keeps then,
    what to ask about hours that come twice (by field), and what is wrong with it (by field)."""

    number: int
    hours: Interval | None
    fit: Fit | None
    notes: list[Message] = field(default_factory=list)
    folds: dict[str, list[Choice]] = field(default_factory=dict)
    faults: Mapping[str, Message] = field(default_factory=dict)

    def wrong(self, errors: Mapping[str, Message]) -> Mapping[str, Message]:
        """What is wrong with it, by field: what a refused form says of its fields in ``errors``, else what is so
        whatever else will be typed."""
        return {name: errors[name] for part in PARTS if (name := f"{part}{self.number}") in errors} or self.faults

    def told(self, errors: Mapping[str, Message]) -> Mapping[str, Message]:
        """The same, each sentence once with its first field."""
        wrong = self.wrong(errors)
        first = {told: name for name, told in reversed([*wrong.items()])}
        return {name: told for name, told in wrong.items() if first[told] == name}


def day_choices(zone: str, words: Words, typed: Typed, *, now: datetime) -> list[Choice]:
    """The days that windows may lie on, and those that were chosen when they still were."""
    given = {day for number in range(1, MOST_WINDOWS + 1) if (day := _day(typed.one(f"day{number}"))) is not None}
    return [(day.isoformat(), words.short_day(day)) for day in sorted({*bookable_days(zone, now=now), *given})]


def hour_choices(zone: str, words: Words, typed: Typed, *, now: datetime) -> list[Choice]:
    """The hours of a day, each with the experts' hour; where a clock moves on the way, with both of theirs.

    Those that a request from elsewhere has are among them.
    """
    distances = _distances(zone, bookable_days(zone, now=now))
    given = {typed.one(f"{part}{number}") for part in ("from", "to") for number in range(1, MOST_WINDOWS + 1)}
    return [
        (value, _hour(minute, distances, words)) for value, minute in CLOCK.items() if value in OFFERED.keys() | given
    ]


def length_choices(typed: Typed, words: Words) -> list[tuple[int, str]]:
    """The lengths of a session; one that was agreed on with its hospital is among them."""
    own = _length(typed)
    return [(length, words.minutes(length)) for length in sorted({*LENGTHS, own or LENGTHS[0]})]


def overlaps(zone: str, *, now: datetime) -> list[tuple[Interval, bool]]:
    """The best hours to meet, once for each stretch of days between moves of a clock; whether they are working
    hours on both sides."""
    days = [day for day, _ in _distances(zone, bookable_days(zone, now=now))]
    found = (best_overlap(zone, day) for day in days)
    return [(each.hours, each.working) for each in found if each is not None]


def typed_windows(
    typed: Typed, place: Place, words: Words, recorded: ClosedDays, *, now: datetime
) -> list[TypedWindow]:
    """The windows as far as they were typed, judged by the days ``recorded`` as closed there and with the experts."""
    found = (_typed_window(typed, number, place, words, recorded) for number in range(1, MOST_WINDOWS + 1))
    return [replace(each, faults=_faults(typed, each.number, place.zone, now=now)) for each in found]


def _faults(typed: Typed, number: int, zone: str, *, now: datetime) -> Mapping[str, Message]:
    """What is wrong with a window whatever else will be typed; as long as any length that forms offer."""
    day, start, end = _day(typed.one(f"day{number}")), *(CLOCK.get(typed.one(f"{part}{number}")) for part in HOURS)
    if day is None:
        return {}
    wrong_day = day_fault(number, day, zone, now=now)
    if wrong_day is not None:
        return {f"day{number}": wrong_day}
    if start is None or end is None:
        return {}
    first, last = (_fold(typed.one(f"{part}{number}_fold")) for part in HOURS)
    window = AskedWindow(day, start, end, first, last)
    found = faults_of(number, window, _length(typed) or LENGTHS[0], zone, now=now)
    return {field: told for field, told in found.items() if not field.endswith("_fold")}  # which is asked there


def _typed_window(typed: Typed, number: int, place: Place, words: Words, recorded: ClosedDays) -> TypedWindow:
    day, zone = _day(typed.one(f"day{number}")), place.zone
    minutes = {part: CLOCK.get(typed.one(f"{part}{number}")) for part in HOURS}
    start, end = minutes["from"], minutes["to"]
    if day is None:
        return TypedWindow(number, None, None)
    folds = {}
    for part, minute in minutes.items():
        if minute is not None and len(instants(day, minute, zone)) > 1:
            folds[f"{part}{number}_fold"] = _fold_choices(day, minute, zone, words)
    hours = None
    if start is not None and end is not None and start < end:
        first, last = (_fold(typed.one(f"{part}{number}_fold")) for part in HOURS)
        hours = hours_of(AskedWindow(day, start, end, first, last), zone)
    if hours is None:
        return TypedWindow(number, None, None, folds=folds)
    fits = fit(hours, _length(typed) or LENGTHS[0], recorded.of(EXPERT_COUNTRY))
    return TypedWindow(number, hours, fits, _notes(place, day, hours, recorded), folds)


def _length(typed: Typed) -> int | None:
    given = typed.one("minutes")
    return int(given) if given in LENGTHS_TAKEN else None


def _notes(place: Place, day: date, hours: Interval, recorded: ClosedDays) -> list[Message]:
    """What the hospital's own country keeps on that day and in these hours."""
    found = []
    off = why_off(day, place.country, recorded.of(place.country, place.hospital_id))
    shut = why_shut(day, place.country, recorded.of(place.country, place.hospital_id))
    if shut is not None:
        told = say(
            "This day is %(what)s at your hospital, and no session is planned then; choose another day.", what=shut
        )
        found.append(told)
    elif off is not None:
        found.append(say("This day is %(what)s at your hospital.", what=off))
    for kept, custom in closed(place.country, day, day, place.zone):
        if kept.overlaps(hours):
            found.append(say("These hours meet %(what)s.", what=custom.message))
    return found


def _fold_choices(day: date, minute: int, zone: str, words: Words) -> list[Choice]:
    """The two moments at which a clock that is put back shows the same hour."""
    names = (
        N_("the first %(clock)s (%(offset)s, %(city)s %(there)s)"),
        N_("the second %(clock)s (%(offset)s, %(city)s %(there)s)"),
    )
    return [
        (
            str(fold),
            words.gettext(name)
            % {
                "clock": words.isolated(clock_words(minute)),
                "offset": words.offset(at, zone),
                "city": words.place(EXPERT_ZONE),
                "there": words.clock(at, EXPERT_ZONE),
            },
        )
        for fold, (name, at) in enumerate(zip(names, instants(day, minute, zone), strict=True))
    ]


def _fold(text: str) -> int | None:
    return int(text) if text in ("0", "1") else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if in_years(day) else None


def _distances(zone: str, days: Sequence[date]) -> list[tuple[date, int]]:
    """Minutes that the experts' clock is ahead, each with the first of the days on which it is so."""
    found: list[tuple[date, int]] = []
    for day in days:
        ahead = expert_offset(day, zone) // timedelta(minutes=1)
        if not found or found[-1][1] != ahead:
            found.append((day, ahead))
    return found


def _hour(minute: int, distances: Sequence[tuple[date, int]], words: Words) -> str:
    (_, ahead), *moves = distances
    city = {"city": words.place(EXPERT_ZONE), "clock": _clock(minute + ahead, words)}
    there = [words.gettext(N_("%(city)s %(clock)s")) % city]
    for day, later in moves:
        move = {"day": words.month_day(day), "clock": _clock(minute + later, words)}
        there.append(words.gettext(N_("from %(day)s %(clock)s")) % move)
    return f"{words.isolated(clock_words(minute))} ({words.semicolon.join(there)})"


def _clock(minute: int, words: Words) -> str:
    days, rest = divmod(minute, DAY)
    mark = f" {'+' if days > 0 else '−'}{abs(days)}" if days else ""
    return words.isolated(clock_words(rest) + mark)
