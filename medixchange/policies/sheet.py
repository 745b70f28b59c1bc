"""The house rules as a sheet of texts by path, as a form shows them, and back within the limits. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from medixchange.languages.tags import is_spoken
from medixchange.messages import Message, Value, language, listed, say
from medixchange.policies.entries import ENTRIES, LARGEST, LONGEST, MOST_TEAMS, Entry, Kind
from medixchange.policies.values import HouseRules, Minutes, Weights
from medixchange.times.grid import QUARTER
from medixchange.times.zones import clock_words

RULES = TypeAdapter(HouseRules)
"""House rules as plain JSON and back; what is missing there is as the program comes."""
YES, NO = "yes", "no"
TEAMS = "policy.team_sizes"
_CLOCK = re.compile(r"(\d{1,2})[:.]([0-5]\d)")
_NUMBER = re.compile(r"\d{1,6}")

Sheet = Mapping[str, str]
Errors = dict[str, Message]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that two house rules do not share."""

    words: Message
    change: Message


def sheet_of(rules: HouseRules) -> dict[str, str]:
    """``rules`` as texts: every entry, and the table of interpreters row by row."""
    plain = RULES.dump_python(rules, mode="json")
    texts = {entry.path: _text(entry, _at(plain, entry.path)) for entry in ENTRIES}
    rows = [*rules.policy.team_sizes, *[("", "")] * MOST_TEAMS][:MOST_TEAMS]
    for number, (minutes, people) in enumerate(rows):
        texts |= {f"{TEAMS}.{number}.0": str(minutes), f"{TEAMS}.{number}.1": str(people)}
    return texts


def read_sheet(sheet: Sheet, base: HouseRules) -> tuple[HouseRules | None, Errors]:
    """The house rules that a sheet says, or what is wrong by path; what it does not name is as in ``base``."""
    plain, errors = RULES.dump_python(base, mode="json"), Errors()
    for entry in ENTRIES:
        value, wrong = _read(entry, sheet.get(entry.path, "").strip())
        if wrong is None:
            _put(plain, entry.path, value)
        else:
            errors[entry.path] = wrong
    table = list(_table(sheet, errors))
    if errors:
        return None, errors
    plain["policy"]["team_sizes"] = table
    found = RULES.validate_python(plain)
    errors = _together(found)
    return (None, errors) if errors else (found, errors)


def differences(before: HouseRules, after: HouseRules) -> list[Difference]:
    """What ``after`` has otherwise than ``before``, in the order of the form."""
    one, other = RULES.dump_python(before, mode="json"), RULES.dump_python(after, mode="json")
    found = [
        _difference(entry.words, _shown(entry, _at(one, entry.path)), _shown(entry, _at(other, entry.path)))
        for entry in ENTRIES
        if _at(one, entry.path) != _at(other, entry.path)
    ]
    if before.policy.team_sizes != after.policy.team_sizes:
        tables = (_table_words(rules.policy.team_sizes) for rules in (before, after))
        found.append(_difference(say("Interpreters by length"), *tables))
    return found


def _difference(words: Message, before: Value, after: Value) -> Difference:
    return Difference(words, say("%(after)s instead of %(before)s", after=after, before=before))


def _at(plain: Any, path: str) -> Any:
    for key in path.split("."):
        plain = plain[int(key)] if isinstance(plain, list) else plain[key]
    return plain


def _put(plain: Any, path: str, value: object) -> None:
    way, _, last = path.rpartition(".")
    place = _at(plain, way)
    place[int(last) if isinstance(place, list) else last] = value


def _text(entry: Entry, value: Any) -> str:
    if entry.kind is Kind.SWITCH:
        return YES if value else NO
    return clock_words(value) if entry.kind is Kind.CLOCK else str(value)


def _shown(entry: Entry, value: Any) -> Value:
    if entry.kind is Kind.SWITCH:
        return say("Yes") if value else say("No")
    return language(value) if entry.kind is Kind.LANGUAGE else _text(entry, value)


