"""What to say of the conditions that together make a request impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product

from medixchange.languages.bridge import Bridge, TooLongToInterpret, bridges, why_no_bridge
from medixchange.matching.candidates import helpers
from medixchange.matching.ever import Ever
from medixchange.matching.presence import interprets_so_long
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Interpreter
from medixchange.matching.steps import named, speeches
from medixchange.matching.ways import (
    consecutive_teams,
    heard,
    manners,
    may_be_consecutive,
    minutes_if_consecutive,
    simultaneous_teams,
)
from medixchange.messages import N_, Message, Value, count, instant, language, listed, say, sentences, specialty

AWAY: dict[str, str] = {
    "humane": N_("At the hours that are left it is too early or too late for the experts."),
    "holiday": N_("On the days that are left it is a public holiday where the experts work."),
    "custom": N_("At the hours that are left the experts rest or pray."),
    "hours": N_("At the hours that are left the experts do not work."),
    "leave": N_("Experts who are needed are on leave."),
    "notice": N_("Experts who are needed want longer notice."),
    "busy": N_("Experts who are needed have something else in their calendars."),
}
"""By the kind of a mask, the hardest to change first."""
ASKING: dict[str, str] = {
    "hospital-hours": N_("%(name)s cannot meet earlier or later in the day."),
    "hospital-holiday": N_("%(name)s keeps public holidays."),
    "hospital-custom": N_("%(name)s keeps its times of rest or prayer."),
    "hospital-weekend": N_("%(name)s keeps its weekend."),
    "hospital-taken": N_("%(name)s has another session at the hours that are left."),
    "windows": N_("%(name)s can come only at the times that it named."),
}
PASSING: dict[str, str] = {
    **{f"experts-{kind}": text for kind, text in AWAY.items()},
    "experts-taken": N_(
        "Experts who are needed have other sessions, rest between them, or give no more that day, week or month."
    ),
    "interpreters": N_("The interpreters who are needed are not at work at the hours that are left."),
    "interpreters-taken": N_(
        "The interpreters who are needed work in other sessions, or interpret no more that day or week."
    ),
    "rooms": N_("No video room is open at the hours that are left."),
    "rooms-taken": N_("Every video room is taken at the hours that are left."),
}
DATES = "dates"
NOT_LANGUAGES = frozenset({"excluded", "topics", "panel", "rooms"})
"""What stands whatever the hour, without what keeps people from conversing."""


def _asking_words(kind: str, request: Request, problem: Problem) -> Message:
    """That something which the asking side sets is in the way: its dates, its calendar, its sessions, its windows."""
    if kind == DATES:
        return say(
            "The session has to be between %(first)s and %(last)s.",
            first=instant(request.earliest),
            last=instant(request.deadline),
        )
    return sentences(
        [say(ASKING[kind], name=problem.hospital[each].name) for each in _concerned(kind, request, problem)]
    )


def _concerned(kind: str, request: Request, problem: Problem) -> Sequence[str]:
    """The hospitals of which what a layer is about is so, all where that is not known."""
    if kind == "windows":
        found = [party.hospital for party in request.parties if party.windows_only]
    elif kind == "hospital-weekend":
        found = [party.hospital for party in request.parties if not party.weekend_ok]
    elif kind == "hospital-taken":
        found = [each for each in request.hospitals if each in problem.held_at_hospital]
    else:
        kinds = {each: {f"hospital-{mask.kind}" for mask in problem.hospital[each].masks} for each in request.hospitals}
        found = [each for each in request.hospitals if kind in kinds[each]]
    return tuple(dict.fromkeys(found or request.hospitals))


def passing_words(kind: str, request: Request, problem: Problem) -> Message:
    """That something which the asking side sets, or people's or rooms' time, is in the way."""
    return say(PASSING[kind]) if kind in PASSING else _asking_words(kind, request, problem)


def standing_words(kind: str, request: Request, problem: Problem) -> Message:
    """That something which the asking side sets, or what stands whatever the hour, is in the way."""
    return STANDING[kind](problem, request) if kind in STANDING else _asking_words(kind, request, problem)


def excluded_words(problem: Problem, request: Request) -> Message:
    """That those who could are not wanted, or do not want."""
    wanted, hospitals = set(request.specialties), set(request.hospitals)
    experts = any(
        wanted & each.specialties.keys() and (each.id in request.exclude or hospitals & each.exclude_hospitals)
        for each in problem.experts
    )
    avoided = _avoided(problem, request)
    if not avoided:
        return experts_excluded()
    others = say("Interpreters who are needed do not work for %(name)s.", name=named(avoided, problem))
    return sentences([experts_excluded(), others]) if experts else others


def experts_excluded() -> Message:
    """That the experts who could are not wanted, or do not want."""
    return say("The experts who could answer are excluded, by the hospital or by themselves.")


def _avoided(problem: Problem, request: Request) -> list[str]:
    """The hospitals for which interpreters do not work without whom the audience is not reached."""
    if any(Ever(problem, each).understood(tag) for each in manners(request, problem) for tag in _spoken(problem)):
        return []
    avoiding = (each.exclude_hospitals for each in problem.interpreters) if _willing_would_do(problem, request) else ()
    return sorted(set(request.hospitals) & set[str]().union(*avoiding))


def _spoken(problem: Problem) -> list[str]:
    """The languages in which some expert can present, excluded or not."""
    least = problem.policy.lang_min_expert
    return sorted({tag for each in problem.experts for tag, level in each.speaking.items() if level >= least})


def panel_words(_: Problem, request: Request) -> Message:
    """That so few experts cannot know all topics."""
    return say(
        "A panel of %(least)s to %(most)s experts cannot cover the topics.",
        least=request.panel_min,
        most=request.panel_max,
    )


def room_words(_: Problem, __: Request) -> Message:
    """That no room will do."""
    return say("No video room has enough seats and interpreting channels.")


def topic_words(problem: Problem, request: Request) -> Message:
    """That nobody, or no panel, covers the topics."""
    known = {code for each in problem.experts for code, level in each.specialties.items() if level}
    missing: list[Value] = [specialty(code) for code in request.specialties if code not in known]
    if missing:
        return say("No expert covers %(topics)s.", topics=listed(missing))
    return say("No panel covers %(topics)s.", topics=listed([specialty(code) for code in request.specialties]))


def interpreting_words(problem: Problem, request: Request) -> Message:
    """That the hospital wants no interpreters found for it."""
    name = problem.hospital[request.hospital].name
    if request.own_interpreters:
        return say("%(name)s brings its own interpreters, and has not named a language that they follow.", name=name)
    return say("%(name)s asks us not to find interpreters.", name=name)


def language_words(problem: Problem, request: Request) -> Message:
    """That the experts and the audience share no language and no team joins theirs."""
    return _unreached(problem, request, in_passages=may_be_consecutive(request, problem))


def _unreached(problem: Problem, request: Request, *, in_passages: bool) -> Message:
    """The same; consecutive interpreting is spoken of only where it would do (``in_passages``)."""
    policy, spoken = problem.policy, dict.fromkeys(speeches(problem, request), problem.policy.lang_min_expert)
    least = {"min_speech": policy.lang_min_expert, "min_audience": policy.lang_min_audience}
    follows = heard(request, problem)
    if follows and spoken and (not request.interpreting or _willing_would_do(problem, request)):
        return say(
            "The experts present in %(spoken)s and the audience follows %(heard)s.",
            spoken=listed([language(tag) for tag in spoken]),
            heard=listed([language(tag) for tag in follows]),
        )
    if request.joint:
        return _apart(problem, request)
    able = helpers(request, problem)
    pairs = frozenset().union(*(each.both_ways for each in able))
    table, relay = _table(problem, request), policy.relay
    try:
        ways = bridges(spoken, request.audience, pairs, minutes=request.minutes, relay=relay, table=table, **least)
    except TooLongToInterpret as refusal:
        return refusal.message
    lacking = (_too_few(way, able, request) for way in ways)
    others = _too_few_consecutively(problem, request, product(spoken, follows)) if in_passages else None
    return next(filter(None, (*lacking, others)), why_no_bridge(spoken, request.audience, **least))


def _willing_would_do(problem: Problem, request: Request) -> bool:
    """Whether the audience could be reached if every interpreter worked for every hospital."""
    people = tuple(replace(each, exclude_hospitals=frozenset()) for each in problem.interpreters)
    willing = replace(problem, interpreters=people)
    asked = [Ever(willing, each) for each in manners(request, willing)]
    return any(each.understood(tag) for each in asked for tag in _spoken(problem))


def _table(problem: Problem, request: Request) -> Sequence[tuple[int, int]]:
    """The house's table of teams, or the smaller team that was agreed for the session that ``request`` has."""
    sizes = simultaneous_teams(request, problem, 2) if request.agreed else ()
    return [(request.minutes, min(sizes))] if sizes else problem.policy.team_sizes


