"""Templates: what they may say, and how they show moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

from medixchange.i18n import words
from medixchange.messages import say
from medixchange.templating import environment, environment_over, find_templates, render

AT = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
END = AT + timedelta(minutes=90)


def _with(**sources: str) -> Environment:
    own = {name.replace("_", "."): source for name, source in sources.items()}
    whole = {name: SOURCES[name] for name in ("parts/both.html", "parts/both.txt")}
    return environment_over(DictLoader({**whole, **own}))


def _rendered(env: Environment, name: str, tag: str = "en", zone: str = "Africa/Kigali", **context: object) -> str:
    return " ".join(render(env, name, words(tag, zone), **context).split())


def test_html_escapes_every_value_and_plain_text_none() -> None:
    env = _with(x_html="{{ _('Hello %(who)s', who=who) }} {{ message | say }}", x_txt="{{ who }}")
    who = "<b>&"

    page = _rendered(env, "x.html", who=who, message=say("for %(who)s", who=who))
    letter = _rendered(env, "x.txt", who=who)

    assert page == "Hello &lt;b&gt;&amp; for &lt;b&gt;&amp;"
    assert letter == "<b>&"


def test_an_undefined_name_fails() -> None:
    with pytest.raises(UndefinedError):
        _rendered(_with(x_html="{{ nobody }}"), "x.html")


def test_a_template_imported_without_context_says_what_is_wrong() -> None:
    env = _with(
        part_html="{% macro m() %}{{ _('Yes') }}{% endmacro %}", x_html="{% import 'part.html' as p %}{{ p.m() }}"
    )

    with pytest.raises(TypeError, match="with context"):
        _rendered(env, "x.html")


def test_a_moment_on_a_page_carries_its_instant_place_and_offset() -> None:
    env = _with(x_html="{{ when(at) }}", x_txt="{{ when(at, 'Asia/Shanghai') }}")

    assert _rendered(env, "x.html", at=AT) == (
        '<time datetime="2026-12-01T06:30:00+00:00"><bdi>Tue, 1 Dec 2026, 08:30 (Kigali, UTC+2)</bdi></time>'
    )
    assert _rendered(env, "x.txt", at=AT) == "Tue, 1 Dec 2026, 14:30 (Beijing, UTC+8)"


def test_the_hours_of_a_span_do_not_break_at_their_dash_on_a_page() -> None:
    env = _with(x_html="{{ span(starts, ends) }}", x_txt="{{ span(starts, ends) }}")
    hours = '<span class="unbroken">08:30–10:00</span>'

    assert f"<bdi>Tue, 1 Dec 2026, {hours} (Kigali, UTC+2)</bdi>" in _rendered(env, "x.html", starts=AT, ends=END)
    assert "08:30–10:00 (Kigali, UTC+2)" in _rendered(env, "x.txt", starts=AT, ends=END)


def test_both_clocks_stand_side_by_side_in_plain_text() -> None:
    env = _with(x_txt="{{ both(starts, ends, 'Africa/Addis_Ababa') }}")

    shown = render(env, "x.txt", words("en", "Asia/Kathmandu"), starts=AT, ends=END)

    assert shown.strip().splitlines() == [
        "Addis Ababa (UTC+3): Tue, 1 Dec 2026, 09:30–11:00 · 22 Hedar 2019, 3:30 in the morning (Ethiopian time)",
        "Beijing (UTC+8): Tue, 1 Dec 2026, 14:30–16:00",
        "Kathmandu (UTC+5:45): Tue, 1 Dec 2026, 12:15–13:45",
    ]


def test_a_reader_whose_zone_is_shown_already_or_not_known_gets_no_line_of_their_own() -> None:
    env = _with(x_html="{{ both(starts, ends, 'Africa/Kigali') }}")

    for zone in ("Asia/Shanghai", "Africa/Kigali", "UTC"):
        shown = _rendered(env, "x.html", zone=zone, starts=AT, ends=END)

        assert re.findall(r"<dt>(\w+) ·", shown) == ["Kigali", "Beijing"]


def test_ranges_keep_their_direction_on_pages_and_in_letters() -> None:
    env = _with(x_html="{{ '1–6 L/min' | ltr }}", x_txt="{{ '1–6 L/min' | ltr }}")

    assert _rendered(env, "x.html", "ar") == '<bdi dir="ltr">1–6 L/min</bdi>'
    assert _rendered(env, "x.txt", "ar") == "\u20661–6 L/min\u2069"


def _sources() -> dict[str, str]:
    folder = find_templates()
    found = sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".svg"})
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


SOURCES = _sources()


def test_every_template_compiles() -> None:
    env = environment()

    assert [name for name in SOURCES if env.get_template(name).name != name] == []


def test_no_template_switches_escaping_off() -> None:
    forbidden = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup")

    assert [name for name, source in SOURCES.items() if forbidden.search(source)] == []


def test_no_page_has_script_or_style_inside() -> None:
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
    pages = {name: source for name, source in SOURCES.items() if not name.startswith("mail/") and name != LETTER_PARTS}

    assert [name for name, source in pages.items() if inline.search(source)] == []


LETTER_PARTS = "parts/letter.html"


def test_parts_with_words_are_imported_with_context() -> None:
    imports = re.compile(r"{%-?\s*(?:import|from)\b[^%]*%}")
    found = {name: imports.findall(source) for name, source in SOURCES.items()}

    assert [(name, line) for name, lines in found.items() for line in lines if "with context" not in line] == []


@pytest.mark.parametrize("sign", [":", ";"])
def test_what_stands_between_two_values_is_written_as_the_language_writes_it(sign: str) -> None:
    between = re.compile(rf"[}}>]\s?{sign}\s*(?:{{[{{%]|<(?!/style|/script))|join\(\s*[\"']\s?{sign}")
    found = {name: between.findall(source) for name, source in SOURCES.items()}

    assert {name: places for name, places in found.items() if places} == {}


def test_templates_are_found_in_a_checkout() -> None:
    assert find_templates() == Path(__file__).parents[1] / "templates"