def _read(entry: Entry, text: str) -> tuple[int | str, Message | None]:
    """The value of one entry, or what is wrong with its text."""
    if entry.kind is Kind.LANGUAGE:
        return text, None if is_spoken(text) else say("Choose a language from the list.")
    if entry.kind is Kind.SWITCH:
        return text == YES, None if text in (YES, NO) else say("Choose yes or no.")
    if entry.kind is Kind.NUMBER:
        value = int(text) if _NUMBER.fullmatch(text) else -1
        if entry.low <= value <= entry.high:
            return value, None
        return value, say("Write a whole number from %(least)s to %(most)s.", least=entry.low, most=entry.high)
    found = _CLOCK.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if entry.low <= minutes <= entry.high and not minutes % QUARTER:
        return minutes, None
    least, most = clock_words(entry.low), clock_words(entry.high)
    return minutes, say("Write an hour in quarters from %(least)s to %(most)s, such as 07:30.", least=least, most=most)


def _table(sheet: Sheet, errors: Errors) -> Iterator[tuple[int, int]]:
    """The rows of the table of interpreters that are filled in; what is wrong goes into ``errors``."""
    longest = largest = rows = 0
    for number in range(MOST_TEAMS):
        places = (f"{TEAMS}.{number}.0", f"{TEAMS}.{number}.1")
        typed = [sheet.get(place, "").strip() for place in places]
        if not any(typed):
            continue
        minutes, people = (int(text) if _NUMBER.fullmatch(text) else 0 for text in typed)
        rows += 1
        if not longest < minutes <= LONGEST:
            told = say("Write minutes, more than in the row above and at most %(most)s.", most=LONGEST)
            errors[places[0]] = told
        if not max(1, largest) <= people <= LARGEST:
            told = say("Write how many, at least as many as in the row above and at most %(most)s.", most=LARGEST)
            errors[places[1]] = told
        longest, largest = max(longest, minutes), max(largest, people)
        yield minutes, people
    if not rows:
        errors[f"{TEAMS}.0.0"] = say("Fill in at least one row.")


def _together(rules: HouseRules) -> Errors:
    """What is wrong between entries that are right by themselves."""
    policy, weights = rules.policy, rules.weights
    errors = _hours("hospital", policy.hospital_hard, policy.hospital_soft)
    errors |= _hours("expert", policy.expert_hard, policy.expert_soft)
    for urgency in (2, 3):
        if weights.serve[urgency] < weights.serve[urgency - 1]:
            errors[f"weights.serve.{urgency}"] = say("A more urgent request has to be worth at least as much.")
    errors |= _rise(weights)
    for longer, shorter in (("interpreter", "direct"), ("relay", "interpreter")):
        if weights.lang[longer] > weights.lang[shorter]:
            errors[f"weights.lang.{longer}"] = say("The longer way may not be worth more than the shorter one.")
    return errors


def _rise(weights: Weights) -> Errors:
    """A request that waits stays below the next urgency, where urgencies are in order."""
    between = min(weights.serve[urgency] - weights.serve[urgency - 1] for urgency in (2, 3))
    most = max(0, between - 1)
    if between < 0 or weights.waited_most + weights.behind_most <= most:
        return {}
    told = say(
        "For its own days and for its country together a request may gain at most %(most)s points, so that it does not"
        " rise above a more urgent one.",
        most=most,
    )
    return {"weights.waited_most" if weights.waited_most > most else "weights.behind_most": told}


def _hours(who: str, hard: Minutes, soft: Minutes) -> Errors:
    if hard[0] >= hard[1]:
        return {f"policy.{who}_hard.1": say("The end has to be after the beginning.")}
    if soft[0] >= soft[1]:
        return {f"policy.{who}_soft.1": say("The end has to be after the beginning.")}
    if hard[0] <= soft[0] and soft[1] <= hard[1]:
        return {}
    return {f"policy.{who}_soft.0": say("Working hours have to lie inside the hours in which anybody is asked.")}


def _table_words(table: tuple[tuple[int, int], ...]) -> Value:
    rows = [say("%(people)s up to %(minutes)s min", people=people, minutes=minutes) for minutes, people in table]
    return listed([*rows])
