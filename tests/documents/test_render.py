"""Markdown becomes a page, a plain text and data for paper, whatever somebody wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.documents.markdown import DEEPEST, depth, is_safe, parse
from medixchange.documents.paper import drawn, to_data
from medixchange.documents.render import to_html, to_text
from medixchange.documents.tree import (
    Block,
    Break,
    Document,
    Emphasis,
    Heading,
    Items,
    Link,
    Paragraph,
    Quote,
    Strong,
    Text,
    words_of,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![a picture](https://elsewhere.example.org/pixel.png)",
    '[x](https://a.org/"onclick="alert(1))',
    'https://a.org/"onmouseover=alert(1)',
    "[<img src=x>](https://a.org)",
    "`<b>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<!-- a comment -->",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;",
    "| <b> | [x](javascript:1) |\n|--|--|\n| <i> | ![p](http://a.org/p.png) |",
    "x\u202ey\u0007z",
    "a" * 2000,
    "> " * 30 + "deep",
    "[z]: https://a.org 'lost?'",
    "![](//elsewhere.example.org/a.png)",
)
TEXTS = st.lists(
    st.sampled_from([*HOSTILE, "## Heading", "- item", "1. one", "plain", "**b**", "", "    indented"])
).map("\n".join) | st.text(st.sampled_from("ab *_`[]()<>!#>-|\n:/&\\1.~"), max_size=200)
ELEMENTS = {
    *("h2", "h3", "h4", "p", "br", "hr", "blockquote", "pre", "code", "strong", "em", "a", "bdi"),
    *("ul", "ol", "li", "div", "table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """The elements, attributes and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.words += "" if tag in ("strong", "em", "a", "bdi", "code") else " "

    def handle_data(self, data: str) -> None:
        self.words += data


@given(TEXTS)
def test_a_page_holds_only_harmless_elements_and_safe_addresses(text: str) -> None:
    page = Page(to_html(parse(text)))

    assert {tag for tag, _ in page.elements} <= ELEMENTS
    for tag, attributes in page.elements:
        assert set(attributes) <= {"href", "rel", "start", "scope", "dir", "class", "tabindex"}
        if tag == "a":
            assert is_safe(attributes["href"] or "")


@given(TEXTS)
def test_page_and_plain_text_and_paper_hold_the_same_words(text: str) -> None:
    document = parse(text)

    said = squeezed(Page(to_html(document)).words)
    printed = squeezed("".join(strings_of(to_data(document, lambda _: True))))

    assert printed == said
    for word in re.findall(r"\w+", Page(to_html(document)).words):
        assert word in to_text(document)


@given(TEXTS)
def test_isolating_changes_no_word(text: str) -> None:
    plain, marked = to_text(parse(text)), to_text(parse(text, isolating=True))

    assert marked.replace("\u2066", "").replace("\u2069", "") == plain.replace("\u2066", "").replace("\u2069", "")
    assert marked.count("\u2066") - plain.count("\u2066") == marked.count("\u2069") - plain.count("\u2069")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_typed_is_lost(text: str) -> None:
    typed = re.findall(r"[a-z]{3,}", re.sub(r"&#?\w+;", "", text).replace("\t", ""))

    seen = to_text(parse(text)).replace("\t", "")

    assert [word for word in typed if word not in seen] == []


def test_html_is_text() -> None:
    assert to_html(parse("<b>bold</b>")) == "<p>&lt;b&gt;bold&lt;/b&gt;</p>"


def test_a_picture_is_a_link_and_is_not_loaded() -> None:
    assert to_html(parse("![The ward](https://a.example.org/ward.png)")) == (
        '<p><a href="https://a.example.org/ward.png" rel="nofollow noreferrer">The ward</a></p>'
    )


def test_an_address_in_a_sentence_is_a_link_without_its_full_stop() -> None:
    assert parse("See https://a.example.org/b_c.").blocks == (
        Paragraph(
            (
                Text("See "),
                Link("https://a.example.org/b_c", (Text("https://a.example.org/b_c"),)),
                Text("."),
            )
        ),
    )


def test_a_line_break_is_kept_and_words_have_weight_and_stress() -> None:
    assert parse("在**之前**\n*开始*").blocks == (
        Paragraph((Text("在"), Strong((Text("之前"),)), Break(), Emphasis((Text("开始"),)))),
    )


def test_headings_begin_below_the_title_and_leave_no_level_out() -> None:
    levels = [block.level for block in parse("# A\n\n### B\n\n###### C\n\n# D").blocks if isinstance(block, Heading)]

    assert levels == [2, 3, 4, 2]


def test_headings_in_lists_and_quotes_are_words_of_weight_everywhere() -> None:
    document = parse("# A\n\n> # B **c**\n> d\n\n- ##### E\n  f\n\n> #\n\n## G")

    assert [(block.level, words_of(block.inside)) for block in headings_in(document.blocks)] == [(2, "A"), (3, "G")]
    assert to_html(document) == (
        "<h2>A</h2>\n<blockquote><p><strong>B c</strong></p>\n<p>d</p></blockquote>\n"
        "<ul><li><strong>E</strong><p>f</p></li></ul>\n<blockquote><p></p></blockquote>\n<h3>G</h3>"
    )
    assert to_text(document) == "## A\n\n> B c\n>\n> d\n\n- E\n  f\n\n> \n\n### G\n"
    kinds = kinds_of(to_data(document, lambda _: True))
    assert (kinds.count("heading"), kinds.count("strong")) == (2, 2)


