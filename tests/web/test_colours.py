"""What can be pressed or filled in is seen in light and dark (WCAG 2.2, 1.4.11)."""

from __future__ import annotations

import re
from importlib import resources

import pytest

STATIC = resources.files("medixchange.web").joinpath("static")
TOKENS, COMPONENTS = (STATIC.joinpath(name).read_text("utf-8") for name in ("tokens.css", "components.css"))
SEEN, READ = 3, 4.5
"""Contrast that is enough for an edge or a sign, and for words (WCAG 2.2, 1.4.11 and 1.4.3)."""

PAIRS = {
    ("edge", "surface"): SEEN,
    ("edge", "bg"): SEEN,
    ("slot", "surface"): SEEN,
    ("slot", "bg"): SEEN,
    ("focus", "focus-ink"): SEEN,
    ("bad", "surface"): READ,
    ("bad", "bg"): READ,
    ("bad", "bad-bg"): READ,
    ("brand", "surface"): READ,
    ("brand", "bg"): READ,
    ("brand", "tint"): READ,
    ("on-brand", "brand"): READ,
    ("on-brand", "brand-2"): READ,
    ("ink", "surface"): READ,
    ("ink", "bg"): READ,
    ("on-bar", "bar"): READ,
}
"""What stands on or beside what, and how far apart they have to be."""

CONTROL = re.compile(
    r"(?<![\w.-])(?:input|select|textarea|button)(?![\w-])|\[type=|\.btn|\.pills a|\.chosen|:checked|:focus|\[aria-"
)
COLOURING = re.compile(
    r"(?:color|background|border|outline|box-shadow|fill|stroke|accent|caret)(?!.*(?:radius|offset))"
)
HARMLESS = re.compile(
    r"var\(--[\w-]+\)|transparent|none|inherit|currentColor|solid|dashed|!important|[\d.]+(?:px|rem|em)?"
)

Look = dict[str, str]


def colours(scheme: str) -> dict[str, str]:
    """The tokens of a scheme that are whole colours; dark ones stand over light ones."""
    light, dark = (dict(re.findall(r"--([\w-]+):#([0-9a-f]{3}|[0-9a-f]{6});", part)) for part in blocks())
    return {**light, **dark} if scheme == "dark" else light


def blocks() -> tuple[str, str]:
    """What is said for light, and for dark alone."""
    before, _, after = TOKENS.partition("@media (prefers-color-scheme:dark){")
    return before, after.partition("}}")[0] + ";"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    whole = colour if len(colour) == 6 else "".join(each * 2 for each in colour)
    shares = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def looks(css: str) -> dict[str, Look]:
    """What every selector says of colours, the later over the earlier; whatever screen it is for."""
    found: dict[str, Look] = {}
    for selectors, said in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        lines = [line.partition(":") for line in said.split(";")]
        look = {name.strip(): value for name, _, value in lines if COLOURING.match(name.strip())}
        for selector in re.split(r",(?![^(]*\))", selectors):
            found.setdefault(selector.strip(), {}).update(look)
    return found


def controls(css: str) -> dict[str, Look]:
    """What is said of the colours of what can be pressed, filled in or chosen."""
    return {selector: look for selector, look in looks(css).items() if look and CONTROL.search(selector)}


def raw(css: str) -> dict[tuple[str, str], str]:
    """Where a control is given a colour that is no token."""
    left = {
        (selector, name): HARMLESS.sub("", value).strip()
        for selector, look in controls(css).items()
        for name, value in look.items()
    }
    return {where: colour for where, colour in left.items() if colour}


def tokens(look: Look, *names: str) -> list[str]:
    """The tokens that give the colours of these properties."""
    values = [value for name, value in look.items() if name.startswith(names)]
    return [token for value in values for token in re.findall(r"var\(--([\w-]+)\)", value)]


