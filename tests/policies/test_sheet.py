"""House rules as a sheet of texts: within limits, in order, and told in words where two differ."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.i18n import words
from medixchange.policies.entries import ENTRIES, MOST_TEAMS, Entry, Kind
from medixchange.policies.sheet import RULES, TEAMS, differences, read_sheet, sheet_of
from medixchange.policies.values import HouseRules, Interpreting, Policy, Weights

RULED = HouseRules()
TOO_HIGH = "For its own days and for its country together a request may gain at most {} points, so"
NUMBERS = [entry for entry in ENTRIES if entry.kind is Kind.NUMBER]


def wrong(**typed: str) -> dict[str, str]:
    """What is said of a sheet as the program comes but for some entries; dots are written as two underscores."""
    sheet = sheet_of(RULED) | {name.replace("__", "."): text for name, text in typed.items()}
    rules, errors = read_sheet(sheet, RULED)
    assert (rules is None) == bool(errors)
    return {path: words("en").say(message) for path, message in errors.items()}


def test_rules_come_back_from_their_sheet() -> None:
    assert read_sheet(sheet_of(RULED), RULED) == (RULED, {})


def test_everything_that_rules_hold_can_be_edited() -> None:
    edited = {entry.path.split(".")[1] for entry in ENTRIES} | {TEAMS.split(".")[1]}

    assert edited == {field.name for kind in (Policy, Weights, Interpreting) for field in fields(kind)}
    assert set(Weights().serve) == {int(e.path.split(".")[2]) for e in ENTRIES if e.path.startswith("weights.serve.")}


def test_what_the_program_comes_with_is_within_the_limits() -> None:
    sheet = sheet_of(RULED)
    for entry in NUMBERS:
        assert entry.low <= int(sheet[entry.path]) <= entry.high, entry.path


@pytest.mark.parametrize("entry", NUMBERS, ids=lambda entry: entry.path)
def test_a_number_beyond_its_limits_is_refused_with_them(entry: Entry) -> None:
    for text in (str(entry.high + 1), str(entry.low - 1), "", "ten", "1.5", "1e3", "9" * 30):
        _, errors = read_sheet(sheet_of(RULED) | {entry.path: text}, RULED)

        assert str(entry.high) in words("en").say(errors[entry.path]).replace(",", "")


@given(st.data())
def test_any_sheet_is_read_or_refused_entry_by_entry(data: st.DataObject) -> None:
    texts = st.sampled_from(
        ["", "0", "1", "60", "1000", "07:00", "24:00", "25:00", "7.30", "fr", "x", "-1", "٣", " 9 "]
    )
    typed = {entry.path: data.draw(texts) for entry in data.draw(st.lists(st.sampled_from(ENTRIES), max_size=4))}

    rules, errors = read_sheet(sheet_of(RULED) | typed, RULED)

    if rules is None:
        assert errors
    else:
        assert read_sheet(sheet_of(rules), RULED) == (rules, {})
        assert RULES.validate_python(RULES.dump_python(rules, mode="json")) == rules


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"policy__hospital_hard__0": "04:00"}, {"policy.hospital_hard.0": "Write an hour in quarters from 05:00 to"}),
        ({"policy__hospital_hard__0": "06:75"}, {"policy.hospital_hard.0": "Write an hour in quarters"}),
        ({"policy__hospital_hard__0": "07:10"}, {"policy.hospital_hard.0": "Write an hour in quarters"}),
        ({"policy__hospital_hard__0": "22:00"}, {"policy.hospital_hard.1": "The end has to be after"}),
        ({"policy__expert_soft__1": "08:00"}, {"policy.expert_soft.1": "The end has to be after"}),
        ({"policy__expert_soft__0": "06:00"}, {"policy.expert_soft.0": "Working hours have to lie inside"}),
        ({"policy__relay": "elvish"}, {"policy.relay": "Choose a language"}),
        ({"policy__relay_last": "perhaps"}, {"policy.relay_last": "Choose yes or no"}),
        ({"weights__serve__2": "999"}, {"weights.serve.2": "A more urgent request"}),
        ({"weights__waited_most": "700"}, {"weights.behind_most": TOO_HIGH.format(999)}),
        ({"weights__behind_most": "1500"}, {"weights.behind_most": TOO_HIGH.format(999)}),
        ({"weights__waited_most": "1000"}, {"weights.waited_most": TOO_HIGH.format(999)}),
        ({"weights__serve__2": "1500"}, {"weights.behind_most": TOO_HIGH.format(499)}),
        ({"weights__serve__3": "2200"}, {"weights.waited_most": TOO_HIGH.format(199)}),
        ({"weights__serve__3": "2000"}, {"weights.waited_most": TOO_HIGH.format(0)}),
        ({"weights__lang__relay": "61"}, {"weights.lang.relay": "The longer way"}),
    ],
)
def test_what_does_not_go_together_is_said_at_its_place(typed: dict[str, str], told: dict[str, str]) -> None:
    found = wrong(**typed)

    assert found.keys() == told.keys()
    for path, text in told.items():
        assert found[path].startswith(text)


@pytest.mark.parametrize(
    ("own", "common", "urgent"),
    [("699", "300", "2000"), ("0", "999", "2000"), ("200", "300", "1501"), ("0", "0", "1000")],
)
def test_a_request_may_rise_as_long_as_it_stays_below_a_more_urgent_one(own: str, common: str, urgent: str) -> None:
    assert wrong(weights__waited_most=own, weights__behind_most=common, weights__serve__2=urgent) == {}


def rows(*table: tuple[str, str]) -> dict[str, str]:
    filled = [*table, *[("", "")] * MOST_TEAMS][:MOST_TEAMS]
    return {f"{TEAMS}.{row}.{place}": text for row, pair in enumerate(filled) for place, text in enumerate(pair)}


def test_the_table_of_interpreters_is_as_long_as_it_is_filled_in() -> None:
    rules, _ = read_sheet(sheet_of(RULED) | rows(("30", "1"), ("", ""), (" 120", "2 ")), RULED)

    assert rules is not None
    assert rules.policy.team_sizes == ((30, 1), (120, 2))


@pytest.mark.parametrize(
    ("table", "places"),
    [
        ([], ["0.0"]),
        ([("40", "1"), ("40", "2")], ["1.0"]),
        ([("40", "2"), ("80", "1")], ["1.1"]),
        ([("601", "1")], ["0.0"]),
        ([("40", "7")], ["0.1"]),
        ([("40", "")], ["0.1"]),
        ([("", "1")], ["0.0"]),
        ([("forty", "one")], ["0.0", "0.1"]),
    ],
)
def test_rows_of_the_table_have_to_rise(table: list[tuple[str, str]], places: list[str]) -> None:
    found, errors = read_sheet(sheet_of(RULED) | rows(*table), RULED)

    assert found is None
    assert list(errors) == [f"{TEAMS}.{place}" for place in places]


def test_two_rules_differ_in_words() -> None:
    other = HouseRules(
        policy=replace(
            Policy(), relay="fr", relay_last=False, team_sizes=((60, 1), (120, 2)), hospital_hard=(480, 1260)
        ),
        weights=replace(Weights(), fair=5, serve={1: 1000, 2: 2000, 3: 9000}),
    )

    told = {words("en").say(each.words): words("en").say(each.change) for each in differences(RULED, other)}

    assert told == {
        "Hospitals: not before": "08:00 instead of 07:00",
        "Language between two others": "French instead of English",
        "Relay only where no direct team is free": "No instead of Yes",
        "A very urgent request": "9000 instead of 4000",
        "What an expert's first session costs; the second costs twice as much, and so on": "5 instead of 3",
        "Interpreters by length": (
            "1 up to 60 min and 2 up to 120 min instead of "
            "1 up to 40 min, 2 up to 240 min, 3 up to 360 min and 4 up to 480 min"
        ),
    }
    assert differences(other, other) == []


def test_rules_of_an_older_program_are_completed() -> None:
    kept: dict[str, Any] = RULES.dump_python(RULED, mode="json")
    del kept["weights"]["stable_interpreter"]

    assert RULES.validate_python(kept) == RULED