@given(TEXTS)
def test_no_heading_stands_inside_anything(text: str) -> None:
    document = parse(text)

    assert headings_in(document.blocks) == [block for block in document.blocks if isinstance(block, Heading)]


def test_weight_inside_weight_is_the_same_weight() -> None:
    (block,) = parse("**a **b** c**").blocks
    assert isinstance(block, Paragraph)

    assert block.inside == (Strong((Text("a "), Text("b"), Text(" c"))),)


def test_chinese_words_of_weight_stand_apart_on_paper() -> None:
    (block,) = to_data(parse("**在 SpO₂ 前**"), lambda _: True)

    assert block["inside"] == [
        {
            "kind": "strong",
            "inside": [
                {"kind": "han", "text": "在"},
                {"kind": "text", "text": " SpO₂ "},
                {"kind": "han", "text": "前"},
            ],
        }
    ]


def test_numbers_of_a_list_are_kept() -> None:
    assert to_html(parse("3. c\n4. d")) == '<ol start="3"><li>c</li><li>d</li></ol>'


def test_numbers_with_units_are_kept_from_left_to_right_on_an_arabic_page() -> None:
    document = parse("- أعطِ 1–6 L/min عندما SpO₂ < 92 %", isolating=True)

    assert to_html(document) == (
        '<ul><li>أعطِ <bdi class="unbroken" dir="ltr">1–6 L/min</bdi> عندما '
        '<bdi class="unbroken" dir="ltr">SpO₂ &lt; 92 %</bdi></li></ul>'
    )
    assert to_text(document) == "- أعطِ \u20661–6 L/min\u2069 عندما \u2066SpO₂ < 92 %\u2069\n"


def test_a_table_is_a_table_on_the_page_and_told_row_by_row_in_plain_text() -> None:
    document = parse("| Device | Flow |\n|---|--:|\n| Nasal cannula | 1–6 L/min |")

    assert to_html(document) == (
        '<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Device</th>'
        '<th scope="col" class="end">Flow</th></tr></thead>'
        '<tbody><tr><td>Nasal cannula</td><td class="end"><span class="unbroken">1–6 L/min</span></td></tr></tbody>'
        "</table></div>"
    )
    assert to_text(document) == "- Device: Nasal cannula · Flow: 1–6 L/min\n"


def test_plain_text_writes_out_every_address() -> None:
    document = parse(
        "## Links\n\n1. [Guide](https://a.org/g)\n   - see <https://b.org>\n\n> said\n\n```\nas  typed\n```"
    )

    assert to_text(document) == (
        "## Links\n\n1. Guide <https://a.org/g>\n   - see https://b.org\n\n> said\n\n    as  typed\n"
    )


def test_what_stands_too_deep_is_counted() -> None:
    assert (depth("plain"), depth("- a\n  - b") > 2, depth(">" * 60) > DEEPEST) == (1, True, True)


def test_what_the_fonts_do_not_have_is_written_as_its_number() -> None:
    assert drawn("ok 😀", str.isascii) == "ok [U+1F600]"


def test_data_for_paper_is_plain_json() -> None:
    data = to_data(parse("# A\n\n- **b** [c](https://d.org) `e`\n\n---"), lambda _: True)

    assert json.loads(json.dumps(data)) == [
        {"kind": "heading", "level": 2, "inside": [{"kind": "text", "text": "A"}]},
        {
            "kind": "items",
            "start": None,
            "items": [
                {
                    "together": True,
                    "blocks": [
                        {
                            "kind": "paragraph",
                            "together": True,
                            "inside": [
                                {"kind": "strong", "inside": [{"kind": "text", "text": "b"}]},
                                {"kind": "text", "text": " "},
                                {"kind": "link", "address": "https://d.org", "inside": [{"kind": "text", "text": "c"}]},
                                {"kind": "text", "text": " "},
                                {"kind": "code", "text": "e"},
                            ],
                        }
                    ],
                }
            ],
        },
        {"kind": "rule"},
    ]


def test_a_document_of_nothing_is_nothing() -> None:
    assert (parse(""), to_html(parse("")), to_text(parse(""))) == (Document(()), "", "\n")


def test_the_words_of_a_link_are_its_words() -> None:
    (block,) = parse("**a** [b](https://c.org)").blocks
    assert isinstance(block, Paragraph)

    assert words_of(block.inside) == "a b"
    assert not isinstance(block, Items)


def headings_in(blocks: Sequence[Block]) -> list[Heading]:
    """Every heading, however deep it stands."""
    found: list[Heading] = []
    for block in blocks:
        if isinstance(block, Heading):
            found.append(block)
        elif isinstance(block, Quote):
            found += headings_in(block.inside)
        elif isinstance(block, Items):
            found += [heading for item in block.items for heading in headings_in(item)]
    return found


def kinds_of(data: object) -> list[str]:
    """Every kind in the data of a paper, in order."""
    if isinstance(data, list):
        return [kind for each in data for kind in kinds_of(each)]
    if isinstance(data, dict):
        return [
            *([data["kind"]] if "kind" in data else []),
            *(kind for each in data.values() for kind in kinds_of(each)),
        ]
    return []


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def strings_of(data: object) -> list[str]:
    """Every text in the data of a paper, in order."""
    if isinstance(data, list):
        return [text for each in data for text in strings_of(each)]
    if isinstance(data, dict):
        return [text for name, each in data.items() for text in ([each] if name == "text" else strings_of(each))]
    return []
