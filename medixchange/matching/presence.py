"""Where people, hospitals and rooms can be on the grid: their masks, less what other sessions hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from medixchange.matching.clocks import Key, stretches_by
from medixchange.matching.kept import HOSPITAL, PERSON, ROOM
from medixchange.matching.listed import once
from medixchange.matching.match import ANY_ROOM, Held
from medixchange.matching.opened import NOTHING, Opened, opened, starts_left
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request
from medixchange.matching.resources import Block, Expert, Hospital, Interpreter, Mask, Person, Room
from medixchange.times import zones
from medixchange.times.grid import Grid, starts, union
from medixchange.times.intervals import MINUTE, Interval

Cap = tuple[str, Key, int]
"""A cap: its kind, how days are counted together, how much."""


def by_day(day: date) -> Hashable:
    """The key under which a cap of a day counts."""
    return day


def by_week(day: date) -> Hashable:
    """The key under which a cap of an ISO week counts."""
    return day.isocalendar()[:2]


def by_month(day: date) -> Hashable:
    """The key under which a cap of a calendar month counts."""
    return day.year, day.month


def expert_caps(expert: Expert) -> tuple[Cap, ...]:
    """The caps of ``expert`` in sessions."""
    return (
        ("day", by_day, expert.max_day),
        ("week", by_week, expert.max_week),
        ("month", by_month, expert.max_month),
    )


def interpreter_caps(interpreter: Interpreter) -> tuple[Cap, ...]:
    """The caps of ``interpreter`` in minutes."""
    return (("day", by_day, interpreter.max_minutes_day), ("week", by_week, interpreter.max_minutes_week))


def local_date(at: datetime, zone: str) -> date:
    """The day that the wall clock of ``zone`` shows at ``at``."""
    return zones.local(at, zone).date()


def counted(held: Iterable[Held], person: Person, key: Key) -> Counter[Hashable]:
    """How many held sessions of ``person`` begin under each key, by the person's own clock."""
    return Counter(key(local_date(each.start, person.zone)) for each in held)


def counted_minutes(held: Iterable[Held], person: Person, key: Key) -> Counter[Hashable]:
    """How many minutes of held sessions of ``person`` fall under each key, by the day they begin."""
    total: Counter[Hashable] = Counter()
    for each in held:
        total[key(local_date(each.start, person.zone))] += each.minutes
    return total


def taken(held: Iterable[Held], grid: Grid, *, rest_minutes: int = 0) -> Mask:
    """The mask "taken" of held sessions with the rest before and after each; every block names its session."""
    sessions = tuple(held)
    blocks = tuple(Block(grid.touched([each], beside=rest_minutes * MINUTE), each.name) for each in sessions)
    return Mask("taken", free_of(sessions, grid, rest_minutes=rest_minutes), blocks)


def free_of(held: Iterable[Held], grid: Grid, *, rest_minutes: int = 0) -> int:
    """The slots that held sessions with the rest before and after each leave."""
    return grid.full & ~grid.touched(held, beside=rest_minutes * MINUTE)


def joined(masks: Iterable[Mask], grid: Grid) -> int:
    """The slots that every mask allows."""
    slots = grid.full
    for mask in masks:
        slots &= mask.slots
    return slots


def is_hurried(person: Person, at: datetime, grid: Grid) -> bool:
    """Whether a person wants longer notice than is left until ``at``, a moment of the grid; no other is too soon."""
    notice = joined((mask for mask in person.masks if mask.kind == "notice"), grid)
    return grid.start <= at < grid.end and not notice >> grid.slot(at) & 1


def beside(held: Mapping[str, tuple[Held, ...]], key: str, request: Request) -> tuple[Held, ...]:
    """What is held under ``key``, without a session of ``request`` itself."""
    found = held.get(key)
    return tuple(each for each in found if not each.serves(request.id)) if found else ()


def expert_starts(expert: Expert, request: Request, problem: Problem, *, within: int = -1) -> int:
    """The starts ``within`` others at which ``expert`` can give the whole session: masks, held sessions, rest, caps."""
    possible = _unmasked(expert, request, problem, within) if gives_any(expert) else 0
    return possible & expert_left(expert, request, problem) if possible else 0


def gives_any(expert: Expert) -> bool:
    """Whether the caps of ``expert`` let them give a session at all."""
    return expert.max_day > 0 and expert.max_week > 0 and expert.max_month > 0


def expert_left(expert: Expert, request: Request, problem: Problem) -> int:
    """The starts that held sessions, rest and caps leave to ``expert``; every bit (-1) where nothing is held."""

    def left(held: tuple[Held, ...]) -> int:
        days = [(local_date(each.start, expert.zone), 1) for each in held]
        over = _over(days, 1, expert_caps(expert), expert.zone, problem.grid)
        return _rested(expert, held, request, problem) & ~over

    caps = expert.max_day, expert.max_week, expert.max_month
    return _left(expert, caps, problem.held_by_person.get(expert.id, ()), request, problem, left)


def _left(
    person: Person,
    caps: tuple[int, ...],
    held: tuple[Held, ...],
    request: Request,
    problem: Problem,
    find: Callable[[tuple[Held, ...]], int],
) -> int:
    """What ``find`` says that those of ``held`` leave which are not the session of ``request``, asked once for all
    requests of a length; every bit (-1) where there are none."""
    others = tuple([each for each in held if not each.serves(request.id)])
    if len(others) < len(held):
        return find(others) if others else -1
    key = person.id, person.zone, person.rest_minutes, caps, request.minutes, problem.grid
    return once(problem.held, key, lambda: find(held)) if held else -1