def _apart(problem: Problem, request: Request) -> Message:
    """That one of several audiences cannot be reached, or all of them not together."""
    alone = (replace(request, audience=party.audience, joint=()) for party in request.parties)
    lacking = (each for each in alone if not Ever(problem, each).possible(NOT_LANGUAGES))
    first = next(lacking, None)
    return (
        say("No teams of interpreters reach all audiences together.")
        if first is None
        else _unreached(problem, first, in_passages=False)
    )


def _too_few_consecutively(problem: Problem, request: Request, pairs: Iterable[tuple[str, str]]) -> Message | None:
    """That too few interpret consecutively between languages of which some do; None where nobody does, or enough."""
    team, minutes = min(consecutive_teams(request, problem)), minutes_if_consecutive(request, problem)
    people = helpers(replace(request, consecutive=True), problem)
    for one, other in pairs:
        able = [each for each in people if each.joins(one, other)]
        if 0 < len(able) < team:
            return count(
                "Only %(num)s interpreter between %(one)s and %(other)s works consecutively; %(team)s are needed.",
                "Only %(num)s interpreters between %(one)s and %(other)s work consecutively; %(team)s are needed.",
                len(able),
                team=team,
                one=language(one),
                other=language(other),
            )
        if able and sum(interprets_so_long(each, minutes) for each in able) < team:
            return _too_long_for(one, other, minutes)
    return None


