"""What to say of the conditions that together make a request impossible."""

from __future__ import annotations

from medixchange.languages.bridge import Bridge, TooLongToInterpret, bridges, why_no_bridge
from medixchange.matching.candidates import helpers
from medixchange.matching.problem import Interpreter, Problem, Request
from medixchange.matching.steps import speeches
from medixchange.matching.ways import heard
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
    policy, spoken = problem.policy, dict.fromkeys(speeches(problem, request), problem.policy.lang_min_expert)
    least = {"min_speech": policy.lang_min_expert, "min_audience": policy.lang_min_audience}
    follows = heard(request, problem)
    if follows and spoken and not request.interpreting:
        return say(
            "The experts present in %(spoken)s and the audience follows %(heard)s.",
            spoken=listed([language(tag) for tag in spoken]),
            heard=listed([language(tag) for tag in follows]),
        )
    able = helpers(request, problem)
    pairs = {(one, other) for each in able for one, other in each.pairs if each.joins(one, other)}
    table, relay = policy.team_sizes, policy.relay
    try:
        ways = bridges(spoken, request.audience, pairs, minutes=request.minutes, relay=relay, table=table, **least)
    except TooLongToInterpret as refusal:
        return refusal.message
    lacking = (_too_few(way, able, request) for way in ways)
    return next(filter(None, lacking), why_no_bridge(spoken, request.audience, **least))


def _too_few(way: Bridge, helpers: list[Interpreter], request: Request) -> Message | None:
    """That a way to converse has too few interpreters; None when there are enough."""
    joining = {leg: {each.id for each in helpers if each.joins(leg.source, leg.target)} for leg in way.legs}
    for leg, able in joining.items():
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