def interpreter_starts(interpreter: Interpreter, request: Request, problem: Problem, *, within: int = -1) -> int:
    """The starts ``within`` others at which ``interpreter`` can work the whole session."""
    able = interprets_so_long(interpreter, request.minutes)
    possible = _unmasked(interpreter, request, problem, within) if able else 0
    return possible & interpreter_left(interpreter, request, problem) if possible else 0


def interprets_so_long(interpreter: Interpreter, minutes: int) -> bool:
    """Whether the caps of ``interpreter`` allow a session of ``minutes`` at all."""
    return minutes <= min(interpreter.max_minutes_day, interpreter.max_minutes_week)


def interpreter_left(interpreter: Interpreter, request: Request, problem: Problem) -> int:
    """The starts that held sessions, rest and caps leave to ``interpreter``; every bit (-1) where nothing is held."""

    def left(held: tuple[Held, ...]) -> int:
        days = [(local_date(each.start, interpreter.zone), each.minutes) for each in held]
        over = _over(days, request.minutes, interpreter_caps(interpreter), interpreter.zone, problem.grid)
        return _rested(interpreter, held, request, problem) & ~over

    caps = interpreter.max_minutes_day, interpreter.max_minutes_week
    return _left(interpreter, caps, problem.held_by_person.get(interpreter.id, ()), request, problem, left)


def _unmasked(person: Person, request: Request, problem: Problem, within: int) -> int:
    """The starts ``within`` others that the masks allow."""
    opening, length = opened(PERSON, person.id, request, problem), problem.length(request.minutes)
    return starts_left(person.masks, opening, length, slots=problem.grid.full, within=within)


def _rested(person: Person, held: tuple[Held, ...], request: Request, problem: Problem) -> int:
    free = free_of(held, problem.grid, rest_minutes=person.rest_minutes)
    return starts(free, problem.length(request.minutes))


def _over(days: Sequence[tuple[date, int]], own: int, caps: Iterable[Cap], zone: str, grid: Grid) -> int:
    """The slots at which a session that counts ``own`` would be over one of ``caps``, after what counts on ``days``."""
    found, total = 0, own + sum(many for _, many in days)
    for _, key, most in caps:
        if total > most:
            count: dict[Hashable, int] = {}
            for day, many in days:
                count[key(day)] = count.get(key(day), own) + many
            stretches = stretches_by(grid, zone, key)
            found |= union([stretches.get(each, 0) for each, many in count.items() if many > most])
    return found


def calendar_masks(party: Party, hospital: Hospital) -> list[Mask]:
    """The hospital's own calendar, without its weekends where the party names some."""
    return [mask for mask in hospital.masks if not (mask.kind == "weekend" and party.weekend_ok)]


def asking_masks(request: Request, problem: Problem) -> Iterator[tuple[Hospital, Mask, Opened]]:
    """What the asking side allows, hospital by hospital: its calendar, its windows if it can come only then, its other
    sessions; each with what is opened of it."""
    for party in request.parties:
        hospital = problem.hospital[party.hospital]
        opening = opened(HOSPITAL, hospital.id, request, problem)
        for mask in calendar_masks(party, hospital):
            yield hospital, mask, opening
        if party.windows_only:
            yield hospital, Mask("windows", union(window.slots for window in party.windows)), NOTHING
    for each in request.hospitals:
        held = beside(problem.held_at_hospital, each, request)
        yield problem.hospital[each], taken(held, problem.grid), NOTHING


def dates(request: Request, problem: Problem) -> tuple[Mask, Mask]:
    """The slots from the request's earliest on, and those until its deadline."""
    grid = problem.grid
    begins = grid.mask([Interval(request.earliest, grid.end)]) if request.earliest < grid.end else 0
    ends = grid.mask([Interval(grid.start, request.deadline)]) if grid.start < request.deadline else 0
    return Mask("earliest", begins), Mask("deadline", ends)


def hospital_starts(request: Request, problem: Problem) -> int:
    """The starts at which the asking side can have the whole session."""
    length = problem.length(request.minutes)
    found = starts(joined(dates(request, problem), problem.grid), length)
    for _, mask, opening in asking_masks(request, problem):
        found = starts_left((mask,), opening, length, within=found)
    return found


def room_starts(room: Room, request: Request, problem: Problem) -> int:
    """The starts at which ``room`` is free for the whole session."""
    length = problem.length(request.minutes)
    left = starts(room_left(room, request, problem), length)
    return starts_left(room.masks, opened(ROOM, room.id, request, problem), length, within=left)


def room_left(room: Room, request: Request, problem: Problem) -> int:
    """The slots that other sessions leave of ``room``."""
    held = beside(problem.held_in_room, room.id, request)
    return free_of(held, problem.grid) & ~_full(request, problem)


def room_taken(room: Room, request: Request, problem: Problem) -> Mask:
    """When other sessions take ``room``: those that are in it, and as many as there are rooms, wherever they are."""
    mask, full = taken(beside(problem.held_in_room, room.id, request), problem.grid), _full(request, problem)
    if not full:
        return mask
    anywhere = taken(beside(problem.held_in_room, ANY_ROOM, request), problem.grid)
    return Mask("taken", mask.slots & ~full, (*mask.blocks, *anywhere.blocks))


def _full(request: Request, problem: Problem) -> int:
    """The slots at which sessions beside that of ``request``, of which some may be in any room, leave none."""
    full, overfull = problem.crowded
    there = problem.held_at_hospital.get(request.hospital, ()) if full else ()
    own = next((each for each in there if each.serves(request.id)), None)
    if own is None or own.room != ANY_ROOM:
        return full
    mine = problem.grid.touched([Interval(own.start, own.end)])
    return full & ~mine | overfull & mine
