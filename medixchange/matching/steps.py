"""Changes that could make a request possible: who would have to agree to what, and the problem once they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeVar

from medixchange.matching.opened import NOTICE
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Hospital, Interpreter, Person
from medixchange.matching.sorts import experts_of_use
from medixchange.matching.ways import heard, team_of
from medixchange.messages import N_, Message, Value, count, instant, language, listed, say, specialty

Someone = TypeVar("Someone", Expert, Interpreter, Hospital)

LARGEST_PANEL = 3
SHORTER = "shorter"
"""The kind of step that changes how long the session is."""
OFTENER = "cap"
"""The kind of step that lets an expert give more sessions."""

ASKED: dict[str, str] = {
    # Translators: each "if ..." stands within "It would work if ...: 3 possible starts."
    "hours": N_("if %(name)s could come outside the usual hours"),
    "leave": N_("if %(name)s were not on leave"),
    "busy": N_("if %(name)s could move what is in the calendar"),
    "notice": N_("if %(name)s agreed to shorter notice"),
    "custom": N_("if %(name)s gave up the time of rest or prayer"),
    "holiday": N_("if %(name)s could come on a day off"),
}

CALENDAR: dict[str, str] = {
    "custom": N_("if %(name)s gave up the time of rest or prayer"),
    "holiday": N_("if %(name)s could meet on a day off"),
    "hours": N_("if %(name)s could meet earlier or later in the day"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its kind, the ids it concerns, what it names (languages, topics, kinds of mask), the words.

    ``cost`` orders the kinds from easily negotiated to hardly: a room, interpreters, an expert's time, the
    hospital's wishes and windows, the panel, another expert, the hospital's calendar, the dates.
    """

    kind: str
    cost: int
    who: tuple[str, ...]
    what: tuple[str, ...]
    message: Message


ANOTHER_ROOM = Step("room", 0, (), (), say("if another video room were free"))


def offers(problem: Problem, request: Request) -> Iterator[Step]:
    """Every step about the request as a whole that could be proposed, cheapest kinds first."""
    yield ANOTHER_ROOM
    yield from _interpreter_offers(problem, request)
    own, name = problem.hospital[request.hospital].name, named(request.hospitals, problem)
    if not request.interpreting:
        words = say("if %(name)s let us find interpreters", name=own)
        yield Step("interpreting", 3, (request.hospital,), (), words)
    yield from _shorter_offer(problem, request)
    bound = [party.hospital for party in request.parties if party.windows_only]
    if bound:
        words = say("if %(name)s could come at other times than those it named", name=named(bound, problem))
        yield Step("windows", 3, tuple(dict.fromkeys(bound)), (), words)
    resting = [party.hospital for party in request.parties if not party.weekend_ok]
    if resting:
        words = say("if %(name)s could meet at the weekend", name=named(resting, problem))
        yield Step("weekend", 4, tuple(dict.fromkeys(resting)), (), words)
    if request.panel_min > 1 or request.panel_max < LARGEST_PANEL:
        yield Step("panel", 4, (), (), say("if the panel could be of one to %(most)s experts", most=LARGEST_PANEL))
    yield from _expert_offers(problem, request)
    for kind, text in CALENDAR.items():
        if any(mask.kind == kind for each in request.hospitals for mask in problem.hospital[each].masks):
            yield Step("calendar", 6, request.hospitals, (kind,), say(text, name=name))
    yield Step("earliest", 7, (), (), say("if it could be before %(at)s", at=instant(request.earliest)))
    yield Step("deadline", 7, (), (), say("if it could be after %(at)s", at=instant(request.deadline)))


def named(hospitals: Sequence[str], problem: Problem) -> Value:
    """Hospitals by name, each once."""
    names = [problem.hospital[each].name for each in dict.fromkeys(hospitals)]
    return listed(names) if len(names) > 1 else names[0]


