"""The hard rules about experts: what the panel must cover (H3), when they can (H4), and how often (H5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from medixchange.matching.match import Match
from medixchange.matching.presence import beside, counted, expert_caps, local_date
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Finding, Reason, first, masked, too_close
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Person
from medixchange.messages import Message, count, say, specialty


def panel_covers_the_topic(match: Match, problem: Problem) -> Reason | None:
    """H3: as many experts as wanted, each of use, together all specialties, nobody excluded."""
    parts = _panel_size(match, problem), _panel_cover(match, problem), _excluded(match, problem)
    return first("H3", chain(*parts))


def _panel_size(match: Match, problem: Problem) -> Iterator[Finding]:
    request, size = problem.request[match.request], len(set(match.panel))
    if size != len(match.panel):
        yield "repeated", say("An expert is on the panel twice."), request.id
    if size < request.panel_min:
        least = count("The panel needs %(num)s expert.", "The panel needs %(num)s experts.", request.panel_min)
        yield "panel_min", least, request.id
    if size > request.panel_max:
        most = count("The panel may have %(num)s expert.", "The panel may have %(num)s experts.", request.panel_max)
        yield "panel_max", most, request.id


def _panel_cover(match: Match, problem: Problem) -> Iterator[Finding]:
    request, panel = problem.request[match.request], panel_of(match, problem)
    for code in request.specialties:
        if not any(each.specialties.get(code, 0) for each in panel):
            yield "specialty", say("Nobody on the panel covers %(topic)s.", topic=specialty(code)), code
    for each in panel:
        if not any(each.specialties.get(code, 0) for code in request.specialties):
            yield "specialty", say("%(name)s covers none of the topics.", name=each.name), each.id


def _excluded(match: Match, problem: Problem) -> Iterator[Finding]:
    request = problem.request[match.request]
    for each in panel_of(match, problem):
        if each.id in request.exclude:
            yield "excluded", say("%(name)s is not wanted for this request.", name=each.name), each.id
        yield from not_working_for(each, request, problem)


def not_working_for(person: Person, request: Request, problem: Problem) -> Iterator[Finding]:
    """The hospitals of ``request`` that ``person`` does not serve."""
    for each in request.hospitals:
        if each in person.exclude_hospitals:
            words = say(
                "%(name)s does not work for %(hospital)s.", name=person.name, hospital=problem.hospital[each].name
            )
            yield "excluded", words, person.id


def panel_of(match: Match, problem: Problem) -> list[Expert]:
    """The experts whom ``match`` names."""
    return [problem.expert[who] for who in match.panel]


def experts_are_free(match: Match, problem: Problem) -> Reason | None:
    """H4: every expert at work, awake, not on leave nor on holiday, asked early enough."""
    return first("H4", masked(panel_of(match, problem), match, problem))


def experts_have_rest(match: Match, problem: Problem) -> Reason | None:
    """H5: no two sessions closer than the expert's rest; caps a local day, ISO week and month."""
    return first("H5", _expert_load(match, problem))


def _expert_load(match: Match, problem: Problem) -> Iterator[Finding]:
    for each in panel_of(match, problem):
        held = beside(problem.held_by_person, each.id, problem.request[match.request])
        yield from too_close(each, held, match)
        for kind, key, most in expert_caps(each):
            if counted(held, each, key)[key(local_date(match.start, each.zone))] >= most:
                yield "cap-" + kind, _cap_words(each, kind, most), each.id


def _cap_words(expert: Expert, kind: str, most: int) -> Message:
    if kind == "day":
        return count(
            "%(name)s gives at most %(num)s session a day.",
            "%(name)s gives at most %(num)s sessions a day.",
            most,
            name=expert.name,
        )
    if kind == "week":
        return count(
            "%(name)s gives at most %(num)s session a week.",
            "%(name)s gives at most %(num)s sessions a week.",
            most,
            name=expert.name,
        )
    return count(
        "%(name)s gives at most %(num)s session a month.",
        "%(name)s gives at most %(num)s sessions a month.",
        most,
        name=expert.name,
    )
