"""What to say of the conditions that together make a request impossible."""

from __future__ import annotations

from itertools import product

from medixchange.languages.bridge import TooLongToInterpret, team_size
from medixchange.matching.candidates import could_help, heard
from medixchange.matching.problem import Problem, Request
from medixchange.matching.steps import speeches
from medixchange.messages import N_, Message, Value, count, language, listed, say, specialty

EXPERTS: dict[str, str] = {
    "humane": N_("At the hours that are left it is too early or too late for the experts."),
    "holiday": N_("On the days that are left it is a public holiday where the experts work."),
    "custom": N_("At the hours that are left the experts rest or pray."),
    "hours": N_("At the hours that are left the experts do not work."),
    "leave": N_("Experts who are needed are on leave."),
    "notice": N_("Experts who are needed want longer notice."),
    "busy": N_("Experts who are needed have something else in their calendars."),
}

ASKING: dict[str, str] = {
    "holiday": N_("%(name)s keeps public holidays."),
    "custom": N_("%(name)s keeps its times of rest or prayer."),
    "hours": N_("%(name)s cannot meet earlier or later in the day."),
}


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
    follows: list[Value] = [language(tag) for tag in heard(request, problem)]
    spoken: list[Value] = [language(tag) for tag in speeches(problem, request)]
    if not follows:
        return say("The audience follows no language well enough.")
    if not spoken:
        return say("The experts present in no language well enough.")
    if not request.interpreting:
        return say(
            "The experts present in %(spoken)s and the audience follows %(heard)s.",
            spoken=listed(spoken),
            heard=listed(follows),
        )
    return _too_few(problem, request) or say(
        "No interpreters work between what the experts speak (%(spoken)s) and what the audience follows (%(heard)s).",
        spoken=listed(spoken),
        heard=listed(follows),
    )


def _too_few(problem: Problem, request: Request) -> Message | None:
    """That a pair has interpreters, but fewer than a team; None when none has any."""
    try:
        team = team_size(request.minutes, problem.policy.team_sizes)
    except TooLongToInterpret as refusal:
        return refusal.message
    helpers = [each for each in problem.interpreters if could_help(each, request, problem)]
    for audience, speech in product(heard(request, problem), speeches(problem, request)):
        have = sum(each.joins(speech, audience) for each in helpers)
        if 0 < have < team:
            return count(
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there is only %(num)s.",
                "%(minutes)s minutes need %(team)s interpreters between %(one)s and %(other)s; there are only %(num)s.",
                have,
                minutes=request.minutes,
                team=team,
                one=language(speech),
                other=language(audience),
            )
    return None