def _too_long_for(one: str, other: str, minutes: int) -> Message:
    return say(
        "The session takes %(minutes)s minutes; too few of those who interpret between %(one)s and %(other)s"
        " work so long in a day.",
        minutes=minutes,
        one=language(one),
        other=language(other),
    )


def _too_few(way: Bridge, helpers: list[Interpreter], request: Request) -> Message | None:
    """That a way to converse has too few interpreters, or too few who work so long; None when there are enough."""
    joining = {leg: {each.id for each in helpers if each.joins(leg.source, leg.target)} for leg in way.legs}
    lasting = {each.id for each in helpers if interprets_so_long(each, request.minutes)}
    for leg, able in joining.items():
        if len(able & lasting) < way.team <= len(able):
            return _too_long_for(leg.source, leg.target, request.minutes)
        if len(able) < way.team:
            return count(
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there is only %(num)s.",
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there are only %(num)s.",
                len(able),
                minutes=request.minutes,
                team=way.team,
                one=language(leg.source),
                other=language(leg.target),
            )
    everybody, wanted = set[str]().union(*joining.values()), way.team * len(way.legs)
    if len(everybody) < wanted:
        return count(
            "%(minutes)s minutes by relay need %(team)s interpreters; there is only %(num)s for both parts.",
            "%(minutes)s minutes by relay need %(team)s interpreters; there are only %(num)s for both parts.",
            len(everybody),
            minutes=request.minutes,
            team=wanted,
        )
    return None


STANDING: dict[str, Callable[[Problem, Request], Message]] = {
    "excluded": excluded_words,
    "topics": topic_words,
    "panel": panel_words,
    "interpreting": interpreting_words,
    "languages": language_words,
    "rooms": room_words,
}
"""By the kind of a condition that stands whatever the hour, the hardest to change first."""
