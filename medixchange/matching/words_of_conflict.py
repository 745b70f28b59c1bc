"""What to say of the conditions that together make a request impossible."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medixchange.matching.ever import Ever
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.steps import named
from medixchange.matching.ways import manners
from medixchange.matching.words_of_languages import interpreting_words, language_words, presented, willing_would_do
from medixchange.messages import N_, Message, Value, instant, listed, say, sentences, specialty

AWAY: dict[str, str] = {
    "humane": N_("At the hours that are left it is too early or too late for the experts."),
    "holiday": N_("The days that are left are days off where the experts work."),
    "custom": N_("At the hours that are left the experts rest or pray."),
    "hours": N_("At the hours that are left the experts do not work."),
    "leave": N_("Experts who are needed are on leave."),
    "notice": N_("Experts who are needed want longer notice."),
    "busy": N_("Experts who are needed have something else in their calendars."),
}
"""By the kind of a mask, the hardest to change first."""
ASKING: dict[str, str] = {
    "hospital-hours": N_("%(name)s cannot meet earlier or later in the day."),
    "hospital-holiday": N_("The days that are left are days off for %(name)s."),
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
    if any(Ever(problem, each).understood(tag) for each in manners(request, problem) for tag in presented(problem)):
        return []
    avoiding = (each.exclude_hospitals for each in problem.interpreters) if willing_would_do(problem, request) else ()
    return sorted(set(request.hospitals) & set[str]().union(*avoiding))


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


STANDING: dict[str, Callable[[Problem, Request], Message]] = {
    "excluded": excluded_words,
    "topics": topic_words,
    "panel": panel_words,
    "interpreting": interpreting_words,
    "languages": language_words,
    "rooms": room_words,
}
"""By the kind of a condition that stands whatever the hour, the hardest to change first."""
