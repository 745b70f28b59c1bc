"""Whether a session could be inside the windows that somebody names, and what would widen them; nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from medixchange.intake.unsent import Unsent
from medixchange.intake.windows import AskedWindow, hours_of
from medixchange.matching.facts import problem_of_unsent
from medixchange.matching.layers import WINDOWS
from medixchange.matching.outlook import reasons
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import Relaxation, own_relaxations, relaxed
from medixchange.matching.requests import Request, Window
from medixchange.matching.sides import Sides
from medixchange.matching.steps import Step, speeches
from medixchange.messages import Message, Term, language, say
from medixchange.times.grid import slots_of, union
from medixchange.times.zones import local

FEW = 4
"""With fewer starts it is said what would give more."""
MOST = 3
"""How much of that is said."""
DAYS = 7
"""How many days before and after a window its hours are looked at."""
TONGUES = 3
"""How many languages are tried that the audience does not name."""
WELL = 5
"""The level of somebody who speaks a language as their own."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How many starts there are inside the windows, by day on the hospital's clock; where they are few what would give
    more, and where nothing would, why.

    ``in_any_language``: no language was named yet, so that none stands in the way.
    """

    days: Mapping[date, int]
    widenings: Sequence[Relaxation]
    reasons: Sequence[Message]
    in_any_language: bool

    @property
    def starts(self) -> int:
        """How many there are in all."""
        return sum(self.days.values())


def chances_of(db: Session, unsent: Unsent, *, now: datetime) -> Chances:
    """What the windows of a draft would give, as things stand ``now``."""
    return chances(problem_of_unsent(db, unsent, now=now, all_people=False), str(unsent.request.id))


def chances(problem: Problem, request_id: str) -> Chances:
    """The same of a problem.

    Raises KeyError when the problem does not know the request.
    """
    asked = problem.request[request_id]
    zone = problem.hospital[asked.hospital].zone
    sides = _bound(problem, _speaking(asked, problem))
    inside = sides.possible()
    many, wider = inside.bit_count(), list[Relaxation]()
    if many < FEW:
        wider = [each for each in _widenings(sides, anything=many > 0) if each.starts > many][:MOST]
    return Chances(
        days=Counter(local(problem.grid.at(slot), zone).date() for slot in slots_of(inside)),
        widenings=wider,
        reasons=() if many or wider else reasons(_free(problem, sides.request)),
        in_any_language=not asked.audience,
    )


def _speaking(request: Request, problem: Problem) -> Request:
    """``request``, in every language of an expert where none is named yet."""
    if request.audience:
        return request
    return replace(request, audience=dict.fromkeys(speeches(problem, request), WELL))


def _bound(problem: Problem, request: Request) -> Sides:
    """``request`` inside its windows, and those of others who take part, alone."""
    joint = tuple(replace(party, windows_only=bool(party.windows)) for party in request.joint)
    inside = replace(request, windows_only=bool(request.windows), joint=joint)
    return Sides(replace(problem, requests=(inside,)), request.id)


def _free(problem: Problem, request: Request) -> Sides:
    """``request`` at whatever time."""
    return Sides(replace(problem, requests=(replace(request, windows_only=False),)), request.id)


def _widenings(sides: Sides, *, anything: bool) -> Iterator[Relaxation]:
    """What could give more, the easiest first; another language where there is not ``anything`` without."""
    for step, slots in (*_longer(sides), *_other_days(sides)):
        starts = sides.within(slots & _of_others(sides))
        if starts:
            yield relaxed(step, starts, sides)
    yield from own_relaxations(sides)
    if not anything:
        yield from _other_languages(sides)
        yield from _at_all(sides)


def _longer(sides: Sides) -> Iterator[tuple[Step, int]]:
    """An hour more before the windows, or after them: the step, and the slots that they would have."""
    grid, slots = sides.problem.grid, _slots(sides.request.windows)
    hour = range(60 // grid.minutes + 1)
    yield Step("hours", 3, (), (), say("if you could begin an hour earlier")), union(slots >> each for each in hour)
    later = union(slots << each for each in hour) & grid.full
    yield Step("hours", 3, (), (), say("if you could stay an hour longer")), later


def _other_days(sides: Sides) -> Iterator[tuple[Step, int]]:
    """The hours of the first window on another day as well, the nearest one that gives more."""
    window, zone = sides.request.windows[0], sides.problem.hospital[sides.request.hospital].zone
    if window.day is None:
        return
    own, least = _slots(sides.request.windows), sides.possible().bit_count()
    for away in sorted((each for each in range(-DAYS, DAYS + 1) if each), key=lambda each: (abs(each), -each)):
        day = window.day + timedelta(days=away)
        hours = hours_of(AskedWindow(day, *window.minutes), zone)
        slots = own | sides.problem.grid.mask([hours]) if hours else own
        if sides.within(slots & _of_others(sides)).bit_count() > least:
            words = say("if you could also come at the same time on %(day)s", day=Term("day", day.isoformat()))
            yield Step("days", 3, (), (), words), slots
            return


def _other_languages(sides: Sides) -> Iterator[Relaxation]:
    """A language that the audience does not name, of those that most experts present in."""
    others = [tag for tag in speeches(sides.problem, sides.request) if tag not in sides.request.audience]
    for tag in others[:TONGUES]:
        changed = replace(sides.request, audience={**sides.request.audience, tag: WELL})
        starts = Sides(replace(sides.problem, requests=(changed,)), changed.id).possible()
        if starts:
            words = say("if your team followed %(language)s well", language=language(tag))
            yield relaxed(Step("language", 6, (), (), words), starts, sides)


def _at_all(sides: Sides) -> Iterator[Relaxation]:
    """Any other time, with the start that is nearest to the windows."""
    starts = sides.within(_of_others(sides))
    if starts:
        ends = [
            (next(slots_of(each.slots)), each.slots.bit_length() - 1) for each in sides.request.windows if each.slots
        ]
        away = partial(_away, ends or [(0, 0)])
        nearest = min(slots_of(starts), key=away)
        step = Step(WINDOWS, 4, (), (), say("if you could come at quite other times"))
        yield replace(relaxed(step, starts, sides), first=sides.problem.grid.at(nearest))


def _away(windows: Sequence[tuple[int, int]], slot: int) -> int:
    """How many slots lie between a slot and the nearest of the windows, each with its first slot and its last."""
    return min(max(first - slot, slot - last, 0) for first, last in windows)


def _of_others(sides: Sides) -> int:
    """The slots at which the others who take part can come by their windows."""
    found = sides.problem.grid.full
    for party in sides.request.joint:
        found &= _slots(party.windows) if party.windows_only else found
    return found


def _slots(windows: Sequence[Window]) -> int:
    return union(each.slots for each in windows)
