"""The hard rules about languages: how panel and audience converse (H6), and when interpreters can (H7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from medixchange.languages.bridge import TooLongToInterpret
from medixchange.matching.match import Match, Route, Team
from medixchange.matching.presence import beside, counted_minutes, interpreter_caps, local_date
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Finding, Reason, first, masked, too_close
from medixchange.matching.resources import Interpreter
from medixchange.matching.rules_of_experts import not_working_for, panel_of
from medixchange.matching.ways import (
    consecutive_minutes,
    farthest,
    legs_to,
    may_be_consecutive,
    minutes_if_consecutive,
    team_for,
)
from medixchange.matching.words import only_presents
from medixchange.messages import Message, Value, count, language, say


def can_converse(match: Match, problem: Problem) -> Reason | None:
    """H6: one speech language of the whole panel, understood, or joined by a team of AIIC's size on each leg."""
    return first("H6", chain(_speaks(match, problem), _follows(match, problem), _joins(match, problem)))


def _speaks(match: Match, problem: Problem) -> Iterator[Finding]:
    tag = match.route.speech
    for each in panel_of(match, problem):
        if each.speaking.get(tag, 0) < problem.policy.lang_min_expert:
            words = say("%(name)s cannot present in %(language)s.", name=each.name, language=language(tag))
            yield "speech", only_presents(each, tag) if tag in each.speaking_only else words, each.id


def _follows(match: Match, problem: Problem) -> Iterator[Finding]:
    request, audiences = problem.request[match.request], match.route.audiences
    if len(audiences) != len(request.parties):
        yield "audience", say("Each audience needs a language that it follows."), request.id
    for party, tag in zip(request.parties, audiences, strict=False):
        if party.audience.get(tag, 0) < problem.policy.lang_min_audience:
            yield "audience", say("The audience does not follow %(language)s.", language=language(tag)), request.id


def _joins(match: Match, problem: Problem) -> Iterator[Finding]:
    route, everybody = match.route, match.route.interpreters
    request = problem.request[match.request]
    if everybody and not request.interpreting:
        name = problem.hospital[request.hospital].name
        yield "interpreting", say("%(name)s asks us not to find interpreters.", name=name), request.id
    if len(set(everybody)) != len(everybody):
        yield "repeated", say("An interpreter is named twice."), match.request
    if route.mode == "consecutive" and not may_be_consecutive(request, problem):
        yield "consecutively", say("Sessions are not interpreted consecutively here."), match.request
    if not _joined(route, problem.policy.relay):
        yield "legs", say("The interpreting does not join the panel with the audience."), match.request
        return
    takes = min(consecutive_minutes(request.minutes, problem), minutes_if_consecutive(request, problem))
    if route.mode == "consecutive" and match.minutes < takes:
        yield "minutes", say("Interpreted consecutively it takes %(minutes)s minutes.", minutes=takes), match.request
    for leg in route.legs:
        yield from _team(leg, match, problem)


def _joined(route: Route, relay: str) -> bool:
    """Whether the legs are those of one of the ways to these audiences, of which the mode is the farthest one's."""
    foreign = tuple(dict.fromkeys(tag for tag in route.audiences if tag != route.speech))
    found = (frozenset(legs) for legs in legs_to(route.speech, foreign, relay))
    unlike = len(set(route.pairs)) != len(route.pairs)
    mode = farthest(route.speech, foreign, route.pairs)
    consecutively = route.mode == "consecutive" and mode == "interpreter" and len(route.legs) == 1 and not route.others
    return not unlike and frozenset(route.pairs) in found and (route.mode == mode or consecutively)


def _team(leg: Team, match: Match, problem: Problem) -> Iterator[Finding]:
    pair = {"one": language(leg.source), "other": language(leg.target)}
    wrong = None if len(leg.interpreters) == _agreed_team(match, problem) else _of_other_size(leg, match, problem, pair)
    if wrong is not None:
        yield "team", wrong, match.request
    for who in leg.interpreters:
        each = problem.interpreter[who]
        if not each.joins(leg.source, leg.target):
            yield "pair", say("%(name)s does not interpret between %(one)s and %(other)s.", name=each.name, **pair), who


def _agreed_team(match: Match, problem: Problem) -> int | None:
    """How many work on each leg of the session that stands, where the match is interpreted in its manner."""
    agreed = problem.request[match.request].agreed
    alike = agreed and agreed.consecutive == (match.route.mode == "consecutive")
    return agreed.team if agreed and alike else None


def _of_other_size(leg: Team, match: Match, problem: Problem, pair: Mapping[str, Value]) -> Message | None:
    """That a team is not of the size that the house wants, or that none works so long."""
    try:
        size = _size(match, problem)
    except TooLongToInterpret as refusal:
        return refusal.message
    if len(leg.interpreters) == size:
        return None
    return count(
        "%(num)s interpreter is needed between %(one)s and %(other)s.",
        "%(num)s interpreters are needed between %(one)s and %(other)s.",
        size,
        **pair,
    )


def _size(match: Match, problem: Problem) -> int:
    """How many the house wants on each leg. Raises TooLongToInterpret."""
    if match.route.mode == "consecutive":
        return problem.policy.consecutive_team
    return team_for(match.minutes, problem, len({match.route.speech, *match.route.audiences}))


def interpreters_are_free(match: Match, problem: Problem) -> Reason | None:
    """H7: every interpreter free as H4 says, rested, below the minutes a day and week, working as it wants."""
    people = [problem.interpreter[who] for who in match.route.interpreters]
    on_panel = (each for each in people if each.id in match.panel)
    twice = (("panel", say("%(name)s is on the panel already.", name=each.name), each.id) for each in on_panel)
    found = chain(twice, masked(people, match, problem), _interpreter_load(people, match, problem))
    return first("H7", found)


def _interpreter_load(people: list[Interpreter], match: Match, problem: Problem) -> Iterator[Finding]:
    request = problem.request[match.request]
    for each in people:
        held = beside(problem.held_by_person, each.id, request)
        yield from too_close(each, held, match)
        yield from _works_otherwise(each, match)
        yield from not_working_for(each, request, problem)
        for kind, key, most in interpreter_caps(each):
            done = counted_minutes(held, each, key)[key(local_date(match.start, each.zone))]
            if done + match.minutes > most:
                yield "cap-" + kind, _minutes_words(each, kind, most), each.id


def _works_otherwise(each: Interpreter, match: Match) -> Iterator[Finding]:
    consecutively = match.route.mode == "consecutive"
    if consecutively and not each.consecutive:
        yield "consecutive", say("%(name)s does not interpret consecutively.", name=each.name), each.id
    if not consecutively and not each.simultaneous:
        yield "simultaneous", say("%(name)s does not interpret simultaneously.", name=each.name), each.id


def _minutes_words(person: Interpreter, kind: str, most: int) -> Message:
    if kind == "day":
        return say("%(name)s interprets at most %(minutes)s minutes a day.", name=person.name, minutes=most)
    return say("%(name)s interprets at most %(minutes)s minutes a week.", name=person.name, minutes=most)
