"""One Jinja environment for pages and letters; every sentence and time goes through the reader's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    pass_eval_context,
    select_autoescape,
)
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from medixchange.i18n import Words
from medixchange.messages import Value

EXPERT_ZONE = "Asia/Shanghai"
"""The panels' side of every pair of clocks."""

_TIME = Markup('<time datetime="{iso}"><bdi>{text}</bdi></time>')
_HOURS = re.compile(r"\d\d:\d\d–\d\d:\d\d")


@dataclass(frozen=True)
class Clock:
    """One line of a pair of clocks: where, and what the clock there shows from start to end."""

    zone: str
    place: str
    offset: str
    span: str
    local_count: str | None


def clocks(words: Words, starts: datetime, ends: datetime, *zones: str) -> list[Clock]:
    """The span on the clocks of ``zones``, of the experts, and of the reader; each zone once, in this order.

    A reader whose zone is not known (UTC) gets no line of their own.
    """
    own = () if words.zone == "UTC" else (words.zone,)
    return [
        Clock(
            zone,
            words.place(zone),
            words.offset(starts, zone),
            words.span(starts, ends, zone),
            words.local_count(starts, zone),
        )
        for zone in dict.fromkeys((*zones, EXPERT_ZONE, *own))
    ]


def find_templates() -> Path:
    """The folder of templates: beside the package in a checkout, inside it in a wheel."""
    package = Path(str(resources.files("medixchange")))
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


PAPER = find_templates() / "pdf" / "page.typ"
"""What typst makes a PDF from, with the data of documents.sheet."""


@cache
def environment() -> Environment:
    """The environment over our templates, one for the process, which compiles each once."""
    return environment_over(FileSystemLoader(find_templates()))


def environment_over(loader: BaseLoader) -> Environment:
    """An environment over ``loader``; undefined names fail, HTML is escaped, plain text is not."""
    env = Environment(
        loader=loader,
        autoescape=select_autoescape(enabled_extensions=("html", "svg"), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    env.filters["say"] = env.globals["say"] = _say
    env.filters["ltr"] = _ltr
    env.filters["unbroken"] = _unbroken
    env.globals["when"] = _when
    env.globals["moments"] = _moments
    env.globals["span"] = _span
    env.globals["clocks"] = _clocks
    env.globals["both"] = _both
    return env


def render(env: Environment, name: str, words: Words, /, **context: object) -> str:
    """The template ``name`` as the reader of ``words`` sees it."""
    return env.get_template(name).render(words=words, **context)


def _words(context: Context) -> Words:
    # A template imported without its context has no reader, and says so here.
    found = context.resolve("words")
    if not isinstance(found, Words):
        raise TypeError(f"{context.name} has no words: import it “with context”")
    return found


@pass_context
def _gettext(context: Context, text: str) -> str:
    return _words(context).gettext(text)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, num: int) -> str:
    return _words(context).ngettext(singular, plural, num)


@pass_context
def _say(context: Context, value: Value) -> str:
    """A message, term, text or number in the reader's words."""
    return _words(context).say(value)


@pass_eval_context
def _ltr(context: EvalContext, text: object) -> str:
    """A range, a comparison or a number with its unit, kept from left to right."""
    if context.autoescape:
        return Markup('<bdi dir="ltr">{}</bdi>').format(text)
    return f"\u2066{text}\u2069"


def _unbroken(span: str) -> Markup:
    """A span for a page, whose hours stay on one line: the dash between them would let them break."""
    parts = _HOURS.split(span)
    hours = [Markup('<span class="unbroken">{}</span>').format(found) for found in _HOURS.findall(span)]
    return escape(parts[0]) + Markup().join(hour + rest for hour, rest in zip(hours, parts[1:], strict=True))


@pass_context
def _when(context: Context, at: datetime, zone: str | None = None) -> str:
    """A moment that stands alone: with its place and offset, as ``<time>`` on a page."""
    return _timed(context, at, _words(context).placed(at, zone))


@pass_context
def _moments(context: Context, at: datetime) -> list[str]:
    """A moment on the reader's clock and on that of the experts, once where they are one."""
    own = () if _words(context).zone == "UTC" else (_words(context).zone,)
    return [_when(context, at, zone) for zone in dict.fromkeys((*own, EXPERT_ZONE))]


@pass_context
def _span(context: Context, starts: datetime, ends: datetime, zone: str | None = None) -> str:
    """A span that stands alone: with its place and offset, as ``<time>`` on a page."""
    return _timed(context, starts, _words(context).placed_span(starts, ends, zone))


@pass_context
def _clocks(context: Context, starts: datetime, ends: datetime, *zones: str) -> list[Clock]:
    """The lines of a pair of clocks, for templates that set them themselves (letters)."""
    return clocks(_words(context), starts, ends, *zones)


@pass_context
def _both(context: Context, starts: datetime, ends: datetime, *zones: str) -> str:
    """The block of clocks: hospital, experts, and the reader where they live elsewhere."""
    words = _words(context)
    name = "parts/both.html" if context.eval_ctx.autoescape else "parts/both.txt"
    lines = clocks(words, starts, ends, *zones)
    text = render(context.environment, name, words, clocks=lines, starts=starts, ends=ends)
    return Markup(text) if context.eval_ctx.autoescape else text  # noqa: S704 - rendered with autoescape


def _timed(context: Context, at: datetime, text: str) -> str:
    return _TIME.format(iso=at.isoformat(), text=_unbroken(text)) if context.eval_ctx.autoescape else text
