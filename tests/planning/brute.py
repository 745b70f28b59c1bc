"""The best plan of a tiny instance by trying everything, judged by the checker alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations, product
from typing import Any

from tests.planning.checker import check
from tests.planning.clocks import instant
from tests.planning.conversing import Conversing
from tests.planning.facts import Data, Facts


def best_score(instance: Data) -> int:
    """The score of the best plan, confirmed sessions counted."""
    fixed = list(instance.get("confirmed", []))
    settled = {each["request"] for each in fixed}
    ways = [
        sorted(_ways(instance, each), key=lambda way: -way[0])
        for each in instance["requests"]
        if each["id"] not in settled
    ]
    return _best(instance, fixed, [each for each in ways if each], check(instance, {"sessions": fixed}).score)


def sessions_of(instance: Data, request: Data) -> list[dict[str, Any]]:
    """Every session that could serve one request if nothing else were there."""
    return [session for _, session in _ways(instance, request)]


def _best(instance: Data, plan: list[Any], ways: Sequence[list[tuple[int, Any]]], score: int) -> int:
    """Depth first; what is left can add no more than the best ways of its own, since S9 only grows."""
    if not ways:
        return score
    best = _best(instance, plan, ways[1:], score)
    rest = sum(max(0, each[0][0]) for each in ways[1:])
    for points, session in ways[0]:
        if score + points + rest <= best:
            break
        verdict = check(instance, {"sessions": [*plan, session]})
        if not verdict.faults:
            best = max(best, _best(instance, [*plan, session], ways[1:], verdict.score))
    return best


def _ways(instance: Data, request: Data) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every session for one request that keeps the rules alone, with its points."""
    # Which relays are needless depends on what is confirmed.
    alone = {**instance, "confirmed": [], "policy": {**instance["policy"], "relay_last": False}}
    for start in _starts(instance):
        bare = {"request": request["id"], "start": start, "speech": "", "audience": "", "interpreters": []}
        if request.get("joint"):
            bare["others"] = [""] * len(request["joint"])
        yield from _sessions(alone, request, bare)
        may_be_consecutive = "consecutive" in instance["policy"] or request.get("agreed", {}).get("consecutive", False)
        if may_be_consecutive and not request.get("joint"):
            yield from _sessions(alone, request, {**bare, "consecutive": True})


def _sessions(alone: Data, request: Data, bare: Data) -> Iterator[tuple[int, dict[str, Any]]]:
    """Those at one start, in one manner of interpreting."""
    if {rule for rule, _ in check(alone, {"sessions": [{**bare, "experts": []}]}).faults} & {"H1", "H2"}:
        return
    experts = [who for who in _ids(alone, "experts") if _can(alone, bare, experts=[who], rule="H4")]
    people = [who for who in _ids(alone, "interpreters") if _can(alone, bare, interpreters=[who], rule="H7")]
    for panel in _some(experts, range(request["panel_min"], request["panel_max"] + 1)):
        for speech, (audience, *others), team in _routes(alone, bare, request, people):
            session = {**bare, "experts": panel, "speech": speech, "audience": audience, "interpreters": team}
            if others:
                session["others"] = others
            verdict = check(alone, {"sessions": [session]})
            if not verdict.faults:
                yield verdict.score, session


def _starts(instance: Data) -> Iterator[str]:
    horizon = instance["horizon"]
    first = instant(horizon["start"])
    for number in range(horizon["weeks"] * 7 * 24 * 60 // horizon["slot_minutes"]):
        yield (first + number * timedelta(minutes=horizon["slot_minutes"])).strftime("%Y-%m-%dT%H:%MZ")


def _ids(instance: Data, kind: str) -> list[str]:
    return [each["id"] for each in instance[kind]]


def _can(instance: Data, bare: Data, *, rule: str, **people: list[str]) -> bool:
    faults = check(instance, {"sessions": [{"experts": [], **bare, **people}]}).faults
    return rule not in {name for name, _ in faults}


def _some(people: Sequence[str], sizes: Iterable[int]) -> Iterator[list[str]]:
    for size in sizes:
        yield from map(list, combinations(people, size))


def _routes(
    instance: Data, bare: Data, request: Data, people: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
    """Every choice of languages with everybody who could join them."""
    spoken = {tag for each in instance["experts"] for tag in each["languages"]}
    heard = [sorted(each["audience"]) for each in (request, *request.get("joint", []))]
    facts = Facts(instance)
    conversing = Conversing(facts)
    for speech, *audiences in product(sorted(spoken), *heard):
        foreign = len({*audiences} - {speech})
        if not foreign:
            yield speech, tuple(audiences), []
        else:
            session = facts.session({**bare, "speech": speech, "audience": audiences[0], "others": audiences[1:]})
            sizes = {legs * team for team in conversing.teams(session) for legs in range(1, foreign + 2)}
            for several in _some(people, sorted(sizes | conversing.consecutive_teams(session))):
                yield speech, tuple(audiences), several