def pairs(selector: str, css: str) -> set[tuple[str, str]]:
    """What is seen beside what where ``selector`` colours it.

    Under the pointer the rest looks as it did before; words whose colour is not said are of ink, and a box has none.
    """
    known = looks(css)
    page = ["bar"] if selector.startswith(".top") else ["surface", "bg"]
    drawn, (base, _, inside) = known[selector], selector.partition("::")
    look = {**known.get(selector.replace(":hover", ""), {}), **drawn}
    ground = tokens(look, "background") or page
    edges, rings = tokens(drawn, "border"), tokens(drawn, "outline")
    words = tokens(look, "color", "fill", "stroke")
    if tokens(drawn, "background") and not (inside or ":checked" in selector):
        words = words or ["ink"]
    found = {(word, under) for word in words for under in ground}
    found |= {(edge, beside) for edge in edges for beside in page}
    found |= {(ring, other) for ring in rings for other in tokens(drawn, "box-shadow") or page}
    if inside and not edges:
        around = tokens(known.get(base, {}), "background") or page
        found |= {(sign, under) for sign in tokens(drawn, "background") for under in around}
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("part", "beside", "enough"), [(*pair, enough) for pair, enough in PAIRS.items()])
def test_what_can_be_pressed_filled_in_or_read_is_seen(scheme: str, part: str, beside: str, enough: float) -> None:
    known = colours(scheme)

    assert contrast(known[part], known[beside]) >= enough


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("beside", ["surface", "bg", "bar", "brand", "tint"])
def test_one_of_the_two_rings_around_what_has_the_focus_is_seen_anywhere(scheme: str, beside: str) -> None:
    known = colours(scheme)

    assert max(contrast(known[ring], known[beside]) for ring in ("focus", "focus-ink")) >= SEEN


def test_controls_take_their_colours_from_tokens() -> None:
    assert raw(TOKENS + COMPONENTS) == {}


@pytest.mark.parametrize("colour", ["#fff", "white", "rgb(0 0 0)", "var(--surface,#fff)"])
def test_a_raw_colour_in_a_control_is_noticed(colour: str) -> None:
    changed = TOKENS.replace(":checked{background:var(--brand)", f":checked{{background:{colour}")

    assert list(raw(changed)) == [(":is([type=checkbox],[type=radio]):checked", "background")]


def test_controls_are_drawn_in_pairs_whose_contrast_is_tried() -> None:
    css = TOKENS + COMPONENTS
    untried = {selector: pairs(selector, css) - PAIRS.keys() for selector in controls(css)}

    assert {selector: found for selector, found in untried.items() if found} == {}


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (":checked{background:var(--brand)", ":checked{background:var(--tint)"),
        (":checked{background:var(--brand);border-color:var(--brand)", ":checked{border-color:var(--line)"),
        ("background:var(--on-brand);clip-path", "background:var(--ink);clip-path"),
        ("border:2px solid var(--edge)", "border:2px solid var(--line)"),
        ("outline:3px solid var(--focus)", "outline:3px solid var(--gold)"),
        ("[aria-invalid=true]{border-color:var(--bad)", "[aria-invalid=true]{border-color:var(--warn)"),
        (".btn:hover{background:var(--brand-2)", ".btn:hover{background:var(--surface)"),
        (".pills [aria-current]{background:var(--brand)", ".pills [aria-current]{background:var(--sunk)"),
        (".steps [aria-current]{border-color:var(--slot)", ".steps [aria-current]{border-color:var(--gold)"),
        ("textarea{line-height:1.5}", "textarea{background:var(--sunk)}"),
        (".top button{color:var(--on-bar)", ".top button{color:var(--ink)"),
    ],
)
def test_another_token_in_a_control_is_noticed(written: str, instead: str) -> None:
    css = TOKENS + COMPONENTS
    assert written in css

    changed = css.replace(written, instead)

    assert {pair for selector in controls(changed) for pair in pairs(selector, changed)} - PAIRS.keys()