def _shorter_offer(problem: Problem, request: Request) -> Iterator[Step]:
    """To meet only as long as a smaller team interprets."""
    grid = problem.grid.minutes
    limits = [longest // grid * grid for longest, _ in problem.policy.team_sizes if longest < request.minutes]
    if limits and limits[-1]:
        words = say("if %(minutes)s minutes were enough", minutes=limits[-1])
        yield Step(SHORTER, 3, (request.hospital,), (str(limits[-1]),), words)


def _interpreter_offers(problem: Problem, request: Request) -> Iterator[Step]:
    """More interpreters of one pair, from one to a whole team."""
    size = team_of(request.minutes, problem, languages=1 + len(request.parties))
    for (one, other), more in product(legs(problem, request), range(1, size + 1)):
        words = count(
            "if one more interpreter between %(one)s and %(other)s were free",
            "if %(num)s more interpreters between %(one)s and %(other)s were free",
            more,
            one=language(one),
            other=language(other),
        )
        yield Step("interpreters", more, (), (one, other, str(more)), words)


def _expert_offers(problem: Problem, request: Request) -> Iterator[Step]:
    """One more expert, with one of the topics or with all, in a language the audience or a panel speaks."""
    topics: list[tuple[str, ...]] = [(code,) for code in request.specialties]
    if len(topics) > 1:
        topics.append(request.specialties)
    for what in topics:
        for tongue in dict.fromkeys((*heard(request, problem), *speeches(problem, request))):
            named: list[Value] = [specialty(code) for code in what]
            words = say(
                "if an expert in %(topics)s who presents in %(language)s joined",
                topics=listed(named),
                language=language(tongue),
            )
            yield Step("expert", 5, (), (tongue, *what), words)


def legs(problem: Problem, request: Request) -> tuple[tuple[str, str], ...]:
    """The pairs of languages between which somebody could interpret for ``request``, directly or by relay."""
    relay, pairs = problem.policy.relay, dict[tuple[str, str], None]()
    for speech in speeches(problem, request):
        for audience in heard(request, problem):
            for pair in ((speech, audience), (speech, relay), (relay, audience)):
                if pair[0] != pair[1] and speech != audience:
                    pairs[pair] = None
    return tuple(pairs)


def speeches(problem: Problem, request: Request) -> tuple[str, ...]:
    """The languages in which some expert of use presents, whenever; the one that most present in comes first."""
    least = problem.policy.lang_min_expert
    people = experts_of_use(request, problem)
    found = Counter(tag for each in people for tag, level in each.speaking.items() if level >= least)
    return tuple(sorted(found, key=lambda tag: (-found[tag], tag)))


def asked(person: Person, kind: str, *, cost: int) -> Step:
    """To set aside one ``kind`` of mask (see ``ASKED``)."""
    return Step("asked", cost, (person.id,), (kind,), say(ASKED[kind], name=person.name))


def more_often(expert: Expert) -> Step:
    """To give one more session a day, week and month than the caps allow."""
    return Step(OFTENER, 2, (expert.id,), (), say("if %(name)s gave one more session", name=expert.name))


def without(someone: Someone, kinds: tuple[str, ...]) -> Someone:
    """The same without its masks of ``kinds``."""
    masks = tuple(mask for mask in someone.masks if mask.kind not in kinds)
    return someone if len(masks) == len(someone.masks) else replace(someone, masks=masks)


def in_time(someone: Someone, slots: int) -> Someone:
    """The same, asked in time for ``slots``."""
    if not any(each.kind == NOTICE and slots & ~each.slots for each in someone.masks):
        return someone
    masks = (replace(each, slots=each.slots | slots) if each.kind == NOTICE else each for each in someone.masks)
    return replace(someone, masks=tuple(masks))


def raised(expert: Expert) -> Expert:
    """The same with every cap one higher."""
    return replace(expert, max_day=expert.max_day + 1, max_week=expert.max_week + 1, max_month=expert.max_month + 1)
